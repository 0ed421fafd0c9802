package seal

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// sealedView reads one record of the inner store.
type sealedView struct {
	inner syncing.ReadTx
	keys  *Keys
	slot  Slot
	key   cipher.AEAD // nil while the record has nothing
	place []byte      // reused for each value's place
	// erased: nothing is here. The store is asked all the same, so that an erased record costs what one costs that never was.
	erased error
}

// sealedTx writes one record of the inner store.
type sealedTx struct {
	sealedView
	inner   syncing.Tx
	claimed Slot // for a record that began in this transaction
}

// noRows is both ends of a walk that meets none.
var noRows = []byte{0}

// begin opens the record's key, if it has one.
func (v *sealedView) begin(keys *Keys, inner syncing.ReadTx) error {
	v.inner, v.keys = inner, keys
	slot, there, err := slotOf(inner)
	if err != nil || !there {
		return err
	}
	v.slot = slot
	v.key, err = keys.key(slot, inner.Record())
	if errors.Is(err, ErrErased) {
		v.erased, err = err, nil
	}
	return err
}

func (v *sealedView) Record() syncing.RecordID { return v.inner.Record() }

func (v *sealedView) Durability() syncing.Durability { return v.inner.Durability() }

// own says whether a row is this room's, which callers neither see nor touch.
func own(table syncing.Table, key []byte) bool { return table == syncing.TableKeys && len(key) == 0 }

func (v *sealedView) open(table syncing.Table, key, value []byte) ([]byte, error) {
	if v.key == nil {
		return nil, corrupt(errNoKey)
	}
	v.place = rowPlace(v.place, table, v.inner.Record(), key)
	return unsealed(v.key, rowHead, value, v.place)
}

func (v *sealedView) Get(table syncing.Table, key []byte) ([]byte, error) {
	if own(table, key) {
		return nil, nil
	}
	value, err := v.inner.Get(table, key)
	if value == nil || err != nil || v.erased != nil {
		return nil, err
	}
	return v.open(table, key, value)
}

// Ahead implements syncing.ReadTx: rows are fetched as they are sealed.
func (v *sealedView) Ahead(table syncing.Table, keys [][]byte) error {
	return v.inner.Ahead(table, keys)
}

func (v *sealedView) Scan(table syncing.Table, from, to []byte, fn func(key, value []byte) (bool, error)) error {
	if v.erased != nil {
		from, to = noRows, noRows // a walk over no rows
	}
	return v.inner.Scan(table, from, to, func(key, value []byte) (bool, error) {
		if own(table, key) {
			return true, nil
		}
		value, err := v.open(table, key, value)
		if err != nil {
			return false, err
		}
		return fn(key, value)
	})
}

func (v *sealedView) Lookup(index string, key []byte) (syncing.IndexEntry, bool, error) {
	e, ok, err := v.inner.Lookup(index, key)
	return v.keys.found(index, e, ok, err)
}

// ensureKey gives a record that has nothing yet a slot of its own.
func (t *sealedTx) ensureKey() error {
	if t.key != nil {
		return nil
	}
	slot, err := t.keys.claim()
	if err != nil {
		return err
	}
	t.claimed = slot
	if t.key, err = t.keys.key(slot, t.inner.Record()); err != nil {
		return err
	}
	t.slot = slot
	return t.inner.Put(syncing.TableKeys, keyRow, binary.BigEndian.AppendUint64([]byte{envelopeVersion}, uint64(slot)))
}

func (t *sealedTx) Put(table syncing.Table, key, value []byte) error {
	if own(table, key) {
		return fault.New(fault.Internal, "seal.Put", "This row belongs to the seal.")
	}
	if t.erased != nil {
		return nil // the transaction comes to nothing: see Store.Update
	}
	if err := t.ensureKey(); err != nil {
		return err
	}
	t.place = rowPlace(t.place, table, t.inner.Record(), key)
	return t.inner.Put(table, key, sealed(t.key, []byte{envelopeVersion}, value, t.place))
}

func (t *sealedTx) Delete(table syncing.Table, key []byte) error {
	if own(table, key) {
		return fault.New(fault.Internal, "seal.Delete", "This row belongs to the seal.")
	}
	if t.erased != nil {
		return nil
	}
	return t.inner.Delete(table, key)
}

func (t *sealedTx) PutIndex(index string, key, value []byte) error {
	if t.erased != nil {
		return nil
	}
	if err := t.ensureKey(); err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint64([]byte{envelopeVersion}, uint64(t.slot))
	return t.inner.PutIndex(index, key, sealed(t.key, head, value, indexPlace(index, t.inner.Record(), key)))
}

func (t *sealedTx) DeleteIndex(index string, key []byte) error {
	if t.erased != nil {
		return nil
	}
	return t.inner.DeleteIndex(index, key)
}
