package syncing

import "time"

// The limits of PROTOCOL.md section 10. Each has a test that sends one more.
const (
	// recordsMax is how many records one request may name.
	recordsMax = 32
	// mutationsMax is how many mutations one request may hold for one record.
	mutationsMax = 500
	// documentBytesMax is the size of a document's shown values; siblings are not counted.
	documentBytesMax = 64 << 10
	// fieldBytesMax is the size of one value.
	fieldBytesMax = 16 << 10
	// siblingsMax is how many uncovered writes stay beside the one that is shown.
	siblingsMax = 8
	// pageBytesMax is the size of the changes in one answer.
	pageBytesMax = 1 << 20
	// pageDocumentsMax is the number of documents in one answer when the client names no limit, and the most it may ask for.
	pageDocumentsMax = 500
	// heldListedMax is how many open held mutations of one replica and record are documents; more are journaled all the same.
	heldListedMax = 1000
	// foreignMutationsMax and foreignBytesMax bound what an account may hand in for records that were never its own.
	foreignMutationsMax = 1000
	foreignBytesMax     = 4 << 20
	// outcomesMax is how many earlier outcomes an answer repeats beyond those asked for.
	outcomesMax = 500
	// depthMax is how deep a value may nest.
	depthMax = 32
	// continuesMax and namesMax bound the histories that a copied phone carries.
	continuesMax = 64
	namesMax     = 64
	// membersMax is how many members, known or not, the request or a record in it may have.
	membersMax = 64
	// partsMax is how many members and elements one mutation may have, at all depths: a document of the ward that is as large as it
	// may be has fewer. requestPartsMax is the same for a request; a phone of ours stops at a quarter of it (replica.partsMax).
	partsMax        = 8 << 10
	requestPartsMax = 64 << 10
	// typeNameMax and fieldNameMax bound names in bytes.
	typeNameMax  = 64
	fieldNameMax = 128
	// safeIntegerMax is the largest number that every JSON client reads exactly.
	safeIntegerMax = 1<<53 - 1
)

const (
	// tombstoneTold is how long a deletion is told; a cursor from before it is answered with a reset.
	tombstoneTold = 180 * 24 * time.Hour
	// siblingsStay is how long a last-writer-wins sibling stays before system clears it.
	siblingsStay = 30 * 24 * time.Hour
	// recordTime is how long one record may take before it is answered as busy.
	recordTime = 5 * time.Second
	// busyRetry is what a busy record tells the client to wait.
	busyRetry = time.Second
)
