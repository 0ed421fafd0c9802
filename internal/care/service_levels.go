package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
)

//go:embed data/servicelevels.v1.json
var serviceLevelsFile []byte

// serviceLevels says how soon a team should reach a person at each level.
type serviceLevels struct {
	ID          string `json:"id"`
	Version     string `json:"version"`
	Review      string `json:"review"` // the state of clinical approval
	Source      string `json:"source"`
	About       string `json:"about"`
	LateArrival struct {
		AfterMinutes int64            `json:"afterMinutes"`
		FromLevel    instrument.Level `json:"fromLevel"`
		Source       string           `json:"source"`
	} `json:"lateArrival"`
	UnreadLevel instrument.Level `json:"unreadLevel"` // of a report that holds nothing but answers the rules cannot read
	ActedOn     struct {
		WithinHours int64  `json:"withinHours"`
		Source      string `json:"source"`
	} `json:"actedOn"`
	AlertBudget struct {
		WarnAbovePercent int    `json:"warnAbovePercent"`
		Source           string `json:"source"`
	} `json:"alertBudget"`
	Levels map[string]serviceLevel `json:"levels"`
}

// serviceLevel is one level's time. With neither minutes nor working days there is none.
type serviceLevel struct {
	Minutes     int64  `json:"minutes"`
	WorkingDays int    `json:"workingDays"`
	Words       string `json:"words"`
	Source      string `json:"source"`
	Escalation  []rung `json:"escalation"` // who is told when nobody has reached the person in time
}

// target is the time of the level in minutes, a working day counted as one.
func (l serviceLevel) target() int64 { return l.Minutes + int64(l.WorkingDays)*24*60 }

// loadServiceLevels reads a file and refuses one that is not whole, or that lets a higher level wait longer than a lower one.
func loadServiceLevels(data []byte) (*serviceLevels, error) {
	var s serviceLevels
	if err := json.UnmarshalRead(bytes.NewReader(data), &s, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("servicelevels: %w", err)
	}
	if s.ID != "servicelevels" || s.Version == "" || s.Review == "" || s.Source == "" || s.LateArrival.AfterMinutes <= 0 ||
		s.ActedOn.WithinHours <= 0 || s.AlertBudget.WarnAbovePercent <= 0 {
		return nil, fmt.Errorf("servicelevels: id, version, review, source, lateArrival, actedOn or alertBudget is missing")
	}
	longest := int64(0)
	for level := instrument.Emergency; level >= instrument.Info; level-- {
		l, ok := s.Levels[level.String()]
		minutes := l.target()
		switch {
		case !ok || l.Words == "" || l.Source == "":
			return nil, fmt.Errorf("servicelevels: level %s needs words and source", level)
		case l.Minutes != 0 && l.WorkingDays != 0, minutes < 0, level > instrument.Info && minutes == 0:
			return nil, fmt.Errorf("servicelevels: level %s needs minutes or workingDays", level)
		case minutes != 0 && minutes < longest:
			return nil, fmt.Errorf("servicelevels: level %s is to be reached sooner than the one above it", level)
		}
		if err := l.checkLadder(); err != nil {
			return nil, fmt.Errorf("servicelevels: level %s: %w", level, err)
		}
		longest = max(longest, minutes)
	}
	return &s, nil
}

// checkLadder refuses rungs that nobody stands on, that come before the promise is broken, or that go down.
func (l serviceLevel) checkLadder() error {
	before := l.target()
	for _, step := range l.Escalation {
		switch {
		case !slices.Contains(rungs, step.To) || step.Source == "":
			return fmt.Errorf("an escalation needs source and one of %v", rungs)
		case l.target() == 0 || step.AfterMinutes < before:
			return fmt.Errorf("the escalation to %s comes too soon", step.To)
		}
		before = step.AfterMinutes
	}
	return nil
}

// due is when a report of the level that came in at `received` (ms) must be answered; 0 if nothing is promised.
func (s *serviceLevels) due(level instrument.Level, received int64, zone string) int64 {
	target := s.Levels[level.String()]
	if target.WorkingDays == 0 {
		if target.Minutes == 0 {
			return 0
		}
		return received + target.Minutes*time.Minute.Milliseconds()
	}
	return workingDaysLater(received, target.WorkingDays, zone)
}

// workingDaysLater is the same time of day so many working days on, in a zone; where the zone is not known, so many days on.
func workingDaysLater(ms int64, days int, zone string) int64 {
	civil, err := calendar.In(time.UnixMilli(ms), zone)
	if err != nil {
		return ms + int64(days)*24*time.Hour.Milliseconds()
	}
	civil.Date = addWorkingDays(civil.Date, days)
	end, _, err := calendar.Resolve(civil, zone)
	if err != nil {
		return ms + int64(days)*24*time.Hour.Milliseconds()
	}
	return end.UnixMilli()
}

func addWorkingDays(date calendar.CivilDate, days int) calendar.CivilDate {
	for days > 0 {
		date = date.AddDays(1)
		if day := date.Weekday(); day != time.Saturday && day != time.Sunday {
			days--
		}
	}
	return date
}

// late reports whether a report of the level came in so long after it was written that the person may have waited in vain.
func (s *serviceLevels) late(level instrument.Level, reported, received int64) bool {
	return level >= s.LateArrival.FromLevel && received-reported > s.LateArrival.AfterMinutes*time.Minute.Milliseconds()
}
