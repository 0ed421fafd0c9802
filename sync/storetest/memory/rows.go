package memory

import (
	"slices"
	"strings"
)

// memoryRows are rows in key order. Keys are strings so that nobody can change them; values are never changed in place.
type memoryRows struct {
	era  uint64 // in which these slices were made; an older era belongs to a snapshot too
	rows []memoryRow
}

type memoryRow struct {
	key   string
	value []byte
	owner owner // of an index entry
}

// find gives the place of a key, or the place where it would go.
func (m *memoryRows) find(key string) (at int, found bool) {
	if m == nil {
		return 0, false
	}
	return slices.BinarySearchFunc(m.rows, key, func(r memoryRow, key string) int { return strings.Compare(r.key, key) })
}

func (m *memoryRows) get(key string) (memoryRow, bool) {
	at, found := m.find(key)
	if !found {
		return memoryRow{}, false
	}
	return m.rows[at], true
}

// between gives the rows with from <= key < to (nil: no bound).
func (m *memoryRows) between(from, to []byte) []memoryRow {
	if m == nil {
		return nil
	}
	first, _ := m.find(string(from))
	last := len(m.rows)
	if to != nil {
		last, _ = m.find(string(to))
	}
	return m.rows[first:max(first, last)]
}

// put returns rows with the row in them: the same ones if they are of this era, else a copy.
func (m *memoryRows) put(era uint64, row memoryRow) *memoryRows {
	own := m.own(era)
	at, found := own.find(row.key)
	if found {
		own.rows[at] = row
	} else {
		own.rows = slices.Insert(own.rows, at, row)
	}
	return own
}

// remove is put for a row that shall not be there.
func (m *memoryRows) remove(era uint64, key string) *memoryRows {
	if _, found := m.find(key); !found {
		return m
	}
	own := m.own(era)
	at, _ := own.find(key)
	own.rows = slices.Delete(own.rows, at, at+1)
	return own
}

func (m *memoryRows) own(era uint64) *memoryRows {
	switch {
	case m == nil:
		return &memoryRows{era: era}
	case m.era == era:
		return m
	default:
		return &memoryRows{era: era, rows: slices.Clone(m.rows)}
	}
}
