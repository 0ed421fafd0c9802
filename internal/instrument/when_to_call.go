package instrument

import (
	"embed"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"satchel/internal/fault"
)

//go:embed data/whentocall.v1.json
var whenToCallFile []byte

//go:embed data/whentocall.*.v1.json
var whenToCallElsewhere embed.FS

// WhenToCall is the page that needs no rules. It stands in the program itself, so that nothing which happens to the rules can take
// it away.
type WhenToCall struct {
	ID                string              `json:"id"`
	Version           string              `json:"version"`
	Review            string              `json:"review"` // the state of clinical approval
	Source            string              `json:"source"`
	About             string              `json:"about"`
	Language          string              `json:"language"`
	Of                string              `json:"of"` // of a translation: "whentocall|1.0.0"
	NotForEmergencies string              `json:"notForEmergencies"`
	IntendedUse       string              `json:"intendedUse"`
	SMSFallback       string              `json:"smsFallback"` // a text to a team's number; it says nothing of the person or of health
	LineUnknown       string              `json:"lineUnknown"`
	Regions           map[string]callPage `json:"regions"`
	Elsewhere         callPage            `json:"elsewhere"`
}

type callPage struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

// Calling is the page in the program, loaded once. An error means that the program was built with a broken file.
var Calling = sync.OnceValues(func() (*WhenToCall, error) {
	var page WhenToCall
	if err := decodeStrict(whenToCallFile, &page); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "instrument.Calling", "The page that says when to call is missing from this program.")
	}
	return &page, nil
})

// CallingIn is the page in a language; in English where there is none in that one.
func CallingIn(language string) (*WhenToCall, error) {
	english, err := Calling()
	if err != nil {
		return nil, err
	}
	others, err := callingElsewhere()
	if page := others[languageOf(language)]; page != nil {
		return page, err
	}
	return english, err
}

// callingElsewhere are the translations of the page, each checked against the English one: as many lines, the same numbers.
var callingElsewhere = sync.OnceValues(func() (map[string]*WhenToCall, error) {
	const op = "instrument.CallingIn"
	english, err := Calling()
	if err != nil {
		return nil, err
	}
	names, err := whenToCallElsewhere.ReadDir("data")
	pages := map[string]*WhenToCall{}
	for _, name := range names {
		var text []byte
		if text, err = whenToCallElsewhere.ReadFile(path.Join("data", name.Name())); err != nil {
			break
		}
		var page *WhenToCall
		if page, err = english.translated(name.Name(), text); err != nil {
			break
		}
		pages[page.Language] = page
	}
	return pages, fault.Wrap(err, fault.Internal, op, "The page that says when to call is damaged in this program.")
})

// translated reads a translation of the page. Fault: Invalid, naming the place.
func (w *WhenToCall) translated(name string, text []byte) (*WhenToCall, error) {
	var page WhenToCall
	if err := decodeStrict(text, &page); err != nil {
		return nil, refuse(name, "%v", err)
	}
	if !languageCode.MatchString(page.Language) || page.Of != w.ID+"|"+w.Version || page.Review == "" || page.Source == "" {
		return nil, refuse(name, "language, review or source is missing, or it is not of %s|%s", w.ID, w.Version)
	}
	ours, theirs := w.lines(), page.lines()
	if len(ours) != len(theirs) {
		return nil, refuse(name, "has other regions, or other lines")
	}
	for i, line := range ours {
		if there, here, same := sameIn(line, theirs[i]); !same || theirs[i] == "" {
			return nil, refuse(name, "has %q where English has %q: %s", here, there, theirs[i])
		}
	}
	return &page, nil
}

// lines are all words of the page, in one order whatever the language.
func (w *WhenToCall) lines() []string {
	list := []string{w.NotForEmergencies, w.IntendedUse, w.SMSFallback, w.LineUnknown}
	for _, region := range slices.Sorted(maps.Keys(w.Regions)) {
		list = append(append(list, w.Regions[region].Title), w.Regions[region].Lines...)
	}
	return append(append(list, w.Elsewhere.Title), w.Elsewhere.Lines...)
}

// Page writes the page for a region, with the number that the phone knows; "" if it knows none.
func (w *WhenToCall) Page(region, line string) string {
	page, known := w.Regions[region]
	if !known {
		page = w.Elsewhere
	}
	if line == "" {
		line = w.LineUnknown
	}
	return page.Title + "\n  " + strings.ReplaceAll(strings.Join(page.Lines, "\n  "), "{line}", line)
}
