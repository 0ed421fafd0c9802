package sim

import (
	"maps"
	"slices"

	syncing "satchel/sync"
)

// name is the identity of a mutation: a replica and a number.
type name struct {
	replica syncing.ReplicaID
	n       uint64
}

// grant is what an account may see and do in one record.
type grant = syncing.Grant

// life is the server's whole state as the oracle thinks it is. Taking a backup clones it; restoring brings the clone back.
type life struct {
	epoch   string
	earlier []string // epochs, oldest first
	records map[syncing.RecordID]*ledger
	foreign map[syncing.AccountID]*foreignList
	owners  map[syncing.ReplicaID]syncing.AccountID
	grants  map[grantKey]grant
	// safe is, for each record and replica, the highest n that the newest backup holds which was read back.
	safe map[syncing.RecordID]map[syncing.ReplicaID]uint64
}

type grantKey struct {
	record  syncing.RecordID
	account syncing.AccountID
}

// ledger is one record.
type ledger struct {
	id       syncing.RecordID
	epochs   []syncing.EpochRev // earlier epochs, and where each was left
	rev      syncing.Rev
	tokens   []uint64 // one for each rev, the same for no two lives that differ
	held     uint64   // entries without a rev
	chain    uint64   // of all entries
	clock    int64
	floor    syncing.Rev
	docs     map[syncing.DocID]*doc
	names    map[name]*told
	came     map[namesake]*told // every name with every content under which something came
	replicas map[syncing.ReplicaID]*speaker
	waiting  []name
	actions  map[string]bool
}

// namesake is a name and what came under it: on copies of a phone one number may stand for different words.
type namesake struct {
	name    name
	content string
}

// told is what was answered for one name.
type told struct {
	content string
	doc     syncing.DocID
	outcome syncing.Outcome
	skipped bool
	kept    *keptMutation
}

// keptMutation is a held mutation and what is needed to try it again.
type keptMutation struct {
	m         *words
	by        syncing.AccountID
	origin    origin
	base      cover
	continues []name
}

// speaker is what a record knows of a replica.
type speaker struct {
	account   syncing.AccountID
	last      uint64
	effective int64
}

// foreignList is what an account handed in for records that were never its own.
type foreignList struct {
	lines map[foreignLine]*foreignState
}

type foreignLine struct {
	record  syncing.RecordID
	replica syncing.ReplicaID
}

type foreignState struct {
	last     uint64
	contents map[uint64]string
}

func newLife(epoch string) *life {
	return &life{
		epoch: epoch, records: map[syncing.RecordID]*ledger{}, foreign: map[syncing.AccountID]*foreignList{},
		owners: map[syncing.ReplicaID]syncing.AccountID{}, grants: map[grantKey]grant{},
		safe: map[syncing.RecordID]map[syncing.ReplicaID]uint64{},
	}
}

func newLedger(id syncing.RecordID) *ledger {
	return &ledger{
		id: id, docs: map[syncing.DocID]*doc{}, names: map[name]*told{}, came: map[namesake]*told{}, replicas: map[syncing.ReplicaID]*speaker{}, actions: map[string]bool{},
	}
}

// clone copies everything that may change.
func (l *life) clone() *life {
	c := *l
	c.records = make(map[syncing.RecordID]*ledger, len(l.records))
	for id, r := range l.records {
		c.records[id] = r.clone()
	}
	c.foreign = make(map[syncing.AccountID]*foreignList, len(l.foreign))
	for id, f := range l.foreign {
		c.foreign[id] = f.clone()
	}
	c.owners, c.grants, c.safe = maps.Clone(l.owners), maps.Clone(l.grants), maps.Clone(l.safe)
	return &c
}

func (r *ledger) clone() *ledger {
	c := *r
	c.epochs, c.tokens, c.waiting = slices.Clone(r.epochs), slices.Clip(r.tokens), slices.Clone(r.waiting)
	c.docs = make(map[syncing.DocID]*doc, len(r.docs))
	for id, d := range r.docs {
		c.docs[id] = d.clone()
	}
	c.names = make(map[name]*told, len(r.names))
	for at, t := range r.names {
		copied := *t
		c.names[at] = &copied
	}
	c.came = maps.Clone(r.came)
	c.replicas = make(map[syncing.ReplicaID]*speaker, len(r.replicas))
	for id, s := range r.replicas {
		copied := *s
		c.replicas[id] = &copied
	}
	c.actions = maps.Clone(r.actions)
	return &c
}

func (f *foreignList) clone() *foreignList {
	c := *f
	c.lines = make(map[foreignLine]*foreignState, len(f.lines))
	for at, s := range f.lines {
		c.lines[at] = &foreignState{last: s.last, contents: maps.Clone(s.contents)}
	}
	return &c
}

// leave begins a new epoch: every record remembers at which rev it left the old one.
func (l *life) leave(epoch string) {
	for _, r := range l.records {
		r.epochs = append(r.epochs, syncing.EpochRev{Epoch: l.epoch, Rev: r.rev})
	}
	l.earlier, l.epoch = append(slices.Clip(l.earlier), l.epoch), epoch
}

// lasts is what the record holds of each replica, for `safe`.
func (l *life) lasts() map[syncing.RecordID]map[syncing.ReplicaID]uint64 {
	all := map[syncing.RecordID]map[syncing.ReplicaID]uint64{}
	for id, r := range l.records {
		all[id] = map[syncing.ReplicaID]uint64{}
		for replica, s := range r.replicas {
			all[id][replica] = s.last
		}
	}
	return all
}

// book is what the oracle wrote down when a cursor was given: what its reader then had.
type book struct {
	record  syncing.RecordID
	account syncing.AccountID
	epoch   string
	epochs  []syncing.EpochRev
	page    syncing.Rev
	full    syncing.Rev
	head    syncing.Rev
	floor   syncing.Rev // when the reset under way began
	tokens  []uint64    // the life up to head
	grant   grant
	sight   sight
	schema  int
	// seen says of each document that its scope showed, deleted or not.
	seen map[syncing.DocID]bool
}

// sight is what a scope shows, and when that last changed other than by writing.
type sight struct {
	categories string
	owner      bool
	team       bool
	moved      syncing.Rev
}

// shared is how many revs a book's life and a record's have in common.
func (b *book) shared(r *ledger) syncing.Rev {
	n := min(len(b.tokens), len(r.tokens))
	for i := n; i > 0; i-- { // lives that agree at a rev agree before it
		if b.tokens[i-1] == r.tokens[i-1] {
			return syncing.Rev(i)
		}
	}
	return 0
}
