package instrument

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rules is one version of the red-flag rules, checked and bound to its questionnaire. Shared and read-only.
type Rules struct {
	// Review is the state of clinical approval, in words to show beside any result.
	Review string
	// Status is StatusDraft until a clinical safety officer has signed the file off.
	Status string
	// SignOff is theirs; nil in a draft.
	SignOff *SignOff

	key           string
	sha256        string
	questionnaire *Questionnaire
	regions       map[string]region
	rules         []Rule
	generic       generic
	levelAdvice   [Emergency + 1]string
	limits        contextLimits
}

// Rule is one red-flag rule.
type Rule struct {
	ID      string
	Level   Level
	Advice  string // id of an advice text
	Source  string // where it comes from, with the mark [V], [K] or [P]
	Private bool   // shown only to those who may see the sensitive item it reads

	combine int // slot of the symptom that it counts as for COMBINE, or -1
	when    condition
}

// region holds the regional parameters.
type region struct {
	numbers   map[string]int64 // tenths
	emergency string           // the number to call
}

// rulesFile is the file as it is written.
type rulesFile struct {
	ID             string                                `json:"id"`
	Version        string                                `json:"version"`
	Status         string                                `json:"status"` // "" is a draft
	SignOff        *SignOff                              `json:"signOff"`
	Questionnaire  string                                `json:"questionnaire"`
	Levels         []string                              `json:"levels"`
	Params         map[string]map[string]json.RawMessage `json:"params"`
	UnknownContext string                                `json:"unknownContext"`
	Generic        genericFile                           `json:"generic"`
	Rules          []json.RawMessage                     `json:"rules"`
	LevelAdvice    map[string]string                     `json:"levelAdvice"`
	Context        map[string]string                     `json:"context"`
}

type ruleFile struct {
	ID             string          `json:"id"`
	Level          Level           `json:"level"`
	CombineSymptom *string         `json:"combineSymptom"`
	When           json.RawMessage `json:"when"`
	Advice         string          `json:"advice"`
	Source         string          `json:"source"`
	Private        bool            `json:"private"`
}

// Key is the name and version that responses refer to, such as "redflags|1.0.0".
func (r *Rules) Key() string { return r.key }

// SHA256 is the hash of the file's bytes, in hex. A phone stores it with each response.
func (r *Rules) SHA256() string { return r.sha256 }

// Questionnaire is the version that the rules were written for.
func (r *Rules) Questionnaire() *Questionnaire { return r.questionnaire }

// All lists the rules in the file's order.
func (r *Rules) All() []Rule { return slices.Clone(r.rules) }

// Rule finds a rule by its id. The generic rules are none of them.
func (r *Rules) Rule(id string) (Rule, bool) {
	for _, rule := range r.rules {
		if rule.ID == id {
			return rule, true
		}
	}
	return Rule{}, false
}

