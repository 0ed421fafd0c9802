package care

import (
	"slices"

	syncing "satchel/sync"
)

const reminderClockName = "reminderClock"

// ReminderClockType is the document type of when a record is looked at for reminders.
const ReminderClockType = reminderClockName

// CategoryClock is of nobody: what lies in it is for the followers of a server alone.
const CategoryClock = "clock"

// ReminderClockID names the one of a record: the document has the record's own id.
func ReminderClockID(record syncing.RecordID) syncing.DocID {
	return syncing.NewDocID(reminderClockName, record.UUID)
}

// reminderClockType holds the next instant at which something of a record rings, whatever number of reminders it will have: so a tick
// reads what is due and nothing else. Whatever changes an event says so here, and the follower of reminders looks and writes when next.
func reminderClockType() *syncing.Type {
	highest := func(name, doc string) syncing.FieldSpec {
		return field(name, syncing.Instant, syncing.Max, nobody, doc)
	}
	return &syncing.Type{
		Name: reminderClockName, Category: CategoryClock, Creators: nobody,
		Doc: "When a record is looked at next for reminders. Written by the rules, for the server alone: nobody sees it, and a phone works out its reminders itself.",
		Fields: []syncing.FieldSpec{
			highest("changedAt", "when something last changed that reminders depend on"),
			highest("lookedAt", "when the follower last looked; before a change: it has to look"),
			highest("firedAt", "up to when everything has rung"),
			field("nextAt", syncing.Instant, syncing.CAS, nobody, "when something rings next; absent: nothing is ahead"),
		},
		Index: func(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
			if changed := number(s, "changedAt"); changed > number(s, "lookedAt") {
				return []syncing.IndexKey{dueAt(record, s.ID(), changed)}
			}
			if next := number(s, "nextAt"); next != 0 {
				return []syncing.IndexKey{dueAt(record, s.ID(), next)}
			}
			return nil
		},
	}
}

// LookedAtReminders is what a look at the reminders of a record found.
type LookedAtReminders struct {
	Now     int64 // ms
	FiredAt int64 // ms, up to when everything has rung; 0: as before
	Next    int64 // ms, when to look again; 0: nothing is ahead
}

// LookedPatches write that down.
func LookedPatches(clock syncing.Snapshot, l LookedAtReminders) []syncing.Patch {
	d := newDraft(clock.ID(), clock)
	d.integer("lookedAt", max(l.Now, number(clock, "changedAt"), number(clock, "lookedAt")))
	if l.FiredAt > number(clock, "firedAt") {
		d.integer("firedAt", l.FiredAt)
	}
	if d.clear("nextAt"); l.Next != 0 {
		d.integer("nextAt", l.Next)
	}
	return patches(d)
}

// BetweenClinicians reports whether an appointment is none of the person's.
func BetweenClinicians(appointment Paper) bool {
	return onlyClinicians(appointment.Text("audience"), appointment.Text("type"))
}

// The types that internal/reminder reads.
const (
	PersonType     = personName
	AssessmentType = assessmentName
	MedicationType = medicationName
)

// remindable are the types that hold what people are reminded of; a record with one of them has a clock.
var remindable = []string{appointmentName, labOrderName, assessmentRequestName, medicationName, planVersionName, summaryVersionName}

// reminding are types on which reminders depend beside those.
var reminding = []string{personName, PreferenceType, collectionName, resultName, assessmentName, healthEventName, reminderReplyName}

// clocked lets changes of these types be noticed by the clock of reminders, also where a rule makes them because of another.
func clocked(types []*syncing.Type) []*syncing.Type {
	for _, t := range types {
		if t.Derive != nil || slices.Contains(remindable, t.Name) || slices.Contains(reminding, t.Name) {
			t.Derive = clocking(t.Name, t.Derive)
		}
	}
	return types
}

func clocking(name string, derive deriving) deriving {
	return func(c syncing.Change, r syncing.Reader) (list []syncing.Patch, err error) {
		if derive != nil {
			if list, err = derive(c, r); err != nil {
				return nil, err
			}
		}
		kinds := []string{name}
		for _, p := range list {
			kinds = append(kinds, p.Doc.Type())
		}
		begins := slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(remindable, kind) })
		if !begins && !slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(reminding, kind) }) {
			return list, nil
		}
		d, err := wound(c.Record, r, c.Now, begins)
		if err != nil || d == nil {
			return list, err
		}
		return append(patches(d), list...), nil // what rings stays last: its rev is the head of what came
	}
}

// wound says that reminders are to be looked at again. What would have rung by now, had this been known before, is past: whoever writes
// an appointment for tomorrow rings nobody about what was due the day before. nil: there is no clock, and nothing that needs one.
func wound(record syncing.RecordID, r syncing.Reader, now int64, begins bool) (*draft, error) {
	id := ReminderClockID(record)
	stands, err := r.Document(id)
	if err != nil || !stands.Exists() && !begins {
		return nil, err
	}
	d := newDraft(id, stands)
	if number(stands, "changedAt") > number(stands, "lookedAt") {
		return d, nil // it will be looked at anyway
	}
	d.integer("changedAt", max(now, number(stands, "lookedAt")+1))
	if next := number(stands, "nextAt"); (next == 0 || next > now) && now > number(stands, "firedAt") {
		d.integer("firedAt", now)
	}
	return d, nil
}
