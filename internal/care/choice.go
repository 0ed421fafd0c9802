package care

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// whoCanSeePrefix begins the fields of an assessment with which the person says, item by item, who may see what they say of it.
const whoCanSeePrefix = "whoCanSee."

// What the person can choose for an item. Without a choice its kind decides: see categoryOfDomain.
const (
	seenByCaregiver = "caregiver" // whoever sees it anyway, and my caregivers
	seenByTreating  = "treating"  // my oncology team and my practice alone, as if it were sensitive
	seenByOncology  = "oncology"  // my oncology team alone
	seenByPractice  = "practice"  // my practice alone
)

var choices = []string{seenByCaregiver, seenByTreating, seenByOncology, seenByPractice}

// Categories that nobody consents to by name: identity gives them with others (its role.go says to whom).
const (
	// CategoryOncologyAlone and CategoryPracticeAlone hold what the person hid from the other team.
	CategoryOncologyAlone = CategorySensitive + ".oncology"
	CategoryPracticeAlone = CategorySensitive + ".practice"

	// sharedSuffix makes of a category of concerns the one for those of its kind that the person shows their caregivers too.
	sharedSuffix = ".shared"
)

// SharedWithCaregivers is the category of the concerns of a kind that the person ticked for their caregivers.
func SharedWithCaregivers(category string) string { return category + sharedSuffix }

// choiceFor is what the person chose for an item; "" if nothing, or something that we do not know. What nobody may answer for
// somebody else is never shown to a caregiver, whatever was chosen.
func choiceFor(assessment syncing.Snapshot, code string) string {
	choice := assessment.Text(whoCanSeePrefix + code)
	if !slices.Contains(choices, choice) || choice == seenByCaregiver && slices.Contains(neverByProxy, code) {
		return ""
	}
	return choice
}

// choiceValue is a choice as a field's value; none removes it.
func choiceValue(choice string) jsontext.Value {
	if choice == "" {
		return nil
	}
	return syncing.TextValue(choice)
}

// narrowed reports whether a choice takes an item out of sight of somebody who would see it otherwise.
func narrowed(choice string) bool { return choice != "" && choice != seenByCaregiver }

// allowChoice keeps the choices in the person's own hands.
func allowChoice(c syncing.Change) *syncing.Refusal {
	for _, code := range neverByProxy {
		if c.Wrote(whoCanSeePrefix+code) && c.After.Text(whoCanSeePrefix+code) == seenByCaregiver {
			return refuse(syncing.Invalid, "What you say about this is never shown to a caregiver. You can tell them yourself when it is safe.")
		}
	}
	return nil
}

// rowPart is where a concern waits: in the row that everybody of the team sees, in the row of what is sensitive, or in the row of
// what one team alone may see.
type rowPart int

const (
	partOpen rowPart = iota
	partPrivate
	partAlone
)

func partOf(sensitive bool, choice string) rowPart {
	switch {
	case choice == seenByOncology, choice == seenByPractice:
		return partAlone
	case sensitive, choice == seenByTreating:
		return partPrivate
	}
	return partOpen
}

// audience is the category of what waits in a place. A row that is open lies in the category of its type.
func (p rowPart) audience(choice string) string {
	switch {
	case p == partPrivate:
		return CategorySensitive
	case p == partAlone && choice == seenByOncology:
		return CategoryOncologyAlone
	case p == partAlone:
		return CategoryPracticeAlone
	}
	return ""
}

// chosenTeams are the teams that act on an item of which the person chose who sees it. A choice is never widened: if the one
// team that may see it is not here, nobody acts, and the phone says so.
func (t careTeams) chosenTeams(routes []instrument.Team, choice string) []string {
	only := func(kinds ...string) (ids []string) {
		for _, kind := range kinds {
			if id := t.byKind[kind]; id != "" {
				ids = append(ids, id)
			}
		}
		return union(ids, nil)
	}
	switch choice {
	case seenByOncology:
		return only(KindOncology)
	case seenByPractice:
		return only(KindPrimary)
	case seenByTreating:
		may := only(KindOncology, KindPrimary)
		routed := slices.DeleteFunc(t.resolve(routes), func(id string) bool { return !slices.Contains(may, id) })
		if len(routed) == 0 {
			return may
		}
		return routed
	}
	return t.resolve(routes)
}

// withoutHidden leaves out the items of these choices, and the follow-up questions that are asked for them alone: what stays is
// what somebody who may not see those items may know.
func withoutHidden(answers instrument.Answers, questionnaire *instrument.Questionnaire, assessment syncing.Snapshot, hidden ...string) instrument.Answers {
	gone := func(code string) bool { return slices.Contains(hidden, choiceFor(assessment, code)) }
	left := instrument.Answers{}
	for code, answer := range answers {
		if !gone(code) {
			left[code] = answer
		}
	}
	for _, m := range questionnaire.Measures {
		asked := slices.DeleteFunc(slices.Clone(m.AskWhen), func(code string) bool {
			return saysNo(assessment, answersPrefix+code) || assessment.Value(answersPrefix+code) == nil
		})
		if len(asked) == 0 {
			asked = m.AskWhen[:1]
		}
		if !slices.ContainsFunc(asked, func(code string) bool { return !gone(code) }) {
			delete(left, m.Code)
		}
	}
	return left
}

// narrowest is the category of an assessment that holds items in these places: whoever reads it may see all that is in it. What
// is split between two teams is for the person alone; each team has its concerns.
func narrowest(private, oncology, practice bool) string {
	switch {
	case oncology && practice:
		return syncing.OwnerAudience
	case oncology:
		return CategoryOncologyAlone
	case practice:
		return CategoryPracticeAlone
	case private:
		return CategorySensitive
	}
	return CategoryAssessments
}

// onlySteers reports whether a change to a reported assessment says nothing but who may see what.
func onlySteers(c syncing.Change) bool {
	return isReported(c.Before) && !slices.ContainsFunc(c.Fields, func(name string) bool { return !strings.HasPrefix(name, whoCanSeePrefix) })
}
