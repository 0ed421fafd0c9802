package syncing

import (
	"bytes"
	"slices"
)

// work is what one transaction on one record has in hand: its head, the documents it touched, and the time. Documents and
// head are written once, at the end, however many mutations touched them.
type work struct {
	engine *Engine
	tx     Tx
	head   *head
	now    int64 // server now, not below the record's clock
	docs   map[DocID]*workDoc
	order  []DocID // touched documents, in the order of their first change

	replicas map[ReplicaID]*replicaRow // touched replicas

	standings map[AccountID]Principal // of authors whose held mutations are tried again, read before the transaction
	needed    []AccountID             // whose standing is missing there: the transaction is given up and begun again
}

type workDoc struct {
	stored  *Document // as the store has it; nil if it is not there
	doc     *Document // as it stands now
	changed bool
}

func newWork(e *Engine, tx Tx, h *head, now int64) *work {
	return &work{
		engine: e, tx: tx, head: h, now: max(now, h.clock),
		docs: map[DocID]*workDoc{}, replicas: map[ReplicaID]*replicaRow{},
	}
}

// replica gives what the record knows of a replica, for this transaction to change; nil if it never wrote here.
func (w *work) replica(id ReplicaID) (*replicaRow, error) {
	if row, ok := w.replicas[id]; ok && row != nil {
		return row, nil
	}
	row, err := loadReplica(w.tx, id)
	if row != nil {
		w.replicas[id] = row
	}
	return row, err
}

// document gives the present state of a document; nil if it is not here.
func (w *work) document(id DocID) (*Document, error) {
	if held, ok := w.docs[id]; ok {
		return held.doc, nil
	}
	doc, err := loadDocument(w.tx, id)
	if err != nil {
		return nil, err
	}
	w.docs[id] = &workDoc{stored: doc, doc: doc}
	return doc, nil
}

// place makes `after` the present state of its document.
func (w *work) place(after *Document) error {
	before, err := w.document(after.ID)
	if err != nil {
		return err
	}
	held := w.docs[after.ID]
	if !held.changed {
		held.changed = true
		w.order = append(w.order, after.ID)
	}
	w.head.recount(before, after)
	held.doc = after
	return nil
}

// flush writes the touched documents, their place among the changes, their index entries, and the head.
func (w *work) flush() error {
	for _, id := range w.order {
		held := w.docs[id]
		if held.stored != nil {
			if err := w.tx.Delete(TableChanges, revKey(held.stored.Rev)); err != nil {
				return err
			}
		}
		if !held.doc.Untold {
			change := encodeChange(changeRow{id, held.doc.audience()})
			if err := w.tx.Put(TableChanges, revKey(held.doc.Rev), change); err != nil {
				return err
			}
		}
		if err := w.tx.Put(TableDocuments, []byte(id), encodeDocument(held.doc)); err != nil {
			return err
		}
		if err := w.reindex(held); err != nil {
			return err
		}
	}
	if err := w.resettle(); err != nil {
		return err
	}
	for id, row := range w.replicas {
		if row == nil {
			continue
		}
		if err := w.tx.Put(TableReplicas, id.UUID[:], row.encode()); err != nil {
			return err
		}
	}
	w.head.clock = w.now
	return w.tx.Put(TableHead, nil, encodeHead(w.head))
}

// reindex brings the store's index from what the stored document has in it to what the present one has.
func (w *work) reindex(held *workDoc) error {
	before, after := w.indexOf(held.stored), w.indexOf(held.doc)
	for _, old := range before {
		if !slices.ContainsFunc(after, old.sameKey) {
			if err := w.tx.DeleteIndex(old.Index, old.Key); err != nil {
				return err
			}
		}
	}
	for _, now := range after {
		if slices.ContainsFunc(before, func(old IndexKey) bool { return old.sameKey(now) && bytes.Equal(old.Value, now.Value) }) {
			continue
		}
		if err := w.tx.PutIndex(now.Index, now.Key, now.Value); err != nil {
			return err
		}
	}
	return nil
}

func (k IndexKey) sameKey(o IndexKey) bool { return k.Index == o.Index && bytes.Equal(k.Key, o.Key) }

// indexOf lists a document's entries: its type's own, and those by which time reaches it.
func (w *work) indexOf(d *Document) []IndexKey {
	if d == nil {
		return nil
	}
	keys := dueKeys(w.tx.Record(), d, w.engine.schema.Type(d.Type()))
	if t := w.engine.schema.Type(d.Type()); t != nil && t.Index != nil && !d.Deleted() {
		keys = append(keys, t.Index(w.tx.Record(), SnapshotOf(d))...)
	}
	return keys
}

// Document implements Reader.
func (w *work) Document(id DocID) (Snapshot, error) {
	doc, err := w.document(id)
	return SnapshotOf(doc), err
}

// Documents implements Reader: what the store has of a type, with what this transaction made of it.
func (w *work) Documents(kind string) ([]Snapshot, error) {
	var ids []DocID
	err := w.tx.Scan(TableDocuments, []byte(kind+"/"), []byte(kind+"0"), func(key, _ []byte) (bool, error) {
		ids = append(ids, DocID(key))
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for _, id := range w.order {
		if id.Type() == kind && w.docs[id].stored == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var list []Snapshot
	for _, id := range ids {
		doc, err := w.document(id)
		if err != nil {
			return nil, err
		}
		if s := SnapshotOf(doc); s.Exists() {
			list = append(list, s)
		}
	}
	return list, nil
}
