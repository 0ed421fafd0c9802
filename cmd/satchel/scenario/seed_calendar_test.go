package scenario

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
)

// calendarEntry is an entry as a library that nobody here wrote reads it.
type calendarEntry struct {
	Start      string
	Minutes    float64
	Summary    string
	Location   string
	Status     string
	Sequence   int
	Properties []string
}

// subscription is a calendar app that has been given an address, and nothing else.
type subscription struct {
	h    *house
	path string
	id   string
	tag  string
}

func (a *actor) subscribes(f family) *subscription {
	a.h.t.Helper()
	var made struct {
		Path     string
		Calendar struct{ ID string }
	}
	a.h.done(a.post("/v1/records/"+f.record.UUID.String()+"/calendars", nil, &made))
	return &subscription{h: a.h, path: made.Path, id: made.Calendar.ID}
}

func (s *subscription) get(tag string) (status int, body string) {
	s.h.t.Helper()
	request, err := http.NewRequestWithContext(s.h.ctx, http.MethodGet, s.h.base+s.path, nil)
	s.h.done(err)
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	got, err := http.DefaultClient.Do(request)
	s.h.done(err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	s.h.done(err)
	if got.StatusCode == http.StatusOK {
		require.Equal(s.h.t, "text/calendar; charset=utf-8", got.Header.Get("Content-Type"))
		s.tag = got.Header.Get("ETag")
		require.NotEmpty(s.h.t, s.tag)
	}
	return got.StatusCode, string(text)
}

// reads is what the app shows, by its entries' names. Both libraries read the same, and neither complains.
func (s *subscription) reads() map[string]calendarEntry {
	s.h.t.Helper()
	status, text := s.get("")
	require.Equal(s.h.t, 200, status, text)
	_, err := os.Stat("../stranger/node/node_modules/node-ical")
	require.NoError(s.h.t, err, "the libraries of cmd/satchel/stranger/node are not on this machine. `make tools` installs them.")
	command := exec.Command("node", "../stranger/node/calendar.mjs")
	command.Stdin = strings.NewReader(text)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	require.NoError(s.h.t, err, complaints.String())
	require.Empty(s.h.t, complaints.String())
	var said map[string]map[string]calendarEntry
	require.NoError(s.h.t, json.Unmarshal(out, &said))
	first, second := said["ical.js"], said["node-ical"]
	require.Len(s.h.t, second, len(first))
	for id, e := range first {
		e.Properties = nil
		require.Equal(s.h.t, e, second[id], id)
	}
	return first
}

// at finds the one entry that begins then.
func at(t *testing.T, entries map[string]calendarEntry, start string) (id string, e calendarEntry) {
	t.Helper()
	found := 0
	for name, one := range entries {
		if one.Start == start {
			id, e, found = name, one, found+1
		}
	}
	require.Equal(t, 1, found, "%s in %v", start, entries)
	return id, e
}

func TestSeed_B41_ACalendarAppReadsWhenByTheClockOfThePlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	starts := map[string]string{
		"2027-03-27T09:00 Europe/London":       "2027-03-27T09:00:00.000Z",
		"2027-03-28T09:00 Europe/London":       "2027-03-28T08:00:00.000Z",
		"2027-03-28T01:30 Europe/London":       "2027-03-28T01:30:00.000Z", // jumped over: half past two
		"2027-10-31T01:30 Europe/London":       "2027-10-31T00:30:00.000Z", // shown twice: the first
		"2027-10-31T09:00 Europe/London":       "2027-10-31T09:00:00.000Z",
		"2027-07-09T08:00 America/Denver":      "2027-07-09T14:00:00.000Z", // the Navajo Nation keeps summer time
		"2027-07-09T08:00 America/Phoenix":     "2027-07-09T15:00:00.000Z", // Arizona around it does not
		"2027-03-14T02:30 America/New_York":    "2027-03-14T07:30:00.000Z",
		"2027-04-04T01:45 Australia/Lord_Howe": "2027-04-03T14:45:00.000Z",
	}
	for when := range starts {
		start, zone, _ := strings.Cut(when, " ")
		h.olive.books(f, appointing(h.oncology, "Clinic", start, set{"zone": zone, "durationMinutes": 45}))
	}
	h.olive.books(f, appointing(h.oncology, "Board about her", "2027-05-05T10:00", set{"type": "mdt"}), h.primary)
	h.orders(f, h.primary, nil)
	h.done(f.ada.sync(f.record))
	app := f.ada.subscribes(f)
	entries := app.reads()
	for when, instant := range starts {
		_, e := at(t, entries, instant)
		require.Equal(t, []any{45.0, "CONFIRMED", "Appointment"}, []any{e.Minutes, e.Status, e.Summary}, when)
	}
	plans, err := care.TestPlans(client.Papers(f.ada.db, f.record), f.ada.now())
	h.done(err)
	dates := plans[0].Dates
	require.Len(t, dates, 6)
	for _, d := range dates {
		_, e := at(t, entries, d.Date)
		require.Equal(t, "TENTATIVE", e.Status, "nobody has agreed to do it yet")
	}
	require.Len(t, entries, len(starts)+len(dates), "and nothing of what is between clinicians")
}

