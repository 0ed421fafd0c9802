package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify/fcm/stub"
)

const (
	// ringChild names the push service to which this test binary, started again, sends what waits; ringClock the clock that it asks.
	ringChild, ringClock = "SATCHEL_RING_CHILD", "SATCHEL_RING_CLOCK"
	// ringKillsFew is how often the plain `go test` kills, with ringDevicesFew devices; `make crash` does it twenty times, with a backlog of 11,000.
	ringKillsFew, ringDevicesFew   = 3, 20
	ringKillsMany, ringDevicesMany = 20, 110
	ringEvents                     = 100
	// ringLives is how many pushes a child lives for: one batch and something of the next.
	ringLives = 700
)

// turnUntilKilled is the child: it drains the outbox of a folder, turn by turn, by the clock that its parent moves.
func turnUntilKilled(folder string) error {
	ctx := context.Background()
	c := configIn(folder)
	client, err := firebase(ctx, os.Getenv(ringChild), os.Getenv(ringChild))
	if err != nil {
		return err
	}
	c.Sender = client
	var now atomic.Int64
	c.Now = func() time.Time { return time.UnixMilli(now.Load()) }
	if err := tellTime(&now); err != nil {
		return err
	}
	s, err := Open(ctx, c)
	for err == nil {
		if err = s.outbox.Turn(ctx); s.outbox.Rows() == 0 {
			break
		}
		if err == nil {
			err = tellTime(&now)
		}
	}
	if err != nil {
		return err
	}
	return s.Close()
}

// tellTime asks the parent what time it is: a second later than when somebody asked last.
func tellTime(now *atomic.Int64) error {
	answer, err := http.Get(os.Getenv(ringClock))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	ms, err := strconv.ParseInt(string(text), 10, 64)
	now.Store(ms)
	return err
}

// TestTheOutboxIsKilledInTheMiddle kills a process again and again that sends a backlog, over TCP and with the real client. Every event
// reaches every device; what was on its way at a kill comes once more, under the same id, so no device shows it twice; and the backlog has
// left within ten minutes.
func TestTheOutboxIsKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	kills, devices := ringKillsFew, ringDevicesFew
	if os.Getenv(crashKills) != "" {
		kills, devices = ringKillsMany, ringDevicesMany
	}
	h := newTower(t)
	tokens := h.staffed(devices/5, 5)
	events := h.notices(ringEvents, "team", nil)
	h.happens(events...)
	require.NoError(t, h.s.Close())
	began := h.s.config.nowMs()
	var clock, sent atomic.Int64
	clock.Store(began)
	times := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, clock.Add(time.Second.Milliseconds())) }))
	t.Cleanup(times.Close)
	enough := make(chan struct{}, 1)
	h.google.Answers(func(stub.Message) stub.Answer {
		if sent.Add(1)%ringLives == 0 {
			select {
			case enough <- struct{}{}:
			default:
			}
		}
		return stub.Answer{}
	})
	start := func() (child *exec.Cmd, ended chan error) {
		child = exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashChild+"="+filepath.Dir(h.config.Data), ringChild+"="+h.google.URL, ringClock+"="+times.URL)
		child.Stderr = os.Stderr
		require.NoError(t, child.Start())
		ended = make(chan error, 1)
		go func() { ended <- child.Wait() }()
		return child, ended
	}
	killed := 0
	for done := false; !done; {
		child, ended := start()
		select {
		case <-enough:
			if killed < kills {
				require.NoError(t, child.Process.Signal(syscall.SIGKILL))
				<-ended // it says that it was killed
				killed++
				sent.Store(0)
				select { // it may have sent more while it died
				case <-enough:
				default:
				}
				continue
			}
			require.NoError(t, <-ended)
			done = true
		case err := <-ended:
			require.NoError(t, err)
			done = true
		}
	}
	doubles := everyEvent(t, h.google.Taken(), tokens, events)
	require.Positive(t, killed)
	require.LessOrEqual(t, doubles, killed*500, "what was on its way at a kill, and no more")
	require.Less(t, clock.Load()-began, (10 * time.Minute).Milliseconds())
	t.Logf("%d kills in a backlog of %d: 0 lost, %d sent again under the same id, gone in %d s of the clock", killed, len(tokens)*len(events), doubles, (clock.Load()-began)/1000)
}
