package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"go.etcd.io/bbolt"
)

// The work of PERFORMANCE: a phone's sync round over HTTP, everything switched on, beside what its parts can do at best. One run
// measures all rows, because the machines are noisy: read the ratios, not the times.

// cellTime is how long each cell of the table is measured.
const cellTime = 2 * time.Second

var clients = []int{1, 16, 64}

// BenchmarkTable prints the table that docs/benchmarks.md quotes. It takes about 25 s and runs once, whatever b.N is.
func BenchmarkTable(b *testing.B) {
	rows := []struct {
		name    string
		measure func(b *testing.B, c int) cell
	}{
		{"phone round, everything on", func(b *testing.B, c int) cell { return measureRounds(b, c, roundWork) }},
		{"idle round, everything on", func(b *testing.B, c int) cell { return measureRounds(b, c, idleWork) }},
		{"bbolt, 5 puts of 400 B, one writer drains a queue", measureBolt},
		{"bare Fiber, 2.5 KB body", measureFiber},
		{"fdatasync of 2 KB appended, one thread", measureDisk},
	}
	results := make([][]cell, len(rows))
	for i, row := range rows {
		for _, c := range clients {
			results[i] = append(results[i], row.measure(b, c))
		}
	}
	out := &strings.Builder{}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "per second\tc=1\tc=16\tc=64\tp99 c=16\t")
	for i, row := range rows {
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.0f\t%s\t\n", row.name, results[i][0].rate, results[i][1].rate, results[i][2].rate, results[i][1].p99)
	}
	ratio := func(name string, of, to int) {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t\t\n", name, results[of][0].rate/results[to][0].rate, results[of][1].rate/results[to][1].rate, results[of][2].rate/results[to][2].rate)
	}
	ratio("round : bbolt", 0, 2)
	ratio("round : bare Fiber", 0, 3)
	ratio("idle : bare Fiber", 1, 3)
	require.NoError(b, w.Flush())
	fmt.Fprintf(os.Stdout, "\n%s\n", out)
	for b.Loop() { // the table is the result
	}
}

// cell is one measurement.
type cell struct {
	rate float64 // per second
	p99  time.Duration
}

// hammer lets c clients work for cellTime.
func hammer(c int, work func(client int) func() error) (cell, error) {
	var group sync.WaitGroup
	var done atomic.Int64
	var failed atomic.Pointer[error]
	times := make([][]time.Duration, c)
	begin := time.Now()
	for i := range c {
		one := work(i)
		group.Go(func() {
			for time.Since(begin) < cellTime && failed.Load() == nil {
				start := time.Now()
				if err := one(); err != nil {
					failed.Store(&err)
					return
				}
				times[i] = append(times[i], time.Since(start))
				done.Add(1)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return cell{}, *err
	}
	return cell{float64(done.Load()) / time.Since(begin).Seconds(), p99(times)}, nil
}

func measureRounds(b *testing.B, c int, work func(p *benchPhone) func() error) cell {
	h := newBenchHouse(b, c)
	result, err := hammer(c, func(i int) func() error { return work(h.phones[i]) })
	require.NoError(b, err)
	return result
}

// measureBolt is what the disk and bbolt give at best: one goroutine drains a queue into one Update.
func measureBolt(b *testing.B, c int) cell {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
	require.NoError(b, err)
	defer func() { require.NoError(b, db.Close()) }()
	require.NoError(b, db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err }))
	queue := make(chan boltPut, 256)
	var writer sync.WaitGroup
	writer.Go(func() { drain(db, queue) })
	value := make([]byte, 400)
	result, err := hammer(c, func(i int) func() error {
		n := 0
		answer := make(chan error, 1)
		return func() error {
			n++
			queue <- boltPut{fmt.Sprintf("%04d/%08d", i, n), value, answer}
			return <-answer
		}
	})
	close(queue)
	writer.Wait()
	require.NoError(b, err)
	return result
}

type boltPut struct {
	key    string
	value  []byte
	answer chan error
}

func drain(db *bbolt.DB, queue chan boltPut) {
	for first := range queue {
		group := []boltPut{first}
		for more := true; more; {
			select {
			case p, ok := <-queue:
				if more = ok; ok {
					group = append(group, p)
				}
			default:
				more = false
			}
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, p := range group {
				for i := range 5 {
					if err := tx.Bucket([]byte("b")).Put(fmt.Appendf(nil, "%s/%d", p.key, i), p.value); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for _, p := range group {
			p.answer <- err
		}
	}
}

// measureFiber is what HTTP gives at best: a body of 2.5 KB in, a small one out.
func measureFiber(b *testing.B, c int) cell {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/", func(c *fiber.Ctx) error { return c.SendString(fmt.Sprint(len(c.BodyRaw()))) })
	base := listenBench(b, app)
	body := []byte(strings.Repeat("x", 2500))
	result, err := hammer(c, func(int) func() error {
		client := &fasthttp.HostClient{Addr: base}
		return func() error { return post(client, "http://"+base+"/", "", body, func([]byte) error { return nil }) }
	})
	require.NoError(b, err)
	return result
}

// measureDisk is the disk's own rate just now, which a neighbour moves tenfold. It has one thread, whatever c is.
func measureDisk(b *testing.B, _ int) cell {
	f, err := os.Create(filepath.Join(b.TempDir(), "disk"))
	require.NoError(b, err)
	defer func() { require.NoError(b, f.Close()) }()
	block := make([]byte, 2048)
	result, err := hammer(1, func(int) func() error {
		return func() error {
			if _, err := f.Write(block); err != nil {
				return err
			}
			return f.Sync()
		}
	})
	require.NoError(b, err)
	return result
}

// A round's work is what CI gates on: times move with the neighbours, work does not.
func TestARoundOfOnePhoneIsOneCommitAndFewBytes(t *testing.T) {
	t.Parallel()
	h := newBenchHouse(t, 1)
	phone := h.phones[0]
	round, idle := roundWork(phone), idleWork(phone)
	require.NoError(t, round())
	require.NoError(t, idle())
	before, err := h.server.file.Sequence()
	require.NoError(t, err)
	const rounds = 20
	phone.bytes = 0
	for range rounds {
		require.NoError(t, round())
	}
	after, err := h.server.file.Sequence()
	require.NoError(t, err)
	require.EqualValues(t, rounds, after-before, "one commit a round")
	require.LessOrEqual(t, phone.bytes/rounds, 5<<10, "bytes on the wire, a round")
	phone.bytes = 0
	require.NoError(t, idle())
	require.LessOrEqual(t, phone.bytes, 600, "bytes on the wire when nothing is new")
	again, err := h.server.file.Sequence()
	require.NoError(t, err)
	require.Equal(t, after, again, "nothing new costs no commit")
}

func runBench(tb testing.TB, s *Server) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		require.NoError(tb, <-ended)
	})
}
