package conformance

import (
	"fmt"
	"strings"

	syncing "satchel/sync"
)

// digest: a document that got lost on the way, or in the client, comes back by a pull from the start.
func (r *run) digest() {
	ben, ann := r.ben(), r.phone("ann", "ann", 0)
	r.by(ben, "thing/1", "title=walk")
	ann.settles()
	r.by(ben, "thing/2", "title=lost on the way")
	r.does("the next answer lacks a document")
	r.w.tamper = func(_ *socket, _ *syncing.Request, answer *syncing.Response) {
		answer.Records[0].Changes = nil
		r.w.tamper = nil
	}
	ann.sync()
	ann.notUpToDate("the digests differ")
	ann.settles()
	ann.shows(ann.agrees(), "thing/2", "title", `"lost on the way"`)
}

// digestNever: what a pull from the start does not mend is reported, and not asked for again and again.
func (r *run) digestNever() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	whole := 0
	r.does("the server's digest agrees with nothing from now on")
	r.w.tamper = func(_ *socket, req *syncing.Request, answer *syncing.Response) {
		if req.Records[0].Cursor == "" {
			whole++
		}
		if p := &answer.Records[0]; p.Digest != "" {
			p.Digest = "00000000000000aa"
		}
	}
	ann.writes("thing/1", "title=walk")
	ann.settles()
	ann.notUpToDate("the digests differ")
	for range 5 {
		ann.sync()
	}
	ann.notUpToDate("the digests differ")
	if whole != 1 {
		r.wrong("one pull from the start for one difference of digests", fmt.Sprintf("%d", whole))
	}
	r.does("the digests agree again")
	r.w.tamper = nil
	ann.settles()
	ann.agrees()
}

func (r *run) busy() {
	const retry = 30_000
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.writes("thing/1", "title=walk")
	r.does("the record is busy for a while")
	r.w.tamper = func(_ *socket, req *syncing.Request, answer *syncing.Response) {
		answer.Records[0] = syncing.RecordResponse{Record: req.Records[0].Record, Outcomes: []syncing.Outcome{}, Error: &syncing.RecordError{
			Code: syncing.Busy, Detail: "This record is busy. Send the same again in a moment.", RetryAfterMs: retry,
		}}
		r.w.tamper = nil
	}
	ann.sync()
	v := ann.notUpToDate("the server was busy")
	ann.waits(v, 1)
	ann.says(v, isWaiting)
	r.w.now += retry
	ann.settles()
	ann.agrees()
	r.once("thing/1", "title", `"walk"`)
}

// tooOld: never too old to hand in.
func (r *run) tooOld() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	r.does("the server asks for newer clients")
	r.w.schemaMin = 2
	r.w.boot()
	ann.writes("thing/1", "title=walk")
	ann.settles()
	v := ann.view()
	ann.says(v, needsNew)
	ann.waits(v, 0)
	r.once("thing/1", "title", `"walk"`)
	r.does("the server takes this client again")
	r.w.schemaMin = 0
	r.w.boot()
	ann.sync()
	ann.settles()
	ann.agrees()
}

// tooLarge: what no request has room for stops nobody behind it. A client may refuse it as it is written.
func (r *run) tooLarge() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.writes("thing/1", "title=walk")
	r.does("ann writes a note of more than 1 MiB")
	refused := r.ask(ann.change(nil, "thing/1", []string{"note=" + strings.Repeat("x", bodyBytesMax+1)})).Error != ""
	ann.writes("thing/1", "draft=behind it")
	ann.settles()
	ann.shows(ann.agrees(), "thing/1", "draft", `"behind it"`)
	if !refused && r.heldFor(syncing.TooLarge) != 1 {
		r.wrong("the number of the change that no request has room for to be sent as a skip, too_large", "nothing is held as too_large")
	}
}

// endedAccess: the documents go, what was written is handed in.
func (r *run) endedAccess() {
	ben := r.phone("ben", "ben", 0)
	ben.writes("thing/1", "title=walk")
	ben.settles()
	ben.agrees()
	ben.writes("thing/1", "note=on the way home")
	r.does("the access of ben ends")
	r.w.revoke("ben")
	ben.settles()
	v := ben.view()
	if len(v.Documents) > 0 {
		r.wrong("no document of the record on the device once access has ended", fmt.Sprintf("%d are shown", len(v.Documents)))
	}
	ben.says(v, ended)
	ben.waits(v, 0)
	if r.heldFor(syncing.Forbidden) != 1 {
		r.wrong("what was written before the end to be handed in, and held", "it is not there")
	}
	r.does("ben has access again")
	r.w.grant("ben", nurse, "schedule")
	ben.sync()
	ben.settles()
	ben.agrees()
}

// narrowed: a reset takes away what may not be seen any more, and leaves the outbox.
func (r *run) narrowed() {
	ann, err := r.w.colleague("ann")
	r.must(err)
	r.w.grant("ben", nurse, "schedule", "concerns")
	ben := r.phone("ben", "ben", 2)
	r.by(ann, "private/1", "text=between us")
	r.by(ann, "thing/1", "title=walk")
	ben.settles()
	ben.shows(ben.agrees(), "private/1", "text", `"between us"`)
	ben.writes("thing/1", "note=unsent")
	r.does("ben may not see concerns any more")
	r.w.grant("ben", nurse, "schedule")
	ben.sync()
	ben.settles()
	v := ben.agrees()
	ben.shows(v, "private/1", "text", "")
	ben.shows(v, "thing/1", "note", `"unsent"`)
	r.once("thing/1", "note", `"unsent"`)
}

// longReset: a reset comes while a part of the outbox is not sent yet.
func (r *run) longReset() {
	ben := r.phone("ben", "ben", 0)
	ben.settles()
	ben.writesMany()
	r.does("ben may see concerns from now on: he is sent everything anew")
	r.w.grant("ben", nurse, "schedule", "concerns")
	ben.sync()
	ben.waits(ben.notUpToDate("a part of the outbox was not sent yet"), longCount-mutationsMax)
	ben.settles()
	ben.agrees()
	r.arrivedMany()
}

// mutationsMax is how many mutations one request may hold for one record.
const mutationsMax = 500

// otherAccount: nothing is handed in for somebody else; the outbox waits for its owner.
func (r *run) otherAccount() {
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	ann.settles()
	ann.writes("thing/1", "note=by ann")
	ann.signsIn("ben")
	ann.sync()
	ann.sync()
	v := ann.view()
	ann.says(v, notYours)
	ann.waits(v, 1)
	if r.times("thing/1", "note", `"by ann"`) != 0 {
		r.wrong("nothing of the outbox to be handed in under another account", "it was")
	}
	ann.signsIn("ann")
	ann.sync()
	ann.settles()
	ann.agrees()
	r.once("thing/1", "note", `"by ann"`)
}
