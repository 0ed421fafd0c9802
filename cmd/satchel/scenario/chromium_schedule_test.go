package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A nurse orders a blood test, by the keyboard alone. What stands beside the form before anything is sent is what the person's phone shows afterwards:
// each date with its weekday, one that was left out, one that was added. So it is with a change; an order that ended says why.
func TestChromium_WhatANurseSeesBeforeATestIsOrderedIsWhatThePhoneShows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	h.follow()
	play := chromium.Start(t, "schedule.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "beside": h.browsing(h.olive.Tokens().Account), "performer": h.primary.Name,
		"birthDate": birthday, "code": h.codeFor(f.record, identity.KindPatient),
	})
	var ordered struct {
		Errors, Told, Shown, Wrong     []string
		Nothing, Preview, Record, Page string
	}
	play.Hears(&ordered)
	require.Equal(t, []string{"Choose what is tested.", "Say it in plain words.", "Choose a date.", "Choose at least one day."}, ordered.Errors)
	require.Contains(t, ordered.Nothing, "The dates stand here when the form says when the test is done.")
	require.Empty(t, ordered.Wrong)
	days := []string{"Monday 23 November", "Friday 27 November", "Monday 30 November", "Thursday 3 December", "Monday 7 December", "Thursday 10 December"}
	require.Equal(t, days, ordered.Told)
	require.Equal(t, days, ordered.Shown, "the phone shows what the preview showed")
	inOrder(t, ordered.Preview, "6 dates: from Monday 23 November to Thursday 10 December.", "any day from Monday 23 November to Tuesday 24 November is right", "To be done now", "Planned",
		"Left out", "Thursday 26 November", "Put back")
	inOrder(t, ordered.Page, "Full blood count with white cell types: Monday 23 November", "Any day from Monday 23 November to Tuesday 24 November is right.", "Room 4, Mill Street")
	inOrder(t, ordered.Record, "Planned tests", "Ordered by: "+h.oncology.Name, "Being arranged.", "Next: Monday 23 November.")

	var changed struct {
		Preview     string
		Told, Shown []string
	}
	play.Hears(&changed)
	inOrder(t, changed.Preview, "No longer", "Thursday 10 December")
	require.Equal(t, []string{"Monday 23 November", "Friday 27 November"}, changed.Told)
	require.Equal(t, changed.Told, changed.Shown)

	var beside struct {
		Typed, Stands, Focus string
		Wrong                []string
	}
	play.Hears(&beside)
	require.Equal(t, "Room 5", beside.Typed, "what was typed is not taken away")
	require.Empty(t, beside.Wrong)
	require.Equal(t, "Room 6, by the garden", beside.Stands)
	require.Equal(t, "What is tested", beside.Focus)

	var paused struct {
		Paused, Page, Again                string
		Promised, Kept, Held, Holds, Wrong []string
	}
	play.Hears(&paused)
	require.Empty(t, paused.Wrong)
	inOrder(t, paused.Paused, "5 dates: from Monday 23 November to Monday 7 December.", "Your team has paused some of the dates. You are away.",
		"Leave at least 4 days between two of these tests.")
	require.Equal(t, []string{
		"Friday 27 November Planned", "Monday 23 November To be done now", "Monday 30 November Not needed", "Monday 7 December Planned", "Thursday 3 December Not needed",
	}, paused.Promised)
	require.Equal(t, paused.Promised, paused.Kept, "the phone shows what the preview showed")
	require.Contains(t, paused.Page, "Leave at least 4 days between two of these tests.")
	require.Equal(t, []string{"Monday 23 November To be done now"}, paused.Held)
	require.Equal(t, paused.Held, paused.Holds)
	require.NotContains(t, paused.Again, "Thursday 3 December\nNot needed")

	var ended struct{ Record string }
	play.Hears(&ended)
	require.Contains(t, ended.Record, "No test is planned.")
	require.Empty(t, play.Ends())
	h.done(f.ada.sync(f.record))
	orders := f.ada.list(f.record, "labOrder")
	require.Len(t, orders, 1)
	require.Equal(t, "The treatment is paused.", value(orders[0], "endReason"))
}
