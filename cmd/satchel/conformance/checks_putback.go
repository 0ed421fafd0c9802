package conformance

import (
	"satchel/sync/storetest"
)

func (r *run) backup() storetest.Snapshot {
	r.does("a backup is made")
	return r.w.store.Snapshot()
}

// restored: phones heal a server that came back from an older backup, in a new epoch.
func (r *run) restored() {
	ben, ann := r.ben(), r.phone("ann", "ann", 2)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	night := r.backup()
	ann.writes("thing/1", "note=after the backup")
	ann.writes("thing/1", "secret=not hers to write")
	ann.settles()
	r.must(ben.sync(r.ctx))
	r.by(ben, "thing/1", "draft=of ben", "note=ben saw that")
	ann.settles()
	ann.writes("thing/2", "title=unsent")
	r.does("the server is restored from the backup, into a new epoch")
	r.w.store.Restore(night)
	r.w.life()
	r.must(ben.sync(r.ctx)) // he comes first: what he had seen of ann's is covered, though it comes later
	ann.sync(lostAnswer)
	ann.sync()
	ann.settles()
	v := ann.agrees()
	ann.shows(v, "thing/1", "note", `"ben saw that"`)
	if len(v.Documents[string(docID("thing/1"))].Siblings) > 0 {
		r.wrong("nothing beside the note of thing/1, for ben had seen the other: `was` says so", "both notes")
	}
	ann.shows(v, "thing/1", "draft", `"of ben"`)
	ann.shows(v, "thing/2", "title", `"unsent"`)
	for _, w := range [][3]string{{"thing/1", "title", `"walk"`}, {"thing/1", "note", `"after the backup"`}, {"thing/2", "title", `"unsent"`}} {
		r.once(w[0], w[1], w[2])
	}
}

// lostTail: the server lost its last commits and nobody knows. What is new is refused as a gap, and all is sent again.
func (r *run) lostTail() {
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	before := r.backup()
	ann.writes("thing/1", "note=lost")
	ann.writes("thing/1", "draft=lost too")
	ann.settles()
	r.does("the server loses its last commits, in the same epoch")
	r.w.store.Restore(before)
	ann.writes("thing/1", "+tags=new")
	ann.sync()
	ann.settles()
	v := ann.agrees()
	ann.shows(v, "thing/1", "note", `"lost"`)
	ann.shows(v, "thing/1", "tags", `["new"]`)
	r.once("thing/1", "note", `"lost"`)
	r.once("thing/1", "draft", `"lost too"`)
	r.once("thing/1", "tags", `"new"`)
}

// skips: what was called safe need not be kept. If it is lost all the same, its number is sent as a skip, or the words again.
func (r *run) skips() {
	empty := r.backup()
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	r.does("all that is there is called safe")
	r.w.store.SetDurability(r.w.store.Sequence(), r.w.store.Sequence())
	ann.sync()
	ann.settles()
	ann.writes("thing/2", "title=later")
	ann.settles()
	r.does("and is lost all the same: the server is restored to before it")
	r.w.store.Restore(empty)
	r.w.life()
	ann.sync()
	ann.settles()
	ann.shows(ann.agrees(), "thing/2", "title", `"later"`)
	r.once("thing/2", "title", `"later"`)
}

// copied: two phones under one name. Neither overwrites the other, and nothing has two effects.
func (r *run) copied() {
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	ann.writes("thing/1", "+tags=on both", "draft=on both")
	twin := ann.copyTo("twin")
	ann.writes("thing/1", "note=on the old phone")
	ann.writes("thing/2", "title=two")
	twin.writes("thing/1", "note=on the new phone", "draft=of the twin")
	ann.settles()
	twin.sync(lostAnswer)
	twin.sync()
	twin.settles()
	twin.agrees()
	ann.sync()
	ann.settles()
	v := ann.agrees()
	if len(v.Documents[string(docID("thing/1"))].Siblings["note"]) != 1 {
		r.wrong("the notes of both phones to stand, the one beside the other", "one of them")
	}
	ann.shows(v, "thing/1", "draft", `"of the twin"`)
	if len(v.Documents[string(docID("thing/1"))].Siblings["draft"]) > 0 {
		r.wrong("nothing beside the draft of thing/1: the twin continues whom it was copied from, and wrote over its own words", "both drafts")
	}
	for _, w := range [][2]string{{"tags", `"on both"`}, {"note", `"on the old phone"`}, {"note", `"on the new phone"`}} {
		r.once("thing/1", w[0], w[1])
	}
	twin.writes("thing/1", "draft=under the new name")
	twin.settles()
	twin.agrees()
}

// putBack: a phone that was set up from an older copy of itself has fewer numbers than the server knows of it.
func (r *run) putBack() {
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	old := ann.copyTo("ann, put back")
	ann.writes("thing/1", "note=written before the phone was lost")
	ann.settles()
	old.sync()
	old.settles()
	old.shows(old.agrees(), "thing/1", "note", `"written before the phone was lost"`)
	old.writes("thing/1", "note=written after")
	old.settles()
	v := old.agrees()
	old.shows(v, "thing/1", "note", `"written after"`)
	r.once("thing/1", "note", `"written before the phone was lost"`)
	r.once("thing/1", "note", `"written after"`)
}
