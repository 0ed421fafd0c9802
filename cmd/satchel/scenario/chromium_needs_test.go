package scenario

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A board that is told of a report has asked this often at the most when it shows it: how long that takes (2 s are allowed, less than a tenth is
// needed where nothing else runs) is said, and not judged.
const askedMost = 4

// From a tunnel, in a real browser: the app is opened without a network and a fever is reported, one question a screen; the advice says at once whom
// to call, before it says why; nothing is lost by going back, by an empty battery or by closing the tab; and with the network back the report
// is with both teams, once, with what the phone had said. The boards of two nurses are open all the while: they ask for nothing while nothing
// happens, and show it, once, without being loaded anew, also when more is heard of it.
func TestChromium_AFeverIsReportedFromATunnelAndIsWithBothTeamsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	ben := h.admit("Ben Example")
	h.enrol(ben, identity.KindPatient, "ben").reports(ben, set{"phy.nausea": 5}, nil)
	h.follow()
	play := chromium.Start(t, "needs.mjs", h.base, set{
		"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "title": "Nurse visit", "visit": visit,
		"now": h.clock.Now().UnixMilli(), "desks": []set{h.browsing(h.olive.Tokens().Account), h.browsing(h.pia.Tokens().Account)},
	})
	var advice struct {
		Heading, Text string
		Calls         []string
		First         bool
	}
	play.Hears(&advice)
	require.Equal(t, "Call now", advice.Heading)
	require.NotEmpty(t, advice.Calls)
	require.True(t, advice.First, "whom to call stands before why")
	require.Contains(t, advice.Text, "Your team has not seen this yet.")
	require.Contains(t, advice.Text, "draft", "what nobody signed says so")
	var said string
	play.Hears(&said)
	require.Contains(t, said, "saved on this phone")
	var boards struct {
		Took         []float64 // ms, from the network being back
		Quiet        [][]string
		Asked, Times []int
		Rows         []string
		Same         []bool
	}
	play.Asks(set{"go": "online"}, &boards)
	t.Logf("with the network back both boards showed it after %.0f ms; by then they had asked %v times", boards.Took, boards.Asked)
	require.Equal(t, [][]string{{}, {}}, boards.Quiet, "a board asks for nothing while nothing happens: it is told")
	require.Equal(t, []int{1, 1}, boards.Times, "once")
	for i := range boards.Took {
		require.LessOrEqual(t, boards.Asked[i], askedMost)
		require.Contains(t, boards.Rows[i], "Red")
	}
	play.Hears(&boards)
	require.Equal(t, []int{1, 1}, boards.Times, "still once, with more to say")
	require.Equal(t, []bool{true, true}, boards.Same, "no board was loaded anew")

	h.done(h.olive.sync(f.record))
	reports := h.olive.list(f.record, "assessment")
	require.Len(t, reports, 1, "once")
	for field, want := range map[string]string{"status": "amended", "phoneLevel": "red", "answers.m.temp": "38.4", "adviceAction": "called-line"} {
		var value string
		require.NoError(t, json.Unmarshal(reports[0].Fields[field], &value), field)
		require.Equal(t, want, value, field)
	}
	require.JSONEq(t, `6`, string(reports[0].Fields["answers.phy.fever"]))
	require.JSONEq(t, `"I cannot come by bus"`, string(h.olive.shows(f.record, visit).Fields["patientNote"]))
	require.Equal(t, 1, h.olive.wrote(f.record, visit, "patientNote"), "the note arrived once")
	require.Len(t, h.olive.queue(h.oncology), 2, "hers, and the other that was there")
	require.Len(t, h.pia.queue(h.primary), 1)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}

// Whoever has a small screen, needs very large letters, uses no mouse and has no thermometer can report all the same: the telephone is the first
// thing on the screen, the question of the temperature can be left without an answer, and the advice comes from what else they say.
func TestHazard_H36_WithoutAThermometerAMouseOrGoodEyesOneCanReportAndTheTelephoneIsFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	play := chromium.Start(t, "plain.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "title": "Nurse visit"})
	var screen struct {
		First, Asked, Focus string
		Skipped             []string // where one is, and on what, after skipping what stands above the screen
		Practice            string
		Skippable, Calls    int
		Fits                bool
	}
	play.Hears(&screen)
	require.Regexp(t, `^tel:\d+$`, screen.First)
	require.Equal(t, []string{"#/needs", screen.First}, screen.Skipped, "who skips what stands above every screen is at the telephone")
	require.True(t, screen.Fits, "nothing is cut off")
	require.NotEmpty(t, screen.Practice, "the practice's number is known, too")
	play.Hears(&screen)
	require.Equal(t, "Your temperature, if you can take it", screen.Asked)
	require.Equal(t, 1, screen.Skippable)
	require.True(t, screen.Fits)
	play.Hears(&screen)
	require.NotZero(t, screen.Calls)
	require.True(t, screen.Fits)
	require.Equal(t, "H1", screen.Focus)
	require.Empty(t, play.Ends())
}
