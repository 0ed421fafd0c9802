package care

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
)

// ReadSteps reads the value of a field `steps` as a phone keeps it, oldest first. What cannot be read is left out.
func ReadSteps(list jsontext.Value) []Step {
	var elems []jsontext.Value
	if json.Unmarshal(list, &elems) != nil {
		return nil
	}
	return slices.DeleteFunc(stepsOf(elems), func(s Step) bool { return s.What == "" })
}

// Carried says for each team that has opened a concern when it first did: "Riverside Oncology: seen 10:02; Millbrook nurses:
// seen 11:30." So nobody has to carry it from one to the other. It names the day where that is not today. Whoever takes a row,
// or does anything about it, has seen it.
func Carried(steps []Step, teamName func(team string) string, now int64, zone string) string {
	var said []string
	told := map[string]bool{}
	for _, s := range steps {
		if s.By != "" && s.What != stepReopened && !told[s.Team] { // the person may open it again
			told[s.Team] = true
			said = append(said, teamName(s.Team)+": seen "+clockTime(s.At, now, zone))
		}
	}
	if len(said) == 0 {
		return "Nobody has looked at it yet."
	}
	return strings.Join(said, "; ") + "."
}

func clockTime(ms, now int64, zone string) string {
	place, err := calendar.Zone(zone)
	if err != nil {
		place = time.UTC
	}
	at, today := time.UnixMilli(ms).In(place), time.UnixMilli(now).In(place)
	if at.Format(time.DateOnly) == today.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("Monday 2 January, 15:04")
}

var stepWords = map[string]string{
	stepSeen:       "%s has seen it.",
	stepClaimed:    "%s is dealing with it.",
	stepHandedBack: "%s put it back for a colleague.",
	stepTakenOver:  "%s has taken it over from a colleague.",
	stepAttempt:    "%s tried to reach the person.",
	stepReached:    "%s spoke with the person.",
	stepSignedOff:  "%s signed off what is done because nobody was reached.",
	stepEscalated:  "%s had not reached the person in time.",
	stepClosed:     "%s closed it.",
	stepReopened:   "%s opened it again.",
	stepOffered:    "%s has asked {to} to take it over, and looks after it until they accept.",
	stepAccepted:   "%s has taken it over from {to}.",
	stepDeclined:   "%s cannot take it over from {to}; it stays where it was.",
	stepWithdrawn:  "%s keeps it after all.",
	stepStated:     "%s says where it stands.",

	stepAcknowledged: "%s has said what follows from it.",
	stepInformed:     "%s told the person.",
	stepCorrected:    "%s entered what it says now; what it said before stays to be seen.",
}

var rungWords = map[string]string{
	rungBackup: "the backup nurse", rungOnCall: "whoever is on call", rungLead: "the lead of the team",
	rungNavigator: "the navigator", rungOtherTeam: "the other team",
}

// Tell says a step in plain words, with who and when: "Monday 23 November, 10:02: Olive Green, Riverside Oncology, has seen it."
func Tell(s Step, teamName func(team string) string, zone string) string {
	who := teamName(s.Team)
	switch {
	case s.Name != "":
		who = s.Name + ", " + who + ","
	case s.What == stepReopened:
		who = "The person"
	}
	words, known := stepWords[s.What]
	if !known {
		words = "%s did something that this app does not know."
	}
	said := When(s.At, zone) + ": " + fmt.Sprintf(words, who)
	if outcome, known := outcomeWords[s.Outcome]; known && (s.What == stepClosed || s.What == stepStated) {
		said = When(s.At, zone) + ": " + fmt.Sprintf(outcome, who)
	}
	if s.What == stepEscalated {
		said += " " + capital(rungWords[s.To]) + " was told."
	}
	said = strings.ReplaceAll(said, "{to}", teamName(s.To))
	if s.Note != "" {
		said += " " + s.Note
	}
	return said
}

// contacts says what was tried to reach the person, and who was told that it failed.
func contacts(row Row, zone string) []string {
	var said []string
	if row.ContactedAt != 0 {
		said = append(said, "The team last spoke with the person "+When(row.ContactedAt, zone)+".")
	}
	if row.Failed > 0 {
		said = append(said, count(row.Failed, "attempt", "attempts")+" to reach the person failed.")
	}
	for _, x := range row.Escalated {
		said = append(said, capital(rungWords[x.To])+" was told "+When(x.At, zone)+".")
	}
	return said
}
