package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/notify"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// TestAStopUnderLoadBreaksNoAnswer stops a server while phones write: what was answered is there, no answer is cut short, and it
// takes less than ten seconds.
func TestAStopUnderLoadBreaksNoAnswer(t *testing.T) {
	before := []goleak.Option{goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2")} // ends by itself within 10 s
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	var writers []*writer
	for i := range 6 {
		writers = append(writers, &writer{phone: newPhone(t, s, w.ada, w.record), name: fmt.Sprintf("writer %d", i), note: newDoc("note")})
	}
	stop := running(t, s)
	live := newPhone(t, s, w.ada, w.record)
	live.base = s.Base()
	streamed := make(chan error, 1)
	go func() { streamed <- live.listen() }()

	var group sync.WaitGroup
	var cut atomic.Int64
	ctx, done := context.WithCancel(t.Context())
	for _, writer := range writers {
		writer.base = s.Base()
		group.Go(func() {
			for ctx.Err() == nil {
				writer.write(t, message("under load"))
				var broken *cutShort
				if err := writer.sync(ctx); errors.As(err, &broken) {
					cut.Add(1)
				} else if err != nil {
					return
				}
			}
		})
	}
	<-time.After(300 * time.Millisecond)
	began := time.Now()
	require.NoError(t, stop())
	require.Less(t, time.Since(began), 10*time.Second)
	group.Wait()
	done()
	require.NoError(t, <-streamed, "streams end in order")
	require.Zero(t, cut.Load(), "answers that began and did not end")
	requireAnswered(t, c, w, writers)
	for _, writer := range append(writers, &writer{phone: live}) {
		writer.client.CloseIdleConnections()
	}
	goleak.VerifyNone(t, before...)
}

// listen reads the live stream to its end.
func (p *phone) listen() error {
	request, err := http.NewRequest(http.MethodGet, p.base+"/v1/live", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// requireAnswered: every mutation that was answered is in the store.
func requireAnswered(t *testing.T, c Config, w ward, writers []*writer) {
	t.Helper()
	s := opened(t, c)
	defer func() { require.NoError(t, s.Close()) }()
	answered := 0
	require.NoError(t, s.Engine().Read(t.Context(), principal(t, s, w.ada), w.record, func(_ syncing.Scope, r syncing.Reader) error {
		for _, writer := range writers {
			for _, e := range writer.db.Outbox(w.record) {
				if !e.Answered {
					continue
				}
				answered++
				d, err := r.Document(e.Doc)
				if err != nil || !d.Exists() {
					return fmt.Errorf("an answered document is gone: %w", err)
				}
			}
		}
		return nil
	}))
	require.Greater(t, answered, len(writers))
}

func TestReadyzSaysNoBeforeTheAddressIsLetGo(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Drain = time.Second
	s := opened(t, c)
	stop := running(t, s)
	require.Equal(t, http.StatusOK, statusOf(t, s.Base()+"/readyz"))
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	require.Eventually(t, func() bool { return statusOf(t, s.Base()+"/readyz") == http.StatusServiceUnavailable }, c.Drain/2, 5*time.Millisecond)
	require.Equal(t, http.StatusOK, statusOf(t, s.Base()+"/healthz"), "it lives, and answers who still comes")
	require.NoError(t, <-ended)
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

// metricsOf is what Prometheus would read now.
func metricsOf(t *testing.T, s *Server) string {
	t.Helper()
	answer, err := http.Get(s.Metrics())
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return string(text)
}

func TestMetricsLieOnAListenerOfTheirOwnAndSayNothingOfAPerson(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Metrics = "127.0.0.1:0"
	s := opened(t, c)
	w := peopled(t, s)
	stop := running(t, s)
	writeCanaries(t, s, w)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars"} {
		require.Equal(t, http.StatusNotFound, statusOf(t, s.Base()+path), path)
	}
	require.Eventually(t, func() bool { // followers write now and then too
		return strings.Contains(metricsOf(t, s), "satchel_store_queue_depth 0")
	}, crashStart, waitStep)
	text := metricsOf(t, s)
	for _, name := range []string{
		`satchel_sync_outcomes_total{status="applied"} 3`, `satchel_sync_held_total{reason="unknown"} 1`,
		`satchel_store_updates_total{result="committed"}`, `satchel_request_seconds_count{method="POST",route="/v1/sync",status="200"}`,
	} {
		require.Contains(t, text, name)
	}
	for _, secret := range []string{canaryWord, w.record.UUID.String(), w.ada.UUID.String(), "Ada"} {
		require.NotContains(t, text, secret)
	}
	require.NoError(t, stop())
}

// lines collects a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), words)
}

// TestAChangeWakesThoseWhoMaySeeItAndNobodyElse reads from the log how many devices were woken.
func TestAChangeWakesThoseWhoMaySeeItAndNobodyElse(t *testing.T) {
	t.Parallel()
	c := installed(t)
	log := &lines{}
	c.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := opened(t, c)
	w := peopled(t, s)
	for i, account := range []syncing.AccountID{w.ada, w.carla} {
		who := principal(t, s, account)
		p := newPhone(t, s, account, w.record)
		session, err := s.Identity().Authenticate(t.Context(), p.token)
		require.NoError(t, err)
		who.Device = session.Device
		require.NoError(t, s.Identity().RegisterPush(t.Context(), who, "android", fmt.Sprintf("push token %d %s", i, canaryWord)))
	}
	// What was written before, and what follows from the start, is told to nobody here: else it would be told in the middle of the first change.
	require.NoError(t, s.Follow(t.Context()))
	s.changed.take()
	stop := running(t, s)
	nurse := newPhone(t, s, w.nurse, w.record)
	nurse.base = s.Base()
	wrote := func(change replica.Change, devices string) {
		before := log.count("devices=" + devices)
		nurse.write(t, change)
		require.NoError(t, nurse.sync(t.Context()))
		require.Eventually(t, func() bool { return log.count("devices="+devices) == before+1 }, 5*time.Second, 5*time.Millisecond, "%s devices", devices)
	}
	wrote(replica.Change{Doc: newDoc("note"), Set: fields("text", canaryWord)}, "2")
	wrote(message(canaryWord), "1") // messages are not shared with the caregiver
	wrote(replica.Change{Doc: newDoc("note"), Set: fields("text", canaryWord)}, "2")
	require.NoError(t, s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla)))
	wrote(replica.Change{Doc: newDoc("note"), Set: fields("text", canaryWord)}, "1")
	require.NoError(t, stop())
	require.Zero(t, log.count(canaryWord))
	require.Zero(t, log.count(w.record.UUID.String()))
}

