package server

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/heads"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// signedRows is what the log of heads says of a store, to be compared with what the store holds.
type signedRows struct {
	key    *heads.Key
	blind  func(string, []byte) []byte
	heads  []heads.Head
	rows   map[string]map[string]map[string]string // record, kind, key: what the row said
	order  map[string]int                          // record: its first line
	erased []string
	extra  map[string]notedRow // record: its first row that is in no line
	extras uint64
}

// readSigned reads the log and the heads, of the default place and of copies that were kept elsewhere.
func (r *VerifyReport) readSigned(c Config, keys *seal.Keys) (*signedRows, error) {
	l := &signedRows{blind: keys.Blind, rows: map[string]map[string]map[string]string{}, order: map[string]int{}, extra: map[string]notedRow{}}
	for _, path := range append([]string{c.headsFile()}, c.Shipped...) {
		if _, err := os.Stat(path); err != nil && path != c.headsFile() {
			return nil, fault.Wrap(err, fault.NotFound, "server.Verify", "The copy of signed heads "+path+" cannot be read.")
		}
		notes, err := heads.Published(path)
		if err != nil {
			return nil, err
		}
		if len(notes) > 0 && l.key == nil {
			if l.key, err = heads.LoadKey(filepath.Join(c.Keys, headsKeyName), nil, false); err != nil {
				r.problem("%s Heads were signed with it.", fault.TextOf(err))
				return l, nil
			}
		}
		bad := 0
		for _, signed := range notes {
			head, err := l.key.Open(signed)
			if err != nil {
				bad++
				continue
			}
			l.heads = append(l.heads, head)
		}
		if bad > 0 {
			r.problem("%d of the heads in %s were not signed by this installation's key, or were changed since.", bad, filepath.Base(path))
		}
	}
	slices.SortStableFunc(l.heads, func(a, b heads.Head) int { return cmp.Compare(a.Lines, b.Lines) })
	_, _, err := heads.Compare(filepath.Join(c.Data, headsName), nil, func(line string) { l.learn(r, line) })
	return l, err
}

// learn keeps what one line says. Two lines may say the same of a row, and must not say different things.
func (l *signedRows) learn(r *VerifyReport, line string) {
	kind, record, key, said, ok := parseLine(line)
	if !ok {
		r.problem("The log of heads has a line that nobody wrote.")
		return
	}
	if l.rows[record] == nil {
		l.rows[record], l.order[record] = map[string]map[string]string{}, len(l.order)
	}
	if l.rows[record][kind] == nil {
		l.rows[record][kind] = map[string]string{}
	}
	if _, twice := l.rows[record][kind][key]; !twice { // the first counts: what it became later was signed later
		l.rows[record][kind][key] = said
	}
}

// compare takes the rows of one record and kind, in the order of their keys, and names the first that is not as it was signed.
func (l *signedRows) compare(r *VerifyReport, record, kind string, have []notedRow) {
	want := l.rows[record][kind]
	first, what := "", ""
	note := func(key, words string) {
		if what == "" || key < first {
			first, what = key, words
		}
	}
	for _, row := range have {
		said, ok := want[row.key]
		switch {
		case !ok:
			l.extras++
			if _, known := l.extra[record]; !known {
				l.extra[record] = row
			}
		case said != fmt.Sprintf("%x", l.blind("log of heads", row.said)):
			note(row.key, "is not what was signed: it was edited, or another row was put in its place")
		}
		delete(want, row.key)
	}
	for key := range want {
		note(key, "was signed and is gone")
	}
	if what != "" {
		r.problem("Record %s: %s %s.", record, place(kind, first), what)
	}
	delete(l.rows[record], kind)
}

// place names a row for an operator.
func place(kind, key string) string {
	switch {
	case kind == notedJournal && len(key) == 12:
		return fmt.Sprintf("journal row %d.%d", binary.BigEndian.Uint64([]byte(key)), binary.BigEndian.Uint32([]byte(key[8:])))
	case kind == notedAccess:
		return fmt.Sprintf("line %x of the access log", key[strings.LastIndexByte(key, '/')+1:])
	}
	return fmt.Sprintf("line %x of the readings", key)
}

// record compares one record with its lines.
func (l *signedRows) record(ctx context.Context, r *VerifyReport, store *seal.Store, record syncing.RecordID) error {
	have := map[string][]notedRow{}
	err := store.View(ctx, record, func(tx syncing.ReadTx) error {
		return rowsOf(tx, func(row notedRow) { have[row.kind] = append(have[row.kind], row) })
	})
	if errors.Is(err, seal.ErrErased) {
		l.erased = append(l.erased, record.String())
		return nil
	}
	if err == nil {
		l.compare(r, record.String(), notedJournal, have[notedJournal])
		l.compare(r, record.String(), notedAccess, have[notedAccess])
	} else {
		delete(l.rows, record.String()) // it cannot be read, which is said: its rows are not called gone as well
	}
	return err
}

// reads compares all readings with their lines.
func (l *signedRows) reads(ctx context.Context, r *VerifyReport, store *seal.Store) error {
	have := map[string][]notedRow{}
	if err := readsOf(ctx, store, func(row notedRow) {
		have[row.record.String()] = append(have[row.record.String()], row)
	}); err != nil {
		return err
	}
	for record, rows := range have {
		l.compare(r, record, notedRead, rows)
	}
	return nil
}

// rest says what was signed and is nowhere in the store, and whether the log is what its heads say.
func (l *signedRows) rest(r *VerifyReport, c Config, found bolt.Report, erased []syncing.RecordID) error {
	for _, id := range erased {
		delete(l.rows, id.String())
	}
	for _, id := range l.erased {
		if len(l.rows[id]) > 0 {
			r.problem("Record %s: its secret is gone, and the ledger knows of no erasure.", id)
		}
		delete(l.rows, id)
	}
	for _, record := range l.inOrder() {
		for _, kind := range []string{notedJournal, notedAccess, notedRead} {
			l.compare(r, record, kind, nil)
		}
	}
	var ours []heads.Head
	for _, h := range l.heads {
		if h.Origin == fmt.Sprintf("%s%x", headsOrigin, found.Life) {
			ours = append(ours, h)
		}
	}
	lines, problems, err := heads.Compare(filepath.Join(c.Data, headsName), ours, func(string) {})
	r.Heads, r.HeadLines, r.Unsigned = len(ours), uint64(lines), l.extras
	r.Problems = append(r.Problems, problems...)
	if n := len(ours); n > 0 && ours[n-1].Whole > 0 { // the last head was signed at a stop; a server that runs again signs one at once
		for record, row := range l.extra {
			r.problem("Record %s: %s was put in while no server ran.", record, place(row.kind, row.key))
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (l *signedRows) inOrder() []string {
	list := make([]string, 0, len(l.rows))
	for record := range l.rows {
		list = append(list, record)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Compare(l.order[a], l.order[b]) })
	return list
}
