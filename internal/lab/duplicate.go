package lab

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
)

//go:embed data/duplicates.v1.json
var duplicatesFile []byte

// Severity says what a possible duplicate asks of whoever orders. None forbids anything.
type Severity string

// The severities, the mildest first.
const (
	Info    Severity = "info"    // it is said
	Warn    Severity = "warn"    // and asks for a reason
	Confirm Severity = "confirm" // and shows the earlier report
)

var severities = []Severity{Info, Warn, Confirm}

// Windows is data/duplicates.v1.json, read and checked.
type Windows struct {
	Version, Review string

	tests   []testWindow
	imaging []imagingWindow
	reasons []string
	groups  *Groups
}

type testWindow struct {
	Match        []string `json:"match"`
	Hours        int      `json:"hours"`
	Days         int      `json:"days"`
	HalfSchedule bool     `json:"halfSchedule"`
	Severity     Severity `json:"severity"`
}

type imagingWindow struct {
	Kinds       []string `json:"kinds"`
	Days        int      `json:"days"`
	Severity    Severity `json:"severity"`
	SameRegion  bool     `json:"sameRegion"`
	ShowEarlier bool     `json:"showEarlier"`
}

type windowsData struct {
	ID      string          `json:"id"`
	Version string          `json:"version"`
	Review  string          `json:"review"`
	Source  string          `json:"source"`
	About   string          `json:"about"`
	Reasons []string        `json:"reasons"`
	Windows []testWindow    `json:"windows"`
	Imaging []imagingWindow `json:"imaging"`
}

// ReadWindows reads the file. One that is not whole is an error that names the place.
func ReadWindows(data []byte, groups *Groups, examinations *Examinations) (*Windows, error) {
	var d windowsData
	if err := json.Unmarshal(data, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("labduplicates: %w", err)
	}
	if d.ID != "labduplicates" || d.Version == "" || d.Review == "" || d.Source == "" || len(d.Reasons) == 0 {
		return nil, fmt.Errorf("labduplicates: id, version, review, source or reasons are missing")
	}
	seen := map[string]bool{}
	once := func(codes []string, days, hours int, severity Severity, known func(string) bool) error {
		for _, code := range codes {
			if !known(code) || seen[code] {
				return fmt.Errorf("labduplicates: %s is not known, or stands twice", code)
			}
			seen[code] = true
		}
		if len(codes) == 0 || (days > 0) == (hours > 0) || !slices.Contains(severities, severity) {
			return fmt.Errorf("labduplicates: of %v the days, the hours or the severity are missing", codes)
		}
		return nil
	}
	for _, w := range d.Windows {
		if err := once(w.Match, w.Days, w.Hours, w.Severity, groups.Known); err != nil {
			return nil, err
		}
	}
	for _, w := range d.Imaging {
		if err := once(w.Kinds, w.Days, 0, w.Severity, examinations.Known); err != nil {
			return nil, err
		}
	}
	return &Windows{Version: d.Version, Review: d.Review, tests: d.Windows, imaging: d.Imaging, reasons: d.Reasons, groups: groups}, nil
}

// OwnWindows are those that come with the program.
var OwnWindows = mustWindows(duplicatesFile)

func mustWindows(data []byte) *Windows {
	w, err := ReadWindows(data, Own, OwnExaminations)
	if err != nil {
		panic(err)
	}
	return w
}

// Reasons are those with which an order stands beside another.
func (w *Windows) Reasons() []string { return slices.Clone(w.reasons) }

// Ordered is a test that is to be done, or that was done, on a day.
type Ordered struct {
	ID string
	// Code is a group or panel, or an image or a procedure such as ct or colonoscopy.
	Code  string
	Sites []string             // which parts of the body an image or a procedure is of; none: nobody said
	Side  string               // left, right or bilateral; "": nobody said
	Dates []calendar.CivilDate // in order
	Every int                  // days from one date of the whole order to the next; 0: it is done once
}

// Duplicate is a test that stands already, the nearest two dates of both, and what that asks for.
type Duplicate struct {
	Of       string // ID of the one that stands
	Severity Severity
	Mine     calendar.CivilDate
	Theirs   calendar.CivilDate
}

// Duplicates lists what a new order may repeat, the gravest first: tests of which one holds the other, images of the same region, so
// near to each other that one may do. It is symmetric in what holds what: who orders a part of a panel that is due hears of it too.
func (w *Windows) Duplicates(order Ordered, standing []Ordered) []Duplicate {
	var list []Duplicate
	for _, other := range standing {
		days, severity, near := w.between(order, other)
		if !near {
			continue
		}
		if mine, theirs, apart, ok := nearest(order.Dates, other.Dates); ok && apart <= days {
			list = append(list, Duplicate{Of: other.ID, Severity: severity, Mine: mine, Theirs: theirs})
		}
	}
	slices.SortStableFunc(list, func(a, b Duplicate) int {
		return slices.Index(severities, b.Severity) - slices.Index(severities, a.Severity)
	})
	return list
}

// between says how many days two orders may lie apart to be asked about, and what is asked.
func (w *Windows) between(a, b Ordered) (days int, severity Severity, near bool) {
	for _, window := range w.imaging {
		if slices.Contains(window.Kinds, a.Code) && slices.Contains(window.Kinds, b.Code) && (!window.SameRegion || sameRegion(a, b)) {
			return window.Days, window.Severity, true
		}
	}
	if !w.groups.Contains(a.Code, b.Code) && !w.groups.Contains(b.Code, a.Code) {
		return 0, "", false
	}
	window, named := w.testWindow(a.Code)
	if !named {
		window, named = w.testWindow(b.Code) // a part that has no window of its own, or a set of several
	}
	if !named {
		return 0, "", false
	}
	days = window.Days + window.Hours/24
	if half := b.Every / 2; window.HalfSchedule && half > 0 {
		days = min(days, half)
	}
	return days, window.Severity, true
}

func (w *Windows) testWindow(code string) (testWindow, bool) {
	i := slices.IndexFunc(w.tests, func(window testWindow) bool { return slices.Contains(window.Match, code) })
	if i < 0 {
		return testWindow{}, false
	}
	return w.tests[i], true
}

// Codes lists everything that has a window: tests, images and procedures.
func (w *Windows) Codes() (list []string) {
	for _, window := range w.tests {
		list = append(list, window.Match...)
	}
	for _, window := range w.imaging {
		list = append(list, window.Kinds...)
	}
	return list
}

// Interval is the shortest distance between two dates of an order, days; 0 if it has one date.
func Interval(dates []calendar.CivilDate) (shortest int) {
	for i := 1; i < len(dates); i++ {
		if d := dates[i-1].DaysUntil(dates[i]); shortest == 0 || d < shortest {
			shortest = d
		}
	}
	return shortest
}

// nearest finds the two dates that lie closest to each other, walking both lists once.
func nearest(a, b []calendar.CivilDate) (mine, theirs calendar.CivilDate, apart int, ok bool) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		d := a[i].DaysUntil(b[j])
		if away := max(d, -d); !ok || away < apart {
			mine, theirs, apart, ok = a[i], b[j], away, true
		}
		if d >= 0 {
			i++
		} else {
			j++
		}
	}
	return mine, theirs, apart, ok
}
