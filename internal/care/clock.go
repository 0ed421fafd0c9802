package care

import (
	"slices"

	syncing "satchel/sync"
)

// DueIndex holds the documents about which time itself will change something, by when it will.
const DueIndex = "due"

// DueKey is where what is due at `ms` begins in DueIndex.
func DueKey(ms int64) []byte { return keyOfTime(ms) }

// dueAt is a document's entry in DueIndex. What it is due for must change the document so that the entry goes or moves: an entry
// that stays would be looked at again at each turn.
func dueAt(record syncing.RecordID, doc syncing.DocID, ms int64) syncing.IndexKey {
	return syncing.IndexKey{Index: DueIndex, Key: slices.Concat(DueKey(ms), record.UUID[:], []byte(doc)), Value: []byte(doc)}
}

// moment is a document whose time has come, as it stands in its record.
type moment struct {
	record syncing.RecordID
	reader syncing.Reader
	doc    syncing.Snapshot
	now    int64 // ms, by the server's clock
}

// dues says for each document type what follows from time alone. Saying it twice must change nothing: a follower may die
// anywhere and begin again.
var dues = map[string]func(w *ward, m moment) ([]syncing.Patch, error){
	personName:          duePractice,
	triageName:          dueTriage,
	receiptName:         dueReceipt,
	activityName:        dueActivity,
	appointmentName:     dueAppointment,
	labOrderName:        dueLabOrder,
	collectionName:      dueCollection,
	resultName:          dueResult,
	measureName:         dueMeasure,
	phaseTransitionName: dueTransition,

	assessmentRequestName: dueAssessmentRequest,
}

// Clock decides what follows from time. It is pure: the follower hands in the record as it stands, and the time.
type Clock struct{ ward *ward }

// NewClock makes one for the place that Schema serves. It panics as Schema does.
func NewClock(cfg Config) *Clock { return &Clock{newWard(cfg)} }

// Due says what follows at server time now (ms) from a document that DueIndex names; nil if nothing does any more. Errors are
// those of the reader.
func (k *Clock) Due(record syncing.RecordID, r syncing.Reader, id syncing.DocID, now int64) ([]syncing.Patch, error) {
	doc, err := r.Document(id)
	what, known := dues[id.Type()]
	if err != nil || !known || !doc.Exists() {
		return nil, err
	}
	return what(k.ward, moment{record, r, doc, now})
}