func TestSeed_B41_ACalendarSaysWhatOnlyIfThePersonAskedAndOnlyInTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Infusion\r\nATTENDEE:mailto:eve@example.org", "2026-12-01T10:00", set{"place": "Ward 7, Riverside", "instructions": "Bring the blue folder"}))
	h.orders(f, h.primary, nil)
	own, hers := f.ada.subscribes(f), f.carla.subscribes(f)
	for _, app := range []*subscription{own, hers} {
		_, text := app.get("")
		for _, word := range []string{"Infusion", "Ward 7", "blue folder", "Blood", "Riverside", "Ada", "METHOD", "LOCATION", "DESCRIPTION"} {
			require.NotContains(t, text, word)
		}
		require.Len(t, app.reads(), 7)
	}
	status, body := own.get(own.tag)
	require.Equal(t, []any{304, ""}, []any{status, body})

	wish := newDoc("preference")
	f.ada.writes(f.record, wish, set{"calendarDetail": true})
	status, _ = own.get(own.tag)
	require.Equal(t, 200, status)
	_, e := at(t, own.reads(), "2026-12-01T10:00:00.000Z")
	require.Equal(t, []any{"Infusion ATTENDEE:mailto:eve@example.org", "Ward 7, Riverside"}, []any{e.Summary, e.Location})
	require.NotContains(t, e.Properties, "attendee")
	_, neutral := at(t, hers.reads(), "2026-12-01T10:00:00.000Z")
	require.Equal(t, []any{"Appointment", ""}, []any{neutral.Summary, neutral.Location}, "a caregiver's calendar says no more for it")
	f.ada.writes(f.record, wish, set{"calendarDetail": false})
	_, after := at(t, own.reads(), "2026-12-01T10:00:00.000Z")
	require.Equal(t, "Appointment", after.Summary)
	require.Greater(t, after.Sequence, e.Sequence)
}

func TestSeed_B41_WhatMovesKeepsItsNameAndWhatIsCalledOffStaysAsThat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-12-01T10:00", nil))
	order := h.orders(f, h.primary, nil)
	app := f.ada.subscribes(f)
	id, before := at(t, app.reads(), "2026-12-01T10:00:00.000Z")
	h.done(h.olive.write(f.record, visit, set{"start": "2026-12-02T11:00"}))
	moved := app.reads()[id]
	require.Equal(t, "2026-12-02T11:00:00.000Z", moved.Start)
	require.Greater(t, moved.Sequence, before.Sequence)
	h.done(h.olive.write(f.record, visit, set{"status": "cancelled"}))
	off := app.reads()[id]
	require.Equal(t, "CANCELLED", off.Status)
	require.Greater(t, off.Sequence, moved.Sequence)
	h.later(30 * day)
	require.Equal(t, "CANCELLED", app.reads()[id].Status, "also for an app that comes a month later")
	h.shifts()
	h.done(h.olive.write(f.record, order, set{"status": "revoked"}))
	_, was := at(t, app.reads(), "2026-11-30")
	require.NotEqual(t, "CANCELLED", was.Status, "what was before it ended was")
}

func TestSeed_B41_AnAddressEndsWithItsMakersWordAccessOrAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-12-01T10:00", nil))
	calendars := "/v1/records/" + f.record.UUID.String() + "/calendars"
	h.refused(403, h.olive.post(calendars, nil, nil))
	h.refused(404, h.otto.post(calendars, nil, nil))
	own, hers := f.ada.subscribes(f), f.carla.subscribes(f)
	require.Len(t, hers.reads(), 1)
	h.refused(404, f.carla.remove(calendars+"/"+own.id))
	var list struct{ Calendars []struct{ ID string } }
	h.done(f.carla.get(calendars, &list))
	require.Len(t, list.Calendars, 1, "her own")
	h.done(f.ada.get(calendars, &list))
	require.Len(t, list.Calendars, 2)

	caregiver := "/v1/records/" + f.record.UUID.String() + "/caregivers/" + f.carla.Tokens().Account.String()
	h.done(f.ada.put(caregiver, set{"categories": []string{"plan"}}, nil))
	require.Empty(t, hers.reads(), "what was read until then leaves the calendar")
	h.done(f.ada.remove(caregiver))
	status, gone := hers.get("")
	require.Equal(t, 404, status)
	again := h.enrol(f.record, identity.KindCaregiver, "carla again")
	status, _ = hers.get("")
	require.Equal(t, 404, status, "an address does not come back")

	h.done(f.ada.remove(calendars + "/" + own.id))
	h.done(f.ada.remove(calendars + "/" + own.id))
	status, ended := own.get("")
	require.Equal(t, 404, status)
	require.Equal(t, gone, ended)
	for range 5 {
		f.ada.subscribes(f)
	}
	h.refused(422, f.ada.post(calendars, nil, nil))

	last := again.subscribes(f)
	require.Len(t, last.reads(), 1)
	h.done(h.server.Erase(h.ctx, f.record))
	status, _ = last.get("")
	require.Equal(t, 404, status, "erased with the record")
}
