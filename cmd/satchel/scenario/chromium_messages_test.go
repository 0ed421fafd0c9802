package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/care"
	"satchel/internal/identity"
)

// A team asks to be called: the companion shows it with the number, and the team learns that it was read. What the person writes in a tunnel is said to
// be saved, then sent, then seen, each in words of its own. What they have not sent stays on the phone, and goes by sending or by their word.
func TestChromium_AMessageIsSaidToBeSavedThenSentThenSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	asks := h.olive.sends(f.record, toPerson(f.record), set{"topic": "Bloods on Friday", "body": "Please ring us before noon.", "kind": "call-us", "actionRequired": true})
	play := chromium.Start(t, "messages.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli(), "pin": "71 grey geese"})
	var said string
	play.Hears(&said)
	require.Equal(t, care.StateOpened, h.olive.state(f.record, asks, f.record.UUID.String()))

	play.Asks(set{"go": "write"}, &said)
	require.Contains(t, said, "My hands tingle since Sunday.")
	require.Contains(t, said, "Sent. Riverside Oncology has not opened it yet.")
	require.NotContains(t, said, "saw it")
	h.done(h.olive.sync(f.record))
	for _, d := range h.olive.list(f.record, "message") {
		if d.ID != asks {
			h.olive.opens(f.record, d.ID, h.oncology.ID.String(), care.StateOpened)
		}
	}
	play.Asks(set{"go": "seen"}, &said)
	require.Regexp(t, `Sent\. Riverside Oncology saw it on Monday,? 23 November`, said)
	var wrong []string
	play.Hears(&wrong)
	require.Empty(t, wrong)

	play.Asks(set{"go": "a draft"}, &wrong)
	require.Empty(t, wrong)
	letters := func() (bodies []string) {
		h.done(h.olive.sync(f.record))
		for _, d := range h.olive.list(f.record, "message") {
			bodies = append(bodies, string(d.Fields["body"]))
		}
		return bodies
	}
	require.Len(t, letters(), 2, "a draft is nobody's but who writes it")
	play.Asks(set{"go": "throw it away"}, &said)
	require.Len(t, letters(), 3)
	require.Contains(t, letters(), `"When is my next visit?"`)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
