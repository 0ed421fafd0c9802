package replica

import (
	"bytes"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// View is what the person sees of a record, by name: the documents as the server gave them, with the outbox replayed on top in
// the order of writing. It is a copy.
func (r *Replica) View(id syncing.RecordID) []*Document {
	rec := r.records[id]
	if rec == nil {
		return nil
	}
	docs := make(map[syncing.DocID]*Document, len(rec.Docs))
	for name, d := range rec.Docs {
		docs[name] = d.clone()
	}
	for _, e := range rec.Entries {
		if !e.Placed {
			Replay(docs, e.Doc, e.Body)
		}
	}
	return slices.SortedFunc(maps.Values(docs), func(a, b *Document) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
}

// Document is what the person sees of one document; nil if there is none.
func (r *Replica) Document(id syncing.RecordID, name syncing.DocID) *Document {
	rec := r.records[id]
	if rec == nil {
		return nil
	}
	docs := map[syncing.DocID]*Document{}
	if d := rec.Docs[name]; d != nil {
		docs[name] = d.clone()
	}
	for _, e := range rec.Entries {
		if !e.Placed && e.Doc == name {
			Replay(docs, e.Doc, e.Body)
		}
	}
	return docs[name]
}

// Given is a document as the server gave it, without the outbox; nil if there is none.
func (r *Replica) Given(id syncing.RecordID) map[syncing.DocID]*Document {
	rec := r.records[id]
	if rec == nil {
		return nil
	}
	docs := make(map[syncing.DocID]*Document, len(rec.Docs))
	for name, d := range rec.Docs {
		docs[name] = d.clone()
	}
	return docs
}

// Replay shows one mutation on top of documents: a set replaces the value and answers its siblings, null takes the value away,
// elements are kept once and in the order of their canonical bytes, a delete takes the document away. What a mutation says of
// a document that is not here is shown as far as it goes.
func Replay(docs map[syncing.DocID]*Document, id syncing.DocID, body jsontext.Value) {
	m := members(body)
	if bytes.Equal(m["delete"], []byte("true")) {
		delete(docs, id)
		return
	}
	sets, adds, removes := members(m["set"]), members(m["add"]), members(m["remove"])
	if len(sets)+len(adds)+len(removes) == 0 {
		return
	}
	d := docs[id]
	if d == nil {
		d = &Document{ID: id, Fields: map[string]jsontext.Value{}}
		docs[id] = d
	}
	for name, value := range sets {
		d.putSiblings(name, nil)
		if value.Kind() == 'n' {
			delete(d.Fields, name)
		} else {
			d.Fields[name] = canonical(value)
		}
	}
	for name, list := range adds {
		d.elements(name, elements(list), nil)
	}
	for name, list := range removes {
		d.elements(name, nil, elements(list))
	}
}

// elements adds to and removes from a set.
func (d *Document) elements(field string, add, remove []string) {
	have := append(elements(d.Fields[field]), add...)
	have = slices.DeleteFunc(have, func(e string) bool { return slices.Contains(remove, e) })
	slices.Sort(have)
	have = slices.Compact(have)
	if len(have) == 0 {
		delete(d.Fields, field)
		return
	}
	list := jsontext.Value{'['}
	for i, e := range have {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, e...)
	}
	d.Fields[field] = append(list, ']')
}

// elements reads a list's elements in canonical form.
func elements(v jsontext.Value) []string {
	var list []jsontext.Value
	if len(v) == 0 || json.Unmarshal(v, &list) != nil {
		return nil
	}
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = string(canonical(e))
	}
	return texts
}

// canonical is a value in RFC 8785 form, as the server gives it.
func canonical(v jsontext.Value) jsontext.Value {
	c := v.Clone()
	if c.Canonicalize() != nil {
		return v
	}
	return c
}
