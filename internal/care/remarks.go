package care

import (
	"slices"
	"strings"

	"satchel/internal/instrument"
)

// Remarks are what a nurse must know of a row beside its level.
type Remarks struct {
	Alone         bool             `json:"alone,omitzero"`         // one team alone may see it: the person chose so
	Upgraded      bool             `json:"upgraded,omitzero"`      // the server judged higher than the phone that showed its advice
	Duplicates    int              `json:"duplicates,omitzero"`    // reports that may be the same as another one here
	Review        []string         `json:"review,omitempty"`       // "unknown-rules", "old-rules": look at how the phone judged
	DeviceAt      int64            `json:"deviceAt,omitzero"`      // ms, when a report was written by a phone's clock that is wrong
	AdviceShownAt int64            `json:"adviceShownAt,omitzero"` // ms, when the phone showed the advice of the most urgent report
	AdviceAction  string           `json:"adviceAction,omitzero"`  // what the person did then
	Recurrence    bool             `json:"recurrence,omitzero"`    // the person noticed a sign that their follow-up protocol names
	Events        []string         `json:"events,omitempty"`       // what happened to the person, as somebody told: "admission", "fall"
	Results       int              `json:"results,omitzero"`       // results that the team has to acknowledge
	Missed        []string         `json:"missed,omitempty"`       // dates of tests that were missed
	Reaccess      bool             `json:"reaccess,omitzero"`      // asks to be seen again soon, without a new referral
	adviceLevel   instrument.Level // of the report that these two speak of
}

// note adds what an element says. Of advice, that of the most urgent report is told; of those of one level, the one that was not followed.
func (m *Remarks) note(e waiting) {
	m.Upgraded = m.Upgraded || e.Upgraded
	m.Recurrence = m.Recurrence || isRecurrence(e)
	m.Reaccess = m.Reaccess || isReaccess(e)
	m.Missed = either(m.Missed, e.Dates)
	if e.Event != "" {
		m.Events = union(m.Events, []string{e.Event})
	}
	m.Results += int(flag(isResult(e)))
	m.Duplicates += int(flag(len(e.Duplicates) > 0))
	m.Review = either(m.Review, e.Review)
	if e.DeviceAt != 0 {
		m.DeviceAt = e.DeviceAt
	}
	if e.AdviceShownAt == 0 && e.AdviceAction == "" {
		return
	}
	if e.shown() > m.adviceLevel || e.shown() == m.adviceLevel && !called(e.AdviceAction) {
		m.AdviceShownAt, m.AdviceAction, m.adviceLevel = e.AdviceShownAt, e.AdviceAction, e.shown()
	}
}

// called reports whether the person has reached somebody, or is on the way.
func called(action string) bool {
	return slices.Contains([]string{"called-emergency", "called-line", "went-to-ed"}, action)
}

var actionWords = map[string]string{
	"called-emergency": "patient said: called the emergency number",
	"called-line":      "patient said: called the 24-hour line",
	"went-to-ed":       "patient said: on the way to the emergency department",
	"not-yet":          "patient said: not called yet",
	"disagree":         "patient said: does not think that a call is needed",
	"":                 "patient has not said whether they called",
}

var reviewWords = map[string]string{
	reviewUnknownRules: "The phone judged by rules that we do not know: look at the answers themselves.",
	reviewOldRules:     "The phone had not asked for new rules for a long time: look at the answers themselves.",
}

// words says the remarks as sentences, for a reader in a zone.
func (m Remarks) words(zone string) []string {
	var parts []string
	if m.Results > 0 {
		parts = append(parts, count(m.Results, "result waits", "results wait")+" to be acknowledged with a decision.")
	}
	if m.Recurrence {
		parts = append(parts, "Noticed a sign that the follow-up protocol asks to report.")
	}
	if len(m.Missed) > 0 {
		parts = append(parts, "A test was missed: "+strings.Join(m.Missed, ", ")+".")
	}
	for _, what := range m.Events {
		parts = append(parts, eventWords[what])
	}
	if m.Reaccess {
		parts = append(parts, "Asks for a fast way back, without a new referral.")
	}
	if m.Upgraded {
		parts = append(parts, "Upgraded after sync: the phone showed weaker advice than this.")
	}
	if m.AdviceShownAt != 0 || m.AdviceAction != "" {
		advice := actionWords[m.AdviceAction]
		if m.AdviceShownAt != 0 {
			advice = "advice shown " + When(m.AdviceShownAt, zone) + "; " + advice
		}
		if !called(m.AdviceAction) {
			advice += ": call first, read later"
		}
		parts = append(parts, capital(advice)+".")
	}
	if m.DeviceAt != 0 {
		parts = append(parts, "The phone's clock is wrong: it said "+When(m.DeviceAt, zone)+" when this was written.")
	}
	if m.Duplicates > 0 {
		parts = append(parts, "Two reports within minutes may be one: both are here.")
	}
	if m.Alone {
		parts = append(parts, "The person chose that your team alone sees this.")
	}
	for _, why := range m.Review {
		parts = append(parts, reviewWords[why])
	}
	return slices.DeleteFunc(parts, func(part string) bool { return strings.TrimSpace(part) == "" })
}
