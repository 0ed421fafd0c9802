package instrument

import (
	_ "embed"
	"strings"
	"sync"

	"satchel/internal/fault"
)

//go:embed data/whentocall.v1.json
var whenToCallFile []byte

// WhenToCall is the page that needs no rules. It stands in the program itself, so that nothing which happens to the rules can take
// it away.
type WhenToCall struct {
	ID                string              `json:"id"`
	Version           string              `json:"version"`
	Review            string              `json:"review"` // the state of clinical approval
	Source            string              `json:"source"`
	About             string              `json:"about"`
	Language          string              `json:"language"`
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
