package care

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

//go:embed data/calls.v1.json
var callsFile []byte

// How soon somebody must answer.
const (
	callEmergency = "emergency" // the emergency number, at once
	callCrisis    = "crisis"    // the crisis line, at once
	callUrgent    = "urgent"    // whoever answers now
	callRoutine   = "routine"   // the team that handles it, when it is open
)

// callTopic is something about which a person may call.
type callTopic struct {
	Code    string   `json:"code"`
	Words   string   `json:"words"`
	Also    []string `json:"also,omitzero"`  // what people may type for it
	Items   []string `json:"items,omitzero"` // items of the questionnaire that are about it
	Private bool     `json:"private,omitzero"`
	Urgency string   `json:"urgency"`
	Ask     []string `json:"ask"` // kinds of teams, in order
}

// callBook is the file of topics.
type callBook struct {
	ID           string      `json:"id"`
	Version      string      `json:"version"`
	Review       string      `json:"review"` // the state of clinical approval
	Source       string      `json:"source"`
	About        string      `json:"about"`
	VerifiedDays int         `json:"verifiedDays"` // how long a contact that was tried is trusted without a warning
	Topics       []callTopic `json:"topics"`
}

var embeddedCalls = sync.OnceValue(func() *callBook {
	book, err := loadCalls(callsFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	return book
})

// loadCalls reads a file and refuses one that is not whole.
func loadCalls(data []byte) (*callBook, error) {
	var book callBook
	if err := json.Unmarshal(data, &book, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("calls: %w", err)
	}
	if book.ID != "calls" || book.Version == "" || book.Review == "" || book.Source == "" || book.VerifiedDays < 1 || len(book.Topics) == 0 {
		return nil, fmt.Errorf("calls: id, version, review, source, verifiedDays or topics is missing")
	}
	seen := map[string]bool{}
	for _, t := range book.Topics {
		if t.Words == "" || len(t.Ask) == 0 || !slices.Contains([]string{callEmergency, callCrisis, callUrgent, callRoutine}, t.Urgency) {
			return nil, fmt.Errorf("calls: %q has no words, nobody to ask, or an unknown urgency", t.Code)
		}
		for _, kind := range t.Ask {
			if !slices.Contains(TeamKinds, kind) {
				return nil, fmt.Errorf("calls: %q asks a kind of team that is not known", t.Code)
			}
		}
		for _, name := range append(append([]string{t.Code}, t.Also...), t.Items...) {
			if name = plain(name); name == "" || seen[name] {
				return nil, fmt.Errorf("calls: %q is named twice", name)
			}
			seen[name] = true
		}
	}
	return &book, nil
}

// find knows a topic by its code, by an item of the questionnaire, or by what people may type.
func (b *callBook) find(asked string) (callTopic, bool) {
	asked = plain(asked)
	at := slices.IndexFunc(b.Topics, func(t callTopic) bool {
		return plain(t.Code) == asked || plain(t.Words) == asked || slices.ContainsFunc(append(t.Also, t.Items...), func(s string) bool { return plain(s) == asked })
	})
	if at < 0 {
		return callTopic{}, false
	}
	return b.Topics[at], true
}

// plain is one spelling of what somebody types: small letters, single spaces, a hyphen is a space.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "-", " ")), " ")
}
