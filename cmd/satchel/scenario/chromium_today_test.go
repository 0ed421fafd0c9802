package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// Today in a real browser answers its questions on one screen: what is next, and who needs what of the person. A reminder that was answered is gone, and the
// server knows. How old all of it is stands there after a day, and after two weeks on top, with whom to call.
func TestChromium_TodaySaysWhatIsNextAndWhoNeedsWhat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	h.olive.books(f, appointing(h.oncology, "Talk", "2026-12-03T09:30", nil))
	h.olive.books(f, appointing(h.oncology, "Long over", "2026-11-23T09:30", nil))
	h.olive.sends(f.record, toPerson(f.record), set{"kind": "call-us"})
	f.ada.reports(f.record, set{"phy.tired": 5}, nil)
	h.done(h.olive.looks(h.oncology, f.record))
	h.at("2026-11-24T13:00")
	h.olive.shift()
	h.olive.wantsAnswers(f, h.oncology, "2026-11-27")
	h.at("2026-11-24T14:00")

	play := chromium.Start(t, "today.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli()})
	var screen struct {
		Text, First string
		Seen        bool
		Wrong       []string
	}
	play.Hears(&screen)
	for _, part := range []string{"Thursday 26 November", "14:00", "Clinic", "Thursday 3 December", "asks you to call", "asks how you are", "Friday 27 November", "An appointment is coming up. Clinic", "Not done yet, since Tuesday 24 November, 14:00."} {
		require.Contains(t, screen.Text, part)
	}
	require.NotContains(t, screen.Text, "Long over")
	require.NotContains(t, screen.Text, "Last updated")
	require.True(t, screen.Seen, "nobody scrolls to learn that somebody needs something")
	require.Empty(t, screen.Wrong)
	play.Hears(&screen)
	require.Regexp(t, `Your team has it since .*\. .* saw it: `, screen.Text)

	play.Hears(&screen)
	require.NotContains(t, screen.Text, "Not done yet", "what was answered does not come again")
	require.Contains(t, screen.Text, "Clinic")
	play.Hears(&screen)
	require.Contains(t, screen.Text, "Last updated Tuesday")
	play.Hears(&screen)
	require.Contains(t, screen.Text, "This is old.")
	require.Equal(t, "A", screen.First, "whom to call stands before what may be wrong")
	h.done(f.ada.sync(f.record))
	replies := f.ada.list(f.record, "reminderReply")
	require.Len(t, replies, 1)
	require.Equal(t, "done", value(replies[0], "what"))
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
