package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// The direct line of each team, its hours and when it was last tried lie on the phone; nobody writes them into a record by hand.
func TestSeed_T02_TheDirectLineOfATeamIsOnThePhoneAndOnlyTheTeamItselfChangesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()

	f.ada.net.off.Store(true)
	card := f.ada.shows(f.record, careTeam(h.oncology))
	require.EqualValues(t, monday.UnixMilli()/86_400_000, int64(value(card, "contactVerifiedAt").(float64))/86_400_000)
	f.ada.net.off.Store(false)

	for _, doctor := range []*actor{h.olive, h.pia, h.nils} {
		doctor.isHeld(f.record, careTeam(h.oncology), set{"contactVerifiedAt": 1}, syncing.Forbidden)
	}
	require.Nil(t, value(h.otto.shows(f.record, careTeam(h.oncology)), "name"), "whoever works elsewhere sees nothing")
}
