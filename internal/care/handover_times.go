package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
)

//go:embed data/handover.v1.json
var handoverTimesFile []byte

// handoverTimes says by when what is handed over should be there.
type handoverTimes struct {
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Review   string    `json:"review"` // the state of clinical approval
	About    string    `json:"about"`
	Accept   timeLimit `json:"accept"`
	Plan     timeLimit `json:"plan"`
	Summary  timeLimit `json:"summary"`
	Reaccess timeLimit `json:"reaccess"`
	Support  timeLimit `json:"support"`
	Care     timeLimit `json:"review12"`
	Cohort   struct {
		Least  int    `json:"least"`
		Source string `json:"source"`
	} `json:"cohort"`
}

// timeLimit is one of them: in days, months or working days.
type timeLimit struct {
	WorkingDays int    `json:"workingDays"`
	Days        int    `json:"days"`
	Months      int    `json:"months"`
	Source      string `json:"source"`
}

// loadHandoverTimes reads a file and refuses one that is not whole.
func loadHandoverTimes(data []byte) (*handoverTimes, error) {
	var h handoverTimes
	if err := json.UnmarshalRead(bytes.NewReader(data), &h, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("handover: %w", err)
	}
	if h.ID != "handover" || h.Version == "" || h.Review == "" || h.Cohort.Least < 1 || h.Cohort.Source == "" {
		return nil, fmt.Errorf("handover: id, version, review or cohort is missing")
	}
	for name, t := range map[string]timeLimit{"accept": h.Accept, "plan": h.Plan, "summary": h.Summary, "reaccess": h.Reaccess, "support": h.Support, "review12": h.Care} {
		units := 0
		for _, n := range []int{t.WorkingDays, t.Days, t.Months} {
			if n > 0 {
				units++
			}
		}
		if units != 1 || t.Source == "" || t.WorkingDays < 0 || t.Days < 0 || t.Months < 0 {
			return nil, fmt.Errorf("handover: %s needs one of workingDays, days and months, and a source", name)
		}
	}
	return &h, nil
}

// after is when the limit has passed that began at an instant (ms), in a zone.
func (t timeLimit) after(ms int64, zone string) int64 {
	if t.WorkingDays > 0 {
		return workingDaysLater(ms, t.WorkingDays, zone)
	}
	civil, err := calendar.In(time.UnixMilli(ms), zone)
	if err != nil {
		return time.UnixMilli(ms).AddDate(0, t.Months, t.Days).UnixMilli()
	}
	return endOf(t.afterDay(civil.Date), zone)
}

// afterDay is the last day of the limit that began on a day.
func (t timeLimit) afterDay(day calendar.CivilDate) calendar.CivilDate {
	if t.Months == 0 {
		return day.AddDays(t.Days)
	}
	noon := time.Date(day.Year, day.Month, 1, 12, 0, 0, 0, time.UTC).AddDate(0, t.Months, 0)
	last := time.Date(noon.Year(), noon.Month()+1, 0, 12, 0, 0, 0, time.UTC).Day()
	return calendar.CivilDate{Year: noon.Year(), Month: noon.Month(), Day: min(day.Day, last)}
}

// endOf is when a day has ended in a zone, in ms; where the zone is not known, by UTC.
func endOf(day calendar.CivilDate, zone string) int64 {
	next := day.AddDays(1)
	at, _, err := calendar.Resolve(next.At(0, 0), zone)
	if err != nil {
		return time.Date(next.Year, next.Month, next.Day, 0, 0, 0, 0, time.UTC).UnixMilli()
	}
	return at.UnixMilli()
}

// endOfText is endOf for a date as documents have it; 0 if it is none.
func endOfText(day, zone string) int64 {
	date, err := calendar.ParseDate(day)
	if err != nil {
		return 0
	}
	return endOf(date, zone)
}
