package care

import (
	"slices"

	syncing "satchel/sync"
)

// Why a plan cannot be published yet.
const (
	LackTeam         = "no-team"        // nobody was named, or the team is here no more
	LackAnswer       = "not-accepted"   // it was offered, and nobody has accepted
	LackReassign     = "declined"       // the team that was asked has declined, or wants it otherwise
	LackConfirmation = "to-confirm"     // the phase proposes another team, and nobody has confirmed either
	LackProtocol     = "no-protocol"    // it was handed to another team without saying how it is done and when it comes back
	LackFollowUp     = "no-follow-up"   // nobody is named who follows the person up
	LackLead         = "no-lead"        // the team that leads the plan is here no more
	LackSecondTeam   = "no-second-team" // there are no two treating teams that could agree
	incompleteText   = "This plan cannot be published yet: something in it has no team that answers for it, or is not agreed. The list says what."
)

// Lack is one thing that is missing in a plan.
type Lack struct {
	Doc   syncing.DocID `json:"doc"`
	Why   string        `json:"why"`
	Field string        `json:"field,omitzero"` // the part that is missing, where it is one
}

// PlanLacks lists what keeps the plan that holds from being published. Errors are those of the binder.
func (w Words) PlanLacks(b Binder) ([]Lack, error) { return w.ward.lacks(b) }

// LacksOf lists what keeps a document from being published: a plan, a treatment summary or a survivorship plan.
func (w Words) LacksOf(b Binder, doc Paper) ([]Lack, error) {
	if kind, drafts := schemaKinds[doc.ID().Type()]; drafts {
		return w.ward.survivorship.lacks(kind, doc), nil
	}
	return w.ward.lacks(b)
}

func (w *ward) lacks(b Binder) ([]Lack, error) {
	m, err := w.matrix(b)
	if err != nil || m.plan == nil {
		return nil, err
	}
	var list []Lack
	lack := func(doc Paper, why string) { list = append(list, Lack{Doc: doc.ID(), Why: why}) }
	switch {
	case !m.roster.here(m.plan.Text("overallLead")):
		lack(m.plan, LackLead)
	case m.plan.Text("followUpLead") == "" || !m.roster.here(m.plan.Text("followUpLead")):
		lack(m.plan, LackFollowUp)
	}
	if len(m.roster.treating()) < 2 {
		lack(m.plan, LackSecondTeam)
	}
	for _, a := range m.activities {
		if why := m.lackOf(a); why != "" {
			lack(a, why)
		}
	}
	return list, nil
}

// lackOf says what is missing in one activity; "" if nothing is.
func (m matrix) lackOf(a Paper) string {
	team, proposer := a.Text("accountableTeam"), a.Text("proposedBy")
	switch status := a.Text("status"); {
	case status == "completed" || status == "cancelled":
		return ""
	case status == "declined" || status == "counter-proposed":
		return LackReassign
	case team == "" || slices.Contains([]string{"accepted", "in-progress"}, status) && !m.roster.here(team):
		return LackTeam
	case status == "proposed" || status == "offered":
		return LackAnswer
	}
	suggested := a.Text("suggestedTeam")
	switch {
	case suggested != "" && suggested != team && m.plan != nil && a.Text("keptFor") != m.plan.Text("phase"):
		return LackConfirmation
	case team != proposer && (a.Text("protocolRef") == "" || a.Text("returnCriteria") == ""):
		return LackProtocol
	}
	return ""
}
