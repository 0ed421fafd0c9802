package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"satchel/internal/heads"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

const (
	headsName     = "satchel.heads" // in the data folder: the lines
	headsKeyName  = "heads.key"     // in the key folder
	headsSigned   = "heads.signed"  // in the key folder, unless the operator names another place
	headsEvery    = 5 * time.Minute
	headsAtStop   = 4 * time.Second // how long the last head may take when the server stops
	headsOrigin   = "satchel/"      // before the life of the store
	linesAtATime  = 10_000
	recordsAtOnce = 500
)

// headLog is what a server keeps of its log of heads. It is opened when it is first needed, which is not on the way to the first
// answer.
type headLog struct {
	mu       sync.Mutex // one turn at a time
	log      *heads.Log
	key      *heads.Key
	complete bool // every row of the store is in the log or in the notebook
	last     heads.Head
	book     *notebook
	broken   error  // the log could not be synced: nothing more is signed before a start
	openedAt uint64 // sequence of the store when this server opened it
}

// headsFile is where signed heads are published.
func (c Config) headsFile() string {
	return cmp.Or(c.Heads, filepath.Join(c.Keys, headsSigned))
}

// line is how a row stands in the log. What it says is blinded: a disk without its keys confirms no guess about anybody.
func (r notedRow) line(blind func(string, []byte) []byte) string {
	return fmt.Sprintf("%s %s %x %x", r.kind, r.record, r.key, blind("log of heads", r.said))
}

// loadHeads opens log and key, and looks whether the log has every row: it has, if nothing was committed since a head that says so.
func (s *Server) loadHeads() (err error) {
	h := &s.heads
	if h.log != nil {
		return nil
	}
	if h.key, err = heads.LoadKey(filepath.Join(s.config.Keys, headsKeyName), s.config.Rand, true); err != nil {
		return err
	}
	notes, err := heads.Published(s.config.headsFile())
	if err != nil {
		return err
	}
	for _, signed := range slices.Backward(notes) { // there is one for every five minutes of years: the last is all that is asked
		if head, err := h.key.Open(signed); err == nil && head.Origin == headsOrigin+s.life() {
			h.last = head
			break
		}
	}
	if h.log, err = heads.Resume(filepath.Join(s.config.Data, headsName), h.last); err != nil {
		return err
	}
	now, err := h.log.Head()
	if err != nil {
		return err
	}
	h.complete = h.last.Whole > 0 && h.last.Whole == h.openedAt && h.last.Lines == now.Lines && h.last.Root == now.Root
	if now.Lines < h.last.Lines {
		s.config.Log.Error("the log of heads is shorter than its last signed head: run `satchel verify`", "lines", now.Lines, "signed", h.last.Lines)
	}
	return nil
}

// publishHeads lets the log have what was noted since, and publishes a signed head of it. stopping: nobody writes any more.
func (s *Server) publishHeads(ctx context.Context, stopping bool) (err error) {
	h := &s.heads
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return h.broken
	}
	defer func() {
		if errors.Is(err, heads.ErrNotDurable) {
			h.broken = err
		}
	}()
	if err := s.loadHeads(); err != nil {
		return err
	}
	rows, lost := h.book.take()
	if lost || !h.complete {
		h.complete = false
		if err := s.lookThrough(ctx); err != nil {
			return err
		}
		h.complete, rows = true, nil // they were durable before it began, so it has seen them
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = row.line(s.keys.Blind)
	}
	if err := h.log.Append(lines); err != nil {
		h.complete = false // what was taken is looked for in the store the next time
		return err
	}
	head, err := h.log.Head()
	if err != nil {
		return err
	}
	if stopping && h.complete {
		if head.Whole, err = s.rows.Sequence(); err != nil {
			return err
		}
	}
	if head.Lines != h.last.Lines || head.Root != h.last.Root || head.Whole != h.last.Whole {
		if err := s.sign(head); err != nil {
			return err
		}
	}
	if head.Whole > 0 {
		if err := h.log.Rest(); err != nil {
			s.config.Log.Warn("where the log of heads ends could not be kept; the next start reads the log", "cause", err.Error())
		}
	}
	return nil
}

