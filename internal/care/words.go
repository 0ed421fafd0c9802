package care

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// Words says in plain sentences what documents and rows mean, for a phone in a terminal and for a board alike. Nothing here
// decides anything.
type Words struct{ ward *ward }

// NewWords speaks for a place. It panics where Schema does.
func NewWords(cfg Config) Words { return Words{newWard(cfg)} }

var personLevels = map[instrument.Level]string{
	instrument.Emergency: "You need help now. Call the emergency number.",
	instrument.Red:       "Call your 24-hour line now. Do not wait for an answer here.",
	instrument.Amber:     "Call your team today.",
	instrument.Green:     "Someone from your team will be in touch.",
	instrument.Info:      "This is noted. You can talk about it at your next visit.",
}

// PersonLevel says what a level means to the person. It never says that all is well.
func PersonLevel(level instrument.Level) string { return personLevels[level] }

// UpgradedTo says to the person what to do where the server judged higher than their phone had.
func UpgradedTo(level instrument.Level) string {
	return "This is more urgent than your phone said at first. " + PersonLevel(level)
}

// TeamLevel says what a level asks of a team: "Red: first contact within an hour."
func (w Words) TeamLevel(level instrument.Level) string {
	return capital(level.String()) + ": " + w.ward.levels.Levels[level.String()].Words + "."
}

// OwnQuestionnaire is what a caregiver is asked about themselves, in a record of their own.
const OwnQuestionnaire = "cg|0.1.0"

// Approved reports whether a clinical safety officer has signed off the rules that judge a questionnaire.
func (w Words) Approved(questionnaire string) bool {
	rules, known := w.ward.rules[questionnaire]
	return known && rules.Status == instrument.StatusActive
}

// Review is the state of clinical approval of the times that TeamLevel names. A board shows it beside them.
func (w Words) Review() string { return w.ward.levels.Review }

// Concern says a concern in the questionnaire's words: "Feeling sick: 6 out of 10, it was 2 last time."
func (w Words) Concern(concern syncing.Snapshot) string {
	code := concern.Text("code")
	text := code
	questionnaire := w.ward.rulesFor(concern.Text("questionnaire")).Questionnaire()
	item, known := questionnaire.Item(code)
	if known {
		text = item.Text
	}
	severity, _ := concern.Int("severity")
	said := fmt.Sprintf("%d out of %d", severity, questionnaire.Scale.Max)
	if yes, stated := concern.Bool("yes"); stated {
		said = map[bool]string{true: "yes", false: "no"}[yes]
	} else if before, compared := concern.Int("prevSeverity"); compared && before != severity {
		said += fmt.Sprintf(", it was %d last time", before)
	}
	sentence := text + ": " + said + "."
	if talk, _ := concern.Bool("wantToTalk"); talk {
		sentence += " Wants to talk about it."
	}
	if concern.Text("answeredBy") == "caregiver" {
		sentence += " Answered by the caregiver."
	}
	if narrowed(concern.Text("seenBy")) && len(concern.Texts("routes")) == 0 {
		sentence += " Nobody of those who may see it looks after this person, so nobody acts on it."
	}
	if upgraded, _ := concern.Bool("upgraded"); upgraded {
		sentence += " More urgent than the phone had said."
	}
	if gone, _ := concern.Bool("withdrawn"); gone {
		sentence += " The person says that this was sent by mistake."
	}
	return sentence
}

var routeWords = map[string]string{
	"new":              "%s has it and has not looked yet.",
	"seen":             "%s has seen it.",
	"in-progress":      "Somebody at %s is dealing with it.",
	"managed-by-nurse": "A nurse at %s is looking after it.",
	"escalated":        "%s has asked a doctor to look at it.",
	"referred":         "%s has asked another service to help.",
	"self-care":        "%s has told you what you can do yourself.",
	"no-action":        "%s has looked at it; nothing more is planned.",
}

