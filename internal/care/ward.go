package care

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// rulesFilePrefix begins the names of the files that hold rules.
const rulesFilePrefix = "redflags."

// ward is a Config, checked, with the data files that judging needs.
type ward struct {
	library  *instrument.Library
	region   string
	zone     string
	levels   *serviceLevels
	circle   *circle
	blind    func(purpose string, value []byte) []byte
	messages *messageTimes
	limits   *reportLimits
	lab      *lab.Limits
	events   *eventLevels
	paths    *pathways
	journeys *journeys

	handovers    *handoverTimes
	survivorship *survivorship                // what a treatment summary and a survivorship plan hold
	rules        map[string]*instrument.Rules // questionnaire -> the newest rules that judge it
	hashes       map[string]bool              // SHA-256 of the rules files that phones may have, in hex
}

func newWard(cfg Config) *ward {
	if cfg.Library == nil {
		panic("care: Schema needs an instrument library")
	}
	levels, err := loadServiceLevels(serviceLevelsFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	around, err := loadCircle(circleFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	messages, err := loadMessageTimes(messageTimesFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	limits, err := loadReportLimits(reportLimitsFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	events, err := loadEventLevels(healthEventsFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	w := &ward{
		library: cfg.Library, region: cfg.Region, zone: cfg.Zone, levels: levels, circle: around, blind: cfg.Blind, messages: messages, limits: limits, lab: lab.OwnLimits,
		events: events,
		rules:  rulesByQuestionnaire(cfg.Library), hashes: rulesHashes(cfg.Library),
	}
	w.paths, w.journeys = embeddedPathways(), embeddedJourneys()
	if w.handovers, err = loadHandoverTimes(handoverTimesFile); err != nil {
		panic("care: " + err.Error())
	}
	if w.survivorship, err = loadSurvivorship(survivorshipFile); err != nil {
		panic("care: " + err.Error())
	}
	if !slices.Contains(cfg.Library.Current().Regions(), cfg.Region) {
		panic(fmt.Sprintf("care: the rules know no region %q", cfg.Region))
	}
	if _, err := calendar.Zone(cfg.Zone); err != nil {
		panic("care: " + err.Error())
	}
	return w
}

// rulesHashes are the hashes of the rules files of a library.
func rulesHashes(library *instrument.Library) map[string]bool {
	hashes := map[string]bool{}
	for _, file := range library.Files() {
		hashes[file.SHA256] = strings.HasPrefix(file.Name, rulesFilePrefix)
	}
	return hashes
}

// rulesByQuestionnaire finds for each version of the questionnaire the rules that were written for it (of several, those of the
// last file), so that a draft begun under an older version is judged by what it asked (hazard H25).
func rulesByQuestionnaire(library *instrument.Library) map[string]*instrument.Rules {
	found := map[string]*instrument.Rules{}
	for _, file := range library.Files() {
		var named struct {
			ID      string `json:"id"`
			Version string `json:"version"`
		}
		if !strings.HasPrefix(file.Name, rulesFilePrefix) || json.Unmarshal(file.Data, &named) != nil {
			continue
		}
		if rules, ok := library.Rules(named.ID + "|" + named.Version); ok {
			found[rules.Questionnaire().Key()] = rules
		}
	}
	current := library.Current()
	found[current.Questionnaire().Key()] = current
	return found
}

// rulesFor gives the rules that judge a questionnaire. One that we do not know is judged by the current rules, as far as its
// codes are ours: codes are permanent.
func (w *ward) rulesFor(questionnaire string) *instrument.Rules {
	if rules, ok := w.rules[questionnaire]; ok {
		return rules
	}
	return w.library.Current()
}

// surroundings are what the record says beside the assessment itself.
type surroundings struct {
	teams   careTeams
	phase   string
	zone    string
	region  string
	context syncing.Snapshot
}

func (w *ward) look(record syncing.RecordID, r syncing.Reader) (surroundings, error) {
	s := surroundings{zone: w.zone}
	var err error
	if s.teams, err = readTeams(r); err != nil {
		return s, err
	}
	if s.phase, err = phaseOf(r); err != nil {
		return s, err
	}
	if s.context, err = r.Document(ClinicalContextID(record)); err != nil {
		return s, err
	}
	who, err := r.Document(PersonID(record))
	if err != nil {
		return s, err
	}
	if home := who.Text("homeZone"); home != "" {
		if _, err := calendar.Zone(home); err == nil {
			s.zone = home
		}
	}
	s.region = w.region
	if slices.Contains(w.library.Current().Regions(), s.teams.region) {
		s.region = s.teams.region
	}
	return s, nil
}

// dateOf is the civil date of an instant at home.
func (s surroundings) dateOf(ms int64) string {
	civil, err := calendar.In(time.UnixMilli(ms), s.zone)
	if err != nil {
		return time.UnixMilli(ms).UTC().Format(time.DateOnly)
	}
	return civil.Date.String()
}
