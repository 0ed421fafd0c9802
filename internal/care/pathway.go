package care

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
)

//go:embed data/topics.v1.json
var topicsFile []byte

//go:embed data/phases.v1.json
var phasesFile []byte

// topic is something about which people ask who handles it.
type topic struct {
	Code  string `json:"code"`
	Words string `json:"words"`
}

// pathways are the topics, and who looks after what in each phase unless the teams agree otherwise.
type pathways struct {
	Topics []topic
	phases phaseFile
}

type phaseFile struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Review  string `json:"review"` // the state of clinical approval
	Source  string `json:"source"`
	About   string `json:"about"`
	Offer   struct {
		AnswerWithinWorkingDays int    `json:"answerWithinWorkingDays"`
		Source                  string `json:"source"`
	} `json:"offer"`
	Phases map[string]phaseTemplate `json:"phases"`
}

type phaseTemplate struct {
	Words      string          `json:"words"`
	Activities []activityDraft `json:"activities"`
}

// activityDraft is an activity as a phase proposes it. Owner, Support and Inform are kinds of teams.
type activityDraft struct {
	Code           string   `json:"code"`
	Title          string   `json:"title"`
	Kind           string   `json:"kind"`
	Topic          string   `json:"topic"`
	Owner          string   `json:"owner"`
	Support        []string `json:"support,omitzero"`
	Inform         []string `json:"inform,omitzero"`
	Protocol       string   `json:"protocol,omitzero"`
	ReturnCriteria string   `json:"returnCriteria,omitzero"`
	DueInDays      int      `json:"dueInDays,omitzero"` // from the day on which the phase begins; 0: no day
}

// phaseCodes are where a person can stand.
var phaseCodes = []string{"diagnosis", "active-treatment", "end-of-treatment", "follow-up", "recurrence", "palliative", "end-of-life"}

var activityKinds = []string{
	"appointment", "lab", "imaging", "procedure", "medication-advice", "self-care", "comorbidity", "preventive", "monitoring", "referral", kindCareReview,
}

// embeddedPathways are those in the program. Files that are not whole panic: the program was built with a mistake in them.
func embeddedPathways() *pathways {
	p, err := loadPathways(topicsFile, phasesFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	return p
}

// loadPathways reads both files and refuses them if one is not whole, or names what the other does not know.
func loadPathways(topics, phases []byte) (*pathways, error) {
	var named struct {
		ID      string  `json:"id"`
		Version string  `json:"version"`
		Review  string  `json:"review"`
		Source  string  `json:"source"`
		About   string  `json:"about"`
		Topics  []topic `json:"topics"`
	}
	p := &pathways{}
	if err := json.Unmarshal(topics, &named, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	if err := json.Unmarshal(phases, &p.phases, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("phases: %w", err)
	}
	f := &p.phases
	if named.ID != "topics" || named.Version == "" || named.Review == "" || f.ID != "phases" || f.Version == "" || f.Review == "" {
		return nil, fmt.Errorf("topics or phases: id, version or review is missing")
	}
	if f.Offer.AnswerWithinWorkingDays < 1 {
		return nil, fmt.Errorf("phases: an offer needs a time in which it is answered")
	}
	for _, t := range named.Topics {
		if t.Words == "" || p.knows(t.Code) {
			return nil, fmt.Errorf("topics: %q has no words, or is there twice", t.Code)
		}
		p.Topics = append(p.Topics, t)
	}
	return p, p.check()
}

func (p *pathways) check() error {
	kinds := []string{KindOncology, KindPrimary, KindNursing, KindNavigation}
	for _, phase := range phaseCodes {
		template, ok := p.phases.Phases[phase]
		if !ok || template.Words == "" || len(template.Activities) == 0 {
			return fmt.Errorf("phases: %s has no words or no activities", phase)
		}
		var seen []string
		for _, a := range template.Activities {
			switch {
			case a.Code == "" || a.Title == "" || len(a.Title) > lineMax || slices.Contains(seen, a.Code):
				return fmt.Errorf("phases: an activity of %s has no code or title of its own", phase)
			case a.DueInDays < 0:
				return fmt.Errorf("phases: %s of %s is due before it begins", a.Code, phase)
			case !p.knows(a.Topic) || !slices.Contains(activityKinds, a.Kind):
				return fmt.Errorf("phases: %s of %s is about a topic or of a kind that is not known", a.Code, phase)
			case slices.Contains(append(a.Support, a.Inform...), a.Owner):
				return fmt.Errorf("phases: %s of %s helps its own owner", a.Code, phase)
			}
			for _, kind := range append(append([]string{a.Owner}, a.Support...), a.Inform...) {
				if !slices.Contains(kinds, kind) {
					return fmt.Errorf("phases: %s of %s names no kind of team", a.Code, phase)
				}
			}
			seen = append(seen, a.Code)
		}
	}
	if len(p.phases.Phases) != len(phaseCodes) {
		return fmt.Errorf("phases: there is one that nobody knows")
	}
	return nil
}

// knows reports whether people can ask about it.
func (p *pathways) knows(code string) bool { return p.words(code) != "" }

// words are how people call a topic; "" if it is none.
func (p *pathways) words(code string) string {
	for _, t := range p.Topics {
		if t.Code == code {
			return t.Words
		}
	}
	return ""
}

// key names the file of templates: what a plan stores of where it came from.
func (p *pathways) key() string { return p.phases.ID + "|" + p.phases.Version }

// owner is the kind of team that a phase proposes for a topic; "" if it proposes none.
func (p *pathways) owner(phase, topic string) string {
	for _, a := range p.phases.Phases[phase].Activities {
		if a.Topic == topic {
			return a.Owner
		}
	}
	return ""
}
