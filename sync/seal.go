package syncing

import "slices"

// amended is the status that a sealed document takes when its author writes on.
const amended = "amended"

// seal freezes the document when its status comes to where its type seals.
func (d *draft) seal(a *attempt, cov coverage) {
	status := d.spec.status()
	if d.spec.SealedAt == "" || d.after.Sealing != nil {
		return
	}
	f := d.after.field(status.Name, "")
	if f != nil && textOf(f.shown()) == d.spec.SealedAt {
		d.after.Sealing = &a.origin
		d.after.SealMemory = cov.remember(d.after.SealMemory)
	}
}

// amend is a write to a frozen document: by its author, who has seen the sealing, it becomes an amendment; what the sealing
// covers takes its place as if it had come before; any other is held. Siblings that were open at the sealing stay.
func (d *draft) amend(a *attempt) *Refusal {
	sealing := d.before.Sealing
	if sealing.after(&a.origin) || remembered(d.before.SealMemory, &a.origin) {
		return d.beforeSealing(a)
	}
	cov := a.cov.of(d.before)
	if sealing.By != a.by.account || !cov.covers(sealing) {
		return &Refusal{SealedDoc, "This was completed and is not changed any more. Its author can amend it after reading it."}
	}
	if refusal := d.write(a); refusal != nil {
		return refusal
	}
	status := d.spec.status()
	if slices.ContainsFunc(a.m.Sets, func(s assignment) bool { return s.name == status.Name }) {
		return nil
	}
	return d.set(a, cov, assignment{status.Name, TextValue(amended)})
}

// beforeSealing writes what had come before the sealing in another life of the store, or before it in its author's own
// order: a status is where the sealing left it, and what the sealing wrote stands.
func (d *draft) beforeSealing(a *attempt) *Refusal {
	status := d.spec.status()
	for _, set := range a.m.Sets {
		if set.name == status.Name {
			continue
		}
		f := d.after.ensure(set.name, "")
		if slices.ContainsFunc(f.Writes, func(w Write) bool { return sameName(w.Origin, d.before.Sealing) }) {
			continue
		}
		if refusal := d.set(a, a.cov.of(d.before), set); refusal != nil {
			return refusal
		}
	}
	cov := a.cov.of(d.before)
	for _, e := range a.m.Adds {
		d.add(a, cov, e)
	}
	for _, e := range a.m.Drops {
		d.drop(a, cov, e)
	}
	return nil
}

func sameName(a, b *Origin) bool { return a.Replica == b.Replica && a.N == b.N }
