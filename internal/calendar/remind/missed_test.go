package remind_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
)

const missedFile = "testdata/missed.v1.json"

// Cases of reminders that nobody answered, for programs in any language.
func TestTheVectorsOfWhatNeedsALookHold(t *testing.T) {
	var list []struct {
		Name  string          `json:"name"`
		Input remind.Input    `json:"input"`
		Want  []remind.Missed `json:"want"`
	}
	data, err := os.ReadFile(missedFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &list, json.RejectUnknownMembers(true)))
	for i, v := range list {
		got, err := remind.Own.Missed(v.Input)
		require.NoError(t, err, v.Name)
		if *rewrite {
			list[i].Want = got
			continue
		}
		require.Equal(t, v.Want, got, v.Name)
	}
	if *rewrite {
		var out bytes.Buffer
		require.NoError(t, json.MarshalWrite(&out, list, jsontext.WithIndent(" "), json.Deterministic(true)))
		require.NoError(t, os.WriteFile(missedFile, append(out.Bytes(), '\n'), 0o644))
	}
}

// TestWhoHelpsHearsWhileTheyCanStillDoSomething: the times of the cases, so that no rewriting changes them.
func TestWhoHelpsHearsWhileTheyCanStillDoSomething(t *testing.T) {
	t.Parallel()
	visit := remind.Event{Kind: remind.Appointment, Focus: "appointment/00000000-0000-8000-8000-000000000001", Step: "2026-11-26T14:00", Zone: "Europe/London", TravelMinutes: 30}
	require.NoError(t, visit.Date.UnmarshalText([]byte("2026-11-26")))
	clock := remind.Clock(14 * 60)
	visit.Time = &clock
	at := func(text string) int64 { return instant(t, "2026-11-26T"+text+":00Z") }
	for name, tc := range map[string]struct {
		rang, want int64
		change     func(*remind.Event, *remind.Input)
	}{
		"two hours behind it":                            {at("10:30"), at("12:30"), nil},
		"it rang the evening before":                     {at("10:30") - 16*hour, at("12:30") - 16*hour, nil},
		"it rang late: what leaves an hour and the way":  {at("11:30"), at("12:30"), nil},
		"it rang when nobody could do anything any more": {at("12:45"), 0, nil},
		"the person said something": {at("10:30"), 0, func(e *remind.Event, in *remind.Input) {
			in.Answers = []remind.Answer{{Reminder: in.Told[0].ID, What: "done"}}
		}},
		"the person said something of another date": {at("10:30"), at("12:30"), func(e *remind.Event, in *remind.Input) {
			in.Answers = []remind.Answer{{Reminder: remind.ID("appointment-today", e.Focus, "2026-11-19T14:00", "patient"), What: "done"}}
		}},
		"it was called off": {at("10:30"), 0, func(e *remind.Event, _ *remind.Input) { e.Over = true }},
		"it was named beside another": {at("10:30"), at("12:30"), func(_ *remind.Event, in *remind.Input) {
			in.Told = []remind.Told{{ID: "notice/other", At: at("10:30"), About: []string{in.Told[0].ID}}}
		}},
		"the one of two days before is no reason": {at("10:30"), 0, func(e *remind.Event, in *remind.Input) {
			in.Told[0].ID = remind.ID("appointment-soon", e.Focus, e.Step, "patient")
		}},
		"the person wants no reminders": {at("10:30"), 0, func(_ *remind.Event, in *remind.Input) { in.Settings.Off = true }},
	} {
		e := visit
		in := remind.Input{Audience: remind.ForPatient, Settings: remind.Settings{HomeZone: "Europe/London"}, Told: []remind.Told{{ID: remind.ID("appointment-today", e.Focus, e.Step, "patient"), At: tc.rang}}}
		if tc.change != nil {
			tc.change(&e, &in)
		}
		in.Events = []remind.Event{e}
		got, err := remind.Own.Missed(in)
		require.NoError(t, err, name)
		if tc.want == 0 {
			require.Empty(t, got, name)
			continue
		}
		require.Equal(t, []remind.Missed{{Kind: remind.Appointment, Focus: e.Focus, Step: e.Step, At: tc.want, Until: at("14:00")}}, got, name)
	}
}

const hour = int64(60 * 60_000)

func instant(t *testing.T, text string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at.UnixMilli()
}
