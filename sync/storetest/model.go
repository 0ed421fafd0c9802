package storetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	traces     = 20 // stores that are opened for random traces
	traceSteps = 60 // transactions in each
)

// place is where the naive model keeps a row.
type place struct {
	record syncing.RecordID
	table  syncing.Table
	key    string
}

type indexPlace struct{ index, key string }

// model is a store as one would write it on a napkin.
type model struct {
	rows  map[place]string
	index map[indexPlace]entry
}

func (m model) clone() model { return model{maps.Clone(m.rows), maps.Clone(m.index)} }

func (m model) table(id syncing.RecordID, table syncing.Table) (rows []row) {
	for p, value := range m.rows {
		if p.record == id && p.table == table {
			rows = append(rows, row{p.key, value})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	return rows
}

func (m model) entries(index string) (entries []entry) {
	for p, e := range m.index {
		if p.index == index {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	return entries
}

// trace is one random history: the same seed makes the same one.
type trace struct {
	rnd   *rand.Rand
	model model
}

var (
	traceTables  = []syncing.Table{docs, changes, syncing.TableJournal}
	traceIndexes = []string{"queue", "due", "names"}
)

func (tr *trace) record() syncing.RecordID { return record(byte(tr.rnd.IntN(4))) }
func (tr *trace) table() syncing.Table     { return traceTables[tr.rnd.IntN(len(traceTables))] }
func (tr *trace) indexName() string        { return traceIndexes[tr.rnd.IntN(len(traceIndexes))] }
func (tr *trace) key() string {
	return string("\x00ab\xff"[tr.rnd.IntN(4)]) + fmt.Sprint(tr.rnd.IntN(12))
}

func (tr *trace) value() string {
	return string(bytes.Repeat([]byte{byte(tr.rnd.Uint32())}, []int{0, 3, 40, 700, 9000}[tr.rnd.IntN(5)]))
}

// step makes one random change in both the transaction and the model m, or compares a read of both.
func (tr *trace) step(tx syncing.Tx, m model) error {
	id := tx.Record()
	switch key := tr.key(); tr.rnd.IntN(7) {
	case 0, 1:
		p, value := place{id, tr.table(), key}, tr.value()
		m.rows[p] = value
		return tx.Put(p.table, []byte(key), []byte(value))
	case 2:
		p := place{id, tr.table(), key}
		delete(m.rows, p)
		return tx.Delete(p.table, []byte(key))
	case 3, 4:
		p, value := indexPlace{tr.indexName(), key}, tr.value()
		return claim(m, p, id, tx.PutIndex(p.index, []byte(key), []byte(value)), func() { m.index[p] = entry{key, id, value} })
	case 5:
		p := indexPlace{tr.indexName(), key}
		return claim(m, p, id, tx.DeleteIndex(p.index, []byte(key)), func() { delete(m.index, p) })
	default:
		table := tr.table()
		rows, err := scan(tx, table, nil, nil)
		if err == nil && !slices.Equal(rows, m.table(id, table)) {
			return fmt.Errorf("table %d holds %d rows, the model %d", table, len(rows), len(m.table(id, table)))
		}
		return err
	}
}

// claim changes the model as the store must have: not at all, with a Conflict, if the key is another record's.
func claim(m model, p indexPlace, id syncing.RecordID, err error, change func()) error {
	if held, taken := m.index[p]; taken && held.record != id {
		if fault.Is(err, fault.Conflict) {
			return nil
		}
		return fmt.Errorf("touching another record's entry answered %v", err)
	}
	if err == nil {
		change()
	}
	return err
}

// transaction runs one random transaction; a third of them fail in the end and must leave nothing.
func (tr *trace) transaction(t *testing.T, s syncing.Store) {
	draft := tr.model.clone()
	fails := tr.rnd.IntN(3) == 0
	err := s.Update(context.Background(), tr.record(), func(tx syncing.Tx) error {
		for range 1 + tr.rnd.IntN(8) {
			if err := tr.step(tx, draft); err != nil {
				return err
			}
		}
		if fails {
			return errChanged
		}
		return nil
	})
	if fails {
		require.ErrorIs(t, err, errChanged)
		return
	}
	require.NoError(t, err)
	tr.model = draft
}

func followsModel(t *testing.T, open Open) {
	for seed := range uint64(traces) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			s := open(t)
			tr := &trace{rnd: rand.New(rand.NewPCG(seed, 0)), model: model{map[place]string{}, map[indexPlace]entry{}}}
			for range traceSteps {
				tr.transaction(t, s)
			}
			compare(t, s, tr.model)
		})
	}
}

func compare(t *testing.T, s syncing.Store, m model) {
	t.Helper()
	for n := range byte(4) {
		for _, table := range traceTables {
			require.Equal(t, m.table(record(n), table), scanned(t, s, record(n), table, nil, nil))
		}
	}
	for _, index := range traceIndexes {
		require.Equal(t, m.entries(index), listed(t, s, index, nil, nil, 1000))
	}
}
