package sim

import (
	"slices"

	syncing "satchel/sync"
)

// oracle is what the simulation believes: the server's present life, and books that no restore touches.
type oracle struct {
	schema    *syncing.Schema
	schemaMin int
	life      *life
	books     map[string]*book                 // by cursor
	torn      map[string]bool                  // epochs that lost a tail: two lives have their name
	fault     func(format string, args ...any) // reports a broken rule
	ours      func(content string) bool        // whether the phone that speaks knows these words as its own
	mourned   map[mournedName]bool             // names whose words only a backup older than safe could lose, and did
	single    func(replica syncing.ReplicaID) string
	covered   map[string]int // what the run came to, for the test that asks whether it came to everything
}

type mournedName struct {
	record syncing.RecordID
	name   name
}

// expected is what one record's part of an answer must be.
type expected struct {
	code     syncing.ErrorCode // "" if changes are given
	outcomes []syncing.Outcome
	last     uint64
	now      int64
	reset    bool
	cause    string
	from     *book // where the pull goes on; nil at a reset
	grant    grant
	ledger   *ledger
	bare     bool
}

// sync works out what a request does and what one record is answered.
func (o *oracle) sync(account syncing.AccountID, req *syncing.Request, part *syncing.RecordRequest, now int64) *expected {
	r := o.life.records[part.Record]
	g := o.life.grants[grantKey{part.Record, account}]
	owner, claimed := o.life.owners[req.Replica]
	var sp *speaker
	if r != nil {
		sp = r.replicas[req.Replica]
	}
	x := &expected{now: now, grant: g, ledger: r}
	if sp != nil && sp.account != account || sp == nil && claimed && owner != account {
		x.code = syncing.OtherAccount
		return x
	}
	if r == nil || !g.Known && !g.Active {
		return o.foreign(x, account, req, part)
	}
	s := &scribe{oracle: o, life: o.life, r: r, now: max(now, r.clock)}
	x.now = s.now
	in := &intake{
		replica: req.Replica, account: account, by: g, speaker: sp, sent: req.Now, answered: map[uint64]*told{},
	}
	if b := o.books[part.Cursor]; b != nil && b.record == r.id {
		in.heard = b.epoch == o.life.epoch && b.shared(r) >= b.head && !o.torn[b.epoch]
	}
	if sp == nil {
		in.speaker = &speaker{account: account}
	}
	if len(part.Mutations) > 0 {
		if sp == nil {
			r.replicas[req.Replica] = in.speaker
			if !claimed {
				o.life.owners[req.Replica] = account
			}
		}
		for _, c := range part.Continues {
			in.continues = append(in.continues, s.mine(account, []name{{c.Replica, c.N}})...)
		}
		before, rev := in.speaker.last, r.rev
		if in.stopped = syncing.Gap; part.Acked <= in.speaker.last {
			in.stopped = ""
			s.take(in, part.Mutations)
		}
		if in.speaker.last != before || r.rev != rev {
			r.clock = s.now
		}
	}
	x.last = in.speaker.last
	o.outcomes(s, x, in, part.Acked)
	switch {
	case in.stopped != "":
		x.code, x.bare = in.stopped, !g.Active
	case !g.Active:
		x.code, x.bare = syncing.Ended, true
	case req.Schema < o.schemaMin:
		x.code = syncing.Upgrade
	default:
		o.pull(s, x, req, part)
	}
	if x.bare {
		for i := range x.outcomes {
			x.outcomes[i] = syncing.Outcome{N: x.outcomes[i].N, Status: x.outcomes[i].Status}
		}
	}
	return x
}

// outcomes lists what became of what was handed in, and of what was not acknowledged; of a fork only what lies before it.
func (o *oracle) outcomes(s *scribe, x *expected, in *intake, acked uint64) {
	most := in.speaker.last
	if in.stopped == syncing.Fork {
		most = min(most, in.refused-1)
	}
	for n := acked + 1; n <= most; n++ {
		in.answered[n] = s.r.names[name{in.replica, n}]
	}
	for n, t := range in.answered {
		out := t.outcome
		out.N = n
		if out.Status == syncing.Applied {
			out.Conflicts = s.conflicts(x.grant, t)
		}
		x.outcomes = append(x.outcomes, out)
	}
	slices.SortFunc(x.outcomes, func(a, b syncing.Outcome) int { return int(int64(a.N) - int64(b.N)) })
}

