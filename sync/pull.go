package syncing

import (
	"encoding/binary"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// pull gives one page of what the replica lacks: documents are chosen by `page`, their fields by `full`.
func (r *round) pull(tx ReadTx, h *head, scope Scope) error {
	cur, cause, err := r.cursor(tx, h, scope)
	if err != nil {
		return err
	}
	r.resp.Reset = cause != ""
	page := &page{load: r.document, full: cur.full, first: cur.page == 0, limit: limitOf(r.part.Limit)}
	last, more, err := page.fill(tx, r.engine.schema, scope, cur.page)
	if err != nil {
		return err
	}
	r.resp.Changes, r.resp.More = page.changes, more
	if more {
		cur.page = last
	} else {
		cur.page, cur.full, cur.floor = h.rev, h.rev, 0
		r.resp.Digest = h.digestText(scope)
	}
	cur.head = h.rev
	if cur.hash, _, err = h.hashAt(tx, cur.head); err != nil {
		return err
	}
	r.resp.Cursor = cur.encode()
	r.engine.count(r.req.Replica, r.part.Record, cause, r.part.Cursor, r.resp.Cursor)
	return nil
}

// limitOf is how many documents a page may hold.
func limitOf(asked int) int {
	if asked == 0 {
		return pageDocumentsMax
	}
	return min(max(asked, 1), pageDocumentsMax)
}

// The causes of a reset, for the counter of resets in a row.
const (
	causeNull    = "null"
	causeRecord  = "record"
	causeEpoch   = "epoch"
	causeScope   = "scope"
	causeHistory = "history"
	causeSchema  = "schema"
	causeOld     = "old"
)

// cursor decides from where the pull goes on; a cause says that it begins anew.
func (r *round) cursor(tx ReadTx, h *head, scope Scope) (cur *cursor, cause string, err error) {
	fresh := &cursor{
		whose: whoseTag(r.part.Record, scope.account), epoch: h.epoch, epochs: h.epochs,
		scope: scopeTag(scope, h.sightRev(scope)), schema: r.req.Schema, floor: h.floor,
	}
	if r.part.Cursor == "" {
		return fresh, causeNull, nil
	}
	c, err := decodeCursor(r.part.Cursor)
	switch {
	case err != nil || c.whose != fresh.whose:
		return fresh, causeRecord, nil
	case c.epoch != h.epoch:
		return fresh, causeEpoch, nil
	case !c.scope.equal(fresh.scope):
		return fresh, causeScope, nil
	case c.schema < r.req.Schema:
		return fresh, causeSchema, nil
	case c.head > h.rev || c.full > c.page || c.page > c.head:
		return fresh, causeHistory, nil
	case c.full < h.floor && c.full > 0, c.full == 0 && c.page > 0 && c.floor < h.floor: // an earlier page told it before it was deleted
		return fresh, causeOld, nil
	}
	hash, known, err := h.hashAt(tx, c.head)
	if err != nil {
		return nil, "", err
	}
	if !known || hash != c.hash {
		return fresh, causeHistory, nil
	}
	fresh.page, fresh.full, fresh.floor = c.page, c.full, c.floor
	return fresh, "", nil
}

// page is one answer's changes.
type page struct {
	load    func(DocID) (*Document, error)
	full    Rev
	first   bool // nothing was given before: what is deleted needs no telling
	limit   int
	size    int
	changes []DocChange
}

// told is a change that the scope sees.
type told struct {
	rev Rev
	doc DocID
}

// fill walks the changes behind `after` and stops at the first that does not fit any more. What the scope does not see is
// passed over, and does not count as more. The documents are read some at a time.
func (p *page) fill(tx ReadTx, schema *Schema, scope Scope, after Rev) (last Rev, more bool, err error) {
	p.changes = []DocChange{}
	var next []told
	take := func() (err error) {
		if err = p.fetch(tx, next); err != nil {
			return err
		}
		for _, c := range next {
			fits, err := p.add(schema, c)
			if err != nil {
				return err
			}
			if more = !fits; more {
				return nil
			}
			if len(p.changes) > 0 && p.changes[len(p.changes)-1].Rev == c.rev {
				last = c.rev
			}
		}
		next = next[:0]
		return nil
	}
	err = tx.Scan(TableChanges, revKey(after+1), nil, func(key, value []byte) (bool, error) {
		row, err := decodeChange(value)
		if err != nil || !scope.sees(row.audience) {
			return true, err
		}
		next = append(next, told{Rev(binary.BigEndian.Uint64(key)), row.doc})
		if len(next) < min(aheadRows, p.limit-len(p.changes)+1) {
			return true, nil
		}
		err = take()
		return !more, err
	})
	if err == nil && !more {
		err = take()
	}
	return last, more, err
}

// fetch tells which documents will be asked for.
func (p *page) fetch(tx ReadTx, next []told) error {
	keys := make([][]byte, len(next))
	for i, c := range next {
		keys[i] = []byte(c.doc)
	}
	return tx.Ahead(TableDocuments, keys)
}

// add puts a change into the page, if it fits. A document that is deleted takes no place where nothing was told before.
func (p *page) add(schema *Schema, c told) (fits bool, err error) {
	doc, err := p.load(c.doc)
	if err != nil {
		return false, err
	}
	if doc == nil || doc.Rev != c.rev {
		return false, corrupt("syncing.fill", errRow)
	}
	if p.first && doc.Deleted() {
		return true, nil
	}
	change, size := p.change(schema.Type(doc.Type()), doc)
	if len(p.changes) >= p.limit || len(p.changes) > 0 && p.size+size > pageBytesMax {
		return false, nil
	}
	p.changes = append(p.changes, change)
	p.size += size
	return true, nil
}

// change gives a document's fields that changed since the last complete pull, each with all its siblings.
func (p *page) change(t *Type, doc *Document) (DocChange, int) {
	c := DocChange{Doc: doc.ID, Rev: doc.Rev}
	size := 64 + len(doc.ID)
	if doc.Deleted() {
		c.Deleted = true
		return c, size
	}
	set := jsontext.Value{'{'}
	for i := 0; i < len(doc.Fields); i++ {
		f := &doc.Fields[i]
		if f.Elem != "" || p.full > 0 && f.Changed <= p.full {
			continue
		}
		value := f.shown()
		if spec := t.Field(f.Name); spec != nil && spec.Rule == Set {
			value = elementsOf(doc.Fields[i+1:], f.Name)
		} else if spec != nil && spec.Rule != Max && len(f.Writes) > 1 {
			size += c.sibling(f)
		}
		switch {
		case value != nil:
			if len(set) > 1 {
				set = append(set, ',')
			}
			set, _ = jsontext.AppendQuote(set, f.Name)
			set = append(append(set, ':'), value...)
		case p.full > 0 || !p.first || len(c.Siblings[f.Name]) > 0: // an earlier page of a reset may have told a value
			c.Unset = append(c.Unset, f.Name)
		}
	}
	if len(set) > 1 {
		c.Set = append(set, '}')
	}
	return c, size + len(c.Set)
}

// sibling notes the writes of a field that are not shown.
func (c *DocChange) sibling(f *Field) (size int) {
	if c.Siblings == nil {
		c.Siblings = map[string][]SiblingJSON{}
	}
	for _, w := range f.Writes[1:] {
		c.Siblings[f.Name] = append(c.Siblings[f.Name], SiblingJSON{nullable(w.Value), w.Origin.Rev, w.Origin.By, w.Origin.Effective})
		size += len(w.Value) + 96
	}
	return size
}

// elementsOf is a set as a JSON list; nil if it has no elements. The fields are those behind the set's own.
func elementsOf(fields []Field, name string) jsontext.Value {
	list := jsontext.Value{'['}
	for i := range fields {
		if fields[i].Name != name {
			break
		}
		if len(fields[i].Writes) == 0 {
			continue
		}
		if len(list) > 1 {
			list = append(list, ',')
		}
		list = append(list, fields[i].Elem...)
	}
	if len(list) == 1 {
		return nil
	}
	return slices.Clip(append(list, ']'))
}
