package bolt

import (
	"bytes"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// view reads one record. Everything that it hands out is a copy: bbolt lends until the transaction ends.
type view struct {
	tx      *bbolt.Tx
	store   *Store
	record  syncing.RecordID
	buckets []*bbolt.Bucket // by table, as they are asked for
	key     []byte          // for reading: record and key
}

// update is a view that writes, and can take back all that it wrote: others share its transaction.
type update struct {
	view
	undo []undone
}

// undone is a row as it was. Its bytes are bbolt's or a copy of ours; both stay until the transaction ends.
type undone struct {
	bucket     *bbolt.Bucket
	key, value []byte
	was        bool
}

// copied gives a value away; an empty one is not nil, which means absent.
func copied(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

func (v *view) Record() syncing.RecordID { return v.record }

func (v *view) Durability() syncing.Durability { return v.store.durability(v.store.sequence(v.tx)) }

// tablesAtFirst is how many tables the first version of the format had: a store that no newer program has opened lacks those behind, and they are empty.
const tablesAtFirst = 12

// table gives the bucket of a table; nil if it is one that the store of an older program does not have, which only who verifies it meets.
func (v *view) table(table syncing.Table) (b *bbolt.Bucket, err error) {
	if !known(table) {
		return nil, fault.New(fault.Internal, "bolt.Tx", "The store was asked for a table that does not exist.")
	}
	if v.buckets[table] == nil {
		if v.buckets[table], err = bucket(v.tx, tableBucket(table)); err == nil && v.buckets[table] == nil && table <= tablesAtFirst {
			err = corrupt("bolt.Tx", "table %d is gone", table)
		}
	}
	return v.buckets[table], err
}

// at joins record and key, for one call.
func (v *view) at(key []byte) []byte {
	v.key = append(append(v.key[:0], v.record.UUID[:]...), key...)
	return v.key
}

func (v *view) Get(table syncing.Table, key []byte) ([]byte, error) {
	b, err := v.table(table)
	if b == nil || err != nil {
		return nil, err
	}
	value, err := get(b, v.at(key))
	if value == nil || err != nil {
		return nil, err
	}
	return copied(value), nil
}

// Ahead implements syncing.ReadTx: nothing here is far away.
func (v *view) Ahead(syncing.Table, [][]byte) error { return nil }

func (v *view) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	b, err := v.table(table)
	if b == nil || err != nil {
		return err
	}
	c, record := b.Cursor(), v.record.UUID[:]
	key, value, err := seek(c, v.at(from))
	for err == nil && bytes.HasPrefix(key, record) && (to == nil || bytes.Compare(key[len(record):], to) < 0) {
		more, err := fn(copied(key[len(record):]), copied(value))
		if err != nil || !more {
			return err
		}
		if key, value, err = next(c); err != nil {
			return err
		}
	}
	return err
}

func (v *view) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	return lookup(v.tx, index, key)
}

func lookup(tx *bbolt.Tx, index string, key []byte) (e syncing.IndexEntry, ok bool, err error) {
	b, err := bucket(tx, indexBucket(index))
	if b == nil || err != nil {
		return e, false, err
	}
	value, err := get(b, key)
	if value == nil || err != nil {
		return e, false, err
	}
	e, err = entryOf(key, value)
	return e, err == nil, err
}

// entryOf copies an index entry out: record (16 bytes), then the value.
func entryOf(key, value []byte) (e syncing.IndexEntry, err error) {
	if len(value) < len(e.Record.UUID) {
		return e, corrupt("bolt.Tx", "an index entry has %d bytes", len(value))
	}
	e.Record.UUID = syncing.UUID(value[:len(e.Record.UUID)])
	e.Key, e.Value = copied(key), copied(value[len(e.Record.UUID):])
	return e, nil
}

func (u *update) Put(table syncing.Table, key, value []byte) error {
	if err := fits(key, value); err != nil {
		return err
	}
	b, err := u.table(table)
	if err != nil {
		return err
	}
	return u.write(b, bytes.Clone(u.at(key)), copied(value))
}

func (u *update) Delete(table syncing.Table, key []byte) error {
	b, err := u.table(table)
	if err != nil {
		return err
	}
	return u.write(b, bytes.Clone(u.at(key)), nil)
}

func (u *update) PutIndex(index string, key, value []byte) error {
	if err := fits(key, value); err != nil {
		return err
	}
	if len(key) == 0 || index == "" || len(index) > indexNameMax {
		return invalid("An index entry has a key, and an index a name of at most 64 bytes.")
	}
	b, err := createBucket(u.tx, indexBucket(index))
	if err != nil {
		return err
	}
	if _, err := u.mine(b, key); err != nil {
		return err
	}
	entry := make([]byte, 0, len(u.record.UUID)+len(value))
	return u.write(b, bytes.Clone(key), append(append(entry, u.record.UUID[:]...), value...))
}

func (u *update) DeleteIndex(index string, key []byte) error {
	b, err := bucket(u.tx, indexBucket(index))
	if b == nil || err != nil {
		return err
	}
	if there, err := u.mine(b, key); err != nil || !there {
		return err
	}
	return u.write(b, bytes.Clone(key), nil)
}

// mine refuses to touch another record's entry.
func (u *update) mine(b *bbolt.Bucket, key []byte) (there bool, err error) {
	value, err := get(b, key)
	if value == nil || err != nil {
		return false, err
	}
	if !bytes.HasPrefix(value, u.record.UUID[:]) {
		return false, fault.New(fault.Conflict, "bolt.Tx", "This is already taken.")
	}
	return true, nil
}

func fits(key, value []byte) error {
	if len(key) > keyBytesMax {
		return invalid("A key is longer than the store keeps.")
	}
	if len(value) > valueBytesMax {
		return fault.New(fault.TooLarge, "bolt.Tx", "This is larger than the store keeps.")
	}
	return nil
}

func invalid(text string) error { return fault.New(fault.Invalid, "bolt.Tx", text) }

// write puts a value, or with nil removes the row, and remembers the row as it was. It keeps key and value.
func (u *update) write(b *bbolt.Bucket, key, value []byte) error {
	old, err := get(b, key)
	if err != nil || old == nil && value == nil {
		return err
	}
	u.undo = append(u.undo, undone{b, key, old, old != nil})
	return change(b, key, value)
}

// rollback takes back what this update wrote, the latest first.
func (u *update) rollback() error {
	for i := len(u.undo) - 1; i >= 0; i-- {
		was := u.undo[i]
		if err := change(was.bucket, was.key, was.value); err != nil {
			return u.store.fatal(err) // what cannot be taken back must not be committed by a neighbour
		}
	}
	u.undo = nil
	return nil
}
