package syncing

import "context"

// Table is one family of rows inside a record. Stores keep rows in key order and know nothing of what they mean.
type Table uint8

// The tables of a record. The numbers are part of the file format: append, never renumber.
const (
	TableHead      Table = 1  // one row, key "": epoch, rev, clock, audiences
	TableDocuments Table = 2  // "type/id" -> document
	TableChanges   Table = 3  // rev (8 bytes, big-endian) -> "type/id"; one row a document, at its latest rev
	TableJournal   Table = 4  // rev (8), sub (4) -> entry; append-only
	TableNames     Table = 5  // replica (16), n (8) -> outcome of the mutation of that name; with its hash (32) behind: of a further one
	TableReplicas  Table = 6  // replica (16) -> what is known of it in this record
	TableWaiting   Table = 7  // "type/id", 0, journal key -> a held mutation that waits for this document
	TableForeign   Table = 8  // account records only: what was handed in for records that were never the account's
	TableGrants    Table = 9  // identity: who may see this record
	TableIdentity  Table = 10 // identity: accounts, credentials, devices, sessions, teams, organisations; healthlink: emergency links
	TableKeys      Table = 11 // seal: where the record's key lies
	TableBlobs     Table = 12 // attachments by sha256 and part
	TableUnsettled Table = 13 // since (8), "type/id", 0, field -> who may settle it: what waits for somebody to do so
)

// Tables lists all of them, for walks over a whole store.
var Tables = []Table{
	TableHead, TableDocuments, TableChanges, TableJournal, TableNames, TableReplicas, TableWaiting, TableForeign,
	TableGrants, TableIdentity, TableKeys, TableBlobs, TableUnsettled,
}

// Store keeps the rows of records and one generic ordered index across records. It is safe for concurrent use. Every
// implementation passes sync/storetest.
//
// Errors are faults: Busy (the queue is full; nothing was taken in), Full (the disk is full), Corrupt (stored bytes do not
// open; never answered with other bytes), Internal. A context that ends while a commit is under way leaves the outcome
// unknown: the caller repeats, and (replica, n) makes that harmless.
type Store interface {
	// Update runs fn in one transaction on one record. What fn wrote is durable when Update returns nil, and none of it
	// exists when fn or the commit failed or fn panicked. Updates of one record run one after another, in commit order;
	// many callers may share one commit. fn sees its own writes, runs at most once for each Update, and must not call
	// the Store: a nested transaction can deadlock.
	Update(ctx context.Context, record RecordID, fn func(Tx) error) error
	// View runs fn on a consistent snapshot of one record. fn must not call the Store and must not wait for a network.
	View(ctx context.Context, record RecordID, fn func(ReadTx) error) error
	// Scan calls fn for the index's entries with from <= key < to (nil: no bound), in key order, across records, on a
	// consistent snapshot, until fn returns false. At most limit entries are visited; limit below 1 visits none.
	Scan(ctx context.Context, index string, from, to []byte, limit int, fn func(IndexEntry) bool) error
	// Lookup reads one index entry; ok is false if there is none.
	Lookup(ctx context.Context, index string, key []byte) (entry IndexEntry, ok bool, err error)
	// Close ends what is under way and lets go of the files. Later calls fail.
	Close() error
}

type neededKey struct{}

// Needed marks updates without which nobody gets in and nobody is kept out: signing in, staying signed in, ending an access. A store
// keeps some room of its disk for them, and answers all others Full before they could take it.
func Needed(ctx context.Context) context.Context { return context.WithValue(ctx, neededKey{}, true) }

// IsNeeded reports whether an update is one of those.
func IsNeeded(ctx context.Context) bool { return ctx.Value(neededKey{}) != nil }

// ReadTx reads one record inside a transaction. What it hands out is the caller's own copy.
type ReadTx interface {
	// Record is the record of this transaction.
	Record() RecordID
	// Get reads one row; nil without an error if there is none.
	Get(table Table, key []byte) ([]byte, error)
	// Scan calls fn for the rows with from <= key < to (nil: no bound), in key order, until fn returns false or an
	// error. fn must not write to the table that it scans.
	Scan(table Table, from, to []byte, fn func(key, value []byte) (more bool, err error)) error
	// Ahead says which rows of a table will be asked for, so that a store whose rows are far away can fetch them in one exchange. It changes no
	// answer; nobody has to ask for what was fetched, and a store may do nothing.
	Ahead(table Table, keys [][]byte) error
	// Lookup reads one index entry, whichever record it belongs to.
	Lookup(index string, key []byte) (entry IndexEntry, ok bool, err error)
	// Durability says which commits outlive this machine.
	Durability() Durability
}

// Tx reads and writes one record inside a transaction.
type Tx interface {
	ReadTx
	// Put writes one row. The bytes are copied or used before Put returns.
	Put(table Table, key, value []byte) error
	// Delete removes one row; removing what is not there is no error.
	Delete(table Table, key []byte) error
	// PutIndex writes an entry that belongs to this record. A key that belongs to another record is a fault of code
	// Conflict, so a key can be used as a claim. Keys are stored as they are: they hold no patient data.
	PutIndex(index string, key, value []byte) error
	// DeleteIndex removes an entry of this record; removing what is not there is no error, removing what belongs to
	// another record is a fault of code Conflict.
	DeleteIndex(index string, key []byte) error
}

// IndexEntry is one entry of the generic ordered index.
type IndexEntry struct {
	Key    []byte
	Record RecordID // the record whose transactions write it, and whose key seals Value
	Value  []byte
}

// Durability places the present transaction among those that outlive the machine. Sequence numbers grow with each
// commit of the store and mean nothing between stores.
type Durability struct {
	Sequence uint64 // of the commit that this transaction will be part of; in a View: of the latest commit
	Taken    uint64 // a backup was begun that holds every commit up to this one; it may not have been read back yet
	Safe     uint64 // every commit up to this one survives the loss of this machine
}
