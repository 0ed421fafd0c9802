package care

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// TriageType is the document type of the rows of queues.
const TriageType = triageName

// CloseSeen closes a row with what came of it, and takes away the reports that were seen, as the row showed them. A report
// that came in meanwhile refuses the closing. The same arguments give the same patch, so that it can be sent twice.
func CloseSeen(row syncing.DocID, seen []jsontext.Value, outcome, note string) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	d.text("status", "closed")
	d.text("outcome", outcome)
	d.patch.Set["outcomeNote"] = nil
	if note != "" {
		d.text("outcomeNote", note)
	}
	if len(seen) > 0 {
		d.patch.Remove["waiting"] = seen
	}
	return d.patch
}

// HandBackPatch puts a row that was taken back into the queue.
func HandBackPatch(row syncing.DocID) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	d.text("status", "new")
	d.patch.Set["claimedBy"] = nil
	return d.patch
}

// SeenPatch says that somebody of the team has opened reports, as the row showed them in `waiting`.
func SeenPatch(row syncing.DocID, seen []jsontext.Value) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	for _, elem := range seen {
		d.addValues("opened", syncing.TextValue(readWaiting(elem).Assessment))
	}
	return d.patch
}

// AttemptPatch notes a try to speak with the person, and what came of it.
func AttemptPatch(row syncing.DocID, at int64, result, note string) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	if value, err := json.Marshal(attempt{At: at, Note: note, Result: result}); err == nil {
		d.addValues("attempts", value)
	}
	return d.patch
}

// SignOffPatch is a lead's word on what is done for somebody who could not be reached.
func SignOffPatch(row syncing.DocID, arranged string) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	d.text("signOff", arranged)
	return d.patch
}

// TakeOverRowPatch takes a row from a colleague who has it.
func TakeOverRowPatch(row syncing.DocID, from, account syncing.AccountID) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	d.text("status", "in-progress")
	d.text("takenFrom", from.String())
	d.text("claimedBy", account.String())
	return d.patch
}
