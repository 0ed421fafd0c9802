package care

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"satchel/internal/calendar"
)

const (
	// EmergencyTextMax is how long the text of a QR may be, in bytes: what a scanner without a network still reads from a small screen.
	EmergencyTextMax = 1200

	findingsInText = 2 // of several the first; the rest is counted
	wordsInText    = 240
	wordsInTextMin = 16
	wordsStep      = 8
)

var treatmentWords = map[Stated]string{
	Yes: "Cancer treatment in progress.", No: "No cancer treatment in the last weeks.",
	NotStated: "Cancer treatment: unknown whether in progress. Treat as if it is.",
}

var sepsisWords = map[Stated]string{
	Yes: "yes", No: "no, by what is recorded", NotStated: "unknown. Treat as at risk.",
}

const unknownWords = "unknown"

// lines are the card from the top, the notes of expected findings first. Free texts are cut at most bytes; of findings at most so many
// are said, and the others counted.
func (c EmergencyCard) lines(most, findings int) (lines []string) {
	for i, f := range c.Findings {
		if i == findings {
			lines = append(lines, fmt.Sprintf("And %d more expected finding(s): see the phone.", len(c.Findings)-i))
			break
		}
		lines = append(lines, "NOTE: "+f.Says)
		for _, more := range f.More() {
			lines = append(lines, " "+cut(more, most))
		}
	}
	said := func(text string) string { return cmp.Or(cut(text, most), unknownWords) }
	lines = append(append(lines, said(c.Name)+", born "+cmp.Or(c.BirthDate, unknownWords)), c.stated(most)...)
	lines = append(lines, "Day and night: "+said(c.Line)+". Emergency: "+c.Emergency+".")
	for _, team := range c.Teams {
		lines = append(lines, said(team.Name)+": "+said(team.Phone))
	}
	return append(lines, c.version(), c.Updated())
}

// Lines are what must be known of the treatment, a line each.
func (c EmergencyCard) Lines() []string { return c.stated(pageMax) }

func (c EmergencyCard) stated(most int) []string {
	lines := []string{treatmentWords[c.Treatment], "Risk of neutropenic sepsis: " + sepsisWords[c.Sepsis]}
	for _, fact := range c.Facts {
		lines = append(lines, fact.Label+": "+cmp.Or(cut(fact.Value, most), unknownWords))
	}
	return lines
}

func (c EmergencyCard) version() string {
	if c.PlanVersion == 0 {
		return "No plan was published."
	}
	return fmt.Sprintf("Plan version %d.", c.PlanVersion)
}

// Updated says how old the copy is of which the card was made.
func (c EmergencyCard) Updated() string {
	if c.UpdatedAt == 0 {
		return "Last updated: never read from the server."
	}
	civil, err := calendar.In(time.UnixMilli(c.UpdatedAt), c.Zone)
	if err != nil {
		return "Last updated " + time.UnixMilli(c.UpdatedAt).UTC().Format("2 January 2006, 15:04 UTC") + "."
	}
	return fmt.Sprintf("Last updated %d %s %d, %02d:%02d.", civil.Date.Day, civil.Date.Month, civil.Date.Year, civil.Hour, civil.Minute)
}

// Screen is the card as it fills a screen.
func (c EmergencyCard) Screen() string {
	return strings.Join(c.lines(pageMax, len(c.Findings)), "\n") + "\n"
}

// Text is the card for a QR: at most EmergencyTextMax bytes, whatever stands in the record. What is too long is cut, and says so.
func (c EmergencyCard) Text() string {
	for most := wordsInText; ; most -= wordsStep {
		text := strings.Join(c.lines(most, findingsInText), "\n")
		if len(text) <= EmergencyTextMax || most <= wordsInTextMin {
			return text
		}
	}
}

// cutMark says that something stood here. A reader must know that a list of allergies goes on.
const cutMark = " [cut: ask]"

// cut shortens a text to so many bytes, between two characters, on one line.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= most {
		return text
	}
	end := max(most-len(cutMark), 0)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + cutMark
}
