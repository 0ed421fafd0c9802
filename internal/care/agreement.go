package care

import (
	"slices"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

// Agreement says whether both treating teams stand behind the plan that holds, as it is now.
type Agreement struct {
	Agreed     bool          `json:"agreed"`
	On         int64         `json:"on,omitzero"`         // ms, when the last of them acknowledged
	Version    syncing.DocID `json:"version,omitzero"`    // the newest published version
	Number     int64         `json:"number,omitzero"`     // its number
	WaitingFor []string      `json:"waitingFor,omitzero"` // ids of teams that have not acknowledged it
	Changed    bool          `json:"changed,omitzero"`    // the plan is not any more as that version has it
	Says       string        `json:"says"`
}

// PlanAgreement reads it. ok is false if there is no plan that holds. Errors are those of the binder.
func (w Words) PlanAgreement(b Binder) (a Agreement, ok bool, err error) {
	m, err := w.ward.matrix(b)
	if err != nil || m.plan == nil {
		return a, false, err
	}
	a = m.agreement()
	lacks, err := w.ward.lacks(b)
	a.Changed = a.Changed || m.version != nil && len(lacks) > 0
	a.Agreed = a.Agreed && !a.Changed
	a.Says = m.agreementSays(a)
	return a, true, err
}

// agreement compares the newest version with the plan: who leads, who follows up, in which phase, and who answers for what.
func (m matrix) agreement() Agreement {
	var a Agreement
	if m.plan == nil {
		return a
	}
	if m.version == nil {
		a.WaitingFor = m.roster.treating()
		return a
	}
	a.Version, a.Number = m.version.ID(), number(m.version, "number")
	a.WaitingFor = without(m.roster.treating(), m.version.Texts("ackBy"))
	for _, team := range m.roster.treating() {
		a.On = max(a.On, number(m.version, ackAtPrefix+team))
	}
	for _, name := range []string{"phase", "overallLead", "followUpLead"} {
		a.Changed = a.Changed || m.plan.Text(name) != m.version.Text(headerPrefix+name)
	}
	a.Changed = a.Changed || slices.ContainsFunc(m.activities, m.differs)
	a.Agreed = len(m.roster.treating()) > 1 && len(a.WaitingFor) == 0 && a.On != 0 && !a.Changed
	return a
}

// differs reports whether an activity that lasts is not in the version, or is another team's there.
func (m matrix) differs(a Paper) bool {
	switch a.Text("status") {
	case "completed", "cancelled":
		return false
	}
	var copied struct {
		AccountableTeam string `json:"accountableTeam"`
	}
	v := m.version.Value(activityPrefix + a.ID().ID())
	return v == nil || json.Unmarshal(v, &copied) != nil || copied.AccountableTeam != a.Text("accountableTeam")
}
