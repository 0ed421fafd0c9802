package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed data/reports.v1.json
var reportLimitsFile []byte

// reportLimits says what makes a report remarkable beside its level.
type reportLimits struct {
	ID               string `json:"id"`
	Version          string `json:"version"`
	Review           string `json:"review"` // the state of clinical approval
	Source           string `json:"source"`
	About            string `json:"about"`
	DuplicateMinutes int64  `json:"duplicateMinutes"`
	ClockOffMinutes  int64  `json:"clockOffMinutes"`
	RulesOldDays     int64  `json:"rulesOldDays"`
}

// loadReportLimits reads a file and refuses one that is not whole.
func loadReportLimits(data []byte) (*reportLimits, error) {
	var l reportLimits
	if err := json.UnmarshalRead(bytes.NewReader(data), &l, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	if l.ID != "reports" || l.Version == "" || l.Review == "" || l.Source == "" || min(l.DuplicateMinutes, l.ClockOffMinutes, l.RulesOldDays) <= 0 {
		return nil, fmt.Errorf("reports: id, version, review, source or a limit is missing")
	}
	return &l, nil
}

// duplicates reports whether two reports of one questionnaire lie so near to each other (ms) that one may have been meant.
func (l *reportLimits) duplicates(one, other int64) bool {
	return max(one-other, other-one) <= l.DuplicateMinutes*time.Minute.Milliseconds()
}

// clockOff reports whether a phone's clock was so wrong that its own time must stand beside ours.
func (l *reportLimits) clockOff(device, effective int64) bool {
	return max(device-effective, effective-device) > l.ClockOffMinutes*time.Minute.Milliseconds()
}

// rulesOld reports whether a phone had not asked about its rules for long; both times are by its own clock.
func (l *reportLimits) rulesOld(asked, written int64) bool {
	return written-asked > l.RulesOldDays*24*time.Hour.Milliseconds()
}
