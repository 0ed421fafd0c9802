package reminder

import (
	"slices"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// Horizon is how many days ahead the follower looks; lookDays is after how many it looks again if nothing rings until then.
const (
	horizonDays = 40
	lookDays    = 30

	dayMs = 24 * 60 * 60 * 1000
)

// Clock decides what follows from time: reminders here, everything else in care. It is pure: the follower hands in the record as it
// stands, and the time.
type Clock struct {
	care *care.Clock
	zone string // of whoever has none
}

// NewClock makes one for the place that care.Schema serves. It panics as care.Schema does.
func NewClock(place care.Config) *Clock { return &Clock{care.NewClock(place), place.Zone} }

// Begin says what a record from before this was kept lacks; nil if nothing. Errors are those of the reader.
func (k *Clock) Begin(record syncing.RecordID, r syncing.Reader, now int64) ([]syncing.Patch, error) {
	return k.care.Begin(record, r, now)
}

// Due says what follows at server time now (ms) from a document that care.DueIndex names; nil if nothing does any more. Saying it twice
// changes nothing: a notice is named by its cause, and what has rung and when next is written with it. Errors are those of the reader.
func (k *Clock) Due(record syncing.RecordID, r syncing.Reader, id syncing.DocID, now int64) ([]syncing.Patch, error) {
	if id.Type() != care.ReminderClockType {
		return k.care.Due(record, r, id, now)
	}
	clock, err := r.Document(id)
	if err != nil || !clock.Exists() {
		return nil, err
	}
	at := care.LookedAtReminders{Now: now, FiredAt: now}
	var rings []syncing.Patch
	for _, audience := range []string{remind.ForPatient, remind.ForCaregiver} {
		in, _, err := inputOf(care.BinderOf(r), audience, k.zone, number(clock, "firedAt"), now, horizonDays)
		if err != nil {
			return nil, err
		}
		if audience == remind.ForPatient {
			looks, err := k.looks(record, r, in, now, &at)
			if err != nil {
				return nil, err
			}
			rings = append(rings, looks...)
		}
		if until, quiet := remind.Own.QuietUntil(in.Settings, now); quiet && number(clock, "firedAt") < now && k.late(in, now) {
			at.FiredAt, at.Next = 0, sooner(at.Next, until) // what is late rings when the quiet hours end
			continue
		}
		list, err := remind.Own.List(in)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].At > now {
				at.Next = sooner(at.Next, list[i].At)
				break
			}
			patches, err := care.RingPatches(r, ringOf(&list[i], audience), now)
			if err != nil {
				return nil, err
			}
			rings = append(rings, patches...)
			if audience == remind.ForPatient && !list[i].Again {
				at.Next = sooner(at.Next, now+int64(remind.Own.Again.AfterMinutes)*60_000)
			}
		}
		if slices.ContainsFunc(in.Events, func(e remind.Event) bool { return !e.Over }) {
			at.Next = sooner(at.Next, now+lookDays*dayMs)
		}
	}
	return append(care.LookedPatches(clock, at), rings...), nil // what rings stays last: its rev is the head of what came
}

// looks tell caregivers of reminders to which the person has said nothing, and say when that is next. A reminder that rings now is looked at
// again soon, so it need not be thought of here.
func (k *Clock) looks(record syncing.RecordID, r syncing.Reader, in remind.Input, now int64, at *care.LookedAtReminders) (list []syncing.Patch, err error) {
	missed, err := remind.Own.Missed(in)
	for _, m := range missed {
		switch {
		case m.At > now:
			at.Next = sooner(at.Next, m.At)
		case now < m.Until:
			told, err := care.NeedsALookPatches(r, record, syncing.DocID(m.Focus), m.Step, now)
			if err != nil {
				return nil, err
			}
			list = append(list, told...)
		}
	}
	return list, err
}

// late reports whether something should have rung by now.
func (k *Clock) late(in remind.Input, now int64) bool {
	list, err := remind.Own.List(in)
	return err == nil && len(list) > 0 && list[0].At <= now
}

// sooner is the earlier of two instants; 0 is none.
func sooner(a, b int64) int64 {
	if a == 0 || b < a {
		return b
	}
	return a
}

func ringOf(m *remind.Reminder, audience string) care.Ring {
	ring := care.Ring{Code: m.Code, Step: m.Step, Audience: audience, Focus: syncing.DocID(m.Focus), About: m.About}
	if m.Kind == remind.Lab {
		ring.Due = m.Step[:len("2026-11-26")]
	}
	return ring
}
