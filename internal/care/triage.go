package care

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const triageName = "triage"

// outcomeRerouted is how a row or a concern ends for a team whose place another team has taken.
const outcomeRerouted = "re-routed"

// outcomeAcknowledged is how a row ends in which nothing but results waited, when the last of them is acknowledged.
const outcomeAcknowledged = "acknowledged"

// outcomes are how a row may be closed (NEEDS 4.5); re-routed comes about only when another team accepts.
var outcomes = []string{
	"advice-given", "managed-by-nurse", "escalated-doctor", "referred", "admitted", "unable-to-reach", "no-action", outcomeRerouted,
	outcomeAcknowledged,
}

// TriageID names the row of a record in a team's queue; private names the second row, of sensitive concerns alone.
func TriageID(record syncing.RecordID, team string, private bool) syncing.DocID {
	kind := "open"
	if private {
		kind = "private"
	}
	return syncing.NewDocID(triageName, syncing.DerivedUUID(triageName, record.String(), team, kind))
}

// triageType is the row of a record in the queue of one team. What waits there is a set: each report adds an element, and a
// closing takes away those that the nurse has seen, so what comes in meanwhile is never closed unseen.
func (w *ward) triageType() *syncing.Type {
	return &syncing.Type{
		Name: triageName, Category: CategoryTriage, Creators: nobody,
		Doc: "The row of a record in one team's queue, made by the rules. Open while something waits in it.",
		Fields: []syncing.FieldSpec{
			field("team", syncing.Reference, syncing.CAS, nobody, "id of the team whose queue it is", required),
			field("private", syncing.Bool, syncing.CAS, nobody, "holds sensitive concerns alone, for those who may see them"),
			field("audience", syncing.Code, syncing.CAS, nobody, "category of the row, where one team alone may see what waits in it"),
			field("waiting", syncing.Object, syncing.Set, staff, "reports that wait for the team. A closing removes those that were seen; only the rules add", waitingMembers()),
			field("opened", syncing.Reference, syncing.Set, staff, "assessments among them that somebody of the team has opened"),
			attemptsField(),
			field("contactedAt", syncing.Instant, syncing.Max, nobody, "when somebody of the team last spoke with the person"),
			field("overdueAt", syncing.Instant, syncing.Max, nobody, "the last time by which the person should have been reached and was not"),
			escalationsField(),
			field("status", syncing.Code, syncing.FSM, staff, "where the team stands; seen comes of opening what waits",
				moves(first("new"), from("new", "seen", "in-progress", "closed"), from("seen", "new", "in-progress", "closed"),
					from("in-progress", "new", "closed"), from("closed", "new"))),
			field("claimedBy", syncing.Reference, syncing.CAS, staff, "account that has it; the first wins, null hands it back"),
			field("claimedName", syncing.Text, syncing.LWW, nobody, "as colleagues know them", upTo(lineMax)),
			field("claimedAt", syncing.Instant, syncing.LWW, nobody, "since when"),
			field("takenFrom", syncing.Reference, syncing.CAS, staff, "whose claim a lead took over; named, so that nobody does it by accident"),
			field("signOff", syncing.Text, syncing.CAS, staff, "what a lead arranged when the person could not be reached", upTo(noteMax)),
			field("outcome", syncing.Code, syncing.CAS, staff, "what came of it; given with the closing", codes(outcomes...)),
			field("outcomeNote", syncing.Text, syncing.CAS, staff, "in plain words, for the person and both teams", upTo(noteMax)),
			stepsField(),
		},
		Categorise: categoriseRow,
		Allow:      allowTriage,
		Derive:     deriveTriage,
		Index:      w.indexTriage,
	}
}

// categoriseRow: what follows from a row, such as a task for another team, is as private as the row.
func categoriseRow(s syncing.Snapshot) string {
	if audience := s.Text("audience"); audience != "" {
		return audience
	}
	if private, _ := s.Bool("private"); private {
		return CategorySensitive
	}
	return CategoryTriage
}

// closesRow reports whether the change closes the row.
func closesRow(c syncing.Change) bool {
	return c.After.Text("status") == "closed" && c.Before.Text("status") != "closed"
}

