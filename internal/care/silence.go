package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

//go:embed data/silence.v1.json
var silenceFile []byte

// silence says what happens when nobody hears of a person.
type silence struct {
	ID               string `json:"id"`
	Version          string `json:"version"`
	Review           string `json:"review"` // the state of clinical approval
	Source           string `json:"source"`
	About            string `json:"about"`
	SilentAfterHours int64  `json:"silentAfterHours"`
	DueWithinHours   int64  `json:"dueWithinHours"`
	AgainHours       int64  `json:"againHours"`
	CallWithinHours  int64  `json:"callWithinHours"`
	Assessment       struct {
		ReminderAtHour int   `json:"reminderAtHour"`
		CallAfterHours int64 `json:"callAfterHours"`
	} `json:"assessment"`
	NoShows    int   `json:"noShows"`
	NoShowDays int64 `json:"noShowDays"`
}

// silences is the file in the program.
var silences = mustSilence(silenceFile)

func mustSilence(data []byte) *silence {
	s, err := loadSilence(data)
	if err != nil {
		panic("care: " + err.Error())
	}
	return s
}

// loadSilence reads a file and refuses one that is not whole.
func loadSilence(data []byte) (*silence, error) {
	var s silence
	if err := json.UnmarshalRead(bytes.NewReader(data), &s, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("silence: %w", err)
	}
	if s.ID != "silence" || s.Version == "" || s.Review == "" || s.Source == "" {
		return nil, fmt.Errorf("silence: id, version, review or source is missing")
	}
	times := []int64{
		s.SilentAfterHours, s.DueWithinHours, s.AgainHours, s.CallWithinHours, s.Assessment.CallAfterHours, s.NoShowDays,
	}
	if slices.Min(times) < 1 || slices.Max(times) > 1<<16 || s.NoShows < 2 || s.Assessment.ReminderAtHour < 0 || s.Assessment.ReminderAtHour > 23 {
		return nil, fmt.Errorf("silence: a time is missing or too long")
	}
	return &s, nil
}

// SilentAfter is how long no device of a person has been here when they count as silent; SilentAgain, after how long it is looked again.
func SilentAfter() time.Duration { return time.Duration(silences.SilentAfterHours) * time.Hour }

// SilentAgain is told with SilentAfter.
func SilentAgain() time.Duration { return time.Duration(silences.AgainHours) * time.Hour }

// SilencePatches give somebody to call a person of whom no device has been heard since `since` (ms) while something is due, once for each
// silence, and take it back when a device is here again or nothing is due any more. Errors are those of the reader.
func SilencePatches(r syncing.Reader, record syncing.RecordID, silent bool, since, now int64) ([]syncing.Patch, error) {
	standing, err := tasksAbout(r, TaskSilent, PersonID(record))
	if err != nil {
		return nil, err
	}
	due := false
	if silent {
		if due, err = anythingDue(r, record, now); err != nil {
			return nil, err
		}
	}
	if !due {
		return patches(endAll(standing)...), nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	team := teams.caller("")
	if team == "" {
		if answering := teams.answering(""); len(answering) > 0 {
			team = answering[0]
		}
	}
	if team == "" {
		return nil, nil
	}
	d, err := openTaskCause(r, TaskSilent, team, PersonID(record), strconv.FormatInt(since, 10), CategorySchedule, now, now+silences.CallWithinHours*hourMs)
	if err != nil {
		return nil, err
	}
	return patches(d), nil
}

// anythingDue reports whether the person is waited for: an appointment or a test within days, or a message that asks something of them. Nobody is
// waited for who has died, or who never wanted the app.
func anythingDue(r syncing.Reader, record syncing.RecordID, now int64) (bool, error) {
	reminded, err := mayRemind(r, record, now)
	if err != nil || !reminded {
		return false, err
	}
	until := now + silences.DueWithinHours*hourMs
	appointments, err := r.Documents(appointmentName)
	if err != nil {
		return false, err
	}
	for _, a := range appointments {
		start, known := startOf(a)
		if known && a.Text("status") == "booked" && categoryOfAppointment(a) == CategorySchedule && start > now-hourMs && start <= until {
			return true, nil
		}
	}
	plans, err := TestPlans(BinderOf(r), now)
	if err != nil {
		return false, err
	}
	for _, plan := range plans {
		for _, d := range plan.Dates {
			if plan.State != TestEnded && plan.State != TestPaused && (d.State == lab.Due || d.State == lab.Overdue || d.State == lab.Planned && d.Opens <= until) {
				return true, nil
			}
		}
	}
	receipts, err := r.Documents(receiptName)
	return slices.ContainsFunc(receipts, func(receipt syncing.Snapshot) bool {
		return Calls(receipt, Onlooker{Record: record, Owner: true}, nil)
	}), err
}

// mayRemind reports whether this person is reminded of appointments and tests now (ms): not after a death, not in hospital, and not of an app that
// they do not want. A stay that is still to come is none.
func mayRemind(r syncing.Reader, record syncing.RecordID, now int64) (bool, error) {
	who, err := r.Document(PersonID(record))
	if err != nil {
		return false, err
	}
	if slices.Contains([]string{"deceased", "merged"}, who.Text("status")) || slices.Contains([]string{"phone", "letter"}, who.Text("engagementMode")) {
		return false, nil
	}
	events, err := r.Documents(healthEventName)
	latest, away := int64(0), false
	for _, e := range events {
		switch at := number(e, "at"); {
		case e.Text("type") == eventDeath:
			return false, err
		case at <= now && at >= latest && (e.Text("type") == eventAdmission || e.Text("type") == eventDischarge):
			latest, away = at, e.Text("type") == eventAdmission
		}
	}
	return !away, err
}

// NeedsALookPatches tell the caregivers who see the schedule that a reminder of an appointment or of a date of a test needs a look: that there is
// one, and no more. Nothing of a concern can come here. When that is, and that the person has said nothing to it, internal/reminder knows; what
// they said to the thing itself is asked here. Saying it twice changes nothing. Errors are those of the reader.
func NeedsALookPatches(r syncing.Reader, record syncing.RecordID, focus syncing.DocID, step string, now int64) ([]syncing.Patch, error) {
	reminded, err := mayRemind(r, record, now)
	if err != nil || !reminded {
		return nil, err
	}
	about, err := r.Document(focus)
	if err != nil {
		return nil, err
	}
	tell := tell{code: NoticeNeedsALook, focus: focus, step: step, category: CategorySchedule, at: now}
	switch focus.Type() {
	case appointmentName:
		if about.Has("patientResponse") || categoryOfAppointment(about) != CategorySchedule {
			return nil, nil
		}
	case labOrderName:
		if tell.due = step; about.Has(replyPrefix + step) {
			return nil, nil
		}
	default:
		return nil, nil
	}
	drafts, err := tellAll(r, tell, []string{forCaregiver})
	return patches(drafts...), err
}

// CaregiversOf says of which category a caregiver must see something to be told what a patch tells; ok is false for one that tells them nothing.
func CaregiversOf(p syncing.Patch) (category string, ok bool) {
	if p.Doc.Type() != noticeName || textIn(p.Set["audience"]) != forCaregiver {
		return "", false
	}
	return textIn(p.Set["category"]), true
}
