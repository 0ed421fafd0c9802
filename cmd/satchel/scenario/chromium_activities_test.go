package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/sync/replica"
)

// What becomes of a thing that is to be done, at two boards and by keys alone: one is passed on, taken over and done, one is given back
// with why, and one is cancelled. The record holds what was pressed.
func TestChromium_AThingToBeDoneIsGivenBackPassedOnDoneAndCancelledByKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.plan(f, "follow-up")
	play := chromium.Start(t, "activities.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "pia": h.browsing(h.pia.Tokens().Account),
		"record": f.record.UUID, "practice": h.primary.Name, "oncology": h.oncology.Name,
	})
	activity := func(title string) *replica.Document {
		for _, d := range h.olive.shift().list(f.record, "activity") {
			if value(d, "title") == title {
				return d
			}
		}
		return nil
	}
	var said struct {
		Wrong []string
		Main  string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Empty(t, play.Ends())
	back := activity("Weight")
	require.Equal(t, "declined", value(back, "status"))
	require.Equal(t, "Our nurse is away.", value(back, "statusReason"))
	require.NotContains(t, said.Main, "A call that nobody needs", "it is cancelled")
	done := activity("Blood pressure")
	require.Equal(t, "completed", value(done, "status"))
	require.Equal(t, h.oncology.ID.String(), value(done, "accountableTeam"), "whoever took it over did it")
	require.Equal(t, "130 to 80.", value(done, "outcome"))
	cancelled := activity("A call that nobody needs")
	require.Equal(t, "cancelled", value(cancelled, "status"))
	require.Equal(t, "It was entered twice.", value(cancelled, "statusReason"))
}
