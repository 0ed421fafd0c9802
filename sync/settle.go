package syncing

// settle is a client's write to a held document: only its status, and by those who may settle it.
func (w *work) settle(a *attempt) (*Refusal, error) {
	before, err := w.document(a.m.Doc)
	if err != nil {
		return nil, err
	}
	if refusal := maySettle(a, before); refusal != nil {
		return refusal, nil
	}
	if a.m.problem != nil {
		return a.m.problem, nil
	}
	held := SnapshotOf(before)
	to, reason := settlement(a.m)
	switch {
	case to == "":
		return &Refusal{Invalid, "Settle a held change by setting its status to released or discarded."}, nil
	case to == held.Text("status"):
		return nil, w.touch(a, before)
	case held.Text("status") != heldOpen || to == heldOpen || to == heldApplied:
		return &Refusal{Transition, "This held change was settled already, or cannot be settled that way."}, nil
	case to == heldDiscarded && reason == "":
		return &Refusal{Invalid, "Say why it is discarded: set discardReason in the same change."}, nil
	case to != heldReleased && to != heldDiscarded:
		return &Refusal{Invalid, "Settle a held change by setting its status to released or discarded."}, nil
	}
	replica, n, err := heldName(held)
	if err != nil {
		return nil, err
	}
	m, name, entry, err := w.heldMutation(replica, n)
	if err != nil {
		return nil, err
	}
	if to == heldReleased {
		if refusal, err := w.release(a, m); refusal != nil || err != nil {
			return refusal, err
		}
	}
	if entry.outcome.Reason == Missing {
		if err := w.tx.Delete(TableWaiting, waitingKey(string(m.Doc), name.at)); err != nil {
			return nil, err
		}
	}
	if err := w.touch(a, before); err != nil {
		return nil, err
	}
	return nil, w.uncount(replica, name)
}

// maySettle: its author, the person whose record it is, and the teams who see what it was meant for.
func maySettle(a *attempt, held *Document) *Refusal {
	if held == nil || !a.by.sees(held.audience()) || a.m.Delete || len(a.m.Adds)+len(a.m.Drops) > 0 {
		return refuseWrite
	}
	if held.Author != a.by.account && !a.by.settles() {
		return refuseWrite
	}
	for _, set := range a.m.Sets {
		if set.name != "status" && set.name != "discardReason" {
			return refuseWrite
		}
	}
	return nil
}

func settlement(m *Mutation) (to, reason string) {
	for _, set := range m.Sets {
		switch set.name {
		case "status":
			to = textOf(set.value)
		case "discardReason":
			reason = textOf(set.value)
		}
	}
	return to, reason
}

func heldName(held Snapshot) (ReplicaID, uint64, error) {
	id, err := ParseUUID(held.Text("replica"))
	n, ok := held.Int("n")
	if err != nil || !ok {
		return ReplicaID{}, 0, corrupt("syncing.heldName", errRow)
	}
	return ReplicaID{id}, uint64(n), nil
}

// release writes the held patch with the base, replica, n and rights of the person who releases it.
func (w *work) release(a *attempt, m *Mutation) (*Refusal, error) {
	if m.skip != "" {
		return &Refusal{m.skip, "There are no words to apply: the phone could not send them."}, nil
	}
	m.names, m.was = nil, nil
	inner := &attempt{
		m: m, by: a.by, cov: a.cov, kind: entryRetried, device: a.device, online: a.online, continues: a.continues, origin: a.origin,
	}
	return w.apply(inner)
}

// touch writes the settler's mutation to the held document.
func (w *work) touch(a *attempt, before *Document) error {
	d := &draft{spec: w.engine.schema.Type(HeldType), before: before, after: before.clone()}
	all := *a
	all.cov = coverage{all: true}
	if refusal := d.write(&all); refusal != nil {
		return corrupt("syncing.touch", errRow)
	}
	err := w.commit(&all, d)
	a.origin.Rev = all.origin.Rev
	return err
}

// settled marks a held mutation as done by system, as the own of the mutation that did it.
func (w *work) settled(replica ReplicaID, n uint64, name *nameRow, status string, o Origin) error {
	if name.listed {
		before, err := w.document(heldDocID(replica, n))
		if err != nil || before == nil {
			return err
		}
		p := Patch{Doc: before.ID}
		p.set("status", TextValue(status))
		o.By, o.Rev = AccountID{}, 0
		a := &attempt{m: mutationOf(p), system: true, cov: coverage{all: true}, origin: o, kind: entrySystem}
		d := &draft{spec: w.engine.schema.Type(HeldType), before: before, after: before.clone()}
		if refusal := d.write(a); refusal != nil {
			return corrupt("syncing.settled", errRow)
		}
		if err := w.commit(a, d); err != nil {
			return err
		}
	}
	return w.uncount(replica, name)
}

// uncount takes a settled mutation out of its replica's count, and lists the next that was only journaled.
func (w *work) uncount(replica ReplicaID, name *nameRow) error {
	row, err := w.replica(replica)
	if err != nil || row == nil {
		return err
	}
	if !name.listed {
		row.unlisted--
		name.listed = true
		return w.tx.Put(TableNames, nameKey(replica, name.outcome.N), name.encode())
	}
	row.open--
	if row.unlisted == 0 {
		return nil
	}
	next, n, err := w.nextUnlisted(replica)
	if err != nil || next == nil {
		return err
	}
	m, _, entry, err := w.heldMutation(replica, n)
	if err != nil {
		return err
	}
	row.unlisted--
	row.open++
	next.listed = true
	if err := w.tx.Put(TableNames, nameKey(replica, n), next.encode()); err != nil {
		return err
	}
	return w.list(Origin{Replica: replica, N: n, By: entry.by, At: entry.at, Effective: entry.effective, Was: entry.was}, m, entry.outcome)
}

// nextUnlisted finds the first held mutation of a replica that no document tells of.
func (w *work) nextUnlisted(replica ReplicaID) (found *nameRow, n uint64, err error) {
	err = w.tx.Scan(TableNames, replica.UUID[:], behindAll(replica.UUID), func(key, value []byte) (bool, error) {
		row, err := decodeName(value)
		if err != nil {
			return false, corrupt("syncing.nextUnlisted", err)
		}
		if len(key) == nameKeyBytes && row.outcome.Status == Held && !row.listed {
			found = row
			_, n = decodeNameKey(key)
		}
		return found == nil, nil
	})
	return found, n, err
}
