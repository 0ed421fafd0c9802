package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

const (
	// crashChild names the folder in which this test binary, started again, is a server.
	crashChild = "SATCHEL_CRASH_CHILD"
	crashKills = "SATCHEL_CRASH_KILLS"
	// crashKillsFew is how often the plain `go test` kills; `make crash` sets more.
	crashKillsFew = 8
	crashPhones   = 4
	// crashSoonest and crashLatest are when a server is killed after it was ready.
	crashSoonest, crashLatest = 10 * time.Millisecond, 300 * time.Millisecond
	crashStart                = 20 * time.Second
	waitStep                  = 5 * time.Millisecond
)

// serveUntilKilled is the child: a real server on a real data folder. It says where it listens in a file.
func serveUntilKilled(folder string) int {
	ctx := context.Background()
	breakSyncOn(syscall.SIGUSR1)
	c := configIn(folder)
	if os.Getenv(diskChild) != "" {
		if err := onASmallDisk(c.Data); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	s, err := Open(ctx, c)
	if err == nil {
		err = s.Listen()
	}
	if err == nil {
		err = writeAtomic(filepath.Join(folder, "base"), []byte(s.Base()))
	}
	if err == nil {
		err = s.Run(ctx)
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// victim is a running child.
type victim struct {
	cmd  *exec.Cmd
	base string
}

func startVictim(t *testing.T, folder string) *victim {
	t.Helper()
	return startVictimIn(t, folder, func(*exec.Cmd) {})
}

// startVictimIn starts the child in surroundings of its own.
func startVictimIn(t *testing.T, folder string, surround func(*exec.Cmd)) *victim {
	t.Helper()
	base := filepath.Join(folder, "base")
	if err := os.Remove(base); !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	v := &victim{cmd: exec.Command(os.Args[0])}
	v.cmd.Env = append(os.Environ(), crashChild+"="+folder)
	v.cmd.Stderr = os.Stderr
	surround(v.cmd)
	require.NoError(t, v.cmd.Start())
	t.Cleanup(func() { _ = v.cmd.Process.Kill() }) // it has ended already, unless the test failed
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(base)
		v.base = string(text)
		return err == nil
	}, crashStart, 5*time.Millisecond, "the server did not start again after it was killed")
	return v
}

func (v *victim) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, v.cmd.Process.Signal(syscall.SIGKILL))
	_ = v.cmd.Wait() // it says that it was killed
}

// writer is a phone that writes unique messages and counts in a note of its own, as fast as it is answered.
type writer struct {
	*phone
	name    string
	note    syncing.DocID
	count   int
	written []syncing.DocID
}

// work writes and syncs until the server is gone.
func (w *writer) work(ctx context.Context, answered *atomic.Int64) {
	for ctx.Err() == nil {
		w.count++
		m := message(fmt.Sprintf("%s %d", w.name, w.count))
		for _, change := range []replica.Change{m, {Doc: w.note, Set: fields("text", w.name, "title", strconv.Itoa(w.count))}} {
			if _, err := w.db.Mutate(w.record, change, nowMs()); err != nil {
				panic(err) // memory alone: it cannot fail
			}
		}
		w.written = append(w.written, m.Doc)
		before := w.db.Unanswered(w.record)
		if w.sync(ctx) != nil {
			return
		}
		answered.Add(int64(before - w.db.Unanswered(w.record)))
	}
}

func crashCount(t *testing.T) int {
	t.Helper()
	text := os.Getenv(crashKills)
	if text == "" {
		return crashKillsFew
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// TestCrash kills a writing server again and again. At the end every mutation is there exactly once: those that were answered,
// because they were promised, and those that were not, because their phones sent them again.
func TestCrash(t *testing.T) {
	const seed = 1
	kills := crashCount(t)
	folder := t.TempDir()
	c := configIn(folder)
	require.NoError(t, Init(t.Context(), c, nil))
	s := opened(t, c)
	w := peopled(t, s)
	writers := make([]*writer, crashPhones)
	for i := range writers {
		account := w.ada
		if i%2 == 1 {
			account = w.nurse
		}
		writers[i] = &writer{phone: newPhone(t, s, account, w.record), name: fmt.Sprintf("writer %d", i), note: newDoc("note")}
	}
	reader := newPhone(t, s, w.nurse, w.record)
	require.NoError(t, s.Follow(t.Context())) // the card of the team is there before anything is counted
	head, ok, err := s.Engine().Head(t.Context(), principal(t, s, w.nurse), w.record)
	require.NoError(t, err)
	require.True(t, ok)
	require.NoError(t, s.Close())

	chance := rand.New(rand.NewPCG(seed, 0))
	var answered atomic.Int64
	began := time.Now()
	for range kills {
		v := startVictim(t, folder)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for _, writer := range writers {
			writer.base = v.base
			group.Go(func() { writer.work(ctx, &answered) })
		}
		<-time.After(crashSoonest + time.Duration(chance.Int64N(int64(crashLatest-crashSoonest))))
		v.kill(t)
		stop()
		group.Wait()
	}
	v := startVictim(t, folder)
	mutations := 0
	for _, writer := range writers {
		writer.base = v.base
		require.NoError(t, writer.sync(t.Context()))
		mutations += len(writer.db.Outbox(w.record))
	}
	reader.base = v.base
	require.NoError(t, reader.sync(t.Context()))
	requireEveryWord(t, writers, reader)
	require.NoError(t, v.cmd.Process.Signal(syscall.SIGTERM))
	_ = v.cmd.Wait()

	s = opened(t, c)
	after, _, err := s.Engine().Head(t.Context(), principal(t, s, w.nurse), w.record)
	require.NoError(t, err)
	require.Equal(t, head.Head+syncing.Rev(mutations), after.Head, "each mutation took one rev: none was lost, none applied twice")
	require.NoError(t, s.Close())
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems, "the chain holds")
	require.Positive(t, answered.Load())
	t.Logf("%d kills in %.1f s: %d mutations by %d phones, %d answered while servers were being killed; 0 lost, 0 doubled",
		kills, time.Since(began).Seconds(), mutations, crashPhones, answered.Load())
}

// requireEveryWord compares what phones wrote with what somebody reads who never wrote.
func requireEveryWord(t *testing.T, writers []*writer, reader *phone) {
	t.Helper()
	docs, messages := reader.view(), 0
	for _, w := range writers {
		require.Zero(t, w.db.Unanswered(w.record))
		for _, e := range w.db.Outbox(w.record) {
			require.Equal(t, syncing.Applied, e.Outcome.Status)
		}
		for i, doc := range w.written {
			require.NotNil(t, docs[doc], "a message of %s is gone", w.name)
			require.Equal(t, strconv.Quote(fmt.Sprintf("%s %d", w.name, i+1)), string(docs[doc].Fields["body"]))
		}
		require.Equal(t, strconv.Quote(strconv.Itoa(w.count)), string(docs[w.note].Fields["title"]), "the count of %s", w.name)
		messages += len(w.written)
	}
	for id := range docs {
		if id.Type() == "message" {
			messages--
		}
	}
	require.Zero(t, messages, "as many messages as were written")
}
