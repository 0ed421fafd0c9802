package replica

import (
	"slices"

	syncing "satchel/sync"
)

// Section 7, a copied phone: the database takes a new name, and what the server has not answered goes out under it.

// speaker chooses under which name the next request speaks: what must be sent again under an earlier name goes first, in a
// request of its own.
func (r *Replica) speaker(ids []syncing.RecordID) syncing.ReplicaID {
	for _, replica := range r.db.Earlier {
		for _, id := range ids {
			rec := r.records[id]
			if rec == nil || rec.Stopped == syncing.OtherAccount {
				continue
			}
			if l := rec.line(replica); l != nil && rec.owes(l) {
				return replica
			}
		}
	}
	return r.db.Replica
}

// owes reports whether something is to be said under a name because of what was put back.
func (rec *record) owes(l *line) bool {
	return l.Left && rec.lowest(l) > 0 || l.Ask && rec.keeps(l)
}

func (rec *record) keeps(l *line) bool {
	return slices.ContainsFunc(rec.Entries, func(e *Entry) bool { return e.Replica == l.Replica })
}

// askAgain has every name ask what the server has of it: after a reset it may have lost a tail that nobody named. The last
// mutation that was answered goes along, so that other words under its number are noticed.
func (rec *record) askAgain() {
	for _, l := range rec.Lines {
		l.Ask = rec.keeps(l)
	}
}

// askDaily has every name ask, once a day, whether what was answered is still there, and what of it is safe now and need not be
// kept any longer. Nothing else would show that a server was put back unnoticed and a copy of this database came first.
func (rec *record) askDaily(now int64) {
	for _, l := range rec.Lines {
		if rec.keeps(l) && (now < l.At || now-l.At >= healPause.Milliseconds()) {
			l.Ask, l.At = true, now
		}
	}
}

// continues names who this replica was, each with the last n that both have in common.
func (rec *record) continues(speaking *line) []syncing.Continued {
	var list []syncing.Continued
	for _, l := range rec.Lines {
		if l == speaking {
			break
		}
		if l.Common > 0 {
			list = append(list, syncing.Continued{Replica: l.Replica, N: l.Common})
		}
	}
	return list
}

// forked says that a copy of this database writes under the same name.
type forked struct {
	line    *line
	refused uint64 // the number that was refused; 0 if none was, and the server merely has more of us than we do
}

// fork begins a new name for the whole database. Everything that this epoch has not answered is numbered again from 1, in the
// order of writing; what it has answered keeps its name.
func (r *Replica) fork(forks []forked) {
	r.db.Earlier = append(r.db.Earlier, r.db.Replica)
	r.db.Replica = syncing.ReplicaID{UUID: r.opts.NewID()}
	for _, id := range r.Records() {
		rec := r.records[id]
		for _, l := range rec.Lines {
			l.Common = rec.common(l, forks)
			l.Left = true
		}
		r.renumber(rec)
		rec.askAgain() // before anything is written upon what they have in common, as far as this record was heard of
		r.touch(rec)
	}
}

// common is the last n of a line that its copies have in common with us, as far as we know: the one before the refused one,
// or before the first whose outcome we do not know; else our own highest.
func (rec *record) common(l *line, forks []forked) uint64 {
	common := l.Highest
	if l.Left {
		common = l.Common
	}
	if lowest := rec.lowest(l); lowest > 0 {
		common = min(common, lowest-1)
	}
	for _, f := range forks {
		if f.line == l && f.refused > 0 {
			common = min(common, f.refused-1)
		}
	}
	return common
}

func (r *Replica) renumber(rec *record) {
	l := r.current(rec)
	for _, e := range rec.Entries {
		if e.Answered {
			continue
		}
		e.Names = append(e.Names, Name{Replica: e.Replica, N: e.N})
		l.Highest++
		e.Replica, e.N, e.Sent = l.Replica, l.Highest, false
	}
}

// refused is the number at which a fork was found: the first that was sent and has no outcome.
func (p *part) refused(answer *syncing.RecordResponse) uint64 {
	for _, n := range p.order {
		if !slices.ContainsFunc(answer.Outcomes, func(o syncing.Outcome) bool { return o.N == n }) {
			return n
		}
	}
	return 0
}

// copied reports whether the server has more under our name than we ever wrote, with all that we sent answered.
func (rec *record) copied(l *line) bool {
	return !l.Left && l.Last > l.Highest && !slices.ContainsFunc(rec.Entries, func(e *Entry) bool {
		return e.Replica == l.Replica && e.Sent && !e.Answered
	})
}
