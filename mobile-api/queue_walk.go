package mobileapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// queueWalk goes through the queue of a team in its order, as somebody sees it. It reads as many entries of the index as it
// gives rows, and one more.
type queueWalk struct {
	a    *api
	ctx  context.Context
	who  syncing.Principal
	team syncing.TeamID

	from, to []byte
	entries  []syncing.IndexEntry // read and not looked at yet
	ended    bool                 // the index holds no more than these
	seen     map[syncing.DocID]bool
	last     queueCursor
}

// queueCursor is a place in a queue: behind a row of the caller's, and behind so many entries more that are not the caller's to
// see. It names a record, which a path does too, and nothing of what is in it.
type queueCursor struct {
	record syncing.RecordID
	part   int    // which of the record's rows it was
	check  string // of where it stood
	hidden int
}

func (q queueCursor) String() string {
	return fmt.Sprintf("%s.%d.%s.%d", q.record, q.part, q.check, q.hidden)
}

func checkOf(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:4])
}

func parseQueueCursor(text string) (q queueCursor, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return q, errQueueMoved
	}
	id, err := syncing.ParseUUID(parts[0])
	part, noPart := strconv.Atoi(parts[1])
	hidden, noNumber := strconv.Atoi(parts[3])
	if err != nil || noPart != nil || noNumber != nil || hidden < 0 || part < 0 || part >= care.RowParts {
		return q, errQueueMoved
	}
	return queueCursor{syncing.RecordID{UUID: id}, part, parts[2], hidden}, nil
}

// walkQueue begins at the cursor; "" is the beginning. Its fault is Conflict if the row of the cursor stands elsewhere now.
func (a *api) walkQueue(ctx context.Context, who syncing.Principal, team syncing.TeamID, after string) (*queueWalk, error) {
	w := &queueWalk{a: a, ctx: ctx, who: who, team: team, seen: map[syncing.DocID]bool{}}
	w.from, w.to = care.QueueRange(team)
	if after == "" {
		return w, nil
	}
	q, err := parseQueueCursor(after)
	if err != nil {
		return nil, err
	}
	if !q.record.IsZero() {
		key, err := w.keyNow(q)
		if err != nil {
			return nil, err
		}
		if checkOf(key) != q.check {
			return nil, errQueueMoved
		}
		w.from = append(key, 0)
	}
	w.last = queueCursor{q.record, q.part, q.check, 0}
	return w, w.skip(q.hidden)
}

// keyNow is where the row of a cursor stands in the index now.
func (w *queueWalk) keyNow(q queueCursor) (key []byte, err error) {
	err = w.a.Engine.Read(w.ctx, w.who, q.record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(care.RowsOf(q.record, w.team)[q.part])
		if err != nil {
			return err
		}
		row, open := care.RowOf(found)
		if !open {
			return errQueueMoved
		}
		key = care.QueueKey(w.team, row, q.record)
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		err = errQueueMoved
	}
	return key, err
}

// skip passes over entries that an earlier page has looked at and not shown.
func (w *queueWalk) skip(hidden int) error {
	for range hidden {
		if _, ok, err := w.next(hidden); !ok || err != nil {
			return err
		}
	}
	w.last.hidden = hidden
	return nil
}

// next gives the next entry; it reads up to `want` at a time.
func (w *queueWalk) next(want int) (e syncing.IndexEntry, ok bool, err error) {
	if len(w.entries) == 0 && !w.ended {
		want = max(1, min(want, queuePageMax+1))
		err = w.a.Store.Scan(w.ctx, care.QueueIndex, w.from, w.to, want, func(e syncing.IndexEntry) bool {
			w.entries = append(w.entries, e)
			return true
		})
		if err != nil {
			return e, false, err
		}
		if w.ended = len(w.entries) < want; len(w.entries) > 0 {
			w.from = append(bytes.Clone(w.entries[len(w.entries)-1].Key), 0)
		}
	}
	if len(w.entries) == 0 {
		return e, false, nil
	}
	e, w.entries = w.entries[0], w.entries[1:]
	return e, true, nil
}

// rows gives up to limit rows, and looks at up to `looks` entries for them.
func (w *queueWalk) rows(limit, looks int) ([]queueRow, error) {
	rows := []queueRow{}
	for ; looks > 0 && len(rows) < limit; looks-- {
		e, ok, err := w.next(limit + 1 - len(rows))
		if err != nil || !ok {
			return rows, err
		}
		row, ok, err := w.a.rowOf(w.ctx, w.who, w.team, e)
		if err != nil {
			return nil, err
		}
		if !ok || w.seen[row.Doc] {
			w.last.hidden++
			continue
		}
		w.seen[row.Doc] = true
		w.last = queueCursor{e.Record, row.Part(), checkOf(e.Key), 0}
		rows = append(rows, row)
	}
	return rows, nil
}

// behind is the cursor of what follows; "" if nothing does.
func (w *queueWalk) behind() (string, error) {
	if len(w.entries) > 0 {
		return w.last.String(), nil
	}
	e, ok, err := w.next(1)
	if err != nil || !ok {
		return "", err
	}
	w.entries = append(w.entries, e)
	return w.last.String(), nil
}

// count goes on counting what the caller may see, up to a bound. complete is false if there is more.
func (w *queueWalk) count(shown, bound int) (count int, complete bool, err error) {
	count = shown
	for looks := queueLookMax; looks > 0 && count < bound; looks-- {
		e, ok, err := w.next(bound - count)
		if err != nil || !ok {
			return count, err == nil, err
		}
		_, ok, err = w.a.readRow(w.ctx, w.who, w.team, e, nil)
		if err != nil {
			return 0, false, err
		}
		if ok {
			count++
		}
	}
	_, more, err := w.next(1)
	return count, err == nil && !more, err
}

// readRow reads a row as it stands now, through the caller's own eyes; ok is false if it is not there for them, or shows as part
// of the other row of its record. dress adds what else is shown, from the same state of the record.
func (a *api) readRow(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry,
	dress func(row *queueRow, reader syncing.Reader) error,
) (row queueRow, ok bool, err error) {
	var filed care.Row
	if err := json.Unmarshal(e.Value, &filed); err != nil {
		return row, false, fault.Wrap(err, fault.Corrupt, "mobileapi.readRow", "A row of the queue cannot be read.")
	}
	err = a.Engine.Read(ctx, who, e.Record, func(scope syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(filed.Doc)
		if err != nil || !scope.OfTeam(team) {
			return err
		}
		row.Record = e.Record
		if row.Row, ok = care.RowOf(found); !ok {
			return nil
		}
		if ok, err = row.join(e.Record, team, reader); err != nil || !ok || dress == nil {
			return err
		}
		return dress(&row, reader)
	})
	if fault.Is(err, fault.NotFound) {
		return row, false, nil // the team has this record no more
	}
	return row, ok, err
}

// join puts the other rows of the record behind this one, the most urgent first. first is false if one of them stands before it:
// then all of them show there.
func (row *queueRow) join(record syncing.RecordID, team syncing.TeamID, reader syncing.Reader) (first bool, err error) {
	rows, err := care.OpenRows(reader, record, team)
	if err != nil || len(rows) == 0 || rows[0].Doc != row.Doc {
		return false, err
	}
	row.add(rows[1:])
	return true, nil
}

// add puts parts behind those that are there.
func (row *queueRow) add(rows []care.Row) {
	part := &row.queuePart
	for _, other := range rows {
		part.Also = &queuePart{Row: other}
		part = part.Also
	}
}
