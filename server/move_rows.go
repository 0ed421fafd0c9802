package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	// movePage is how many records or entries are moved before it is written down how far it came.
	movePage = 512
	// moveAtOnce is how many records are written at a time, so that they share a commit.
	moveAtOnce = 32
)

// moved is the record, nobody's, in which a move writes down how far it came. It is removed at the end.
func moved() syncing.RecordID { return syncing.RecordID{UUID: syncing.DerivedUUID("server.move")} }

var movedKey = []byte("at")

// movedRow is how far a move came: the records of Life are there up to Record, then the indexes before Index and of that the entries before Key.
type movedRow struct {
	Life   string       `json:"life"` // of what is moved
	Record syncing.UUID `json:"record"`
	All    bool         `json:"all,omitempty"` // records
	Index  string       `json:"index,omitempty"`
	Key    []byte       `json:"key,omitempty"`
}

func (m *mover) readMoved(ctx context.Context) (row movedRow, there bool, err error) {
	err = m.to.View(ctx, moved(), func(tx syncing.ReadTx) error {
		text, err := tx.Get(syncing.TableBlobs, movedKey)
		if err != nil || text == nil {
			return err
		}
		there = true
		return json.Unmarshal(text, &row)
	})
	return row, there, err
}

func (m *mover) putMoved(ctx context.Context, row movedRow) error {
	text, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return m.to.Update(ctx, moved(), func(tx syncing.Tx) error { return tx.Put(syncing.TableBlobs, movedKey, text) })
}

// vacant refuses a place that holds anything but what a move of the same installation has left.
func (m *mover) vacant(ctx context.Context) error {
	const op = "server.Move"
	row, there, err := m.readMoved(ctx)
	if err != nil {
		return err
	}
	if there {
		if row.Life != m.from.life() {
			return fault.New(fault.Conflict, op, "A move of another installation has begun there. Use an empty place.")
		}
		return nil
	}
	ids, err := m.to.Records(ctx, syncing.RecordID{}, 1)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		return fault.New(fault.Conflict, op, "There is an installation where this one should be moved to. It was left as it is.")
	}
	return m.putMoved(ctx, movedRow{Life: m.from.life()})
}

// part is how far a walk in the order of ids is, of 1: ids are spread evenly.
func part(id syncing.UUID) float64 { return float64(binary.BigEndian.Uint32(id[:4])) / (1 << 32) }

// records walks over the records of a store behind one, a page at a time.
func records(ctx context.Context, of rows, from syncing.UUID, do func(page []syncing.RecordID) error) error {
	for at := (syncing.RecordID{UUID: from}); ; {
		ids, err := of.Records(ctx, at, movePage)
		if err != nil {
			return err
		}
		whole := len(ids) < movePage
		page := ids[:0]
		for _, id := range ids {
			if id != at && id != moved() {
				page = append(page, id)
			}
		}
		if len(ids) > 0 {
			at = ids[len(ids)-1]
		}
		if err := do(page); err != nil || whole {
			return err
		}
	}
}