// awayThenBack is a push service that is away at first.
type awayThenBack struct {
	calls atomic.Int64
	sent  atomic.Int64
}

func (a *awayThenBack) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	if a.calls.Add(1) == 1 {
		return notify.All(notify.Waiting, len(pushes)), fault.New(fault.Busy, "test", "away")
	}
	a.sent.Add(int64(len(pushes)))
	return notify.All(notify.Sent, len(pushes)), nil
}

func TestAWakeUpWaitsForAPushServiceThatIsAway(t *testing.T) {
	t.Parallel()
	c := installed(t)
	service := &awayThenBack{}
	c.Sender = service
	s := opened(t, c)
	w := peopled(t, s)
	p := newPhone(t, s, w.ada, w.record)
	session, err := s.Identity().Authenticate(t.Context(), p.token)
	require.NoError(t, err)
	require.NoError(t, s.Identity().RegisterPush(t.Context(), session.Principal, "android", "a push token"))
	running(t, s)
	p.base = s.Base()
	p.write(t, message("hello"))
	require.NoError(t, p.sync(t.Context()))
	require.Eventually(t, func() bool { return service.sent.Load() == 1 }, 2*wakeAgainMin, 20*time.Millisecond)
}

// TestTimeAloneMarksARowOverdue moves the clock behind what was promised.
func TestTimeAloneMarksARowOverdue(t *testing.T) {
	t.Parallel()
	c := installed(t)
	var ahead atomic.Int64
	c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s := opened(t, c)
	w := peopled(t, s)
	stop := running(t, s)
	writeCanaries(t, s, w)
	overdue := func() (yes bool) {
		from, to := care.QueueRange(w.oncology.ID)
		require.NoError(t, s.store.Scan(t.Context(), care.QueueIndex, from, to, 10, func(e syncing.IndexEntry) bool {
			yes = yes || bytes.Contains(e.Value, []byte(`"overdue":true`))
			return true
		}))
		return yes
	}
	<-time.After(5 * c.FollowEvery)
	require.False(t, overdue())
	ahead.Store(int64(48 * time.Hour))
	require.Eventually(t, overdue, 5*time.Second, 5*time.Millisecond)
	require.NoError(t, stop())
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
}

// TestHazard_H29_TheOneWrittenLaterInTrueTimeWins: a phone of 1999 and one of 2040 edit the same field offline.
func TestHazard_H29_TheOneWrittenLaterInTrueTimeWins(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	old, young := newPhone(t, s, w.ada, w.record), newPhone(t, s, w.ada, w.record)
	running(t, s)
	old.base, young.base = s.Base(), s.Base()
	old.skew = time.Until(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
	young.skew = time.Until(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC))
	note := newDoc("note")
	old.write(t, replica.Change{Doc: note, Set: fields("text", "a note", "title", "begun")})
	require.NoError(t, old.sync(t.Context()))
	require.NoError(t, young.sync(t.Context()))

	young.write(t, replica.Change{Doc: note, Set: fields("title", "written first, in 2040")})
	<-time.After(20 * time.Millisecond)
	old.write(t, replica.Change{Doc: note, Set: fields("title", "written later, in 1999")})
	for _, p := range []*phone{old, young, old} {
		require.NoError(t, p.sync(t.Context()))
	}
	for _, p := range []*phone{old, young} {
		d := p.view()[note]
		require.Equal(t, `"written later, in 1999"`, string(d.Fields["title"]))
		require.Len(t, d.Siblings["title"], 1)
		require.Equal(t, `"written first, in 2040"`, string(d.Siblings["title"][0].Value))
		require.Empty(t, p.db.Held(w.record), "nobody was refused")
	}
}
