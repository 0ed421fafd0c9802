package lab

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed data/results.v1.json
var resultsFile []byte

// Class says how urgent a result is.
type Class string

// The classes, the calmest first.
const (
	Normal           Class = "normal"
	Action           Class = "action"            // act within a day
	CriticalExpected Class = "critical-expected" // critical by its number, and somebody said that it would come
	Critical         Class = "critical"          // call now
)

var classRank = map[Class]int{Normal: 0, Action: 1, CriticalExpected: 2, Critical: 3}

// Compare is -1, 0 or +1 as c is calmer than the other, as urgent, or more urgent.
func (c Class) Compare(other Class) int { return classRank[c] - classRank[other] }

// Limits is data/results.v1.json, read and checked.
type Limits struct {
	Version, Review string
	// AskedFor is how long an answer about what excludes an expected finding counts.
	AskedFor time.Duration
	// YesFor is how long a yes does.
	YesFor time.Duration
	// BaselineDays is how far back a person's own earlier value is looked for.
	BaselineDays int

	byGroup     map[string]*limit
	acknowledge map[Class]time.Duration
	decisions   []string
	expected    expectedLimits
	ladder      []Rung
	reports     []string
	hold        map[string]hold
	infection   infection
	groups      *Groups
}

type limit struct {
	Group    string  `json:"group"`
	Always   []bound `json:"always"`
	Critical []bound `json:"critical"`
	Action   []bound `json:"action"`
}

// bound is one line: it holds if the number lies on its side. A number of the file is exact.
type bound struct {
	Below         string `json:"below"`
	Above         string `json:"above"`
	AtMost        string `json:"atMost"`
	AtLeast       string `json:"atLeast"`
	TimesBaseline string `json:"timesBaseline"`
	TimesNormal   string `json:"timesNormal"`
	When          string `json:"when"`
}

type expectedLimits struct {
	Bounds     []expectedBound `json:"bounds"`
	DaysMax    int             `json:"daysMax"`
	Notes      []expectedNote  `json:"notes"`
	AskedHours int             `json:"askedHours"`
	YesHours   int             `json:"yesHours"`
	Signers    []string        `json:"signers"`
	Exclusions []Exclusion     `json:"exclusions"`
}

type expectedBound struct {
	Group            string `json:"group"`
	HighMax          string `json:"highMax"`
	DaysAfterGcsfMax int    `json:"daysAfterGcsfMax"`
}

type expectedNote struct {
	Group string `json:"group"`
	Above string `json:"above"`
	Text  string `json:"text"`
}

type limitsData struct {
	ID           string            `json:"id"`
	Version      string            `json:"version"`
	Review       string            `json:"review"`
	Source       string            `json:"source"`
	About        string            `json:"about"`
	Limits       []limit           `json:"limits"`
	Acknowledge  map[string]string `json:"acknowledge"`
	Ladder       []Rung            `json:"ladder"`
	Decisions    []string          `json:"decisions"`
	Expected     expectedLimits    `json:"expected"`
	Infection    infection         `json:"infection"`
	BaselineDays int               `json:"baselineDays"`
	Reports      []string          `json:"reports"`
	Hold         map[string]hold   `json:"hold"`
}

