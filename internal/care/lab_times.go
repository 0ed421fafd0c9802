package care

import (
	"bytes"
	_ "embed"
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

//go:embed data/labsteps.v1.json
var labTimesFile []byte

// labTimes says what happens when about a test that was ordered.
type labTimes struct {
	ID                string       `json:"id"`
	Version           string       `json:"version"`
	Review            string       `json:"review"` // the state of clinical approval
	Source            string       `json:"source"`
	About             string       `json:"about"`
	AcceptWithinHours int64        `json:"acceptWithinHours"`
	BeforeFirstHours  int64        `json:"beforeFirstHours"`
	EveAtHour         int          `json:"eveAtHour"`
	CallAfterHours    int64        `json:"callAfterHours"`
	CallWithinHours   int64        `json:"callWithinHours"`
	HeldWithinHours   int64        `json:"heldWithinHours"`
	ResultWithinHours []resultTime `json:"resultWithinHours"`
	ThenHours         int64        `json:"thenHours"`
	Missed            struct {
		Level  instrument.Level `json:"level"`
		Worse  instrument.Level `json:"worse"`
		InARow int              `json:"inARow"`
		Source string           `json:"source"`
	} `json:"missed"`
	Nadir struct {
		Counts   []string `json:"counts"`
		SactDays int      `json:"sactDays"`
		GcsfDays int      `json:"gcsfDays"`
		Source   string   `json:"source"`
	} `json:"nadir"`
}

type resultTime struct {
	Groups []string `json:"groups"`
	Hours  int64    `json:"hours"`
	Source string   `json:"source"`
}

// labSteps is the file in the program.
var labSteps = mustLabTimes(labTimesFile)

func mustLabTimes(data []byte) *labTimes {
	t, err := loadLabTimes(data)
	if err != nil {
		panic("care: " + err.Error())
	}
	return t
}

// loadLabTimes reads a file and refuses one that is not whole.
func loadLabTimes(data []byte) (*labTimes, error) {
	var t labTimes
	if err := json.UnmarshalRead(bytes.NewReader(data), &t, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("labsteps: %w", err)
	}
	if t.ID != "labsteps" || t.Version == "" || t.Review == "" || t.Source == "" {
		return nil, fmt.Errorf("labsteps: id, version, review or source is missing")
	}
	if min(t.AcceptWithinHours, t.BeforeFirstHours, t.CallAfterHours, t.CallWithinHours, t.HeldWithinHours, t.ThenHours) < 1 || t.EveAtHour < 1 || t.EveAtHour > 23 {
		return nil, fmt.Errorf("labsteps: a time is missing")
	}
	if m := t.Missed; m.Level < instrument.Amber || m.Worse < m.Level || m.InARow < 2 || m.Source == "" {
		return nil, fmt.Errorf("labsteps: missed needs two levels, inARow and a source")
	}
	if n := t.Nadir; len(n.Counts) == 0 || min(n.SactDays, n.GcsfDays) < 1 || n.Source == "" || slices.ContainsFunc(n.Counts, func(g string) bool { return !lab.Own.Known(g) }) {
		return nil, fmt.Errorf("labsteps: nadir needs known counts, days and a source")
	}
	last := resultTime{}
	for _, last = range t.ResultWithinHours {
		if last.Hours < 1 || last.Source == "" {
			return nil, fmt.Errorf("labsteps: a time for results needs hours and a source")
		}
	}
	if !slices.Contains(last.Groups, "") {
		return nil, fmt.Errorf("labsteps: the last time for results is for every group")
	}
	return &t, nil
}

const hourMs = int64(time.Hour / time.Millisecond)

// resultWithin is how long after a sample of a test was taken its result should be here, in ms.
func (t *labTimes) resultWithin(code string) int64 {
	for _, one := range t.ResultWithinHours {
		if slices.ContainsFunc(one.Groups, func(prefix string) bool { return strings.HasPrefix(code, prefix) }) {
			return one.Hours * hourMs
		}
	}
	return 0
}

// acceptBy is by when a team that was asked at `now` should answer: before the first window that is still to open.
func (t *labTimes) acceptBy(now int64, dates []lab.Occurrence) int64 {
	by := now + t.AcceptWithinHours*hourMs
	for i := range dates {
		if opens := dates[i].Opens.UnixMilli(); opens > now {
			by = min(by, opens-t.BeforeFirstHours*hourMs)
			break
		}
	}
	return max(by, now)
}

// missedLevel is how urgent it is that a date of an order was missed: worse for the second in a row, and for a blood count while
// infection is likely.
func (t *labTimes) missedLevel(order, context syncing.Snapshot, dates []lab.Occurrence, at int) instrument.Level {
	row := 0
	for i := at; i >= 0 && dates[i].State == lab.Missed; i-- {
		row++
	}
	if row >= t.Missed.InARow || t.counts(order.Text("code")) && t.likely(context, dates[at].Date) {
		return t.Missed.Worse
	}
	return t.Missed.Level
}

func (t *labTimes) counts(code string) bool {
	return slices.ContainsFunc(t.Nadir.Counts, func(count string) bool { return code == count || lab.Own.Contains(code, count) })
}

// likely reports whether an infection is likely on a day: a treatment was given shortly before, or nobody has said when.
func (t *labTimes) likely(context syncing.Snapshot, on calendar.CivilDate) bool {
	last, err := calendar.ParseDate(context.Text("sactLastDose"))
	if err != nil || within(last, on, t.Nadir.SactDays) {
		return true
	}
	factor, err := calendar.ParseDate(context.Text("gcsfLastDose"))
	return err == nil && within(factor, on, t.Nadir.GcsfDays)
}

// within: a treatment that is still to come when the count was due counts too.
func within(last, on calendar.CivilDate, days int) bool { return last.DaysUntil(on) <= days }