// sign publishes in two places: a file, and the log, which is shipped to another machine.
func (s *Server) sign(head heads.Head) error {
	h := &s.heads
	head.Origin, head.At = headsOrigin+s.life(), s.config.nowMs()
	signed, err := h.key.Sign(head)
	if err != nil {
		return err
	}
	s.config.Log.Info("signed head", "note", signed)
	h.last = head
	return heads.Publish(s.config.headsFile(), signed)
}

// lookThrough reads every row that must be in the log, and adds those that are not: after a start that no clean stop came before, and
// for a store that is older than its log.
func (s *Server) lookThrough(ctx context.Context) error {
	h := &s.heads
	if err := h.log.Close(); err != nil {
		return err
	}
	has := map[[sha256.Size]byte]struct{}{} // by their sums: there may be many
	log, err := heads.Open(filepath.Join(s.config.Data, headsName), func(line string) { has[sha256.Sum256([]byte(line))] = struct{}{} })
	if err != nil {
		h.log = nil
		return err
	}
	h.log = log
	var lines []string
	add := func(row notedRow) {
		line := row.line(s.keys.Blind)
		if _, ok := has[sha256.Sum256([]byte(line))]; !ok {
			lines = append(lines, line)
		}
	}
	spill := func(atLeast int) error {
		if len(lines) < atLeast {
			return nil
		}
		err := h.log.Append(lines)
		lines = lines[:0]
		return err
	}
	if err := s.everyRecord(ctx, func(record syncing.RecordID) error {
		err := s.sealed.View(ctx, record, func(tx syncing.ReadTx) error { return rowsOf(tx, add) })
		if errors.Is(err, seal.ErrErased) {
			return nil
		}
		return errors.Join(err, spill(linesAtATime))
	}); err != nil {
		return err
	}
	if err := readsOf(ctx, s.sealed, add); err != nil {
		return err
	}
	return spill(1)
}

// everyRecord walks over the records of the store, a few at a time: no snapshot is held while others write.
func (s *Server) everyRecord(ctx context.Context, do func(syncing.RecordID) error) error {
	for from := (syncing.RecordID{}); ; {
		ids, err := s.rows.Records(ctx, from, recordsAtOnce)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if id == from {
				continue // the last of the page before
			}
			if err := errors.Join(do(id), ctx.Err()); err != nil {
				return err
			}
		}
		if len(ids) < recordsAtOnce {
			return nil
		}
		from = ids[len(ids)-1]
	}
}

// followHeads publishes a head at each turn, and sooner when much has happened.
func (s *Server) followHeads(ctx context.Context) {
	for {
		s.sayHeads(s.publishHeads(ctx, false), ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.config.HeadsEvery):
		case <-s.heads.book.many:
		}
	}
}

func (s *Server) sayHeads(err error, ctx context.Context) {
	if err != nil && ctx.Err() == nil {
		s.config.Log.Warn("no head could be signed and published; the next turn tries again", "cause", err.Error())
	}
}

// lastHead is published when nobody writes any more. A server stops without it rather than late.
func (s *Server) lastHead() {
	if s.file == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), headsAtStop)
	defer cancel()
	s.sayHeads(s.publishHeads(ctx, true), context.Background())
}

// WithHeads does something while heads are published, as a running server does, and publishes the last one behind it: the next start need not look for what was
// written.
func (s *Server) WithHeads(ctx context.Context, do func() error) error {
	if s.file == nil {
		return do()
	}
	following, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { s.followHeads(following) })
	err := do()
	stop()
	group.Wait()
	s.lastHead()
	return err
}

// parseLine reads a line of the log again.
func parseLine(line string) (kind, record, key, said string, ok bool) {
	parts := strings.Split(line, " ")
	if len(parts) != 4 {
		return "", "", "", "", false
	}
	raw, err := hex.DecodeString(parts[2])
	return parts[0], parts[1], string(raw), parts[3], err == nil && slices.Contains([]string{notedJournal, notedAccess, notedRead}, parts[0])
}