// Regions lists the regions that have parameters, by name.
func (r *Rules) Regions() []string {
	names := make([]string, 0, len(r.regions))
	for name := range r.regions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// region finds a region's parameters. There is no default: a threshold guessed for the wrong country is worse than an error.
func (r *Rules) region(op, name string) (region, error) {
	found, ok := r.regions[name]
	if !ok {
		return region{}, invalid(op, "region %q has no parameters in %s; the regions are %s", name, r.key, strings.Join(r.Regions(), ", "))
	}
	return found, nil
}

// loadRules reads and checks one file against the questionnaire it names, the limits and the advice texts.
func loadRules(f File, l *Library, limits map[string]limitsFile) (*Rules, error) {
	var file rulesFile
	if err := decodeStrict(f.Data, &file); err != nil {
		return nil, refuse(f.Name, "%v", err)
	}
	r := &Rules{key: file.ID + "|" + file.Version, sha256: f.SHA256, questionnaire: l.questionnaires[file.Questionnaire]}
	if err := r.checkHead(f.Name, file); err != nil {
		return nil, err
	}
	if err := r.checkStatus(f.Name, file); err != nil {
		return nil, err
	}
	limit, ok := limits[r.key]
	if !ok {
		return nil, refuse(f.Name, "no limits file is for %s", r.key)
	}
	r.limits, r.Review = limit.Context, limit.Review
	var err error
	if r.regions, err = readRegions(f.Name+": params", file.Params, r.limits.InfectionRisk.SactDaysParam); err != nil {
		return nil, err
	}
	flags, err := readFlags(f.Name+": context", file.Context)
	if err != nil {
		return nil, err
	}
	if err := r.addRules(f.Name, file.Rules, conditions{r.questionnaire, r.regions, flags}, l); err != nil {
		return nil, err
	}
	if r.generic, err = file.Generic.bind(f.Name+": generic", r.questionnaire); err != nil {
		return nil, err
	}
	if err := r.addLevelAdvice(f.Name+": levelAdvice", file.LevelAdvice, l); err != nil {
		return nil, err
	}
	return r, l.bindProfiles(r)
}

func (r *Rules) checkHead(name string, file rulesFile) error {
	if file.ID == "" || file.Version == "" {
		return refuse(name, "id or version is missing")
	}
	if r.questionnaire == nil {
		return refuse(name, "questionnaire %q is not here", file.Questionnaire)
	}
	if !slices.Equal(file.Levels, levelNames[:]) {
		return refuse(name+": levels", "must be %s, lowest first", strings.Join(levelNames[:], ", "))
	}
	if file.UnknownContext != "treat-as-true" {
		return refuse(name+": unknownContext", "must be treat-as-true (hazard H06)")
	}
	return nil
}

// checkStatus takes in who answers for the rules. Without a sign-off they are a draft (hazard H34).
func (r *Rules) checkStatus(name string, file rulesFile) error {
	r.Status, r.SignOff = file.Status, file.SignOff
	switch file.Status {
	case "", StatusDraft:
		r.Status = StatusDraft
		if file.SignOff != nil {
			return refuse(name+": signOff", "a draft has none; what is signed off has the status active")
		}
	case StatusActive:
		if err := file.SignOff.check(); err != nil {
			return refuse(name+": signOff", "%v", err)
		}
	default:
		return refuse(name+": status", "%q is unknown; it is draft or active", file.Status)
	}
	return nil
}

// check asks that a sign-off says who, as what, and when.
func (s *SignOff) check() error {
	if s == nil || s.Name == "" || s.Role == "" {
		return errors.New("active rules need the name and the role of the clinical safety officer")
	}
	if _, err := time.Parse(time.DateOnly, s.Date); err != nil {
		return errors.New("date must be a date such as 2026-11-22")
	}
	return nil
}

func (r *Rules) addRules(name string, raws []json.RawMessage, bind conditions, l *Library) error {
	for i, raw := range raws {
		place := fmt.Sprintf("%s: rules[%d]", name, i)
		var file ruleFile
		if err := decodeStrict(raw, &file); err != nil {
			return refuse(place, "%v", err)
		}
		if _, twice := r.Rule(file.ID); file.ID == "" || twice || slices.Contains(genericOrder, file.ID) {
			return refuse(place, "id %q is missing, taken or reserved", file.ID)
		}
		rule, err := r.bindRule(place+" "+file.ID, file, bind, l)
		if err != nil {
			return err
		}
		r.rules = append(r.rules, rule)
	}
	if len(r.rules) == 0 {
		return refuse(name, "there are no rules")
	}
	return nil
}

func (r *Rules) bindRule(place string, file ruleFile, bind conditions, l *Library) (Rule, error) {
	rule := Rule{ID: file.ID, Level: file.Level, Advice: file.Advice, Source: file.Source, Private: file.Private, combine: -1}
	if file.Source == "" {
		return rule, refuse(place, "source is missing")
	}
	text, known := l.Advice(file.Advice)
	if !known {
		return rule, refuse(place, "advice %q has no text", file.Advice)
	}
	if text.Private != file.Private {
		return rule, refuse(place, "a private rule needs a private advice text, and only it")
	}
	if file.CombineSymptom != nil {
		slot, err := bind.slot(place+": combineSymptom", *file.CombineSymptom, "an item with a severity", KindSeverity)
		if err != nil {
			return rule, err
		}
		rule.combine = slot
	}
	var err error
	if rule.when, err = bind.bind(place+": when", file.When, 0); err != nil {
		return rule, err
	}
	return rule, r.checkPrivate(place, rule)
}

// checkPrivate refuses a rule that mixes what all may see with what only some may see: it could not be shown to anybody rightly.
func (r *Rules) checkPrivate(place string, rule Rule) error {
	reads, mixed := 0, false
	rule.when.slots(func(slot int) {
		reads++
		mixed = mixed || r.questionnaire.fields[slot].sensitive != rule.Private
	})
	if mixed {
		return refuse(place, "a private rule reads only sensitive questions, any other rule none")
	}
	if reads == 0 {
		return refuse(place, "a rule must read an answer, or nobody could say what it is about")
	}
	return nil
}

func (r *Rules) addLevelAdvice(place string, advice map[string]string, l *Library) error {
	for i, name := range levelNames {
		text, known := l.Advice(advice[name])
		if !known || text.Private {
			return refuse(place, "level %s has no advice text that all may see", name)
		}
		r.levelAdvice[i] = text.ID
	}
	if len(advice) != len(levelNames) {
		return refuse(place, "names a level that does not exist")
	}
	return nil
}

func readRegions(place string, params map[string]map[string]json.RawMessage, sactDays string) (map[string]region, error) {
	regions := map[string]region{}
	for name, values := range params {
		found := region{numbers: map[string]int64{}}
		for key, raw := range values {
			if key == "emergency" {
				if err := json.Unmarshal(raw, &found.emergency); err != nil {
					return nil, refuse(place+"."+name+".emergency", "%v", err)
				}
				continue
			}
			d, ok := readNumber(raw)
			if !ok {
				return nil, refuse(place+"."+name+"."+key, "is not a number")
			}
			found.numbers[key] = d.tenths()
		}
		for _, needed := range []string{"fever_c", sactDays} {
			if found.numbers[needed] == 0 {
				return nil, refuse(place+"."+name, "%s is missing", needed)
			}
		}
		if found.emergency == "" {
			return nil, refuse(place+"."+name, "emergency is missing")
		}
		regions[name] = found
	}
	if len(regions) == 0 {
		return nil, refuse(place, "there is no region")
	}
	return regions, nil
}

// readFlags lists the context flags that the file defines; a definition may stand for several, separated by commas.
func readFlags(place string, definitions map[string]string) (map[string]bool, error) {
	flags := map[string]bool{}
	for names := range definitions {
		for _, name := range strings.Split(names, ", ") {
			if !slices.Contains(derivedFlags, name) {
				return nil, refuse(place, "nobody knows how to derive %q", name)
			}
			flags[name] = true
		}
	}
	return flags, nil
}
