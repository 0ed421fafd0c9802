package feed

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/trial"
	syncing "satchel/sync"
)

// shown are the entries of a calendar, by their names.
func shown(t *testing.T, r *trial.Record, own bool) map[string]Entry {
	t.Helper()
	entries := map[string]Entry{}
	r.Reads(func(reader syncing.Reader) ([]syncing.Patch, error) {
		list, err := Entries(reader, reader, Reader{Own: own, Now: r.Now})
		for _, e := range list {
			entries[e.ID] = e
		}
		return nil, err
	})
	return entries
}

// only is the one entry of a calendar.
func only(t *testing.T, r *trial.Record, own bool) Entry {
	t.Helper()
	entries := shown(t, r, own)
	require.Len(t, entries, 1)
	for _, e := range entries {
		return e
	}
	return Entry{}
}

// later is what came of an entry: the same entry still, and every app takes it for newer.
func later(t *testing.T, before, after Entry) Entry {
	t.Helper()
	require.Equal(t, before.ID, after.ID)
	require.Greater(t, after.Sequence, before.Sequence)
	require.Greater(t, after.Changed, before.Changed)
	return after
}

func TestWhateverChangesAnEntryRaisesItsSequence(t *testing.T) {
	t.Parallel()
	r := trial.New(t)
	visit := r.Visit("Infusion", "2026-12-01T10:00", trial.Fields{"place": "Ward 7", "durationMinutes": 45})
	e := only(t, r, true)
	require.Equal(t, []any{Confirmed, "", "", int64(45)}, []any{e.Status, e.Title, e.Place, e.Minutes})
	r.Writes(visit, trial.Fields{"start": "2026-12-02T11:00"})
	e = later(t, e, only(t, r, true))
	require.Equal(t, time.Date(2026, time.December, 2, 11, 0, 0, 0, time.UTC), e.At.UTC())

	wish := r.Has(care.PreferenceType, "wish", trial.Fields{"calendarDetail": true})
	e = later(t, e, only(t, r, true))
	require.Equal(t, []string{"Infusion", "Ward 7"}, []string{e.Title, e.Place})
	require.Empty(t, only(t, r, false).Title, "and a caregiver's calendar says no more for it")
	r.Writes(wish, trial.Fields{"calendarDetail": false})
	e = later(t, e, only(t, r, true))
	require.Empty(t, e.Title)
	r.Has(care.PreferenceType, "another phone's wish", trial.Fields{"calendarDetail": true})
	require.Empty(t, only(t, r, true).Title, "of two wishes that differ, the one that says less")

	r.Writes(visit, trial.Fields{"status": "cancelled"})
	require.Equal(t, Cancelled, later(t, e, only(t, r, true)).Status)
	r.Now = r.Now.Add(pastKept + 13*24*time.Hour)
	require.Empty(t, shown(t, r, true))
}

// TestHazard_H31_NothingIsAheadInACalendarOfSomebodyWhoHasDied: an app that a caregiver has subscribed rings by itself, for whatever is said to take place.
func TestHazard_H31_NothingIsAheadInACalendarOfSomebodyWhoHasDied(t *testing.T) {
	t.Parallel()
	for name, dies := range map[string]func(r *trial.Record) syncing.DocID{
		"the team said so": func(r *trial.Record) syncing.DocID {
			r.Writes(care.PersonID(r.ID), trial.Fields{"status": "deceased"})
			return care.PersonID(r.ID)
		},
		"somebody reported it": func(r *trial.Record) syncing.DocID {
			return r.Has(care.HealthEventType, "death", trial.Fields{"type": "death", "at": r.Now.UnixMilli()})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := trial.New(t)
			was := r.Visit("Clinic", "2026-11-19T10:00", nil)
			r.Visit("Infusion", "2026-12-01T10:00", nil)
			before := shown(t, r, false)
			r.Writes(care.PersonID(r.ID), trial.Fields{"phone": "020 7946 0000"})
			require.Equal(t, before, shown(t, r, false), "what else changes about the person is nobody's in a calendar")
			what := dies(r)
			for id, e := range shown(t, r, false) {
				later(t, before[id], e)
				if id == idOf(string(was)) {
					require.Equal(t, Confirmed, e.Status, "what was before was")
				} else {
					require.Equal(t, Cancelled, e.Status)
				}
			}
			if what == care.PersonID(r.ID) {
				dead := shown(t, r, false)
				r.Writes(what, trial.Fields{"status": "active"})
				for id, e := range shown(t, r, false) {
					require.Equal(t, Confirmed, later(t, dead[id], e).Status, "it was a mistake")
				}
			}
		})
	}
}
