package syncing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

const headVersion = 1

// head is what a record knows of itself: one small row, read and written at each round.
type head struct {
	epoch  string     // the present epoch
	epochs []EpochRev // earlier epochs, oldest first, and the rev at which each was left
	rev    Rev
	sub    uint32   // journal entries without a rev since rev
	chain  [32]byte // hash of the latest journal entry
	top    [32]byte // hash of the journal entry at rev
	clock  int64    // the latest server now, which never goes back
	floor  Rev      // the highest tombstone that is no longer told

	audiences []audience // sorted by name
	moves     []move     // when a document last went from one audience to another
	systemN   uint64     // mutations of system's own replica
}

// audience counts the documents that one audience sees.
type audience struct {
	name string
	rev  Rev    // the highest rev among them, deletions and departures included
	sum  uint64 // the digest over those that are not deleted
}

type move struct {
	from, to string
	rev      Rev
}

func newHead(epoch string) *head { return &head{epoch: epoch} }

func encodeHead(h *head) []byte {
	p := make(packer, 0, 256)
	p.byte(headVersion)
	p.string(h.epoch)
	p.epochRevs(h.epochs)
	p.uint(uint64(h.rev))
	p.uint(uint64(h.sub))
	p = append(p, h.chain[:]...)
	p = append(p, h.top[:]...)
	p.int(h.clock)
	p.uint(uint64(h.floor))
	p.uint(uint64(len(h.audiences)))
	for _, a := range h.audiences {
		p.string(a.name)
		p.uint(uint64(a.rev))
		p = binary.BigEndian.AppendUint64(p, a.sum)
	}
	p.uint(uint64(len(h.moves)))
	for _, m := range h.moves {
		p.string(m.from)
		p.string(m.to)
		p.uint(uint64(m.rev))
	}
	p.uint(h.systemN)
	return p
}

func decodeHead(row []byte) (*head, error) {
	u := &unpacker{rest: row}
	if u.byte() != headVersion {
		return nil, errRow
	}
	h := &head{epoch: u.string(), epochs: u.epochRevs(), rev: Rev(u.uint()), sub: uint32(u.uint())}
	copy(h.chain[:], u.take(32))
	copy(h.top[:], u.take(32))
	h.clock, h.floor = u.int(), Rev(u.uint())
	h.audiences = make([]audience, u.count(10))
	for i := range h.audiences {
		h.audiences[i].name, h.audiences[i].rev = u.string(), Rev(u.uint())
		if sum := u.take(8); sum != nil {
			h.audiences[i].sum = binary.BigEndian.Uint64(sum)
		}
	}
	h.moves = make([]move, u.count(3))
	for i := range h.moves {
		h.moves[i] = move{u.string(), u.string(), Rev(u.uint())}
	}
	h.systemN = u.uint()
	return h, u.done()
}

// loadHead reads a record's head; nil if the record is not here. If the store has begun a new epoch since, the head is
// shown in it: that is written down with the record's next change, and says the same until then.
func loadHead(tx ReadTx, epoch string, earlier ...string) (*head, error) {
	row, err := tx.Get(TableHead, nil)
	if err != nil || row == nil {
		return nil, err
	}
	h, err := decodeHead(row)
	if err != nil {
		return nil, corrupt("syncing.loadHead", err)
	}
	if h.epoch == epoch {
		return h, nil
	}
	h.epochs = append(h.epochs, EpochRev{h.epoch, h.rev})
	if at := slices.Index(earlier, h.epoch); at >= 0 {
		for _, between := range earlier[at+1:] { // nothing was written here while it lasted
			h.epochs = append(h.epochs, EpochRev{between, h.rev})
		}
	}
	h.epoch = epoch
	return h, nil
}

// leftAt is the rev at which an earlier epoch was left.
func (h *head) leftAt(epoch string) (Rev, bool) {
	for _, er := range h.epochs {
		if er.Epoch == epoch {
			return er.Rev, true
		}
	}
	return 0, false
}

func (h *head) audience(name string) *audience {
	i, ok := slices.BinarySearchFunc(h.audiences, name, func(a audience, name string) int {
		switch {
		case a.name < name:
			return -1
		case a.name > name:
			return 1
		}
		return 0
	})
	if !ok {
		h.audiences = slices.Insert(h.audiences, i, audience{name: name})
	}
	return &h.audiences[i]
}

// recount moves a document's part of the digests from one state to the next. Either may be nil.
func (h *head) recount(before, after *Document) {
	if before != nil && !before.Deleted() {
		h.audience(before.audience()).sum -= digestOf(before.ID, before.Rev)
	}
	to := h.audience(after.audience())
	to.rev = after.Rev
	if !after.Deleted() {
		to.sum += digestOf(after.ID, after.Rev)
	}
	if before != nil && before.audience() != after.audience() {
		h.audience(before.audience()).rev = after.Rev
		h.moved(before.audience(), after.audience(), after.Rev)
	}
}

func (h *head) moved(from, to string, rev Rev) {
	for i := range h.moves {
		if h.moves[i].from == from && h.moves[i].to == to {
			h.moves[i].rev = rev
			return
		}
	}
	h.moves = append(h.moves, move{from, to, rev})
}

// digestOf is one document's part of the digest.
func digestOf(id DocID, rev Rev) uint64 {
	var text [160]byte
	b := append(text[:0], id...)
	b = append(b, '@')
	b = appendUint(b, uint64(rev))
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}

// digest sums what a scope sees.
func (h *head) digest(s Scope) uint64 {
	var sum uint64
	for _, a := range h.audiences {
		if s.sees(a.name) {
			sum += a.sum
		}
	}
	return sum
}

// digestText is the digest as it travels.
func (h *head) digestText(s Scope) string {
	var sum [8]byte
	binary.BigEndian.PutUint64(sum[:], h.digest(s))
	return hex.EncodeToString(sum[:])
}

// headOf is the highest rev among what a scope sees; 0 if it sees nothing.
func (h *head) headOf(s Scope) Rev {
	var rev Rev
	for _, a := range h.audiences {
		if s.sees(a.name) {
			rev = max(rev, a.rev)
		}
	}
	return rev
}

// loudOf is headOf of what may ring. A document that became quiet leaves a trace in the audience that it left; that rings no more
// than the document itself, and a change that it hides there is pulled when somebody looks.
func (h *head) loudOf(s Scope, quiet func(category string) bool) Rev {
	var rev Rev
	for _, a := range h.audiences {
		if s.sees(a.name) && !quiet(categoryOf(a.name)) && !h.becameQuiet(a, quiet) {
			rev = max(rev, a.rev)
		}
	}
	return rev
}

func (h *head) becameQuiet(a audience, quiet func(category string) bool) bool {
	return slices.ContainsFunc(h.moves, func(m move) bool { return m.from == a.name && m.rev == a.rev && quiet(categoryOf(m.to)) })
}

// sightRev is the rev at which a document last came into or left a scope's sight other than by being written.
func (h *head) sightRev(s Scope) Rev {
	var rev Rev
	for _, m := range h.moves {
		if s.sees(m.from) != s.sees(m.to) {
			rev = max(rev, m.rev)
		}
	}
	return rev
}
