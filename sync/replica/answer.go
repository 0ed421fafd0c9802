package replica

import syncing "satchel/sync"

// Apply takes in an answer. now is the device's wall clock, ms since 1970 UTC. What does not answer the request sent last for a
// record is thrown away. Fault: Full.
func (r *Replica) Apply(x *Exchange, answer *syncing.Response, now int64) error {
	if r.broken != nil {
		return r.broken
	}
	var forks []forked
	for i := range answer.Records {
		p := &answer.Records[i]
		sent, rec := x.parts[p.Record], r.records[p.Record]
		if sent == nil || rec == nil || rec.sent != x {
			continue
		}
		rec.sent = nil
		r.db.After = answer.Now
		r.touch(rec)
		if f, found := rec.apply(sent, p, now); found {
			forks = append(forks, f)
		}
	}
	if len(forks) > 0 { // when every record has taken in its outcomes
		r.fork(forks)
	}
	return r.save()
}

// apply takes in one record's part. It reports a fork, which concerns the whole database.
func (rec *record) apply(sent *part, p *syncing.RecordResponse, now int64) (f forked, found bool) {
	ended := rec.Stopped == syncing.Ended
	rec.Stopped, rec.Detail, rec.Until = "", "", 0
	if p.Error != nil {
		rec.Stopped, rec.Detail = p.Error.Code, p.Error.Detail
	}
	switch rec.Stopped {
	case syncing.OtherAccount: // nothing was taken in
		return f, false
	case syncing.Busy: // it may not have been looked at, and then says nothing of `last`
		rec.Until = now + min(p.Error.RetryAfterMs, busyMostMs)
		rec.outcomes(sent, p)
		return f, false
	}
	l := sent.line
	lost := rec.lostSomething(l, p) || rec.Stopped == syncing.Fork && sent.refusedAnswered(p)
	if p.Epoch != "" {
		rec.Epoch = p.Epoch
	}
	l.Last, l.Ask = p.Last, false
	rec.outcomes(sent, p)
	if ended != (rec.Stopped == syncing.Ended) {
		rec.askAgain() // the account's list for records that are not its own is another one than the record's
	}
	if lost { // also what was answered just now: from the lowest n on, without a gap
		rec.again()
	}
	switch rec.Stopped {
	case "":
		rec.read(sent, p, now)
		rec.forget(l, p.Safe)
	case syncing.Ended:
		rec.end()
	}
	switch {
	case lost: // before anything else counts, all that is kept is sent again
		return f, false
	case rec.Stopped == syncing.Fork:
		f = forked{l, sent.refused(p)}
		return f, f.refused > 0
	}
	return forked{line: l}, rec.copied(l)
}

// outcomes notes what became of the numbers that were sent. Those of other numbers may be a copy's, and do not count.
func (rec *record) outcomes(sent *part, p *syncing.RecordResponse) {
	for i := range p.Outcomes {
		o := p.Outcomes[i]
		e := sent.numbers[o.N]
		if e == nil || e.N != o.N || e.Replica != sent.line.Replica {
			continue
		}
		e.Outcome, e.Answered = &o, true
		if rec.Epoch == "" {
			continue
		}
		if o.Rev == 0 {
			delete(e.Revs, rec.Epoch)
			continue
		}
		if e.Revs == nil {
			e.Revs = map[string]syncing.Rev{}
		}
		e.Revs[rec.Epoch] = o.Rev
	}
}

// end deletes what is here of a record whose access has ended. The outbox goes on.
func (rec *record) end() {
	rec.Docs, rec.Cursor, rec.Pull, rec.Digest = map[syncing.DocID]*Document{}, "", nil, nil
	for _, e := range rec.Entries {
		e.Placed = e.Answered
	}
}
