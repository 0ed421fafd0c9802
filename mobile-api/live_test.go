package mobileapi

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"satchel/sync"
)

// listening is an open stream. lines gives what comes, event by event, and is closed when the stream ends.
type listening struct {
	lines chan string
	stop  context.CancelFunc
}

func (p *place) listenAs(by person) (*listening, int) {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.ctx)
	p.t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, "GET", p.base+"/v1/live", nil)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+by.access)
	req.Header.Set("Accept-Encoding", "zstd, gzip")
	resp, err := (&http.Client{Transport: p.client.Transport}).Do(req)
	require.NoError(p.t, err)
	l := &listening{lines: make(chan string, 100), stop: stop}
	if resp.StatusCode != 200 {
		require.NoError(p.t, resp.Body.Close())
		return l, resp.StatusCode
	}
	require.Empty(p.t, resp.Header.Get("Content-Encoding"), "a packed stream waits for more")
	go func() {
		defer close(l.lines)
		defer resp.Body.Close()
		scanner := bufio.NewScanner(resp.Body)
		for scanner.Scan() {
			if line := scanner.Text(); line != "" {
				l.lines <- line
			}
		}
	}()
	require.Equal(p.t, "retry: 5000", l.next(p.t), "it is open")
	return l, 200
}

// next waits for a line; "" if the stream has ended.
func (l *listening) next(t testing.TB) string {
	t.Helper()
	select {
	case line := <-l.lines:
		return line
	case <-time.After(10 * time.Second):
		require.Fail(t, "nothing came")
		return ""
	}
}

type event struct {
	Record syncing.RecordID
	Head   syncing.Rev
	Digest string
}

// told waits for the next event, past comments.
func (l *listening) told(t testing.TB) event {
	t.Helper()
	for {
		line := l.next(t)
		text, isEvent := strings.CutPrefix(line, "data: ")
		if !isEvent {
			require.Equal(t, ":", line)
			continue
		}
		var e event
		require.NoError(t, json.Unmarshal([]byte(text), &e, json.MatchCaseInsensitiveNames(true)))
		return e
	}
}

func beating(every time.Duration) option {
	return func(_ *Config, o *LiveOptions) { o.Beat = every }
}

func TestAListenerIsToldOfWhatItMaySee(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	nurse, _ := p.listenAs(p.nurse)
	caregiver, _ := p.listenAs(p.caregiver)
	ph := p.phone(p.patient)

	hidden, _ := ph.sync(set("message/"+p.fresh().String(), map[string]any{"thread": p.fresh().String(), "body": "for the team"}))
	require.Equal(t, syncing.Applied, hidden.Outcomes[0].Status, hidden.Outcomes[0].Detail)
	first := nurse.told(t)
	require.Equal(t, p.record, first.Record)

	shown, _ := ph.sync(set("note/"+p.fresh().String(), map[string]any{"text": "for all"}))
	note := shown.Outcomes[len(shown.Outcomes)-1].Rev
	require.Greater(t, note, first.Head)
	told := caregiver.told(t)
	require.Equal(t, p.record, told.Record)
	require.Equal(t, note, told.Head, "the message made no event for the caregiver, the note did")
}

// A hint names what whoever has it all has: the phone that wrote has it with its answer, and asks no second time; nobody is told a digest of what they
// may not see.
func TestAHintNamesTheDigestOfWhoeverHasItAll(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	patient, _ := p.listenAs(p.patient)
	caregiver, _ := p.listenAs(p.caregiver)
	mine, theirs := p.phone(p.patient), p.phone(p.caregiver)
	shown, _ := mine.sync(set("note/"+p.fresh().String(), map[string]any{"text": "for all"}))
	require.NotEmpty(t, shown.Digest)
	require.Equal(t, shown.Digest, patient.told(t).Digest, "nothing is left to pull")
	seen, _ := theirs.sync()
	require.Equal(t, seen.Digest, caregiver.told(t).Digest)
	require.NotEqual(t, shown.Digest, seen.Digest, "they see less")
}

func TestAQuietStreamWritesACommentNowAndThen(t *testing.T) {
	t.Parallel()
	p := newPlace(t, beating(30*time.Millisecond))
	l, _ := p.listenAs(p.patient)
	for range 3 {
		require.Equal(t, ":", l.next(t))
	}
}

