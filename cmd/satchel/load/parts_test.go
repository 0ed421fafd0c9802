package load_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"go.etcd.io/bbolt"
)

// What the parts of a server give at best, each asked by as many callers: what a round is held against. Nobody signs in to them, and nothing is validated,
// merged, journaled or sealed.

// part is what one of them gave.
type part struct {
	rate float64 // per second
	p99  time.Duration
}

// hammer lets c callers work for so long.
func hammer(c int, lasts time.Duration, work func(caller int) func() error) (part, error) {
	var group sync.WaitGroup
	var failed atomic.Pointer[error]
	times := make([][]time.Duration, c)
	begun := time.Now()
	for i := range c {
		one := work(i)
		group.Go(func() {
			for time.Since(begun) < lasts && failed.Load() == nil {
				start := time.Now()
				if err := one(); err != nil {
					failed.Store(&err)
					return
				}
				times[i] = append(times[i], time.Since(start))
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return part{}, *err
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	return part{float64(len(all)) / time.Since(begun).Seconds(), all[len(all)*99/100]}, nil
}

// valueBytes is how long a document is there.
const valueBytes = 400

// rawBolt is what bbolt and the disk give at best: one goroutine drains a queue into one Update, 5 puts a caller.
func rawBolt(b testing.TB, c int, lasts time.Duration) part {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
	require.NoError(b, err)
	defer func() { require.NoError(b, db.Close()) }()
	require.NoError(b, db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err }))
	queue := make(chan boltPut, 256)
	var writer sync.WaitGroup
	writer.Go(func() { drain(db, queue) })
	value := make([]byte, valueBytes)
	result, err := hammer(c, lasts, func(i int) func() error {
		n, answer := 0, make(chan error, 1)
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

// raw is a PostgreSQL that is asked without anything in between, in one exchange a piece of work.
type raw struct {
	b     testing.TB
	url   string
	conns []*pgx.Conn
	turn  []int64 // of each caller: how many rounds it made
}

func openRaw(b testing.TB, url string, callers int) *raw {
	r := &raw{b: b, url: url, turn: make([]int64, callers)}
	for range callers {
		conn, err := pgx.Connect(b.Context(), url)
		require.NoError(b, err)
		r.conns = append(r.conns, conn)
	}
	b.Cleanup(func() {
		for _, c := range r.conns {
			_ = c.Close(context.Background())
		}
	})
	return r
}

// fill makes a record of 60 documents for each caller.
func (r *raw) fill() {
	_, err := r.conns[0].Exec(r.b.Context(), `DROP TABLE IF EXISTS heads, documents; CREATE TABLE heads (record int PRIMARY KEY, rev bigint NOT NULL);
		CREATE TABLE documents (record int, doc bigint, rev bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY (record, doc)); CREATE INDEX ON documents (record, rev)`)
	require.NoError(r.b, err)
	_, err = r.conns[0].Exec(r.b.Context(), "INSERT INTO heads SELECT i, 60 FROM generate_series(0, $1::int - 1) AS i", len(r.conns))
	require.NoError(r.b, err)
	_, err = r.conns[0].Exec(r.b.Context(), "INSERT INTO documents SELECT i, d, d, $2::bytea FROM generate_series(0, $1::int - 1) AS i, generate_series(1, 60) AS d", len(r.conns), make([]byte, valueBytes))
	require.NoError(r.b, err)
	clear(r.turn)
}

// round writes 3 new documents and 2 old ones, and reads what changed: those, and as many that came before.
func (r *raw) round(i int) func() error {
	body := make([]byte, valueBytes)
	return func() error {
		at := 60 + 5*r.turn[i] // the rev before
		next := 60 + 3*r.turn[i]
		r.turn[i]++
		batch := &pgx.Batch{}
		batch.Queue("BEGIN")
		batch.Queue("UPDATE heads SET rev = $2 WHERE record = $1", i, at+5)
		for n := range int64(3) {
			batch.Queue("INSERT INTO documents VALUES ($1, $2, $3, $4)", i, next+n+1, at+n+1, body)
		}
		for n := range int64(2) {
			batch.Queue("UPDATE documents SET rev = $3, body = $4 WHERE record = $1 AND doc = $2", i, next-n, at+n+4, body)
		}
		batch.Queue("SELECT doc, rev, body FROM documents WHERE record = $1 AND rev > $2 ORDER BY rev", i, at-5)
		batch.Queue("COMMIT")
		return r.conns[i].SendBatch(context.Background(), batch).Close()
	}
}

func (r *raw) initial(i int) func() error {
	return func() error {
		rows, err := r.conns[i].Query(context.Background(), "SELECT doc, rev, body FROM documents WHERE record = $1 ORDER BY rev", i)
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := rows.Err(); err != nil || n != 60 {
			return fmt.Errorf("%d documents: %w", n, err)
		}
		return nil
	}
}

func (r *raw) idle(i int) func() error {
	return func() error {
		var rev int64
		return r.conns[i].QueryRow(context.Background(), "SELECT rev FROM heads WHERE record = $1", i).Scan(&rev)
	}
}

func (r *raw) measure(lasts time.Duration, work func(i int) func() error, callers int) part {
	r.fill()
	result, err := hammer(callers, lasts, work)
	require.NoError(r.b, err)
	return result
}

// answerBytes is the header by which bare Fiber is told how long its answer shall be.
const answerBytes = "Answer-Bytes"

// serveFiber is a server that only answers, in a process of its own.
func serveFiber() {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/", func(c *fiber.Ctx) error {
		n, err := strconv.Atoi(c.Get(answerBytes))
		if err != nil || n < 0 || n > 1<<20 {
			return fiber.ErrBadRequest
		}
		return c.Send(bytes.Repeat([]byte{'x'}, n))
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println("Serving", l.Addr())
		err = app.Listener(l)
	}
	fmt.Fprintln(os.Stderr, err)
}

// startFiber starts it and gives where it is reached.
func startFiber(b testing.TB) (address string) {
	cmd := exec.Command(os.Args[0], "-fiber")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	text, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err)
	return strings.TrimPrefix(strings.TrimSpace(text), "Serving ")
}

// bareFiber is what HTTP gives at best, for a request and an answer of these sizes.
func bareFiber(b testing.TB, address string, c int, lasts time.Duration, asks, answers int) part {
	result, err := hammer(c, lasts, func(int) func() error {
		client := &fasthttp.HostClient{Addr: address, MaxConns: 1}
		var req fasthttp.Request
		var resp fasthttp.Response
		req.SetRequestURI("http://" + address + "/")
		req.Header.SetMethod("POST")
		req.Header.Set(answerBytes, strconv.Itoa(answers))
		req.SetBodyRaw(make([]byte, asks))
		return func() error {
			if err := client.Do(&req, &resp); err != nil || resp.Header.ContentLength() != answers {
				return fmt.Errorf("%d bytes: %w", resp.Header.ContentLength(), err)
			}
			return nil
		}
	})
	require.NoError(b, err)
	return result
}