// allowTriage keeps a row in the hands of its team: the first who claims it has it, and a closing says what came of it.
func allowTriage(c syncing.Change) *syncing.Refusal {
	if bySystem(c) || !c.Before.Exists() {
		return nil
	}
	if !actsForTeam(c, c.Before.Text("team")) {
		return refuse(syncing.Forbidden, "Only members of the team whose queue this is can do that.")
	}
	closes := closesRow(c)
	if refusal := allowClaim(c); refusal != nil {
		return refusal
	}
	if refusal := allowAttempts(c, closes); refusal != nil {
		return refusal
	}
	if refusal := allowOpening(c, closes); refusal != nil {
		return refusal
	}
	before, after := c.Before.Elems("waiting"), c.After.Elems("waiting")
	switch {
	case slices.ContainsFunc(after, func(v jsontext.Value) bool { return !contains(before, v) }):
		return refuse(syncing.Forbidden, "Reports come into the queue only from the person.")
	case !closes && (len(after) < len(before) || wroteAny(c, "outcome", "outcomeNote")):
		return refuse(syncing.Invalid, "What waits here leaves the queue only by closing it with an outcome.")
	case c.Before.Text("status") == "closed" && c.After.Text("status") == "new":
		return refuse(syncing.Transition, "To take this up again, open the concern again.")
	}
	if closes {
		return allowClosing(c)
	}
	return nil
}

func allowClosing(c syncing.Change) *syncing.Refusal {
	outcome := c.After.Text("outcome")
	switch {
	case !c.Wrote("outcome") || outcome == "":
		return refuse(syncing.Invalid, "Please say what came of it before closing.")
	case outcome == outcomeRerouted:
		return refuse(syncing.Invalid, "Another team takes this over only by accepting it. Offer it to them.")
	case outcome == outcomeAcknowledged || slices.ContainsFunc(waitingIn(c.Before), isResult):
		return refuse(syncing.Invalid, "A result waits here. Say first what your team decides about it; then close what is left.")
	case outcome == "escalated-doctor" && c.After.Text("outcomeNote") == "":
		return refuse(syncing.Invalid, "Please say why a doctor should look at this.")
	case len(c.After.Elems("waiting")) > 0:
		return refuse(syncing.Stale, "Something new came in that you have not seen. Look at it, then close.")
	}
	return allowUnreached(c)
}

// allowOpening lets the team say what it has opened: what waits, and nothing else.
func allowOpening(c syncing.Change, closes bool) *syncing.Refusal {
	before, after := c.Before.Texts("opened"), c.After.Texts("opened")
	waits := map[string]bool{}
	for _, e := range waitingIn(c.Before) {
		waits[e.Assessment] = true
	}
	switch {
	case len(without(before, after)) > 0 && !closes:
		return refuse(syncing.Invalid, "What somebody has seen stays seen.")
	case slices.ContainsFunc(without(after, before), func(id string) bool { return !waits[id] }):
		return refuse(syncing.Invalid, "One of the reports does not wait here.")
	case c.Before.Text("status") != "seen" && c.After.Text("status") == "seen":
		return refuse(syncing.Invalid, "Say which reports you have opened, not that you have.")
	}
	return nil
}

// allowClaim: the first who claims has it. A lead may take over from a colleague whose shift has ended, and once a row is
// overdue anybody of the team may: a person does not wait for a lead.
func allowClaim(c syncing.Change) *syncing.Refusal {
	had, has, me := c.Before.Text("claimedBy"), c.After.Text("claimedBy"), c.By.Account().String()
	mayTakeOver := leadsTeam(c, c.Before.Text("team")) || isOverdue(c.Before)
	switch {
	case has != "" && has != had && has != me:
		return refuse(syncing.Forbidden, "Nobody can take this for somebody else.")
	case c.Wrote("takenFrom") && (c.After.Text("takenFrom") != had || had == "" || has != me):
		return refuse(syncing.Stale, "Somebody else has this now. Look again before you take it over.")
	case c.Wrote("takenFrom") && !mayTakeOver:
		return refuse(syncing.Forbidden, "A colleague has taken this. They can hand it back, or a lead of the team can take it over.")
	case has != "" && had != "" && had != has && !c.Wrote("takenFrom"):
		return refuse(syncing.Stale, "A colleague has taken this already. They can hand it back, or a lead of the team can take it over.")
	case has == "" && had != "" && had != me && !closesRow(c) && !mayTakeOver:
		return refuse(syncing.Forbidden, "Only the colleague who has this, or a lead of the team, can hand it back.")
	case c.After.Text("status") == "in-progress" && has == "":
		return refuse(syncing.Invalid, "Somebody has to take this, or it goes back to the queue.")
	case closesRow(c) && had != "" && had != me:
		return refuse(syncing.Stale, "A colleague has taken this. They can hand it back, or a lead of the team can take it over; then it can be closed.")
	}
	return nil
}

func isOverdue(row syncing.Snapshot) bool {
	sum, open := RowOf(row)
	return open && sum.Overdue
}