// conflicts says where an applied mutation's write stands and does not stand alone, in what the account may read now.
func (s *scribe) conflicts(g grant, t *told) []syncing.Conflict {
	d := s.r.docs[t.doc]
	if d == nil || d.deleted() || !sees(g, d.audience()) {
		return nil
	}
	var list []syncing.Conflict
	spec := s.oracle.schema.Type(d.id.Type())
	for _, field := range d.fieldNames() {
		rule := spec.Field(field).Rule
		standing := d.standing(rule, place{field: field})
		at := slices.IndexFunc(standing, func(w *act) bool { return w.o.rev == t.outcome.Rev })
		if len(standing) < 2 || at < 0 || at == 0 && rule == syncing.Max {
			continue
		}
		other, won := standing[0], "theirs"
		if at == 0 {
			other, won = standing[1], "yours"
		}
		list = append(list, syncing.Conflict{Field: field, Won: won, Value: orNull(other.value), Rev: other.o.rev, By: other.o.by})
	}
	return list
}

func orNull(value string) []byte {
	if value == "" {
		return []byte("null")
	}
	return []byte(value)
}

// pull works out whether the answer begins anew.
func (o *oracle) pull(s *scribe, x *expected, req *syncing.Request, part *syncing.RecordRequest) {
	b := o.books[part.Cursor]
	now := s.sight(x.grant)
	switch {
	case part.Cursor == "":
		x.cause = "null"
	case b == nil || b.record != s.r.id || b.account != x.grant.Account:
		x.cause = "record"
	case b.epoch != s.life.epoch:
		x.cause = "epoch"
	case b.sight != now:
		x.cause = "scope"
	case b.schema < req.Schema:
		x.cause = "schema"
	case b.shared(s.r) < b.head:
		x.cause = "history"
	case b.full > 0 && b.full < s.r.floor, b.full == 0 && b.page > 0 && b.floor < s.r.floor:
		x.cause = "old"
	default:
		x.from = b
	}
	if x.reset = x.from == nil; x.reset {
		o.covered["reset "+x.cause]++
	}
}

// sight is what a grant shows now, and the rev at which a document last came into or left it other than by being written.
func (s *scribe) sight(g grant) sight {
	categories := slices.Clone(g.Categories)
	slices.Sort(categories)
	v := sight{categories: join(slices.Compact(categories)), owner: g.Owner, team: len(g.Teams) > 0}
	for _, d := range s.r.docs {
		for i := 1; i < len(d.audiences); i++ {
			if sees(g, d.audiences[i-1].name) != sees(g, d.audiences[i].name) {
				v.moved = max(v.moved, d.audiences[i].rev)
			}
		}
	}
	return v
}

// foreign takes in what was handed in for a record that was never the account's, or is not here.
func (o *oracle) foreign(x *expected, account syncing.AccountID, req *syncing.Request, part *syncing.RecordRequest) *expected {
	x.code, x.bare = syncing.Ended, true
	list := o.life.foreign[account]
	if list == nil {
		list = &foreignList{lines: map[foreignLine]*foreignState{}}
	}
	at := foreignLine{part.Record, req.Replica}
	state := list.lines[at]
	if state == nil {
		state = &foreignState{contents: map[uint64]string{}}
	}
	if _, claimed := o.life.owners[req.Replica]; len(part.Mutations) > 0 && !claimed {
		o.life.owners[req.Replica] = account
	}
	for _, raw := range part.Mutations {
		m := read(raw)
		if m.n > state.last+1 || part.Acked > state.last && m.n == part.Mutations[0].N {
			x.code = syncing.Gap
			break
		}
		if m.n <= state.last {
			if state.contents[m.n] != m.content && m.skip == "" {
				x.code = syncing.Fork
				break
			}
			continue
		}
		state.last, state.contents[m.n] = m.n, m.content
		list.lines[at], o.life.foreign[account] = state, list
		o.covered["foreign"]++
	}
	x.last = state.last
	for n := part.Acked + 1; n <= state.last; n++ {
		if x.code == syncing.Fork && n >= firstOther(state, part.Mutations) {
			break
		}
		x.outcomes = append(x.outcomes, syncing.Outcome{N: n, Status: syncing.Held})
	}
	return x
}

// firstOther is the number at which a foreign list has other words.
func firstOther(state *foreignState, list []syncing.RawMutation) uint64 {
	for _, raw := range list {
		if m := read(raw); state.contents[m.n] != m.content && m.skip == "" {
			return m.n
		}
	}
	return 0
}
