package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	syncing "satchel/sync"
)

// heldAt lets a nurse write where a visit is that another has moved meanwhile, so that her words are held.
func (h *house) heldAt(record syncing.RecordID, places ...string) (visit syncing.DocID) {
	h.t.Helper()
	for _, place := range places {
		visit = h.olive.books(family{record: record}, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", set{"place": "Riverside"}))
		h.done(h.oscar.sync(record))
		h.oscar.note(record, visit, set{"place": place})
		h.done(h.olive.write(record, visit, set{"place": "The new building"}))
	}
	h.done(h.oscar.sync(record))
	return visit
}

// What is not settled is found without opening each record: nurses see how much it is over all people of their team, whose it is, what it is and since when, the
// longest waiting first, and go to where it is settled. What one of them settles, what comes and what is theirs no more is seen by the other at once.
func TestChromium_ANurseFindsWhatIsNotSettledOverAllPeopleOfTheTeam(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bea, ada := h.admit("Bea Example"), h.admit("Ada Example")
	h.heldAt(bea, "Room 1")
	h.clock.pass(time.Hour)
	visit := h.heldAt(ada, "Room 2", "Room 3")
	h.oscar.note(ada, visit, set{"instructions": "Bring your card."})
	h.done(h.olive.write(ada, visit, set{"instructions": "Bring the list."}))
	h.done(h.oscar.sync(ada))
	h.clock.pass(time.Hour)
	h.follow()

	play := chromium.Start(t, "unsettled.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
	})
	var seen struct {
		List, Lista, Wrong, Left []string
		At                       string
	}
	play.Hears(&seen)
	require.Empty(t, seen.Wrong)
	require.Len(t, seen.List, 2)
	inOrder(t, seen.List[0], "Bea Example", "1 thing that somebody wrote could not be used as it is.", "Waiting since ", "To settle: Bea Example")
	inOrder(t, seen.List[1], "Ada Example", "2 things that somebody wrote could not be used as they are.", "In 1 place, two wrote different words.", "To settle: Ada Example")
	require.NotContains(t, seen.List[0], "different words")
	inOrder(t, seen.Lista[1], "Ada Example", "2 cosas que alguien escribió", "En 1 lugar", "Por resolver: Ada Example")
	require.Len(t, seen.Left, 1, "what the other settled is gone")
	require.Equal(t, "Por resolver: Ada Example", seen.At, "who was at it is at the next")

	var chosen []string
	play.Hears(&chosen)
	require.Len(t, chosen, 1)
	require.NotContains(t, chosen[0], "En 1 lugar")

	cleo := h.admit("Cleo Example")
	h.heldAt(cleo, "Room 4")
	var both [][]string
	play.Asks(set{"come": "Cleo"}, &both)
	require.Equal(t, [][]string{{"Ada Example", "Cleo Example"}, {"Ada Example", "Cleo Example"}}, both)

	for left, record := range []syncing.RecordID{cleo, ada} {
		h.done(h.olive.remove("/v1/records/" + record.String() + "/teams/" + h.oncology.ID.String()))
		var lines []int
		play.Asks(set{"gone": record}, &lines)
		require.Equal(t, []int{1 - left, 1 - left}, lines, "who is not theirs any more is in neither list")
	}
	require.Empty(t, play.Ends())
}
