package syncing

// remove deletes the document. It covers like a write to every field, and is held if any write stays uncovered.
func (d *draft) remove(a *attempt) *Refusal {
	cov := a.cov.of(d.before)
	for i := range d.before.Fields {
		for _, w := range d.before.Fields[i].Writes {
			if !cov.covers(w.Origin) {
				return &Refusal{Stale, "Somebody changed this meanwhile. Look at it again before deleting it."}
			}
		}
	}
	d.after.Deletions = append(d.after.Deletions, Deletion{Origin: &a.origin})
	d.after.DeleteMemory = cov.remember(d.after.DeleteMemory)
	d.effects = append(d.effects, effect{Result: "removed"})
	return nil
}

// changeDeleted is a write to a deleted document.
func (d *draft) changeDeleted(a *attempt) *Refusal {
	deletion := &d.after.Deletions[len(d.after.Deletions)-1]
	cov := a.cov.of(d.before)
	switch {
	case a.m.Delete: // it is away already
		d.after.DeleteMemory = cov.remember(d.after.DeleteMemory)
		d.idle = true
		return nil
	case cov.covers(deletion.Origin):
		return &Refusal{SealedDoc, "This was deleted, and you had seen that. Write a new one."}
	case deletion.Origin.after(&a.origin), remembered(d.before.DeleteMemory, &a.origin):
		return d.write(a) // the delete covers it: it joins what is away, and does not bring it back
	}
	if refusal := d.write(a); refusal != nil {
		return refusal
	}
	deletion = &d.after.Deletions[len(d.after.Deletions)-1]
	deletion.Return = &a.origin
	for i := range d.after.Fields { // it comes back whole: every field is sent again
		d.after.Fields[i].Changed = unnumbered
	}
	return nil
}
