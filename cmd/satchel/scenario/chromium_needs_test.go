package scenario

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// From a tunnel, in a real browser: the app is opened without a network and a fever is reported, one question a screen; the advice says at once whom
// to call, before it says why; nothing is lost by going back, by an empty battery or by closing the tab; and with the network back the report
// is with both teams, once, with what the phone had said.
func TestChromium_AFeverIsReportedFromATunnelAndIsWithBothTeamsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	play := chromium.Start(t, "needs.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "title": "Nurse visit", "visit": visit})
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
	play.Asks(set{"go": "online"}, &said)

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
	require.Len(t, h.olive.queue(h.oncology), 1)
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
		Practice            string
		Skippable, Calls    int
		Fits                bool
	}
	play.Hears(&screen)
	require.Regexp(t, `^tel:\d+$`, screen.First)
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
