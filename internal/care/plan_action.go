package care

import syncing "satchel/sync"

// AcceptPatch accepts an offer.
func AcceptPatch(activity syncing.DocID) syncing.Patch {
	d := newDraft(activity, syncing.Snapshot{})
	d.text("status", "accepted")
	return d.patch
}

// DeclinePatch declines one, with the reason that the team which asked reads.
func DeclinePatch(activity syncing.DocID, reason string) syncing.Patch {
	d := newDraft(activity, syncing.Snapshot{})
	d.text("status", "declined")
	d.text("statusReason", reason)
	return d.patch
}

// Counter is what a team that was asked proposes instead.
type Counter struct {
	Team  string `json:"team,omitzero"`
	Date  string `json:"date,omitzero"`
	Terms string `json:"terms,omitzero"`
}

// CounterPatch answers an offer with another one. What is left out is taken away, so that no earlier proposal stays beside it.
func CounterPatch(activity syncing.DocID, counter Counter) syncing.Patch {
	d := newDraft(activity, syncing.Snapshot{})
	d.text("status", "counter-proposed")
	for name, text := range map[string]string{"counterTeam": counter.Team, "counterDate": counter.Date, "counterTerms": counter.Terms} {
		d.patch.Set[name] = nil
		if text != "" {
			d.text(name, text)
		}
	}
	return d.patch
}

// TakeActivityPatch takes over an activity for the team that was asked to.
func TakeActivityPatch(activity syncing.DocID, team string) syncing.Patch {
	d := newDraft(activity, syncing.Snapshot{})
	d.text("accountableTeam", team)
	return d.patch
}
