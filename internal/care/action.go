package care

import (
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