// TestAStreamOutlivesTheTimeForAnAnswer: each line has its own time to be taken, not the stream as a whole.
func TestAStreamOutlivesTheTimeForAnAnswer(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(c *Config, o *LiveOptions) { c.WriteTimeout, o.Beat = 300*time.Millisecond, 50*time.Millisecond })
	l, _ := p.listenAs(p.patient)
	for began := time.Now(); time.Since(began) < 3*p.app.Config().WriteTimeout; {
		require.Equal(t, ":", l.next(t))
	}
}

func TestAStreamEndsByItself(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(_ *Config, o *LiveOptions) { o.Beat, o.Lasts = 20*time.Millisecond, 100*time.Millisecond })
	l, _ := p.listenAs(p.patient)
	require.Eventually(t, func() bool {
		_, open := <-l.lines
		return !open
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return p.live.Open() == 0 }, 5*time.Second, time.Millisecond)
}

func TestAStreamEndsWithTheSignIn(t *testing.T) {
	t.Parallel()
	p := newPlace(t, beating(20*time.Millisecond))
	l, _ := p.listenAs(p.caregiver)
	require.Equal(t, 204, p.do("POST", "/v1/sign-out", &p.caregiver, nil).status)
	require.Eventually(t, func() bool {
		_, open := <-l.lines
		return !open
	}, 5*time.Second, time.Millisecond)
}

func TestAfterAnEndedAccessNothingIsTold(t *testing.T) {
	t.Parallel()
	p := newPlace(t, beating(20*time.Millisecond))
	l, _ := p.listenAs(p.caregiver)
	got := p.do("DELETE", "/v1/records/"+p.record.String()+"/caregivers/"+p.caregiver.account.String(), &p.patient, nil)
	require.Equal(t, 204, got.status, got.text())
	p.phone(p.patient).sync(set("note/"+p.fresh().String(), map[string]any{"text": "not for you"}))
	for range 20 {
		require.Equal(t, ":", l.next(t))
	}
}

func TestAChangedConsentIsTold(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	l, _ := p.listenAs(p.caregiver)
	path := "/v1/records/" + p.record.String() + "/caregivers/" + p.caregiver.account.String()
	require.Equal(t, 204, p.do("PUT", path, &p.patient, map[string]any{"categories": []string{"schedule", "plan"}}).status)
	require.Equal(t, p.record, l.told(t).Record)
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(_ *Config, o *LiveOptions) { o.OfOne, o.OfAll = 2, 3 })
	for range 2 {
		_, status := p.listenAs(p.patient)
		require.Equal(t, 200, status)
	}
	_, status := p.listenAs(p.patient)
	require.Equal(t, 429, status, "one more of one account")
	l, status := p.listenAs(p.nurse)
	require.Equal(t, 200, status)
	_, status = p.listenAs(p.oncologist)
	require.Equal(t, 503, status, "one more of all")
	l.stop()
	require.Eventually(t, func() bool {
		p.live.Changed(p.record) // writing to a client that has gone ends its stream
		p.live.mu.Lock()
		for s := range p.live.streams {
			s.tell(func(n *news) { n.beat = true })
		}
		p.live.mu.Unlock()
		return p.live.Open() == 2
	}, 5*time.Second, 5*time.Millisecond)
	_, status = p.listenAs(p.oncologist)
	require.Equal(t, 200, status)
}

func TestTheDefaultsOfStreamsAreThoseOfTheProtocol(t *testing.T) {
	t.Parallel()
	l := NewLive(LiveOptions{})
	require.Equal(t, LiveOptions{Beat: 15 * time.Second, Lasts: 5 * time.Minute, OfOne: 8, OfAll: 10000}, l.opts)
}

func TestAClosedStreamLeavesNothingBehind(t *testing.T) {
	p := newPlace(t, beating(10*time.Millisecond))
	here := goleak.IgnoreCurrent()
	l, _ := p.listenAs(p.patient)
	p.live.Close()
	require.Eventually(t, func() bool {
		_, open := <-l.lines
		return !open
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return p.live.Open() == 0 }, 5*time.Second, time.Millisecond)
	_, status := p.listenAs(p.patient)
	require.Equal(t, 503, status, "after Close nobody joins")
	p.client.CloseIdleConnections()
	goleak.VerifyNone(t, here, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).workerFunc"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}
