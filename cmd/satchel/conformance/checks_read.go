package conformance

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// ben is the colleague who writes as a nurse.
func (r *run) ben() *colleague {
	ben, err := r.w.colleague("ben")
	r.must(err)
	return ben
}

// by lets a colleague write.
func (r *run) by(c *colleague, doc string, changes ...string) {
	r.does("%s writes %s %v elsewhere", c.name, doc, changes)
	m := changeOf(changes)
	r.must(c.writes(r.ctx, replica.Change{Doc: docID(doc), Set: m.Set, Add: m.Add, Remove: m.Remove}))
}

// pages are collected beside and put in place together.
func (r *run) pages() {
	ben := r.ben()
	for i := range 5 {
		r.by(ben, fmt.Sprintf("thing/%d", i), "title=old")
	}
	ann := r.phone("ann", "ann", 2)
	ann.sync()
	v := ann.notUpToDate("there are more pages")
	if len(v.Documents) > 0 {
		r.wrong("no document, for the pages are put in place together", fmt.Sprintf("%d documents after the first page", len(v.Documents)))
	}
	ann.settles()
	ann.agrees()
	for i := range 5 {
		r.by(ben, fmt.Sprintf("thing/%d", i), "title=new")
	}
	ann.sync()
	v = ann.notUpToDate("there are more pages")
	ann.shows(v, "thing/0", "title", `"old"`)
	ann.writes("thing/1", "note=between the pages")
	ann.shows(ann.view(), "thing/1", "note", `"between the pages"`)
	ann.sync()
	v = ann.view()
	ann.shows(v, "thing/0", "title", `"old"`)
	ann.shows(v, "thing/1", "note", `"between the pages"`) // answered, and on the screen until the pages are in place
	ann.sync(lostAnswer)
	ann.settles()
	ann.agrees()
}

// honest: "up to date" only when it is so.
func (r *run) honest() {
	ann := r.phone("ann", "ann", 0)
	ann.notUpToDate("nothing was read yet")
	ann.sync(lostRequest)
	ann.notUpToDate("nothing was read yet")
	ann.settles()
	ann.agrees()
	ann.writes("thing/1", "title=walk")
	ann.notUpToDate("a change waits")
	ann.sync(lostAnswer)
	ann.waits(ann.notUpToDate("the server's answer did not come"), 1)
	ann.settles()
	ann.agrees()
	ann.writes("thing/1", "title=run")
	ann.sync(cutAnswer)
	ann.waits(ann.notUpToDate("half an answer is none"), 1)
	ann.settles()
	ann.agrees()
}

// siblings: both texts stand until somebody chooses.
func (r *run) siblings() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "thing/1", "title=walk")
	ann.settles()
	ann.writes("thing/1", "note=by ann")
	r.by(ben, "thing/1", "note=by ben")
	ann.settles()
	v := ann.agrees()
	if len(v.Documents[string(docID("thing/1"))].Siblings["note"]) != 1 {
		r.wrong("both notes to be shown, the one beside the other", "one of them")
	}
	ann.writes("thing/1", "note=by both")
	if v = ann.view(); len(v.Documents[string(docID("thing/1"))].Siblings["note"]) != 0 {
		r.wrong("a choice to answer what stood beside it at once", "it still stands there")
	}
	ann.settles()
	if v = ann.agrees(); len(v.Documents[string(docID("thing/1"))].Siblings) != 0 {
		r.wrong("nothing beside the note after the choice", "something")
	}
	ann.shows(v, "thing/1", "note", `"by both"`)
}

// formBase: the base of a form is that of what it showed, not that of the moment it was saved.
func (r *run) formBase() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "thing/1", "title=walk", "dose=10 mg")
	ann.settles()
	r.does("ann opens a form on thing/1, which shows dose 10 mg")
	base := ann.must(Command{Op: "form", DB: "ann"}).Base
	if len(base) == 0 {
		r.wrong("the base of what is shown", "none")
	}
	r.by(ben, "thing/1", "dose=20 mg")
	ann.settles()
	ann.writesOn(base, "thing/1", "dose=15 mg")
	ann.settles()
	v := ann.agrees()
	ann.shows(v, "thing/1", "dose", `"20 mg"`)
	if r.heldFor(syncing.Stale) != 1 {
		r.wrong("the change of the form to be held as stale, for its writer had not seen the newer dose", "it was written over it")
	}
}

// held changes are listed, and not shown as if they stood.
func (r *run) held() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "thing/1", "title=walk", "secret=of the ward")
	ann.settles()
	ann.writes("thing/1", "secret=of ann")
	ann.writes("thing/1", "title=run")
	ann.settles()
	v := ann.agrees()
	if len(v.Held) != 1 || r.heldFor(syncing.Forbidden) != 1 {
		r.wrong("one held change, listed", fmt.Sprintf("%d listed", len(v.Held)))
	}
	ann.shows(v, "thing/1", "secret", `"of the ward"`)
	ann.shows(v, "thing/1", "title", `"run"`)
	r.does("ann discards what is held")
	r.w.now += 1000
	ann.must(Command{Op: "mutate", DB: "ann", Now: ann.now(), Doc: v.Held[0], Set: map[string]jsontext.Value{
		"status": syncing.TextValue("discarded"), "discardReason": syncing.TextValue("a mistake"),
	}})
	ann.settles()
	if v = ann.agrees(); len(v.Held) != 0 {
		r.wrong("nothing to be listed as held once it is settled", fmt.Sprint(v.Held))
	}
}

// deleted documents go, and come back whole with an edit that had not seen the deletion.
func (r *run) deleted() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "memo/1", "text=one")
	r.by(ben, "memo/2", "text=two")
	ann.settles()
	ann.agrees()
	r.does("ben deletes both memos elsewhere")
	for _, doc := range []string{"memo/1", "memo/2"} {
		r.must(ben.writes(r.ctx, replica.Change{Doc: docID(doc), Delete: true}))
	}
	ann.writes("memo/2", "text=two and more")
	ann.settles()
	v := ann.agrees()
	ann.shows(v, "memo/1", "text", "")
	ann.shows(v, "memo/2", "text", `"two and more"`)
	ann.deletes("memo/2")
	if _, there := ann.view().Documents[string(docID("memo/2"))]; there {
		r.wrong("what the person deleted not to be shown", "it is shown")
	}
	ann.settles()
	ann.agrees()
}

// unknown: a client keeps and shows to nobody less than it was given.
func (r *run) unknown() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "thing/1", "title=walk")
	ann.settles()
	r.does("the server learns a field and a type that this client cannot know")
	r.w.upgrade(2)
	r.by(ben, "thing/1", "zone=ward 7")
	r.by(ben, "leaflet/1", "page=one")
	ann.settles()
	v := ann.agrees()
	ann.shows(v, "thing/1", "zone", `"ward 7"`)
	ann.shows(v, "leaflet/1", "page", `"one"`)
	ann.writes("thing/1", "title=run")
	ann.settles()
	ann.reopens()
	v = ann.agrees()
	ann.shows(v, "thing/1", "zone", `"ward 7"`)
}