var outcomeWords = map[string]string{
	"advice-given":     "%s gave advice and closed it.",
	"managed-by-nurse": "A nurse at %s took care of it and closed it.",
	"escalated-doctor": "%s asked a doctor to look at it and closed it.",
	"referred":         "%s asked another service to help and closed it.",
	"admitted":         "%s closed it because of the stay in hospital.",
	"unable-to-reach":  "%s tried to reach you and could not.",
	"no-action":        "%s looked at it and closed it; nothing more is planned.",
	outcomeRerouted:    "%s has handed it over to another team.",

	outcomeAcknowledged: "%s has looked at the result and said what follows.",
}

// Route says to the person where a team stands with a concern: "Oncology has seen it." An unknown state says so.
func Route(concern syncing.Snapshot, team, teamName string) string {
	words, known := routeWords[concern.Text(routeStatusPrefix+team)]
	if concern.Text(routeStatusPrefix+team) == "closed" {
		words, known = outcomeWords[concern.Text(routeOutcomePrefix+team)]
	}
	if !known {
		return "We do not know where " + teamName + " stands with it."
	}
	return fmt.Sprintf(words, teamName)
}

var wishWords = map[string]string{
	"now":        "Asked to hear from someone now.",
	"today":      "Asked to hear from someone today.",
	"this-week":  "Asked to hear from someone this week.",
	"next-visit": "Can wait until the next visit.",
}

// WhyHere says why a row stands where it does in its queue: level and time, the wish, lateness, who has it. now is in ms; zone
// is that of the reader.
func (w Words) WhyHere(row Row, now int64, zone string) string {
	parts := []string{w.TeamLevel(row.Level)}
	if row.Elsewhere > row.Own {
		parts = []string{capital(row.Elsewhere.String()) + ": another team acts on it; you are told because it is urgent."}
		if row.Own > instrument.Info {
			parts = append(parts, "Yours is "+row.Own.String()+": "+w.ward.levels.Levels[row.Own.String()].Words+".")
		}
	}
	switch {
	case row.Overdue:
		parts = append(parts, "Overdue since "+When(row.DueBy, zone)+".")
	case row.DueBy != 0:
		parts = append(parts, "Due "+When(row.DueBy, zone)+".")
	}
	parts = append(parts, wishWords[row.Urgency])
	if row.Late {
		parts = append(parts, "Reached us late: written "+Lasting(row.ReceivedAt-row.ReportedAt)+" before. Call first, read later.")
	}
	parts = append(parts, row.words(zone)...)
	parts = append(parts, "Waiting for "+Lasting(now-row.ReportedAt)+".")
	if row.Unread > 0 {
		parts = append(parts, count(row.Unread, "answer", "answers")+" could not be read by the rules. Look at the assessment itself.")
	}
	parts = append(parts, contacts(row, zone)...)
	taken := "Taken"
	if row.ClaimedName != "" {
		taken += " by " + row.ClaimedName
	}
	switch {
	case row.ClaimedBy == "":
		parts = append(parts, "Nobody has taken it yet.")
	case row.ReceivedAt > row.ClaimedAt:
		parts = append(parts, taken+", and something new has come in since.")
	default:
		parts = append(parts, taken+" "+When(row.ClaimedAt, zone)+".")
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// When writes an instant (ms) with its weekday: "Friday 20 November, 10:00". A zone that is not known is read as UTC.
func When(ms int64, zone string) string {
	place, err := calendar.Zone(zone)
	if err != nil {
		place = time.UTC
	}
	return time.UnixMilli(ms).In(place).Format("Monday 2 January, 15:04")
}

// Lasting writes a length of time (ms) as people say it: "3 hours".
func Lasting(ms int64) string {
	minutes := int(max(ms, 0) / time.Minute.Milliseconds())
	switch {
	case minutes < 1:
		return "less than a minute"
	case minutes < 60:
		return count(minutes, "minute", "minutes")
	case minutes < 48*60:
		return count(minutes/60, "hour", "hours")
	}
	return count(minutes/(24*60), "day", "days")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
