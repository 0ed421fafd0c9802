package care

import (
	"slices"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// allowExpectedFinding keeps a finding within what anybody may sign, lets only an oncology prescriber sign it, and nobody change it
// then (hazard H08).
func (w *ward) allowExpectedFinding(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	before, after := c.Before.Text("status"), c.After.Text("status")
	signs := before != findingSigned && after == findingSigned
	switch {
	case before != "" && before != findingDraft && !slices.Equal(c.Fields, []string{"status"}):
		return refuse(syncing.SealedDoc, "What was signed stays as it was signed. Draft another one; it takes the place of this when it is signed.")
	case after == "superseded" && before != after:
		return refuse(syncing.Transition, "This happens by itself when the finding that takes its place is signed.")
	case before == findingSigned && after == resultMistake && !mayPrescribe(w.lab, c), signs && !mayPrescribe(w.lab, c):
		return refuse(syncing.Forbidden, "Only a prescriber of the oncology team can sign this, or take it back.")
	case signs && len(c.Fields) != 1:
		return refuse(syncing.Invalid, "Sign what was drafted, as it stands.")
	case signs:
		if refusal := refuseOffline(c); refusal != nil {
			return refusal
		}
	case after == resultMistake:
		return nil
	}
	finding, err := expectedOf(c.After)
	if err == nil {
		err = w.lab.Bounded(finding)
	}
	if err != nil {
		return refuse(syncing.Invalid, fault.TextOf(err))
	}
	return nil
}

// mayPrescribe reports whether the change comes from somebody of oncology who works as a prescriber.
func mayPrescribe(limits *lab.Limits, c syncing.Change) bool {
	return c.By.Has(RoleOncology) && limits.MaySign(c.By.Job())
}

// expectedOf is a finding as internal/lab reads it: the numbers in the unit of their group. Its faults say what is wrong with it.
func expectedOf(s Paper) (f lab.Expected, err error) {
	f = lab.Expected{ID: string(s.ID()), Group: s.Text("code"), Exclusions: s.Texts("exclusions")}
	for _, end := range []struct {
		field string
		to    *string
	}{{"low", &f.Low}, {"high", &f.High}} {
		value := s.Text(end.field)
		if value == "" {
			continue
		}
		q, err := lab.Own.Normalise(f.Group, "", value, s.Text("unit"))
		if err != nil {
			return f, err
		}
		*end.to = q.Value
	}
	if f.From, err = calendar.ParseDate(s.Text("validFrom")); err != nil {
		return f, err
	}
	if f.To, err = calendar.ParseDate(s.Text("validTo")); err != nil {
		return f, err
	}
	if dose := s.Text("doseDate"); dose != "" {
		f.LastDose, err = calendar.ParseDate(dose)
	}
	return f, err
}

func (w *ward) deriveExpectedFinding(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	d := newDraft(c.After.ID(), c.After)
	if !c.Before.Exists() {
		d.text("author", c.By.Name())
	}
	if c.After.Text("status") != findingSigned || c.Before.Text("status") == findingSigned {
		return patches(d), nil
	}
	d.text("signedBy", c.By.Name())
	d.integer("signedAt", c.Now)
	old, err := r.Document(syncing.DocID(c.After.Text("supersedes")))
	if err != nil {
		return nil, err
	}
	drafts := []*draft{d}
	if old.Exists() && old.ID().Type() == expectedFindingName && old.Text("status") == findingSigned && old.ID() != c.After.ID() {
		replaced := newDraft(old.ID(), old)
		replaced.text("status", "superseded")
		drafts = append(drafts, replaced)
	}
	return patches(drafts...), nil
}
