package scenario

import (
	"maps"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// appointing is an appointment of a team, booked.
func appointing(team identity.Team, title, start string, more set) set {
	all := set{"start": start, "zone": "Europe/London", "ownerTeam": team.ID, "title": title, "status": "booked", "type": "clinic"}
	maps.Copy(all, more)
	return all
}

// books makes an appointment, with the teams that are invited.
func (a *actor) books(f family, fields set, invited ...identity.Team) syncing.DocID {
	a.h.t.Helper()
	doc := newDoc("appointment")
	a.h.done(a.tryBook(f.record, doc, fields, invited...))
	return doc
}

func (a *actor) tryBook(record syncing.RecordID, doc syncing.DocID, fields set, invited ...identity.Team) error {
	a.h.t.Helper()
	body := map[string]any{"doc": doc, "set": fields}
	if len(invited) > 0 {
		body["add"] = map[string]any{"invited": to(invited...)}
	}
	return a.act(record, "write", body, nil)
}

// referring is a referral of a team that has all its papers.
func referring(team identity.Team, more set) set {
	all := set{
		"title": "Oncology clinic", "service": "oncology", "destination": "Riverside Oncology", "requesterTeam": team.ID, "reason": "A synthetic reason",
		"document.referral-letter": "on file", "document.pathology-report": "on file", "document.medication-list": "on file", "document.eligibility": "on file",
		"status": "sent",
	}
	maps.Copy(all, more)
	return all
}

// agenda is what the phone lists now, without a network.
func (s *handset) agenda(record syncing.RecordID) string {
	s.h.t.Helper()
	text, err := s.Agenda(record)
	s.h.done(err)
	return text
}

// shifts begins a new working day for everybody of the house who works there.
func (h *house) shifts() {
	h.t.Helper()
	for _, a := range []*actor{h.olive, h.oscar, h.pia, h.paul, h.nils, h.dora, h.otto} {
		a.shift()
	}
}