// together does something with each of a page, some at a time.
func together[T any](page []T, do func(T) error) error {
	var group sync.WaitGroup
	places, failures := make(chan struct{}, moveAtOnce), make([]error, len(page))
	for i, one := range page {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			failures[i] = do(one)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

type rawRow struct {
	table      syncing.Table
	key, value []byte
}

// rawRows are the rows of a record as they lie in a store, sealed.
func rawRows(ctx context.Context, of rows, record syncing.RecordID) (list []rawRow, err error) {
	err = of.View(ctx, record, func(tx syncing.ReadTx) error {
		for _, table := range syncing.Tables {
			if err := tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
				list = append(list, rawRow{table, key, value})
				return true, nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func (m *mover) copyRecords(ctx context.Context) error {
	row, _, err := m.readMoved(ctx)
	if err != nil || row.All {
		return err
	}
	err = records(ctx, m.from.rows, row.Record, func(page []syncing.RecordID) error {
		if err := together(page, func(id syncing.RecordID) error { return m.copyRecord(ctx, id) }); err != nil || len(page) == 0 {
			return err
		}
		row.Record = page[len(page)-1].UUID
		m.progress("records", part(row.Record))
		return m.putMoved(ctx, row)
	})
	if err != nil {
		return err
	}
	row.All = true
	return m.putMoved(ctx, row)
}

func (m *mover) copyRecord(ctx context.Context, id syncing.RecordID) error {
	list, err := rawRows(ctx, m.from.rows, id)
	if err != nil || len(list) == 0 {
		return err
	}
	return m.to.Update(ctx, id, func(tx syncing.Tx) error {
		for _, r := range list {
			if err := tx.Put(r.table, r.key, r.value); err != nil {
				return err
			}
		}
		return nil
	})
}

// entries walks over an index from a key on, a page at a time.
func entries(ctx context.Context, of rows, index string, from []byte, do func(page []syncing.IndexEntry) error) error {
	for {
		var page []syncing.IndexEntry
		if err := of.Scan(ctx, index, from, nil, movePage, func(e syncing.IndexEntry) bool {
			page = append(page, e)
			return true
		}); err != nil {
			return err
		}
		if err := do(page); err != nil || len(page) < movePage {
			return err
		}
		from = append(bytes.Clone(page[len(page)-1].Key), 0)
	}
}

func (m *mover) copyIndexes(ctx context.Context) error {
	row, _, err := m.readMoved(ctx)
	if err != nil {
		return err
	}
	names, err := m.from.Indexes(ctx)
	if err != nil {
		return err
	}
	for i, name := range names {
		if name < row.Index {
			continue
		}
		if name != row.Index {
			row.Index, row.Key = name, nil
		}
		m.progress("indexes", float64(i)/float64(len(names)))
		if err := entries(ctx, m.from.rows, name, row.Key, func(page []syncing.IndexEntry) error {
			if err := m.copyEntries(ctx, name, page); err != nil || len(page) == 0 {
				return err
			}
			row.Key = append(bytes.Clone(page[len(page)-1].Key), 0)
			return m.putMoved(ctx, row)
		}); err != nil {
			return err
		}
	}
	return nil
}

// copyEntries writes entries in the transactions of their records.
func (m *mover) copyEntries(ctx context.Context, index string, page []syncing.IndexEntry) error {
	of, order := map[syncing.RecordID][]syncing.IndexEntry{}, []syncing.RecordID{}
	for _, e := range page {
		if of[e.Record] == nil {
			order = append(order, e.Record)
		}
		of[e.Record] = append(of[e.Record], e)
	}
	return together(order, func(id syncing.RecordID) error {
		return m.to.Update(ctx, id, func(tx syncing.Tx) error {
			for _, e := range of[id] {
				if err := tx.PutIndex(index, e.Key, e.Value); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// differ is what a comparison finds.
func differ(format string, args ...any) error {
	return fault.Wrap(fmt.Errorf(format, args...), fault.Conflict, "server.Move", "What was moved is not what was there. Nothing was served from it; empty the place that it was moved to, and run it again.")
}

// compareRecords reads every row again, in both places.
func (m *mover) compareRecords(ctx context.Context) error {
	var mu sync.Mutex
	for i, of := range []rows{m.from.rows, m.to.rows} {
		if err := records(ctx, of, syncing.UUID{}, func(page []syncing.RecordID) error {
			if len(page) > 0 {
				m.progress("comparing", (float64(i)+part(page[0].UUID))/2)
			}
			return together(page, func(id syncing.RecordID) error {
				count, err := m.compareRecord(ctx, id)
				mu.Lock()
				defer mu.Unlock()
				if i == 0 && count > 0 {
					m.report.Records++
					m.report.Rows += count
				}
				return err
			})
		}); err != nil {
			return err
		}
	}
	return nil
}

func (m *mover) compareRecord(ctx context.Context, id syncing.RecordID) (count int, err error) {
	one, err := rawRows(ctx, m.from.rows, id)
	if err != nil {
		return 0, err
	}
	other, err := rawRows(ctx, m.to.rows, id)
	if err != nil {
		return 0, err
	}
	if len(one) != len(other) {
		return 0, differ("record %s: %d rows and %d", id, len(one), len(other))
	}
	for i, r := range one {
		if o := other[i]; r.table != o.table || !bytes.Equal(r.key, o.key) || !bytes.Equal(r.value, o.value) {
			return 0, differ("record %s: row %d of table %d", id, i, r.table)
		}
	}
	return len(one), nil
}

// compareIndexes reads every entry again, in both places.
func (m *mover) compareIndexes(ctx context.Context) error {
	names, err := m.from.Indexes(ctx)
	if err != nil {
		return err
	}
	for i, of := range []*ground{m.from, m.to} {
		other := m.to
		if i == 1 {
			other = m.from
		}
		for _, name := range names {
			if err := entries(ctx, of.rows, name, nil, func(page []syncing.IndexEntry) error {
				if i == 0 {
					m.report.Entries += len(page)
				}
				return together(page, func(e syncing.IndexEntry) error {
					o, there, err := other.Lookup(ctx, name, e.Key)
					if err == nil && (!there || o.Record != e.Record || !bytes.Equal(o.Value, e.Value)) {
						err = differ("an entry of the index %s", name)
					}
					return err
				})
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameEntry(a, b entry) bool {
	one, err := json.Marshal(a)
	other, failed := json.Marshal(b)
	return err == nil && failed == nil && bytes.Equal(one, other)
}
