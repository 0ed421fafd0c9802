package care

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// Paper is what can be read of a document, on the server (a syncing.Snapshot) and on a phone without network alike.
type Paper interface {
	ID() syncing.DocID
	Rev() syncing.Rev
	Value(field string) jsontext.Value // nil: it has none
	Text(field string) string          // "" if there is none or it is not a string
	Texts(set string) []string
	Fields(prefix string) []string // names of the fields that have a value and begin so, sorted
}

// Binder gives the papers of a type that its reader may see. Errors are those of what it reads.
type Binder func(kind string) ([]Paper, error)

// BinderOf reads papers where an engine reads.
func BinderOf(r syncing.Reader) Binder {
	return func(kind string) ([]Paper, error) {
		docs, err := r.Documents(kind)
		list := make([]Paper, 0, len(docs))
		for _, doc := range docs {
			list = append(list, doc)
		}
		return list, err
	}
}

// number is a whole number in a paper; 0 if there is none.
func number(p Paper, field string) (n int64) {
	if v := p.Value(field); v == nil || json.Unmarshal(v, &n) != nil {
		return 0
	}
	return n
}

func truth(p Paper, field string) (b bool) {
	if v := p.Value(field); v == nil || json.Unmarshal(v, &b) != nil {
		return false
	}
	return b
}

// WirePaper is a document as it travels: the values of its fields, sets as arrays. A phone's replica holds these.
func WirePaper(id syncing.DocID, rev syncing.Rev, values map[string]jsontext.Value) Paper {
	return wirePaper{id, rev, values}
}

type wirePaper struct {
	id     syncing.DocID
	rev    syncing.Rev
	values map[string]jsontext.Value
}

// ID implements Paper.
func (p wirePaper) ID() syncing.DocID { return p.id }

// Rev implements Paper.
func (p wirePaper) Rev() syncing.Rev { return p.rev }

// Value implements Paper.
func (p wirePaper) Value(field string) jsontext.Value { return p.values[field] }

// Text implements Paper.
func (p wirePaper) Text(field string) (text string) {
	if json.Unmarshal(p.values[field], &text) != nil {
		return ""
	}
	return text
}

// Texts implements Paper.
func (p wirePaper) Texts(set string) (list []string) {
	if json.Unmarshal(p.values[set], &list) != nil {
		return nil
	}
	return list
}

// elems are the elements of a set as JSON.
func elems(p Paper, set string) (list []jsontext.Value) {
	if s, stored := p.(syncing.Snapshot); stored {
		return s.Elems(set)
	}
	if json.Unmarshal(p.Value(set), &list) != nil {
		return nil
	}
	return list
}
