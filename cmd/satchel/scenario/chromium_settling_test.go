package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/client"
	syncing "satchel/sync"
)

// What two nurses, the person and the caregiver wrote into each other's words waits at the desk, told as people: a nurse chooses, uses, does not use and
// writes anew by the keyboard alone; what she may not write stays. What she had not seen is not chosen away. Then she reads who read the record, page by page.
func TestChromium_ANurseSettlesWhatWaitsInARecordByTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	var visits []syncing.DocID
	for _, title := range []string{"Nurse visit", "Scan", "Infusion"} {
		visits = append(visits, h.olive.books(f, appointing(h.oncology, title, "2027-03-02T09:30", set{"place": "Riverside"})))
	}
	for _, a := range []*actor{h.pia, h.oscar, f.ada, f.carla} {
		h.done(a.sync(f.record))
	}
	for i, place := range []string{"Room 1", "Room 2", "Room 3"} {
		h.oscar.note(f.record, visits[i], set{"place": place})
		h.done(h.olive.write(f.record, visits[i], set{"place": "The new building"}))
	}
	h.oscar.note(f.record, visits[0], set{"instructions": "Bring the list."})
	h.pia.note(f.record, visits[0], set{"instructions": "Bring nothing."})
	f.ada.note(f.record, visits[0], set{"companion": "Nobody"})
	f.carla.note(f.record, visits[0], set{"companion": "Carla drives"})
	for _, a := range []*actor{f.ada, h.oscar, f.carla} {
		h.done(a.sync(f.record))
	}
	h.clock.pass(time.Minute)
	h.done(h.pia.sync(f.record))
	h.follow()
	_, err := h.otto.breaksGlass(client.NewRequestID(), set{"record": f.record})
	h.done(err)
	for _, a := range []*actor{h.otto, h.pia} {
		h.done(a.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(visits[0])+"/history", nil))
	}
	for range 14 { // more than a page of readings
		h.clock.pass(time.Hour)
		for _, a := range []*actor{h.olive, h.oscar, h.pia, h.nils} {
			h.done(a.get("/v1/records/"+f.record.UUID.String()+"/held", nil))
		}
	}

	play := chromium.Start(t, "settling.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "record": f.record, "doc": visits[0],
	})
	var begun struct {
		Text string
		Held []string
	}
	play.Hears(&begun)
	require.Len(t, begun.Held, 4)
	require.Regexp(t, `(?s)Appointment, Nurse visit: what to bring or do before.*Synthetic oscar, Riverside Oncology wrote on .*Bring the list\..*Synthetic pia, Millbrook nurses wrote, later, on .*Bring nothing\.`, begun.Text)
	all := strings.Join(begun.Held, "\n")
	for _, part := range []string{"Synthetic oscar, Riverside Oncology wrote, ", "Appointment, Scan", "Room 2", "There stands now: The new building", "Why it waits:", "A caregiver wrote, ", "Carla drives", "There stands now: Nobody"} {
		require.Contains(t, all, part)
	}
	require.NotContains(t, begun.Text, visits[0].ID(), "people, and no data")

	var done struct {
		Stale           bool
		Wanted, Refused string
		Left            int
	}
	play.Hears(&done)
	require.False(t, done.Stale, "what the nurse had not seen is not chosen away")
	require.Contains(t, done.Wanted, "Write something first.")
	require.NotEmpty(t, done.Refused)
	require.Equal(t, 1, done.Left)
	h.done(h.olive.sync(f.record))
	places := []string{}
	for _, visit := range visits {
		places = append(places, value(h.olive.sees(f.record, visit), "place").(string))
	}
	require.Equal(t, []string{"Room 1", "The new building", "Room 3, on the left"}, places)
	require.Equal(t, "Bring the list, and a pen.", value(h.olive.sees(f.record, visits[0]), "instructions"))
	require.Empty(t, h.olive.sees(f.record, visits[0]).Siblings)
	require.Equal(t, "Nobody", value(h.olive.sees(f.record, visits[0]), "companion"))
	reasons := []any{}
	for _, d := range h.olive.list(f.record, "held") {
		reasons = append(reasons, value(d, "discardReason"))
	}
	require.Contains(t, reasons, "The room is closed.")
	require.Contains(t, reasons, "It was written anew.")

	var log struct {
		First int
		Lines []string
	}
	play.Hears(&log)
	require.Greater(t, len(log.Lines), log.First, "page by page")
	require.True(t, slices.ContainsFunc(log.Lines, func(line string) bool {
		return strings.Contains(line, "Synthetic otto, Farfield nurses") && strings.Contains(line, "In an emergency, from outside the teams of this person")
	}), "%v", log.Lines)
	require.True(t, slices.ContainsFunc(log.Lines, func(line string) bool {
		return strings.Contains(line, "Synthetic pia, Millbrook nurses, Millbrook Practice: read the record")
	}))
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 4", "nothing but what was refused")
	}
}
