package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// watch holds each request of one database against what every request must keep, whatever its story.
type watch struct {
	wrong string // the first thing that was wrong; "" if nothing was
	words map[syncing.Continued]string
	bases map[string]bool // cursors of complete pulls
	nows  map[int64]bool  // what answers told of server now
	limit int
	now   int64 // the device's clock, as the kit last told it
}

func newWatch(limit int) *watch {
	return &watch{words: map[syncing.Continued]string{}, bases: map[string]bool{}, nows: map[int64]bool{0: true}, limit: limit}
}

// copied is the watch of a copy: it knows what the original knew.
func (w *watch) copied() *watch {
	c := newWatch(w.limit)
	c.words, c.bases, c.nows = maps.Clone(w.words), maps.Clone(w.bases), maps.Clone(w.nows)
	return c
}

func (w *watch) broken(text string) {
	if w.wrong == "" {
		w.wrong = text
	}
}

// sent is what the watch reads of a mutation.
type sent struct {
	Base  string         `json:"base"`
	After int64          `json:"after"`
	Skip  string         `json:"skip"`
	Doc   jsontext.Value `json:"doc"`
}

func (w *watch) request(req *syncing.Request) {
	if req.Now != w.now {
		w.broken(fmt.Sprintf("`now` of the request was %d, and the device's clock stood at %d", req.Now, w.now))
	}
	for i := range req.Records {
		part := &req.Records[i]
		if w.limit != 0 && part.Limit != w.limit {
			w.broken(fmt.Sprintf("the request asked for pages of %d documents, and was told to ask for %d", part.Limit, w.limit))
		}
		for k, raw := range part.Mutations {
			if k > 0 && raw.N != part.Mutations[k-1].N+1 {
				w.broken(fmt.Sprintf("number %d came after number %d in one request: they go in order, without gaps", raw.N, part.Mutations[k-1].N))
			}
			w.mutation(req.Replica, raw)
		}
	}
}

func (w *watch) mutation(replica syncing.ReplicaID, raw syncing.RawMutation) {
	var m sent
	if err := json.Unmarshal(raw.Raw, &m); err != nil {
		w.broken(fmt.Sprintf("mutation %d could not be read: %v", raw.N, err))
		return
	}
	if m.Skip != "" {
		return
	}
	name := syncing.Continued{Replica: replica, N: raw.N}
	words := wordsOf(raw.Raw)
	switch before, again := w.words[name]; {
	case again && before != words:
		w.broken(fmt.Sprintf("number %d was sent again with other words: first %s, then %s", raw.N, short(before), short(words)))
	case m.Base != "" && !w.bases[m.Base]:
		w.broken(fmt.Sprintf("the base of number %d is no cursor of a complete pull", raw.N))
	case !w.nows[m.After]:
		w.broken(fmt.Sprintf("`after` of number %d is %d, which no answer told", raw.N, m.After))
	}
	w.words[name] = words
}

// wordsOf is a mutation without n and was, in one form.
func wordsOf(raw jsontext.Value) string {
	var m map[string]jsontext.Value
	if json.Unmarshal(raw, &m) != nil {
		return string(raw)
	}
	delete(m, "n")
	delete(m, "was")
	text, _ := json.Marshal(m, json.Deterministic(true))
	return canonical(text)
}

func (w *watch) answer(req *syncing.Request, answer *syncing.Response) {
	w.nows[answer.Now] = true
	for i := range answer.Records {
		if p := &answer.Records[i]; p.Error == nil && !p.More {
			w.bases[p.Cursor] = true
		}
	}
}

// canonical is JSON in the form of RFC 8785.
func canonical(v jsontext.Value) string {
	c := v.Clone()
	if c.Canonicalize() != nil {
		return string(v)
	}
	return string(c)
}

// shownMax is how much of a value a sentence shows.
const shownMax = 160

func short(text string) string {
	if len(text) > shownMax {
		return text[:shownMax] + "..."
	}
	return text
}

// differ says the first way in which what is shown is not what is so; "" if it is.
func differ(shown, is map[string]Document) (expected, got string) {
	for _, id := range slices.Sorted(maps.Keys(is)) {
		d, here := shown[id]
		if !here {
			return fmt.Sprintf("%s to be shown, as the server has it", id), "it is not there"
		}
		if expected, got = differDocument(id, d, is[id]); expected != "" {
			return expected, got
		}
	}
	for _, id := range slices.Sorted(maps.Keys(shown)) {
		if _, there := is[id]; !there {
			return fmt.Sprintf("no document %s, for the server shows this account none", id), "it is there"
		}
	}
	return "", ""
}

func differDocument(id string, d, is Document) (expected, got string) {
	if d.Rev != is.Rev {
		return fmt.Sprintf("%s at rev %d", id, is.Rev), fmt.Sprintf("rev %d", d.Rev)
	}
	if a, b := fieldsText(d.Fields), fieldsText(is.Fields); a != b {
		return fmt.Sprintf("%s to be %s", id, short(b)), short(a)
	}
	if a, b := siblingsText(d.Siblings), siblingsText(is.Siblings); a != b {
		return fmt.Sprintf("beside the values of %s: %s", id, short(b)), short(a)
	}
	return "", ""
}

func fieldsText(fields map[string]jsontext.Value) string {
	text, err := json.Marshal(fields, json.Deterministic(true))
	if err != nil {
		return err.Error()
	}
	return canonical(text)
}

// siblingsText writes siblings in one order: which comes first says nothing to the protocol.
func siblingsText(siblings map[string][]jsontext.Value) string {
	out := map[string][]jsontext.Value{}
	for field, list := range siblings {
		for _, v := range list {
			out[field] = append(out[field], jsontext.Value(canonical(v)))
		}
		slices.SortFunc(out[field], func(a, b jsontext.Value) int { return bytes.Compare(a, b) })
	}
	text, _ := json.Marshal(out, json.Deterministic(true))
	return string(text)
}
