package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
	"satchel/sync/replica"
)

// A person says how soon they want to hear from their team: what they said last counts, and lifts what they are told and the row of their report. Who
// skips the question wishes nothing, also if another answer was there before.
func TestChromium_HowSoonSomebodyWantsToHearIsWhatTheySaidLast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "wish.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli()})
	reports := func() map[any]*replica.Document { // by their wish
		h.done(h.olive.sync(f.record))
		found := map[any]*replica.Document{}
		for _, d := range h.olive.list(f.record, "assessment") {
			found[value(d, "urgency")] = d
		}
		return found
	}
	var said struct {
		Chosen [][]string
		Advice string
		Wrong  []string
	}
	play.Hears(&said)
	require.Empty(t, said.Chosen[0])
	require.Equal(t, []string{"This week"}, said.Chosen[1], "going back lost nothing")
	require.Contains(t, said.Advice, "Your team should hear of this soon")
	today := reports()["today"]
	require.NotNil(t, today)
	require.Equal(t, "completed", value(today, "status"))
	require.Equal(t, "After four, please", value(today, "note"))
	require.Equal(t, "amber", value(today, "phoneLevel"), "the phone lifts it")
	require.Equal(t, "amber", value(today, "serverLevel"), "and so does the server")
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "amber", rows[0].Level)

	play.Asks(set{"go": "once more"}, &said)
	require.Equal(t, []string{"Now"}, said.Chosen[0])
	require.Empty(t, said.Chosen[1], "who skips it wishes nothing")
	require.Contains(t, said.Advice, "Thank you")
	require.Empty(t, said.Wrong)
	all := reports()
	require.Len(t, all, 2)
	skipped := all[nil]
	require.NotNil(t, skipped)
	require.Equal(t, "completed", value(skipped, "status"))
	require.Equal(t, "green", value(skipped, "phoneLevel"), "what was wished before lifts nothing")
	require.Empty(t, play.Ends())
}
