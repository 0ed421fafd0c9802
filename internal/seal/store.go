package seal

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// A sealed value begins with its version. In a record's rows what follows is nonce, ciphertext and tag; in an index the number
// of the slot comes first, because an index is read across records.
const (
	envelopeVersion = 1
	rowHead         = 1
	indexHead       = 1 + 8
)

// keyRow is the row of TableKeys that says where a record's secret lies: version and slot. It is this room's own.
var keyRow = []byte{}

const keyRowBytes = 1 + 8

// Store seals what it hands to another store, and opens what it gets back.
type Store struct {
	inner syncing.Store
	keys  *Keys
}

var _ syncing.Store = (*Store)(nil)

// New puts the seal before a store. Values that do not open under their record's key and at their place are Corrupt; a record
// whose secret was erased answers NotFound over ErrErased, after the caller's function has seen an empty record: who asks for it has the
// store do what it does for a record that never was. Keys of rows and indexes are not sealed: see Keys.Blind.
func New(inner syncing.Store, keys *Keys) *Store { return &Store{inner, keys} }

// Update implements syncing.Store.
func (s *Store) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	var claimed Slot
	settled := false // fn ended without an error: from then on the row may be on disk
	defer func() {
		if claimed != 0 && !settled {
			s.keys.giveBack(claimed)
		}
	}()
	return s.inner.Update(ctx, record, func(inner syncing.Tx) error {
		tx := &sealedTx{inner: inner}
		if err := tx.begin(s.keys, inner); err != nil {
			return err
		}
		defer func() { claimed = tx.claimed }()
		err := fn(tx)
		if tx.erased != nil {
			return tx.erased
		}
		settled = err == nil
		return err
	})
}

// View implements syncing.Store.
func (s *Store) View(ctx context.Context, record syncing.RecordID, fn func(syncing.ReadTx) error) error {
	return s.inner.View(ctx, record, func(inner syncing.ReadTx) error {
		v := &sealedView{}
		if err := v.begin(s.keys, inner); err != nil {
			return err
		}
		err := fn(v)
		if v.erased != nil {
			return v.erased
		}
		return err
	})
}

// Scan implements syncing.Store. Entries of erased records are passed over; they do not count.
func (s *Store) Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(syncing.IndexEntry) bool) error {
	if limit < 1 {
		limit = 0
	}
	var failed error
	visited := 0
	err := s.inner.Scan(ctx, index, from, to, scanAll(limit), func(e syncing.IndexEntry) bool {
		if failed = s.keys.openEntry(index, &e); errors.Is(failed, ErrErased) {
			failed = nil
			return true
		}
		if failed != nil {
			return false
		}
		visited++
		return fn(e) && visited < limit
	})
	return errors.Join(failed, err)
}

// scanAll lets the inner scan go on past entries that do not count; none at all if none are wanted.
func scanAll(limit int) int {
	if limit == 0 {
		return 0
	}
	return math.MaxInt
}

// Lookup implements syncing.Store.
func (s *Store) Lookup(ctx context.Context, index string, key []byte) (syncing.IndexEntry, bool, error) {
	e, ok, err := s.inner.Lookup(ctx, index, key)
	return s.keys.found(index, e, ok, err)
}

// Close implements syncing.Store. The keys are their opener's to close.
func (s *Store) Close() error { return s.inner.Close() }

// SlotOf says where a record's secret lies; NotFound if the record was never written.
func (s *Store) SlotOf(ctx context.Context, record syncing.RecordID) (slot Slot, err error) {
	err = s.inner.View(ctx, record, func(tx syncing.ReadTx) error {
		var there bool
		if slot, there, err = slotOf(tx); err == nil && !there {
			err = fault.New(fault.NotFound, "seal.SlotOf", "There is no such record.")
		}
		return err
	})
	return slot, err
}

// Erase destroys a record's key: see Keys.Erase. The rows stay where they are and can be read by nobody.
func (s *Store) Erase(ctx context.Context, record syncing.RecordID) error {
	slot, err := s.SlotOf(ctx, record)
	if err != nil {
		return err
	}
	return s.keys.Erase(slot)
}

// slotOf reads the record's key row.
func slotOf(tx syncing.ReadTx) (slot Slot, there bool, err error) {
	row, err := tx.Get(syncing.TableKeys, keyRow)
	if row == nil || err != nil {
		return 0, false, err
	}
	if len(row) != keyRowBytes || row[0] != envelopeVersion {
		return 0, false, corrupt(fmt.Errorf("a key row of %d bytes", len(row)))
	}
	return Slot(binary.BigEndian.Uint64(row[1:])), true, nil
}

// place is what a value is bound to: "r", table, record, key; or "i", length and name of the index, record, key.
func rowPlace(buf []byte, table syncing.Table, record syncing.RecordID, key []byte) []byte {
	return append(append(append(buf[:0], 'r', byte(table)), record.UUID[:]...), key...)
}

func indexPlace(index string, record syncing.RecordID, key []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{'i'}, uint32(len(index)))
	b = append(append(b, index...), record.UUID[:]...)
	return append(b, key...)
}

// overhead is what nonce and tag add, with room for either head.
const overhead = indexHead + 12 + 16

func sealed(key cipher.AEAD, head, value, place []byte) []byte {
	return key.Seal(append(make([]byte, 0, len(value)+overhead), head...), nil, value, place)
}

// unsealed opens a value; it is never nil when there is no error.
func unsealed(key cipher.AEAD, head int, b, place []byte) ([]byte, error) {
	if len(b) < head || b[0] != envelopeVersion {
		return nil, corrupt(fmt.Errorf("a value of %d bytes has no envelope that is known", len(b)))
	}
	value, err := key.Open(make([]byte, 0, len(b)), nil, b[head:], place)
	if err != nil {
		return nil, corrupt(fmt.Errorf("a value does not open under its record's key and at its place: %w", err))
	}
	return value, nil
}

// openEntry opens an index entry in place.
func (k *Keys) openEntry(index string, e *syncing.IndexEntry) error {
	if len(e.Value) < indexHead {
		return corrupt(fmt.Errorf("an index entry of %d bytes", len(e.Value)))
	}
	key, err := k.key(Slot(binary.BigEndian.Uint64(e.Value[1:])), e.Record)
	if err != nil {
		return err
	}
	e.Value, err = unsealed(key, indexHead, e.Value, indexPlace(index, e.Record, e.Key))
	return err
}

// found opens what a lookup found; the entry of an erased record is not there.
func (k *Keys) found(index string, e syncing.IndexEntry, ok bool, err error) (syncing.IndexEntry, bool, error) {
	if err != nil || !ok {
		return syncing.IndexEntry{}, false, err
	}
	if err := k.openEntry(index, &e); errors.Is(err, ErrErased) {
		return syncing.IndexEntry{}, false, nil
	} else if err != nil {
		return syncing.IndexEntry{}, false, err
	}
	return e, true, nil
}
