package ward

import (
	"maps"

	syncing "satchel/sync"
)

// oracle is what the simulation believes. It knows consent from the events that the simulation itself made, documents from the
// auditor's reading, and the rules from the pages about the ward; it imports neither identity nor care.
type oracle struct {
	life    *life
	ended   []ending              // what was revoked, in order; no restore touches it
	revoked map[syncing.UUID]bool // devices that a person signed out
	fault   func(format string, args ...any)
	covered map[string]int

	restored bool // the server was put back once
}

// life is the server's present life. Taking a backup clones it; restoring brings the clone back.
type life struct {
	charts      map[syncing.RecordID]*chart
	ways        map[wayKey]way
	members     map[memberKey]bool
	accounts    map[syncing.AccountID]bool // true: locked
	kinds       map[syncing.TeamID]string
	emergencies map[emergencyKey]span
	told        map[name]verdict
	seen        int // how much of ended this life knows
}

// chart is one record as it stands. Papers are replaced and never changed, so that copies may share them.
type chart struct {
	papers map[syncing.DocID]*paper
	cursor string // the auditor's
	rev    syncing.Rev
	lines  map[line]int         // of the journal: how often each name stands there as what
	revs   map[syncing.Rev]bool // at which somebody wrote
	marks  map[string]name      // words and the name under which they came in
	read   string               // the last key of the journal that was read
}

// paper is one document as it stands, or as it last stood.
type paper struct {
	id         syncing.DocID
	rev        syncing.Rev
	gone       bool
	fields     map[string]string
	siblings   map[string][]syncing.SiblingJSON
	categories []string
	by         string // the author of a held mutation
	unsure     bool   // of a held mutation: its target changed in the same transaction, and it may lie where that lay in between
}

type wayKey struct {
	record  syncing.RecordID
	account syncing.AccountID // or
	team    syncing.TeamID
}

// way is how an account or a team came to see a record.
type way struct {
	owner      bool
	active     bool
	categories []string
	expires    int64
}

type memberKey struct {
	account syncing.AccountID
	team    syncing.TeamID
}

type emergencyKey struct {
	record  syncing.RecordID
	account syncing.AccountID
}

type span struct{ at, until int64 }

// name is the identity of a mutation in a record.
type name struct {
	record  syncing.RecordID
	replica syncing.ReplicaID
	n       uint64
}

// verdict is what was answered for a name.
type verdict struct {
	status syncing.Status
	reason syncing.Reason
	rev    syncing.Rev
	bare   bool // it was told to somebody without access: nothing but the status
}

func newLife() *life {
	return &life{
		charts: map[syncing.RecordID]*chart{}, ways: map[wayKey]way{}, members: map[memberKey]bool{}, accounts: map[syncing.AccountID]bool{},
		kinds: map[syncing.TeamID]string{}, emergencies: map[emergencyKey]span{}, told: map[name]verdict{},
	}
}

func (l *life) clone() *life {
	c := *l
	c.charts = map[syncing.RecordID]*chart{}
	for id, r := range l.charts {
		copied := *r
		copied.papers, copied.lines, copied.marks = maps.Clone(r.papers), maps.Clone(r.lines), maps.Clone(r.marks)
		copied.revs = maps.Clone(r.revs)
		c.charts[id] = &copied
	}
	c.ways, c.members, c.accounts = maps.Clone(l.ways), maps.Clone(l.members), maps.Clone(l.accounts)
	c.kinds, c.emergencies, c.told = maps.Clone(l.kinds), maps.Clone(l.emergencies), maps.Clone(l.told)
	return &c
}

func (o *oracle) newRecord(id syncing.RecordID) {
	o.life.charts[id] = &chart{papers: map[syncing.DocID]*paper{}, lines: map[line]int{}, marks: map[string]name{}, revs: map[syncing.Rev]bool{}}
}

func (o *oracle) newTeam(id syncing.TeamID, kind string) { o.life.kinds[id] = kind }

func (o *oracle) newAccount(id syncing.AccountID) { o.life.accounts[id] = false }
