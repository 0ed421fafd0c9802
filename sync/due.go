package syncing

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// dueIndex orders documents by when time itself changes something about them: siblings of a last-writer-wins field that have
// stayed long enough, and deletions that need no more telling.
const dueIndex = "sync.due"

// dueBatch is how many documents one call of Due looks at.
const dueBatch = 256

// dueKeys are a document's entries in the index of what is due.
func dueKeys(record RecordID, d *Document, t *Type) []IndexKey {
	var keys []IndexKey
	add := func(at int64) {
		key := binary.BigEndian.AppendUint64(nil, uint64(max(at, 0)))
		key = append(append(key, record.UUID[:]...), d.ID...)
		keys = append(keys, IndexKey{Index: dueIndex, Key: key, Value: []byte(d.ID)})
	}
	if d.Deleted() {
		if !d.Untold {
			add(d.Deletions[len(d.Deletions)-1].Origin.Effective + tombstoneTold.Milliseconds())
		}
		return keys
	}
	if oldest, ok := oldestSibling(d, t); ok {
		add(oldest + siblingsStay.Milliseconds())
	}
	return keys
}

func oldestSibling(d *Document, t *Type) (oldest int64, ok bool) {
	for i := range d.Fields {
		if len(d.Fields[i].Writes) < 2 || !isLWW(t, d.Fields[i].Name) {
			continue
		}
		for _, w := range d.Fields[i].Writes[1:] {
			if !ok || w.Origin.Effective < oldest {
				oldest, ok = w.Origin.Effective, true
			}
		}
	}
	return oldest, ok
}

func isLWW(t *Type, field string) bool {
	if t == nil {
		return false
	}
	spec := t.Field(field)
	return spec != nil && spec.Rule == LWW
}

// Due does what is due by now and says how many documents it changed; more is true if there is more to do. A follower calls
// it; it may die anywhere and be called again.
func (e *Engine) Due(ctx context.Context) (changed int, more bool, err error) {
	now := e.opts.Now()
	var due []IndexEntry
	to := binary.BigEndian.AppendUint64(nil, uint64(max(now, 0))+1)
	err = e.store.Scan(ctx, dueIndex, nil, to, dueBatch, func(entry IndexEntry) bool {
		due = append(due, entry)
		return true
	})
	if err != nil {
		return 0, false, err
	}
	for _, entry := range due {
		err := e.store.Update(ctx, entry.Record, func(tx Tx) error {
			h, err := loadHead(tx, e.opts.Epoch, e.opts.Epochs...)
			if err != nil || h == nil {
				return err
			}
			return newWork(e, tx, h, now).expire(DocID(entry.Value), now)
		})
		if err != nil {
			return changed, true, err
		}
		changed++
		e.opts.Committed(entry.Record)
	}
	return changed, len(due) == dueBatch, nil
}

// expire lets old siblings of last-writer-wins fields leave, by a mutation of system, and stops telling an old deletion.
func (w *work) expire(id DocID, now int64) error {
	before, err := w.document(id)
	if err != nil || before == nil {
		return err
	}
	if before.Deleted() {
		return w.untell(before, now)
	}
	t := w.engine.schema.Type(id.Type())
	d := &draft{spec: t, before: before, after: before.clone()}
	left := false
	for i := range d.after.Fields {
		f := &d.after.Fields[i]
		if len(f.Writes) < 2 || !isLWW(t, f.Name) {
			continue
		}
		stay := slices.DeleteFunc(slices.Clone(f.Writes[1:]), func(old Write) bool {
			return old.Origin.Effective+siblingsStay.Milliseconds() <= now
		})
		if len(stay) < len(f.Writes)-1 {
			f.Writes, f.Changed, left = append(f.Writes[:1:1], stay...), unnumbered, true
			d.effects = append(d.effects, effect{Field: f.Name, Elem: f.Elem, Rule: LWW, Result: "expired"})
		}
	}
	if !left {
		return nil
	}
	w.head.systemN++
	a := &attempt{
		m: &Mutation{N: w.head.systemN, Doc: id, named: string(id), raw: jsontext.Value(`{"expire":true}`)}, system: true, kind: entrySystem,
		origin: Origin{Replica: systemReplica(w.tx.Record()), N: w.head.systemN, At: w.now, Effective: w.now},
	}
	if err := w.commit(a, d); err != nil {
		return err
	}
	return w.flush()
}

func (w *work) untell(before *Document, now int64) error {
	gone := before.Deletions[len(before.Deletions)-1].Origin.Effective
	if before.Untold || gone+tombstoneTold.Milliseconds() > now {
		return nil
	}
	after := before.clone()
	after.Untold = true
	w.docs[before.ID] = &workDoc{stored: before, doc: after, changed: true}
	w.order = append(w.order, before.ID)
	w.head.floor = max(w.head.floor, before.Rev)
	return w.flush()
}

// systemReplica names system's own replica in a record, for what follows from time.
func systemReplica(record RecordID) ReplicaID {
	return ReplicaID{DerivedUUID("system", record.String())}
}

// System writes patches as system in one transaction, upon what stands: what follows from time. What is there already is no
// change, so a follower that repeats itself changes nothing.
func (e *Engine) System(ctx context.Context, record RecordID, patches []Patch) error {
	return e.Follow(ctx, record, func(Reader, int64) ([]Patch, error) { return patches, nil })
}

// Follow is System for patches that depend on what stands: decide reads the record inside the transaction, at server now in ms.
// It may be called more than once, and must not call the engine.
func (e *Engine) Follow(ctx context.Context, record RecordID, decide func(r Reader, now int64) ([]Patch, error)) error {
	changed := false
	err := e.update(ctx, record, func(tx Tx, standings map[AccountID]Principal) ([]AccountID, error) {
		h, err := loadHead(tx, e.opts.Epoch, e.opts.Epochs...)
		if err == nil && h == nil {
			err = errNoRecord // nothing is committed for what is not there
		}
		if err != nil {
			return nil, err
		}
		w := newWork(e, tx, h, e.opts.Now())
		w.standings = standings
		patches, err := decide(w, w.now)
		if err != nil {
			return nil, err
		}
		for _, p := range patches {
			origin := Origin{Replica: systemReplica(record), N: h.systemN + 1, At: w.now, Effective: w.now}
			before := h.rev
			if err := w.systemPatch(p, coverage{all: true}, origin); err != nil {
				return w.needed, err
			}
			if h.rev != before {
				h.systemN++
			}
		}
		if changed = len(w.order) > 0; !changed {
			return nil, nil
		}
		return nil, w.flush()
	})
	if errors.Is(err, errNoRecord) {
		return nil
	}
	if err == nil && changed {
		e.opts.Committed(record)
	}
	return err
}
