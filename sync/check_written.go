package syncing

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// What stands in a document was written by somebody, and the journal says by whom, when and what. Somebody who holds the keys can change a
// document and leave its journal, which is signed (decision 0093), as it is: then the two differ, and the document is the one that is wrong.

// place names a field, or an element of a set.
type place struct{ name, elem string }

// shownRev is the rev of the write that the journal says is shown. sure is false where it leaves that open.
type shownRev struct {
	rev  Rev
	sure bool
}

// ledgered is what a journal says of the documents.
type ledgered struct {
	entries map[Rev]*journalEntry
	docs    map[DocID]*ledgeredDoc
}

type ledgeredDoc struct {
	latest  Rev
	deleted int
	shown   map[place]shownRev
}

// note takes in one entry that was applied.
func (l *ledgered) note(rev Rev, e *journalEntry) {
	e.raw = nil // the words are in the effects
	d := l.docs[e.doc]
	if d == nil {
		d = &ledgeredDoc{shown: map[place]shownRev{}}
		l.docs[e.doc] = d
	}
	l.entries[rev], d.latest = e, rev
	for i := range e.effects {
		f := &e.effects[i]
		at := place{f.Field, f.Elem}
		switch {
		case f.Field == "":
			d.deleted++
		case f.Result == "won":
			d.shown[at] = shownRev{rev, true}
		case f.Result == "lost" && len(f.Against) > 0:
			d.shown[at] = shownRev{f.Against[0], true}
		case f.Result == "removed":
			d.shown[at] = shownRev{0, true}
		default: // it may have taken away what it covered and show another of those that stood
			d.shown[at] = shownRev{}
		}
	}
}

// wrote reports whether the journal has what a write of a document says of itself.
func (l *ledgered) wrote(doc DocID, o *Origin) *journalEntry {
	e := l.entries[o.Rev]
	if e == nil || e.doc != doc || e.replica != o.Replica || e.n != o.N || e.by != o.By {
		return nil
	}
	return e
}

// field compares one field with what was written to it.
func (l *ledgered) field(doc DocID, f *Field, shown map[place]shownRev) bool {
	for _, w := range f.Writes {
		e := l.wrote(doc, w.Origin)
		if e == nil || !slices.ContainsFunc(e.effects, func(was effect) bool {
			return was.Field == f.Name && was.Elem == f.Elem && was.Result != "removed" && bytes.Equal(was.Value, w.Value)
		}) {
			return false
		}
	}
	for _, drop := range f.Drops {
		if l.wrote(doc, drop) == nil {
			return false
		}
	}
	said, known := shown[place{f.Name, f.Elem}]
	switch {
	case !known:
		return len(f.Writes) == 0
	case !said.sure:
		return true
	case len(f.Writes) == 0:
		return said.rev == 0
	}
	return f.Writes[0].Origin.Rev == said.rev
}

// document compares one document with its journal.
func (l *ledgered) document(d *Document) bool {
	created, said := l.entries[d.Created], l.docs[d.ID]
	if created == nil || created.doc != d.ID || said.latest != d.Rev || said.deleted != len(d.Deletions) {
		return false
	}
	if d.Type() != HeldType && d.Author != created.by { // system lists what somebody else wrote
		return false
	}
	for _, deletion := range d.Deletions {
		if l.wrote(d.ID, deletion.Origin) == nil || deletion.Return != nil && l.wrote(d.ID, deletion.Return) == nil {
			return false
		}
	}
	if d.Sealing != nil && l.wrote(d.ID, d.Sealing) == nil {
		return false
	}
	there := 0
	for i := range d.Fields {
		f := &d.Fields[i]
		if !l.field(d.ID, f, said.shown) {
			return false
		}
		if _, known := said.shown[place{f.Name, f.Elem}]; known {
			there++
		}
	}
	return there == len(said.shown)
}

// checkWritten replays the journal's effects and compares each document with what came of them: values, authors, what is shown, and
// whether it is there at all.
func checkWritten(tx ReadTx, _ *head) error {
	l := &ledgered{map[Rev]*journalEntry{}, map[DocID]*ledgeredDoc{}}
	err := tx.Scan(TableJournal, nil, nil, func(key, row []byte) (bool, error) {
		e, err := splitEntry(row)
		if err != nil || e.outcome.Status != Applied || binary.BigEndian.Uint32(key[8:]) != 0 {
			return true, err
		}
		l.note(Rev(binary.BigEndian.Uint64(key)), e)
		return true, nil
	})
	if err != nil {
		return err
	}
	err = tx.Scan(TableDocuments, nil, nil, func(_, row []byte) (bool, error) {
		d, err := decodeDocument(row)
		if err != nil {
			return false, err
		}
		if !l.document(d) {
			return false, mismatch(fmt.Sprintf("the document %s is not what its journal says", d.ID))
		}
		delete(l.docs, d.ID)
		return true, nil
	})
	for id := range l.docs {
		if err == nil {
			err = mismatch(fmt.Sprintf("the document %s, which its journal speaks of, is gone", id))
		}
	}
	return err
}
