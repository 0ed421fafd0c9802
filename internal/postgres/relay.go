package postgres

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// channel is where nodes tell each other what happened.
	channel = "satchel"
	// noticeBytes is how much one notice holds: PostgreSQL takes 8000.
	noticeBytes = 7000
	// noticesMax is how many lines wait to be told. One more is not: it is a hint, and whoever hears none asks by themselves.
	noticesMax = 100_000
	// relayAgain is when a connection that broke is tried again.
	relayAgain = 200 * time.Millisecond
)

// notices are the lines that this node has to tell, each once.
type notices struct {
	mu    sync.Mutex
	lines map[string]struct{}
	some  chan struct{} // holds a token while there are any
}

func newNotices() *notices {
	return &notices{lines: map[string]struct{}{}, some: make(chan struct{}, 1)}
}

// Tell lets the other nodes hear of a line without a line feed, soon, if they listen. It does not block. Lines are hints and lie in no store: they hold ids
// and nothing about anybody.
func (s *Store) Tell(line string) {
	n := s.notices
	n.mu.Lock()
	if len(n.lines) < noticesMax {
		n.lines[line] = struct{}{}
	}
	n.mu.Unlock()
	select {
	case n.some <- struct{}{}:
	default:
	}
}

func (n *notices) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	lines := make([]string, 0, len(n.lines))
	for line := range n.lines {
		lines = append(lines, line)
	}
	n.lines = map[string]struct{}{}
	return lines
}

// Relay tells other nodes what Tell was given, and calls heard with the lines that they tell, until the context ends. It calls begun whenever it begins to
// listen, at first and after its connection broke: what was told before was not heard.
func (s *Store) Relay(ctx context.Context, heard func(line string), begun func()) {
	var group sync.WaitGroup
	group.Go(func() { s.tellOthers(ctx) })
	for ctx.Err() == nil {
		if s.listen(ctx, heard, begun) != nil {
			wait(ctx, relayAgain)
		}
	}
	group.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// listen hears until its connection breaks.
func (s *Store) listen(ctx context.Context, heard func(string), begun func()) error {
	config := s.pool.Config().ConnConfig.Copy()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), relayAgain)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	begun()
	own := hex.EncodeToString(s.node[:])
	for {
		notice, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		from, lines, _ := strings.Cut(notice.Payload, "\n")
		if from == own {
			continue
		}
		for line := range strings.SplitSeq(lines, "\n") {
			heard(line)
		}
	}
}

// tellOthers sends what there is, at once: while one notice is under way the next lines come together.
func (s *Store) tellOthers(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.notices.some:
		}
		lines := s.notices.take()
		for _, text := range s.noticesOf(lines) {
			if s.notify(ctx, text) != nil {
				for _, line := range lines { // some may be told twice
					s.Tell(line)
				}
				wait(ctx, relayAgain)
				break
			}
		}
	}
}

// noticesOf puts lines together, each notice behind the name of this node.
func (s *Store) noticesOf(lines []string) (texts []string) {
	var b bytes.Buffer
	for _, line := range lines {
		if b.Len() > 0 && b.Len()+len(line) >= noticeBytes {
			texts = append(texts, b.String())
			b.Reset()
		}
		if b.Len() == 0 {
			b.WriteString(hex.EncodeToString(s.node[:]))
		}
		b.WriteString("\n" + line)
	}
	if b.Len() > 0 {
		texts = append(texts, b.String())
	}
	return texts
}

// TellNow is Tell for whoever must know that it was told: by a program that ends, and to nodes that may listen.
func (s *Store) TellNow(ctx context.Context, line string) error {
	return failed("postgres.TellNow", s.notify(ctx, s.noticesOf([]string{line})[0]))
}

// notify waits for no disk: what a crash of the database loses is a hint.
func (s *Store) notify(ctx context.Context, text string) error {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue("SET LOCAL synchronous_commit = off")
	batch.Queue("SELECT pg_notify($1, $2)", channel, text)
	batch.Queue("COMMIT")
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer end(ctx, conn)
	return conn.SendBatch(ctx, batch).Close()
}
