package scenario

import (
	"maps"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// papers are a treatment summary and a survivorship plan of oncology, both published.
func (h *house) papers(f family) (summary, plan syncing.DocID) {
	h.t.Helper()
	summary = h.olive.drafted(f.record, "treatmentSummary", summaryFields(h.oncology, nil))
	plan = h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, nil))
	h.done(h.olive.publishesDraft(f.record, summary, 1))
	h.done(h.olive.publishesDraft(f.record, plan, 1))
	return summary, plan
}

// handover is a handover into follow-up that oncology offers to a team.
func (h *house) handover(f family, plan syncing.DocID, to identity.Team, but set) syncing.DocID {
	h.t.Helper()
	doc := newDoc("phaseTransition")
	fields := set{
		"plan": string(plan), "to": "follow-up", "fromTeam": h.oncology.ID, "toTeam": to.ID, "status": "offered", "followUpOn": "2027-01-11",
		"leadsFrom": "2026-12-01", "expectations": "Blood pressure every 3 months.",
	}
	maps.Copy(fields, but)
	h.done(h.olive.write(f.record, doc, without(fields, nil)))
	return doc
}

// handsOver brings a person into follow-up as it must be: both papers, the practice accepts, the phase changes.
func (h *house) handsOver(f family, plan syncing.DocID) {
	h.t.Helper()
	if len(h.olive.list(f.record, "summaryVersion")) == 0 {
		h.papers(f)
	}
	handover := h.handover(f, plan, h.primary, nil)
	h.done(h.pia.write(f.record, handover, set{"status": "accepted"}))
	h.done(h.olive.write(f.record, plan, set{"phase": "follow-up", "followUpLead": h.primary.ID}))
}

// confirms keeps what the phase would give to another team with those who have it.
func (h *house) confirms(f family, phase string) {
	h.t.Helper()
	for _, d := range h.olive.list(f.record, "activity") {
		if value(d, "suggestedTeam") == nil {
			continue
		}
		for _, a := range []*actor{h.olive, h.pia, h.nils} {
			if a.works(value(d, "accountableTeam")) {
				h.done(a.write(f.record, d.ID, set{"keptFor": phase}))
			}
		}
	}
}

// whys are the reasons in the list of a refusal, for each what it is about.
func (h *house) whys(err error) map[string]syncing.DocID {
	h.t.Helper()
	h.refused(422, err)
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	reasons := map[string]syncing.DocID{}
	for _, lack := range p.Missing {
		reasons[lack.Why] = lack.Doc
	}
	return reasons
}

// updates are the messages that the rules wrote to a team, by what they are about.
func (a *actor) updates(record syncing.RecordID, team identity.Team) map[syncing.DocID][]string {
	a.h.t.Helper()
	found := map[syncing.DocID][]string{}
	for _, m := range a.list(record, "message") {
		about, ok := value(m, "about").(string)
		if !ok || a.stateNow(record, m.ID, team.ID.String()) == care.StateQueued {
			continue
		}
		found[syncing.DocID(about)] = append(found[syncing.DocID(about)], value(m, "body").(string))
	}
	return found
}
