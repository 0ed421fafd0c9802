package care

import (
	"strings"
	"time"

	"satchel/internal/calendar"
)

// says answers "who handles this?" in a sentence.
func (m matrix) says(who Responsibility) string {
	team, ask := m.roster.name(who.Team), ""
	if who.Ask != "" {
		ask = " Until then ask " + m.roster.name(who.Ask) + "."
	}
	switch {
	case who.State == Agreed && who.AgreedAt != 0:
		return "Looked after by " + team + ". Agreed by both teams on " + m.day(who.AgreedAt) + "."
	case who.State == Agreed:
		return "Looked after by " + team + ". Agreed by both teams."
	case who.Team != "":
		return "Looked after by " + team + ". Not yet confirmed by both teams."
	case who.State == Pending:
		return "This is being arranged. Asked: " + m.roster.name(who.Asked) + "." + ask
	}
	if who.Activity == "" {
		return strings.TrimSpace("It is not written down here who looks after this." + strings.Replace(ask, "Until then ask", "Ask", 1))
	}
	return "Nobody has taken this on yet. It is being arranged." + ask
}

// agreementSays tells whether both teams stand behind the plan. It never says more than both have said.
func (m matrix) agreementSays(a Agreement) string {
	var waiting []string
	for _, team := range a.WaitingFor {
		waiting = append(waiting, m.roster.name(team))
	}
	switch {
	case a.Agreed:
		return "Agreed by both teams on " + m.day(a.On) + "."
	case len(m.roster.treating()) < 2:
		return "Not agreed: there are not two teams here who could agree."
	case a.Version == "":
		return "Not agreed: the plan has not been published yet."
	case a.Changed:
		return "Not agreed: the plan has changed since it was last published."
	case len(waiting) > 0:
		return "Not agreed: not yet confirmed by " + strings.Join(waiting, " and ") + "."
	}
	return "Not agreed."
}

// day writes a date at home: "23 November 2026".
func (m matrix) day(ms int64) string {
	place, err := calendar.Zone(m.zone)
	if err != nil {
		place = time.UTC
	}
	return time.UnixMilli(ms).In(place).Format("2 January 2006")
}

// ActivityView is an activity as everybody who sees the plan reads it: one team leads, others help or are told.
type ActivityView struct {
	Doc        string   `json:"doc"`
	Title      string   `json:"title"`
	Topic      string   `json:"topic,omitzero"`
	Status     string   `json:"status"`
	State      string   `json:"state"`         // agreed, pending or gap
	Lead       string   `json:"lead,omitzero"` // id of the one team that answers for it; absent: nobody yet
	Support    []string `json:"support"`       // ids of teams that help
	Inform     []string `json:"inform"`        // ids of teams that are told
	Protocol   string   `json:"protocol,omitzero"`
	ReturnIf   string   `json:"returnCriteria,omitzero"`
	Suggested  string   `json:"suggested,omitzero"` // id of the team that the phase proposes instead, until somebody confirms
	ProposedBy string   `json:"proposedBy"`
	Says       string   `json:"says"`
}

// Activities are the activities of the plan that last, as everybody reads them. Errors are those of the binder.
func (w Words) Activities(b Binder) ([]ActivityView, error) {
	m, err := w.ward.matrix(b)
	if err != nil {
		return nil, err
	}
	list := []ActivityView{}
	for _, a := range m.activities {
		if ranks[a.Text("status")] > 0 {
			list = append(list, m.view(a))
		}
	}
	return list, nil
}

func (m matrix) view(a Paper) ActivityView {
	who := Responsibility{State: Gap, Topic: a.Text("topic")}
	m.fromActivity(&who, a)
	if who.Ask = who.Team; who.Ask == "" {
		who.Ask = m.lead()
	}
	v := ActivityView{
		Doc: string(a.ID()), Title: a.Text("title"), Topic: a.Text("topic"), Status: a.Text("status"), State: who.State, Lead: who.Team,
		Support: append([]string{}, who.Support...), Inform: append([]string{}, who.Inform...), Protocol: a.Text("protocolRef"),
		ReturnIf: a.Text("returnCriteria"), ProposedBy: a.Text("proposedBy"), Says: m.says(who),
	}
	if m.lackOf(a) == LackConfirmation {
		v.Suggested = a.Text("suggestedTeam")
	}
	return v
}
