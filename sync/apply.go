package syncing

import (
	"slices"
)

// attempt is one mutation on its way into the record: whose, on what base, under what name.
type attempt struct {
	m      *Mutation
	by     Scope
	system bool // a rule's patch: roles, sealing and size do not stand in its way
	cov    coverage
	origin Origin // Rev is given when it is applied
	kind   string // of its journal entry
	device UUID
	online bool // an action, or a release by one

	continues []Continued
}

// draft is what an attempt would make of its document.
type draft struct {
	spec    *Type
	before  *Document // nil: it is being created
	after   *Document
	effects []effect
	idle    bool // nothing in the document changes
}

// apply places one mutation: all of it or nothing. A refusal is what it is held for; nothing was changed then.
func (w *work) apply(a *attempt) (*Refusal, error) {
	if a.m.Doc.Type() == HeldType && !a.system {
		return w.settle(a)
	}
	d, refusal, err := w.draw(a)
	if refusal != nil || err != nil {
		return refusal, err
	}
	if err := w.commit(a, d); err != nil {
		return nil, err
	}
	if err := w.follow(a, d); err != nil {
		return nil, err
	}
	if d.before == nil {
		return nil, w.retryWaiting(a)
	}
	return nil, nil
}

// applyAs is apply in the role in which the mutation was written.
func (w *work) applyAs(a *attempt) (refusal *Refusal, err error) {
	if a.by, refusal = a.by.actingFor(a.m.acting); refusal != nil {
		return refusal, nil
	}
	return w.apply(a)
}

// draw works out what the mutation would make of its document, asking first whether its author may.
func (w *work) draw(a *attempt) (*draft, *Refusal, error) {
	if a.m.Doc == "" {
		return nil, a.m.problem, nil
	}
	spec := w.engine.schema.Type(a.m.Doc.Type())
	if spec == nil {
		return nil, &Refusal{Unknown, "This server does not know this type of document."}, nil
	}
	before, err := w.document(a.m.Doc)
	if err != nil {
		return nil, nil, err
	}
	if refusal := permit(a, spec, before); refusal != nil {
		return nil, refusal, nil
	}
	if refusal := w.understand(a.m, spec); refusal != nil {
		return nil, refusal, nil
	}
	if before == nil && (a.m.Delete || !whole(a.m, spec)) {
		return nil, &Refusal{Missing, "The document is not here, and this change does not make it whole."}, nil
	}
	d := &draft{spec: spec, before: before, after: before.clone()}
	if before == nil {
		d.after = &Document{ID: a.m.Doc, Author: a.by.account}
	}
	refusal := w.change(a, d)
	if asked := w.allow(a, d, refusal != nil); asked != nil && (refusal == nil || asked.Reason == Forbidden) {
		return nil, asked, nil
	}
	if refusal == nil && !a.system && shownBytes(d.after) > documentBytesMax {
		refusal = &Refusal{TooLarge, "The document would grow beyond 64 KiB."}
	}
	if refusal == nil {
		refusal = d.categorise(a)
	}
	if refusal == nil {
		refusal, err = w.require(a, d)
	}
	return d, refusal, err
}

// require asks the type's own rule about the record around the document. What changes nothing needs no leave.
func (w *work) require(a *attempt, d *draft) (*Refusal, error) {
	if d.spec.Require == nil || a.system || d.idle {
		return nil, nil
	}
	return d.spec.Require(w.changeOf(a, d.before, d.after), w)
}

// allow asks the type's own rule. Where the change cannot be made, it is asked about the document as it is; where there is none, nothing
// could be learned from why, and a rule asked about nothing would name a wrong reason.
func (w *work) allow(a *attempt, d *draft, refused bool) *Refusal {
	if d.spec.Allow == nil || a.system || refused && !SnapshotOf(d.before).Exists() {
		return nil
	}
	after := d.after
	if refused {
		after = d.before
	}
	return d.spec.Allow(w.changeOf(a, d.before, after))
}

func (w *work) changeOf(a *attempt, before, after *Document) Change {
	fields := a.m.fields()
	slices.Sort(fields)
	return Change{
		Record: w.tx.Record(), By: a.by, Before: SnapshotOf(before), After: SnapshotOf(after), Fields: fields,
		Now: w.now, At: a.origin.At, Effective: a.origin.Effective, Online: a.online,
	}
}

// change makes the mutation's change in d.after.
func (w *work) change(a *attempt, d *draft) *Refusal {
	if d.before != nil && d.before.Deleted() {
		return d.changeDeleted(a)
	}
	if a.m.Delete {
		return d.remove(a)
	}
	if d.before != nil && !a.system {
		if d.spec.Event {
			return d.repeatEvent(a)
		}
		if d.before.Sealing != nil {
			return d.amend(a)
		}
	}
	return d.write(a)
}

