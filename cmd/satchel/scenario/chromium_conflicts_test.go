package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// Two browsers of one person, in a tunnel, wrote one note; the clock of one is two days behind. Both show the same: what was written later, whatever a
// clock says; both offer the other words, told as people; choosing on one settles it on both. What a caregiver wrote is told by their name.
func TestChromium_TwoBrowsersOfOnePersonShowTheSameAndChoosingSettlesItOnBoth(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", set{"place": "Riverside, room 4", "instructions": "Bring your list of medicines."}))
	play := chromium.Start(t, "conflicts.mjs", h.base, set{
		"codes": []string{h.codeFor(f.record, identity.KindPatient), h.codeFor(f.record, identity.KindPatient)}, "birthDate": birthday,
		"visit": strings.TrimPrefix(string(visit), "appointment/"),
	})
	var said string
	play.Hears(&said)
	h.clock.pass(2 * time.Minute)
	var shown [][]string
	play.Asks(set{"go": "the second"}, &shown)
	require.Len(t, shown, 2)
	require.Equal(t, shown[0], shown[1], "both show the same")
	text := strings.Join(shown[0], "\n")
	require.Regexp(t, `(?s)You wrote on .*9:30.*You wrote, later, on .*10:00.*Keep “9:30”.*Keep “10:00”.*Write something else`, text)

	var others []bool
	play.Asks(set{"go": "choose"}, &others)
	require.Equal(t, []bool{false, false}, others, "settled on both")
	h.done(f.ada.sync(f.record))
	require.JSONEq(t, `"9:30"`, string(f.ada.sees(f.record, visit).Fields["patientNote"]))
	require.Empty(t, f.ada.sees(f.record, visit).Siblings["patientNote"])

	h.done(f.carla.sync(f.record))
	f.carla.note(f.record, visit, set{"patientNote": "Take the blue folder"})
	play.Asks(set{"go": "write"}, &said)
	h.done(f.carla.sync(f.record))
	h.clock.pass(2 * time.Minute)
	var lines []string
	play.Asks(set{"go": "the caregiver's words came in"}, &lines)
	require.Regexp(t, `(?s)carla wrote on .*Take the blue folder.*You wrote, later, on .*Ask about sleep`, strings.Join(lines, "\n"))
	play.Hears(&said)
	h.done(f.carla.sync(f.record))
	require.JSONEq(t, `"Ask about sleep and the folder"`, string(f.carla.sees(f.record, visit).Fields["patientNote"]))
	require.Empty(t, f.carla.sees(f.record, visit).Siblings["patientNote"])
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
