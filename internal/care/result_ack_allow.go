package care

import (
	"slices"

	syncing "satchel/sync"
)

func allowResultAck(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	decision, to, answer := c.After.Text("decision"), c.After.Text("to"), c.After.Text("answer")
	result, err := syncing.ParseDocID(c.After.Text("result"))
	switch {
	case err != nil || result.Type() != resultName:
		return refuse(syncing.Invalid, "Say which result this is about.")
	case !actsForTeam(c, c.After.Text("team")):
		return refuse(syncing.Forbidden, "Only members of the team can say this for it.")
	case decision != "" && answer != "":
		return refuse(syncing.Invalid, "Answer first whether your team takes this over; then decide.")
	case (decision == decisionTransfer) != (to != "") || to == c.After.Text("team"):
		return refuse(syncing.Invalid, "To hand a result over, name the team that is to take it.")
	case (decision == decisionTransfer || answer == transferDeclined) && c.After.Text("note") == "":
		return refuse(syncing.Invalid, "Please say why.")
	case c.After.Has("patientInformedAt") != c.After.Has("patientInformedHow"):
		return refuse(syncing.Invalid, "Say when the person was told, and how.")
	case decision != "" || answer != "":
		return refuseOffline(c)
	}
	return nil
}

// requireResultAck lets the responsible team alone decide, upon the version that stands. Others say that they have seen it too.
func (w *ward) requireResultAck(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	result, err := r.Document(syncing.DocID(c.After.Text("result")))
	if err != nil {
		return nil, err
	}
	team, decision := c.After.Text("team"), c.After.Text("decision")
	version, _ := c.After.Int("version")
	stands, _ := result.Int("version")
	responsible := result.Text("responsibleTeam") == team
	switch {
	case !result.Exists() || !slices.Contains(c.By.Categories(), categoriseResult(result)): // missing and hidden are one answer
		return refuse(syncing.Invalid, "This result is not here."), nil
	case truth(c.After, "held") != (categoriseResult(result) != CategoryResults):
		return refuse(syncing.Invalid, "Look again whether the person sees this result: what is said of one that is held back is held back with it, and of no other."), nil
	case decision == "" && c.After.Text("answer") == "" && !c.After.Has("patientInformedAt"):
		return nil, nil
	case version != stands || !counts(result):
		return refuse(syncing.Stale, "This result was corrected or withdrawn meanwhile. Look at what it says now, then decide again."), nil
	case c.After.Text("answer") != "" && result.Text("transferTo") != team:
		return refuse(syncing.Transition, "Your team was not asked to take this result over, or the question was answered already."), nil
	case c.After.Text("answer") != "":
		return nil, nil
	case !responsible && decision != "":
		return refuse(syncing.Forbidden, "Another team is responsible for this result and acknowledges it. You can say that you have seen it."), nil
	case decision == decisionTransfer:
		return w.requireReceiver(c.After.Text("to"), r)
	}
	return nil, nil
}

// requireReceiver: a result goes to a team that is here for this person and treats them.
func (w *ward) requireReceiver(to string, r syncing.Reader) (*syncing.Refusal, error) {
	teams, err := readTeams(r)
	if err != nil || slices.Contains(teams.active, to) {
		return nil, err
	}
	return refuse(syncing.Invalid, "This team is not here for this person. Name one that is."), nil
}
