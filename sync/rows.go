package syncing

import (
	"encoding/binary"
	"strconv"

	"satchel/internal/fault"
)

// corrupt wraps a row that does not read as what it should be.
func corrupt(op string, cause error) error {
	return fault.Wrap(cause, fault.Corrupt, op, "Something stored for this record cannot be read. Nothing was changed.")
}

func appendUint(b []byte, n uint64) []byte { return strconv.AppendUint(b, n, 10) }

func revKey(rev Rev) []byte { return binary.BigEndian.AppendUint64(make([]byte, 0, 8), uint64(rev)) }

// nameKeyBytes is the length of a name: replica and n.
const nameKeyBytes = 16 + 8

func nameKey(replica ReplicaID, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, nameKeyBytes), replica.UUID[:]...), n)
}

// namesakeKey keeps a further mutation of one name: copies of a phone may give one number to different words.
func namesakeKey(replica ReplicaID, n uint64, hash [32]byte) []byte {
	return append(nameKey(replica, n), hash[:]...)
}

// journalKey places an entry: those that took no rev come after the rev that stood then.
type journalKey struct {
	rev Rev
	sub uint32
}

func (k journalKey) bytes() []byte {
	return binary.BigEndian.AppendUint32(revKey(k.rev), k.sub)
}

const nameVersion = 1

// nameRow is what became of the mutation of one name, for ever.
type nameRow struct {
	hash    [32]byte
	doc     DocID      // as it was named; "" if that could not be read
	at      journalKey // where its mutation lies in the journal
	outcome Outcome    // without conflicts: those are made at each answer
	skipped bool       // its outcome stands for words that the phone could not send; the real ones take its place
	listed  bool       // held, and a document says so
}

func (r *nameRow) encode() []byte {
	p := make(packer, 0, 64)
	p.byte(nameVersion)
	p = append(p, r.hash[:]...)
	p.string(string(r.doc))
	p.uint(uint64(r.at.rev))
	p.uint(uint64(r.at.sub))
	p.uint(r.outcome.N)
	p.string(string(r.outcome.Status))
	p.uint(uint64(r.outcome.Rev))
	p.string(string(r.outcome.Reason))
	p.string(r.outcome.Detail)
	p.bool(r.skipped)
	p.bool(r.listed)
	return p
}

func decodeName(row []byte) (*nameRow, error) {
	u := &unpacker{rest: row}
	if u.byte() != nameVersion {
		return nil, errRow
	}
	r := &nameRow{}
	copy(r.hash[:], u.take(32))
	r.doc = DocID(u.string())
	r.at = journalKey{Rev(u.uint()), uint32(u.uint())}
	r.outcome = Outcome{N: u.uint(), Status: Status(u.string()), Rev: Rev(u.uint()), Reason: Reason(u.string()), Detail: u.string()}
	r.skipped, r.listed = u.bool(), u.bool()
	return r, u.done()
}

// loadName reads what became of a mutation; nil if no mutation of that name came.
func loadName(tx ReadTx, replica ReplicaID, n uint64) (*nameRow, error) {
	return loadNameAt(tx, nameKey(replica, n))
}

func loadNameAt(tx ReadTx, key []byte) (*nameRow, error) {
	row, err := tx.Get(TableNames, key)
	if err != nil || row == nil {
		return nil, err
	}
	name, err := decodeName(row)
	if err != nil {
		return nil, corrupt("syncing.loadName", err)
	}
	return name, nil
}

const replicaVersion = 1

// replicaRow is what a record knows of one replica.
type replicaRow struct {
	account   AccountID
	last      uint64 // highest n that is durable here
	effective int64  // of its latest mutation, ms
	marks     []mark // for `safe`: when its n were written, oldest first
	open      uint64 // open held mutations that are listed as documents
	unlisted  uint64 // open held mutations that are only journaled
	aliased   bool   // some of its numbers came under another name before they came under this one
}

// mark says that every n up to this one was written by the store's commit of this sequence.
type mark struct {
	n        uint64
	sequence uint64
}

func (r *replicaRow) encode() []byte {
	p := make(packer, 0, 64)
	p.byte(replicaVersion)
	p.uuid(r.account.UUID)
	p.uint(r.last)
	p.int(r.effective)
	p.uint(uint64(len(r.marks)))
	for _, m := range r.marks {
		p.uint(m.n)
		p.uint(m.sequence)
	}
	p.uint(r.open)
	p.uint(r.unlisted)
	p.bool(r.aliased)
	return p
}

func decodeReplica(row []byte) (*replicaRow, error) {
	u := &unpacker{rest: row}
	if u.byte() != replicaVersion {
		return nil, errRow
	}
	r := &replicaRow{account: AccountID{u.uuid()}, last: u.uint(), effective: u.int()}
	r.marks = make([]mark, u.count(2))
	for i := range r.marks {
		r.marks[i] = mark{u.uint(), u.uint()}
	}
	r.open, r.unlisted, r.aliased = u.uint(), u.uint(), u.bool()
	return r, u.done()
}

// loadReplica reads what the record knows of a replica; nil if it never wrote here.
func loadReplica(tx ReadTx, replica ReplicaID) (*replicaRow, error) {
	row, err := tx.Get(TableReplicas, replica.UUID[:])
	if err != nil || row == nil {
		return nil, err
	}
	r, err := decodeReplica(row)
	if err != nil {
		return nil, corrupt("syncing.loadReplica", err)
	}
	return r, nil
}

// marked notes that every n up to r.last is written by the present commit. One mark is kept for each backup that may still
// be read back, so the list stays short however much is written.
func (r *replicaRow) marked(d Durability) {
	now := mark{r.last, d.Sequence}
	if k := len(r.marks); k > 0 && (r.marks[k-1].sequence > d.Taken || r.marks[k-1].sequence == d.Sequence) {
		r.marks[k-1] = now // no backup was begun since: the later write says it all
		return
	}
	r.marks = append(r.marks, now)
	for len(r.marks) > 1 && r.marks[1].sequence <= d.Safe {
		r.marks = r.marks[1:]
	}
}

// safe is the highest n that survives the loss of this machine.
func (r *replicaRow) safe(d Durability) uint64 {
	var n uint64
	for _, m := range r.marks {
		if m.sequence <= d.Safe {
			n = m.n
		}
	}
	return n
}

// loadDocument reads a document; nil if it is not here.
func loadDocument(tx ReadTx, id DocID) (*Document, error) {
	row, err := tx.Get(TableDocuments, []byte(id))
	if err != nil || row == nil {
		return nil, err
	}
	d, err := decodeDocument(row)
	if err != nil || d.ID != id {
		return nil, corrupt("syncing.loadDocument", errRow)
	}
	return d, nil
}

// changeRow is what the range of changes says of a document: enough to pass over what a scope does not see.
type changeRow struct {
	doc      DocID
	audience string
}

func encodeChange(c changeRow) []byte {
	p := make(packer, 0, 80)
	p.string(string(c.doc))
	p.string(c.audience)
	return p
}

func decodeChange(row []byte) (changeRow, error) {
	u := &unpacker{rest: row}
	c := changeRow{DocID(u.string()), u.string()}
	if u.done() != nil {
		return c, corrupt("syncing.decodeChange", errRow)
	}
	return c, nil
}
