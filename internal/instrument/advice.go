package instrument

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// AdviceText is what a phone shows at once, with no network. It is in simple English and holds placeholders.
type AdviceText struct {
	ID      string   `json:"id"`
	Call    []string `json:"call"`    // buttons, the first is the biggest: em, line, crisis, practice
	Private bool     `json:"private"` // only inside the unlocked app, with a quick exit; never pushed, never for a caregiver
	Text    string   `json:"text"`
	Source  string   `json:"source"`
	Review  string   `json:"review"` // the state of clinical approval
}

type adviceFile struct {
	ID          string       `json:"id"`
	Version     string       `json:"version"`
	Language    string       `json:"language"`
	About       string       `json:"about"`
	LineUnknown string       `json:"lineUnknown"`
	Texts       []AdviceText `json:"texts"`
}

type adviceSet struct {
	key         string // "advice|1.0.0"
	texts       map[string]AdviceText
	lineUnknown string
}

// lineUnknown is the code of the words that stand for a number which nobody knows.
const lineUnknown = "lineUnknown"

var (
	placeholder = regexp.MustCompile(`\{[^}]*\}?`)
	placeholds  = []string{"{line}", "{em}", "{fever}", "{crisis}", "{ed}", "{practice}", "{pharmacy}"}
	callButtons = []string{"em", "line", "crisis", "practice"}
)

// loadAdvice reads the one advice file. Its texts do not depend on the rules version: an id keeps its meaning for ever.
func (l *Library) loadAdvice() error {
	files := l.kind("advice")
	if len(files) != 1 {
		return refuse("data", "needs exactly one advice.*.json, there are %d", len(files))
	}
	name := files[0].Name
	var file adviceFile
	if err := decodeStrict(files[0].Data, &file); err != nil {
		return refuse(name, "%v", err)
	}
	if file.LineUnknown == "" {
		return refuse(name, "lineUnknown is missing")
	}
	l.advice = adviceSet{key: file.ID + "|" + file.Version, texts: map[string]AdviceText{}, lineUnknown: file.LineUnknown}
	for i, text := range file.Texts {
		if err := l.advice.add(fmt.Sprintf("%s: texts[%d] %s", name, i, text.ID), text); err != nil {
			return err
		}
	}
	l.originals[l.advice.key] = l.advice.all()
	return nil
}

func (a adviceSet) add(place string, text AdviceText) error {
	if text.ID == "" || text.ID == lineUnknown || text.Text == "" || text.Source == "" || text.Review == "" {
		return refuse(place, "id, text, source or review is missing")
	}
	if _, twice := a.texts[text.ID]; twice {
		return refuse(place, "the id stands twice")
	}
	for _, found := range placeholder.FindAllString(text.Text, -1) {
		if !slices.Contains(placeholds, found) {
			return refuse(place, "%s is not a placeholder; they are %s", found, strings.Join(placeholds, ", "))
		}
	}
	for _, button := range text.Call {
		if !slices.Contains(callButtons, button) {
			return refuse(place, "call %q is unknown; it is %s", button, strings.Join(callButtons, ", "))
		}
	}
	a.texts[text.ID] = text
	return nil
}

// Advice finds a text by its id.
func (l *Library) Advice(id string) (AdviceText, bool) {
	text, ok := l.advice.texts[id]
	return text, ok
}

// Render fills the placeholders of an advice text, in English. line is the local 24-hour number; if it is not known the text still says
// whom to call. An unknown rules version, region or id is of code invalid.
func (l *Library) Render(rules, region, id, line string) (string, error) {
	said, err := l.In(English).Render(rules, region, id, line)
	return said.Text, err
}
