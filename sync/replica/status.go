package replica

import (
	"slices"

	syncing "satchel/sync"
)

// State says honestly how a record stands. Only UpToDate may be shown as "everything is up to date".
type State string

// The states of a record.
const (
	UpToDate State = "up to date" // the outbox is empty, everything was read, the digests agree
	New      State = "new"        // nothing was read yet
	Sending  State = "sending"    // something has no outcome yet
	Reading  State = "reading"    // pages are missing
	Differs  State = "differs"    // what is here is not what the server has, and a pull from the start did not mend it
	Waiting  State = "waiting"    // the server is busy
	NoAccess State = "ended"      // there is no access; what is written is still handed in
	NotYours State = "account"    // this database belongs to another account; the outbox waits for its owner
	NeedsNew State = "upgrade"    // the app is too old to read; what is written still arrives
)

// State gives how a record stands.
func (r *Replica) State(id syncing.RecordID) State {
	rec := r.records[id]
	switch {
	case rec == nil:
		return New
	case rec.Stopped == syncing.OtherAccount:
		return NotYours
	case rec.Stopped == syncing.Ended:
		return NoAccess
	case rec.Stopped == syncing.Upgrade:
		return NeedsNew
	case rec.Stopped == syncing.Busy:
		return Waiting
	case rec.unanswered():
		return Sending
	case rec.Cursor == "" && rec.Pull == nil:
		return New
	case rec.Pull != nil || rec.Digest != nil && rec.Digest.Ask:
		return Reading
	case rec.Digest != nil && rec.Digest.Differs:
		return Differs
	}
	return UpToDate
}

func (rec *record) unanswered() bool {
	return slices.ContainsFunc(rec.Entries, func(e *Entry) bool { return !e.Answered })
}

// Wants reports whether the database has more to say or to read of a record at once, without waiting for anybody. now is the
// device's wall clock, ms.
func (r *Replica) Wants(id syncing.RecordID, now int64) bool {
	rec := r.records[id]
	if rec == nil || rec.Stopped == syncing.OtherAccount || rec.busy(now) {
		return false
	}
	if rec.Stopped == syncing.Busy || rec.unanswered() || slices.ContainsFunc(rec.Lines, rec.owes) {
		return true
	}
	return rec.Stopped == "" && (rec.Cursor == "" || rec.Pull != nil || rec.Digest != nil && rec.Digest.Ask)
}

// Outbox gives copies of a record's mutations that are in the outbox or kept, in the order of writing.
func (r *Replica) Outbox(id syncing.RecordID) []Entry {
	rec := r.records[id]
	if rec == nil {
		return nil
	}
	list := make([]Entry, len(rec.Entries))
	for i, e := range rec.Entries {
		list[i] = *e
	}
	return list
}

// Unanswered counts the mutations of a record that have no outcome in the server's present epoch.
func (r *Replica) Unanswered(id syncing.RecordID) int {
	count := 0
	for _, e := range r.Outbox(id) {
		if !e.Answered {
			count++
		}
	}
	return count
}

// Held lists the documents that stand for held mutations, open ones first, as the person sees them.
func (r *Replica) Held(id syncing.RecordID) []*Document {
	var open, settled []*Document
	for _, d := range r.View(id) {
		switch {
		case d.ID.Type() != syncing.HeldType:
		case string(d.Fields["status"]) == `"open"`:
			open = append(open, d)
		default:
			settled = append(settled, d)
		}
	}
	return append(open, settled...)
}

// Conflicts lists the documents in which a field has siblings: other people's words beside those that are shown.
func (r *Replica) Conflicts(id syncing.RecordID) []*Document {
	return slices.DeleteFunc(r.View(id), func(d *Document) bool { return len(d.Siblings) == 0 })
}

// Detail is the server's sentence for why a record stopped; "" if it did not.
func (r *Replica) Detail(id syncing.RecordID) string {
	if rec := r.records[id]; rec != nil {
		return rec.Detail
	}
	return ""
}

// busyMostMs is how long a busy record is left alone at most, whatever the server says.
const busyMostMs = 3600_000

// busy reports whether the server asked to leave the record alone for now. A phone whose clock was years ahead when it was told so,
// and was set right since, does not wait for those years.
func (rec *record) busy(now int64) bool {
	return rec.Stopped == syncing.Busy && now < rec.Until && rec.Until-now <= busyMostMs
}