// write changes the fields, each by its rule.
func (d *draft) write(a *attempt) *Refusal {
	cov := a.cov
	if d.before != nil {
		cov = cov.of(d.before)
	}
	d.after.Untold = false
	for _, set := range a.m.Sets {
		if refusal := d.set(a, cov, set); refusal != nil {
			return refusal
		}
	}
	for _, e := range a.m.Adds {
		d.add(a, cov, e)
	}
	for _, e := range a.m.Drops {
		d.drop(a, cov, e)
	}
	d.seal(a, cov)
	return nil
}

// categorise decides who sees the document now. An author creates nothing that he could not see.
func (d *draft) categorise(a *attempt) *Refusal {
	category := d.spec.Category
	if d.spec.Categorise != nil {
		category = d.spec.Categorise(SnapshotOf(d.after))
	}
	if d.spec.Name == HeldType { // its audience is given when it is made, and stays
		return nil
	}
	if d.before == nil && !a.system && !a.by.sees(category) {
		return refuseWrite
	}
	if d.before == nil || d.before.audience() != category {
		d.after.Audiences = append(d.after.Audiences, AudienceMark{Audience: category})
	}
	return nil
}

// commit gives the mutation its rev and puts document and journal entry in place.
func (w *work) commit(a *attempt, d *draft) error {
	rev := w.head.rev + 1
	w.head.rev = rev
	d.number(a, rev)
	if err := w.place(d.after); err != nil {
		return err
	}
	a.origin.Rev = rev
	_, err := w.journal(a, Outcome{N: a.origin.N, Status: Applied, Rev: rev}, d.effects)
	return err
}

// number gives everything that is new in the document its rev.
func (d *draft) number(a *attempt, rev Rev) {
	doc := d.after
	doc.Rev = rev
	if d.before == nil {
		doc.Created = rev
	}
	if last := &doc.Audiences[len(doc.Audiences)-1]; last.Rev == 0 {
		last.Rev, last.Was = rev, a.origin.Was
	}
	origin := a.origin
	origin.Rev = rev
	renew := func(o *Origin) *Origin {
		if o == &a.origin {
			return &origin
		}
		return o
	}
	for i := range doc.Deletions {
		doc.Deletions[i].Origin, doc.Deletions[i].Return = renew(doc.Deletions[i].Origin), renew(doc.Deletions[i].Return)
	}
	doc.Sealing = renew(doc.Sealing)
	for i := range doc.Fields {
		f := &doc.Fields[i]
		if f.Changed == unnumbered {
			f.Changed = rev
		}
		for j := range f.Writes {
			f.Writes[j].Origin = renew(f.Writes[j].Origin)
		}
		for j := range f.Drops {
			f.Drops[j] = renew(f.Drops[j])
		}
	}
}

// unnumbered marks a field that changes with the mutation in hand, until its rev is known.
const unnumbered = Rev(1<<64 - 1)

// journal appends an attempt's entry.
func (w *work) journal(a *attempt, outcome Outcome, effects []effect) (journalKey, error) {
	role, team := a.by.acting()
	return w.head.appendEntry(w.tx, &journalEntry{
		kind: a.kind, replica: a.origin.Replica, n: a.origin.N, by: a.origin.By, device: a.device, doc: DocID(a.m.named),
		outcome: outcome, at: a.origin.At, effective: a.origin.Effective, received: w.now, raw: a.m.raw,
		names: a.m.names, was: a.origin.Was, continues: a.continues, effects: effects,
		role: role, team: team,
	})
}

// follow lets the type say what follows from the change, and writes it as system. What system writes counts as the
// mutation's own.
func (w *work) follow(a *attempt, d *draft) error {
	if a.system || d.spec.Derive == nil || d.idle {
		return nil
	}
	patches, err := d.spec.Derive(w.changeOf(a, d.before, d.after), w)
	if err != nil {
		return err
	}
	cov := a.cov
	cov.own = append(slices.Clone(cov.own), Continued{a.origin.Replica, a.origin.N})
	for _, p := range patches {
		origin := a.origin
		origin.By, origin.Rev = AccountID{}, 0
		if err := w.systemPatch(p, cov, origin); err != nil {
			return err
		}
	}
	return nil
}

// systemPatch writes one patch as system. What is there already is no change; what cannot be applied changes nothing; a
// deleted document stays deleted.
func (w *work) systemPatch(p Patch, cov coverage, origin Origin) error {
	m := mutationOf(p)
	before, err := w.document(p.Doc)
	if err != nil {
		return err
	}
	if before != nil {
		if before.Deleted() {
			return nil
		}
		trim(m, SnapshotOf(before))
		if len(m.Sets)+len(m.Adds)+len(m.Drops) == 0 {
			return nil
		}
	}
	refusal, err := w.apply(&attempt{m: m, system: true, cov: cov, origin: origin, kind: entrySystem})
	if refusal != nil {
		w.engine.opts.RuleRefused(p.Doc.Type(), refusal.Reason)
	}
	return err
}
