package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// Results wait at a team's desk, what is due first on top: how urgent, how long, whose, who ordered it, and what a prescriber signed above the number. A
// decision is one key. The other nurse of the team sees it at once, and nothing moves under either; a result that another team takes over is theirs to decide.
func TestChromium_AResultIsDecidedByOneKeyAndTheOtherDeskSeesItAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil))
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	h.everyTwiceAWeek(f)
	white := h.pia.enters(f.record, h.count("50000", "/uL", set{"referenceLow": "4000", "referenceHigh": "11000", "labFlag": "HH", "blasts": false}))
	neutrophils := h.pia.enters(f.record, h.count("0.3", "10*9/L", set{"code": "cbc.anc"}))
	h.follow()

	play := chromium.Start(t, "results.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
		"pia": h.browsing(h.pia.Tokens().Account), "primary": h.primary.Name, "record": f.record.UUID,
	})
	var first struct {
		Rows, Wrong []string
		Page        string
	}
	play.Hears(&first)
	require.Empty(t, first.Wrong)
	require.Contains(t, first.Page, "draft, not clinically approved")
	require.Len(t, first.Rows, 2)
	inOrder(t, first.Rows[0], "Critical", "Waiting 0 minutes", "To be decided by 10:00", "Ada, 65", "Ordered by: "+h.oncology.Name, "Neutrophils", "0.3 ×10⁹/L", "The laboratory gave no range.")
	inOrder(t, first.Rows[1], "Critical, and expected", "To be decided by 13:00", "A count of 10 to 60 is expected after pegfilgrastim.", "Expected because: pegfilgrastim on 20 November. Signed by Synthetic omar.",
		"Call the oncology line", "White blood cells", "50 ×10⁹/L (sent as 50,000 /µL)", "The laboratory's flag: HH.", "Range 4,000 to 11,000 /µL.")

	var second struct {
		Left, Panels, Before, After int
		Row                         string
	}
	play.Hears(&second)
	require.Equal(t, 1, second.Left)
	require.Contains(t, second.Row, "White blood cells", "nothing moved under the second nurse")
	require.Zero(t, second.Panels, "what is decided is not decided again")
	h.pia.enters(f.record, h.count("40", "10*9/L", set{"code": "cbc.plt"}))
	var third struct{ Errors []string }
	play.Asks(set{"go": "a result"}, &second)
	require.Equal(t, []int{2, 2}, []int{second.Before, second.After}, "nothing comes in by itself")
	play.Hears(&third)
	require.Equal(t, []string{"Choose a team.", "Say why."}, third.Errors)
	require.Equal(t, "expected", value(h.olive.sees(f.record, white), "decision"))
	h.done(h.pia.write(f.record, white, set{"value": "52000", "unit": "/uL", "status": "corrected"}))
	var last struct {
		Record string
		Wrong  []string
	}
	play.Asks(set{"go": "corrected"}, &last)
	require.Empty(t, last.Wrong)
	inOrder(t, last.Record, "A count of 10 to 60 is expected after pegfilgrastim.", "White blood cells", "52 ×10⁹/L (sent as 52,000 /µL)", "Critical, and expected",
		"Before, it said: 50,000 /µL", "Not read yet.")
	inOrder(t, last.Record, "Neutrophils", "0.3 ×10⁹/L", "Read by Synthetic pia. Call the person.")
	require.Empty(t, play.Ends())
	done := h.olive.sees(f.record, neutrophils)
	require.Equal(t, []any{"contact-patient", h.primary.ID.String()}, []any{value(done, "decision"), value(done, "acknowledgedTeam")})
	require.NotNil(t, value(done, "informedAt"))
}
