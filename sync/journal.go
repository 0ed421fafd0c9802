package syncing

import (
	"crypto/sha256"

	"github.com/go-json-experiment/json/jsontext"
)

// journalVersion is what is written. Of version 1 the role in which somebody wrote is not known.
const (
	journalVersion = 2
	journalFirst   = 1
)

// The kinds of journal entries.
const (
	entryMutation = "mutation" // of a client, or of a server replica
	entrySystem   = "system"   // what follows from another entry, or from time
	entryHeld     = "held"     // a mutation that was not applied; it takes no rev
	entryRetried  = "retried"  // a held mutation that was applied later
)

// journalEntry is one line of a record's append-only, hash-chained history.
type journalEntry struct {
	kind      string
	replica   ReplicaID
	n         uint64
	by        AccountID
	device    UUID
	doc       DocID
	outcome   Outcome
	at        int64 // device wall clock, ms
	effective int64
	received  int64 // server now, ms
	raw       jsontext.Value
	names     []Continued // earlier names of the same mutation
	was       []EpochRev
	continues []Continued
	effects   []effect
	role      Role   // in which it was written; "" is not known, or nobody's
	team      TeamID // for which; zero for those who act for none
}

// effect is what an applied mutation did to one field.
type effect struct {
	Field   string
	Elem    string
	Rule    Rule
	Result  string // "won", "lost", "covered": nothing changed, "removed"
	Against []Rev  // the uncovered writes that stood beside it
	Value   jsontext.Value
}

func (e *journalEntry) encode() []byte {
	p := make(packer, 0, 256+len(e.raw))
	p.byte(journalVersion)
	p.string(e.kind)
	p.uuid(e.replica.UUID)
	p.uint(e.n)
	p.uuid(e.by.UUID)
	p.uuid(e.device)
	p.string(string(e.doc))
	p.uint(e.outcome.N)
	p.string(string(e.outcome.Status))
	p.uint(uint64(e.outcome.Rev))
	p.string(string(e.outcome.Reason))
	p.string(e.outcome.Detail)
	p.int(e.at)
	p.int(e.effective)
	p.int(e.received)
	p.nullable(e.raw)
	packContinued(&p, e.names)
	p.epochRevs(e.was)
	packContinued(&p, e.continues)
	p.uint(uint64(len(e.effects)))
	for _, f := range e.effects {
		p.string(f.Field)
		p.string(f.Elem)
		p.string(string(f.Rule))
		p.string(f.Result)
		p.uint(uint64(len(f.Against)))
		for _, rev := range f.Against {
			p.uint(uint64(rev))
		}
		p.nullable(f.Value)
	}
	p.string(string(e.role))
	p.uuid(e.team.UUID)
	return p
}

func packContinued(p *packer, list []Continued) {
	p.uint(uint64(len(list)))
	for _, c := range list {
		p.uuid(c.Replica.UUID)
		p.uint(c.N)
	}
}

func unpackContinued(u *unpacker) []Continued {
	n := u.count(17)
	if n == 0 {
		return nil
	}
	list := make([]Continued, n)
	for i := range list {
		list[i] = Continued{ReplicaID{u.uuid()}, u.uint()}
	}
	return list
}

func decodeEntry(row []byte) (*journalEntry, error) {
	u := &unpacker{rest: row}
	version := u.byte()
	if version != journalVersion && version != journalFirst {
		return nil, errRow
	}
	e := &journalEntry{kind: u.string(), replica: ReplicaID{u.uuid()}, n: u.uint(), by: AccountID{u.uuid()}, device: u.uuid(), doc: DocID(u.string())}
	e.outcome = Outcome{N: u.uint(), Status: Status(u.string()), Rev: Rev(u.uint()), Reason: Reason(u.string()), Detail: u.string()}
	e.at, e.effective, e.received, e.raw = u.int(), u.int(), u.int(), u.nullable()
	e.names, e.was, e.continues = unpackContinued(u), u.epochRevs(), unpackContinued(u)
	e.effects = make([]effect, u.count(6))
	for i := range e.effects {
		f := effect{Field: u.string(), Elem: u.string(), Rule: Rule(u.string()), Result: u.string()}
		f.Against = make([]Rev, u.count(1))
		for j := range f.Against {
			f.Against[j] = Rev(u.uint())
		}
		f.Value = u.nullable()
		e.effects[i] = f
	}
	if version > journalFirst {
		e.role, e.team = Role(u.string()), TeamID{u.uuid()}
	}
	return e, u.done()
}

// appendEntry writes an entry behind the latest one and chains it: the stored row is the entry's hash, then the entry. An
// entry that takes a rev stands at that rev; one that takes none stands behind the present rev.
func (h *head) appendEntry(tx Tx, e *journalEntry) (journalKey, error) {
	key := journalKey{rev: h.rev}
	if e.outcome.Rev == 0 {
		h.sub++
		key.sub = h.sub
	} else {
		h.sub = 0
		key.rev = e.outcome.Rev
	}
	body := e.encode()
	h.chain = chainHash(h.chain, body)
	if key.sub == 0 {
		h.top = h.chain
	}
	return key, tx.Put(TableJournal, key.bytes(), append(h.chain[:len(h.chain):len(h.chain)], body...))
}

// chainHash is SHA-256 over the hash before and the entry.
func chainHash(before [32]byte, body []byte) (sum [32]byte) {
	h := sha256.New()
	h.Write(before[:])
	h.Write(body)
	h.Sum(sum[:0])
	return sum
}

// loadEntry reads one entry and its hash; nil if there is none.
func loadEntry(tx ReadTx, key journalKey) (*journalEntry, error) {
	row, err := tx.Get(TableJournal, key.bytes())
	if err != nil || row == nil {
		return nil, err
	}
	return splitEntry(row)
}

func splitEntry(row []byte) (*journalEntry, error) {
	if len(row) < 32 {
		return nil, corrupt("syncing.loadEntry", errRow)
	}
	e, err := decodeEntry(row[32:])
	if err != nil {
		return nil, corrupt("syncing.loadEntry", err)
	}
	return e, nil
}

// hashAt is the journal's hash at a rev; ok is false if the journal has no such rev.
func (h *head) hashAt(tx ReadTx, rev Rev) (hash [hashBytes]byte, ok bool, err error) {
	switch {
	case rev == 0:
		return hash, true, nil
	case rev == h.rev:
		copy(hash[:], h.top[:])
		return hash, true, nil
	case rev > h.rev:
		return hash, false, nil
	}
	row, err := tx.Get(TableJournal, journalKey{rev: rev}.bytes())
	if err != nil || len(row) < 32 {
		return hash, false, err
	}
	copy(hash[:], row)
	return hash, true, nil
}
