package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A person who is enrolled, and given to the team, while a board is open: their first report stands on it with the hint of it. The stream is the one
// that was opened before anybody knew of the person, and nothing is loaded anew: this record's row is asked for.
func TestChromium_AnOpenBoardHearsOfAPersonWhoWasGivenToTheTeamAfterIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	h.follow()
	play := chromium.Start(t, "board-given.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account)})
	var said string
	play.Hears(&said)
	require.Equal(t, "open", said)
	record := h.admit("Ben Example")
	ben := h.enrol(record, identity.KindPatient, "ben")
	ben.reports(record, set{"phy.fever": 9}, set{"itemNote.phy.fever": "I am shaking."})
	var came struct {
		Streams, Named, Records, Offers, Pages, InSight, Beyond int
		Same                                                    bool
		Row                                                     string
	}
	play.Asks(set{"record": record.UUID}, &said)
	require.Equal(t, "shown", said)
	ben.reports(record, set{"phy.fever": 9}, set{"itemNote.phy.fever": "It is worse."})
	play.Asks(set{"go": "worse"}, &came)
	require.Equal(t, 1, came.Streams, "the stream was opened before the record was there")
	require.True(t, came.Same, "the page was not loaded anew")
	require.Positive(t, came.Named)
	require.Contains(t, came.Row, "Nobody has it.")
	require.Contains(t, came.Row, "“I am shaking.”")
	require.Contains(t, came.Row, "“It is worse.”")
	require.Zero(t, came.Offers, "no offer between teams is in this record, so the hint asks for none")
	require.GreaterOrEqual(t, came.InSight, 4, "four rows of the queue stand whole on 1280 by 720, under all that stands above it")
	require.LessOrEqual(t, came.Beyond, 0, "nothing is beyond the edge")
	require.Zero(t, came.Pages, "a hint asks for its record's row alone")
	require.Zero(t, came.Records, "what stands in a row is in the row: nobody's record is read for it")
	require.Empty(t, play.Ends())
}