// ReadLimits reads the file that says how urgent what is. One that is not whole is an error that names the place.
func ReadLimits(data []byte, groups *Groups) (*Limits, error) {
	var d limitsData
	if err := json.Unmarshal(data, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("labresults: %w", err)
	}
	l := &Limits{
		Version: d.Version, Review: d.Review, AskedFor: time.Duration(d.Expected.AskedHours) * time.Hour,
		byGroup: map[string]*limit{}, acknowledge: map[Class]time.Duration{}, decisions: d.Decisions, expected: d.Expected, groups: groups,
		ladder: d.Ladder, reports: d.Reports, hold: d.Hold, infection: d.Infection, BaselineDays: d.BaselineDays,
		YesFor: time.Duration(d.Expected.YesHours) * time.Hour,
	}
	if d.ID != "labresults" || d.Version == "" || d.Review == "" || d.Source == "" || len(d.Decisions) == 0 || l.AskedFor <= 0 || d.Expected.DaysMax <= 0 {
		return nil, fmt.Errorf("labresults: id, version, review, source, decisions or the limits of what is expected are missing")
	}
	if err := d.checkAround(l); err != nil {
		return nil, err
	}
	for i := range d.Limits {
		one := &d.Limits[i]
		if groups.byCode[one.Group] == nil || l.byGroup[one.Group] != nil {
			return nil, fmt.Errorf("labresults: %s is no group, or stands twice", one.Group)
		}
		for _, b := range slices.Concat(one.Always, one.Critical, one.Action) {
			if err := b.check(); err != nil {
				return nil, fmt.Errorf("labresults: %s: %w", one.Group, err)
			}
		}
		l.byGroup[one.Group] = one
	}
	for _, class := range []Class{Normal, Action, CriticalExpected, Critical} {
		within, err := time.ParseDuration(d.Acknowledge[string(class)])
		if err != nil || within <= 0 {
			return nil, fmt.Errorf("labresults: by when a result of class %s is acknowledged is missing", class)
		}
		l.acknowledge[class] = within
	}
	return l, nil
}

func (b bound) check() error {
	said := 0
	for _, n := range []string{b.Below, b.Above, b.AtMost, b.AtLeast, b.TimesBaseline, b.TimesNormal} {
		if n == "" {
			continue
		}
		said++
		if _, err := constant(n); err != nil {
			return err
		}
	}
	if said != 1 {
		return fmt.Errorf("a bound says one thing")
	}
	return nil
}

// Around is what else must be known to judge a number.
type Around struct {
	// Facts of the treatment. One that is missing counts as present (hazard H06).
	Facts map[string]bool
	// Baseline is the person's own earlier value in the unit of the group; "" if there is none.
	Baseline string
}

// Class judges a number by itself: what was expected is looked at afterwards. always says that nothing could make it less urgent.
func (l *Limits) Class(group string, q Quantity, around Around) (class Class, always bool) {
	one := l.byGroup[group]
	if one == nil || q.exact == nil {
		return Normal, false
	}
	holds := func(list []bound) bool {
		return slices.ContainsFunc(list, func(b bound) bool { return b.holds(q.exact, l.groups.byCode[group], around) })
	}
	switch {
	case holds(one.Always):
		return Critical, true
	case holds(one.Critical):
		return Critical, false
	case holds(one.Action):
		return Action, false
	}
	return Normal, false
}

func (b bound) holds(n *big.Rat, group *Group, around Around) bool {
	if b.When != "" {
		if present, stated := around.Facts[b.When]; stated && !present {
			return false
		}
	}
	against := func(text string) int {
		limit, _ := constant(text) // checked when the file was read
		return n.Cmp(limit)
	}
	times := func(text, of string) bool {
		base, ok := Number(of)
		factor, _ := constant(text)
		return ok && base.Sign() > 0 && n.Cmp(new(big.Rat).Mul(base, factor)) > 0
	}
	switch {
	case b.Below != "":
		return against(b.Below) < 0
	case b.Above != "":
		return against(b.Above) > 0
	case b.AtMost != "":
		return against(b.AtMost) <= 0
	case b.AtLeast != "":
		return against(b.AtLeast) >= 0
	case b.TimesBaseline != "":
		return times(b.TimesBaseline, around.Baseline)
	}
	return times(b.TimesNormal, group.UpperNormal)
}

// AcknowledgeWithin is how long the responsible team has to say what it makes of a result of the class.
func (l *Limits) AcknowledgeWithin(c Class) time.Duration { return l.acknowledge[c] }

// Decisions are the ways in which a result may be acknowledged.
func (l *Limits) Decisions() []string { return slices.Clone(l.decisions) }

// OwnLimits are those that come with the program.
var OwnLimits = mustLimits(resultsFile)

func mustLimits(data []byte) *Limits {
	l, err := ReadLimits(data, Own)
	if err != nil {
		panic(err)
	}
	return l
}
