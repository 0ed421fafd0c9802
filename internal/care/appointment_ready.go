package care

import (
	"slices"

	syncing "satchel/sync"
)

// ahead are the states of an appointment that is still to come.
var ahead = []string{"proposed", "pending", "waitlist", "booked"}

// deriveAppointment says what follows when an appointment is made, moved or ended: who goes after its papers and after those of the
// other visits under its referral, who has been invited, and who may have the link.
func (w *ward) deriveAppointment(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	drafts, err := w.papersDrafts(c, r)
	if err != nil {
		return nil, err
	}
	invited, err := w.invitationDrafts(c.After, r, c.Now)
	if err != nil {
		return nil, err
	}
	links, err := linkDrafts(c.After, r)
	if err != nil {
		return nil, err
	}
	attended, err := attendanceDrafts(c, r)
	return patches(slices.Concat(drafts, invited, links, attended)...), err
}

// papersDrafts look at the papers of an appointment that changed, and of the other visits under the referrals that it went and goes by.
func (w *ward) papersDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	all, err := r.Documents(appointmentName)
	if err != nil {
		return nil, err
	}
	before := slices.Clone(all)
	for i := range before {
		if before[i].ID() == c.After.ID() {
			before[i] = c.Before
		}
	}
	before = slices.DeleteFunc(before, func(a syncing.Snapshot) bool { return !a.Exists() })
	var drafts []*draft
	for _, a := range all {
		ref := a.Text("authorisationRef")
		beside := ref != "" && (ref == c.After.Text("authorisationRef") || ref == c.Before.Text("authorisationRef"))
		if a.ID() != c.After.ID() && !beside {
			continue
		}
		referral, err := referralOf(a, r)
		if err != nil {
			return nil, err
		}
		old := a
		if a.ID() == c.After.ID() {
			old = c.Before
		}
		was, is := w.journeys.papersOf(old, referral, siblingsOf(old, before)), w.journeys.papersOf(a, referral, siblingsOf(a, all))
		made, err := w.paperworkDrafts(r, a, is, c.Now, was.State != NotReady)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, made...)
	}
	return drafts, nil
}

// startOf is when an appointment begins, ms; ok is false if that cannot be told.
func startOf(appointment syncing.Snapshot) (ms int64, ok bool) {
	at, ok := beginOf(appointment)
	return at.UnixMilli(), ok
}
