package care

import (
	"slices"

	syncing "satchel/sync"
)

// terms are what the teams agree on when one accepts: afterwards the accountable team alone changes them.
var terms = []string{
	"title", "kind", "topic", "description", "dueBy", "startBy", "repeat", "protocolRef", "returnCriteria", "supportTeams", "informTeams",
}

// fixedTerms is how many of them stand still while an offer is out, so that nobody accepts what they have not read.
const fixedTerms = 9

// allowActivity keeps an activity in the hands of one team at a time: until it is accepted in those of the team that proposed
// it, then in those of the team that answers for it.
func allowActivity(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	stands := c.Before
	if !stands.Exists() {
		stands = c.After
	}
	proposes, answers := actsForTeam(c, stands.Text("proposedBy")), actsForTeam(c, stands.Text("accountableTeam"))
	owns := proposes
	if isTaken(c.Before) {
		owns = answers
	}
	switch {
	case !c.Before.Exists() && !proposes:
		return refuse(syncing.Forbidden, "A team proposes in its own name.")
	case c.Wrote("outcome") && !answers:
		return refuse(syncing.Forbidden, "Only the team that answers for this can say what came of it.")
	case wroteAny(c, terms...) && !owns:
		return refuse(syncing.Forbidden, "Only the team that answers for this can change it; before anybody has accepted, the team that proposed it.")
	case wroteAny(c, "evidence", "statusReason") && !proposes && !answers:
		return refuse(syncing.Forbidden, "Only the team that proposed this, or that answers for it, can write this.")
	case wroteAny(c, "counterTeam", "counterDate", "counterTerms") && !answers:
		return refuse(syncing.Forbidden, "Only the team that was asked can propose something else.")
	case c.Wrote("keptFor") && !proposes && !answers:
		return refuse(syncing.Forbidden, "Only the team that proposed this, or that answers for it, can confirm who does it.")
	case c.Before.Text("status") == "offered" && c.After.Text("status") == "offered" && wroteAny(c, terms[:fixedTerms]...):
		return refuse(syncing.Stale, "This is offered as it stands, and may be accepted at any moment. Take the offer back, then change it.")
	case helpsItself(c.After):
		return refuse(syncing.Invalid, "The team that answers for this cannot also be one that helps or is told.")
	}
	if refusal := allowOwner(c, proposes, answers); refusal != nil {
		return refusal
	}
	if c.Wrote("status") && (!c.Before.Exists() || c.Before.Text("status") != c.After.Text("status")) {
		return allowStatus(c, proposes, answers)
	}
	return nil
}

// isTaken reports whether a team has accepted, and answers for it now.
func isTaken(s syncing.Snapshot) bool {
	switch s.Text("status") {
	case "accepted", "in-progress", "completed":
		return true
	}
	return false
}

func helpsItself(s syncing.Snapshot) bool {
	return slices.Contains(append(s.Texts("supportTeams"), s.Texts("informTeams")...), s.Text("accountableTeam"))
}

// allowOwner: an accountable team is changed by the proposer while nobody has accepted, and afterwards only by the team that was
// asked to take over, for itself. Who proposed never changes.
func allowOwner(c syncing.Change, proposes, answers bool) *syncing.Refusal {
	wasOf, isOf, asked := c.Before.Text("accountableTeam"), c.After.Text("accountableTeam"), c.Before.Text("transferTo")
	moved := c.Before.Exists() && wasOf != isOf
	onlyByOffer := refuse(syncing.Forbidden, "Who answers for this changes only by an offer that the other team accepts.")
	switch {
	case c.Before.Exists() && c.Before.Text("proposedBy") != c.After.Text("proposedBy"):
		return onlyByOffer
	case c.Before.Text("transferTo") != c.After.Text("transferTo") && !mayAskToTakeOver(c, proposes, answers):
		return refuse(syncing.Forbidden, "Another team is asked to take over by the team that answers for this or that proposed it, once it is accepted.")
	case !moved:
		return nil
	case isTaken(c.Before) && isOf == asked && actsForTeam(c, asked) && c.Before.Text("status") != "completed":
		return refuseOffline(c)
	case isTaken(c.Before) || c.Before.Text("status") == "cancelled" || !proposes:
		return onlyByOffer
	}
	return nil
}

func mayAskToTakeOver(c syncing.Change, proposes, answers bool) bool {
	if c.After.Text("transferTo") == "" { // taken back, or not wanted
		return proposes || answers || actsForTeam(c, c.Before.Text("transferTo"))
	}
	return (proposes || answers) && isTaken(c.Before) && c.After.Text("transferTo") != c.Before.Text("accountableTeam")
}

// allowStatus: the proposer offers and may take back, the team that is asked says everything else. Its answer counts only for
// the offer that stands now, so it needs a connection.
func allowStatus(c syncing.Change, proposes, answers bool) *syncing.Refusal {
	notTheirs := refuse(syncing.Forbidden, "Only the team that answers for this can say where it stands.")
	before, after, team := c.Before.Text("status"), c.After.Text("status"), c.After.Text("accountableTeam")
	switch after {
	case "proposed", "offered":
		if !proposes {
			return notTheirs
		}
		return allowOffer(c, before, after, team)
	case "cancelled":
		return allowCancelling(c, proposes, answers)
	}
	switch {
	case !answers, after == "accepted" && before == "proposed" && !proposes: // it was not offered, or was taken back
		return notTheirs
	case after == "declined" && (!c.Wrote("statusReason") || c.After.Text("statusReason") == ""):
		return refuse(syncing.Invalid, "Please say why: the team that asked has to find another.")
	case after == "counter-proposed" && c.After.Text("counterTeam") == "" && c.After.Text("counterDate") == "" && c.After.Text("counterTerms") == "":
		return refuse(syncing.Invalid, "Please say what you propose instead: another team, another date or other terms.")
	case proposes || after == "in-progress" || after == "completed": // nobody else waits for this answer
		return nil
	}
	return refuseOffline(c)
}

// allowCancelling: what nobody has accepted is the proposer's to cancel. What a team does for another it gives back, with a
// reason; so nothing goes away while the team that asked believes that it is done.
func allowCancelling(c syncing.Change, proposes, answers bool) *syncing.Refusal {
	switch {
	case !isTaken(c.Before) && !proposes, isTaken(c.Before) && !answers:
		return refuse(syncing.Forbidden, "Only the team that answers for this can say where it stands.")
	case isTaken(c.Before) && !proposes:
		return refuse(syncing.Forbidden, "Another team asked for this. Give it back by declining it with a reason, or ask them to take over.")
	}
	return nil
}

func allowOffer(c syncing.Change, before, after, team string) *syncing.Refusal {
	switch {
	case after == "offered" && team == "":
		return refuse(syncing.Invalid, "Please name the team that is asked.")
	case after == "offered" && before == "declined" && team == c.Before.Text("accountableTeam"):
		return refuse(syncing.Invalid, "That team has declined. Ask another one, or answer for this yourselves.")
	}
	return nil
}
