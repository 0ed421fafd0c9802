package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/client"
)

// A result without a person is filed at the board by two identifiers that both stand in the record, and what is nobody's is taken away; one that came by
// telephone is entered by hand, said again in words before it is sent. By the keyboard alone.
func TestChromium_AResultWithoutAPersonIsFiledByTwoIdentifiersAndOneIsEnteredByHand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.everyTwiceAWeek(f)
	h.done(h.olive.act(f.record, "write", map[string]any{
		"doc": "person/" + f.record.UUID.String(), "set": set{}, "add": map[string]any{"identifier": []any{set{"system": "hospital", "value": "4711"}}},
	}, nil))
	path := "/v1/teams/" + h.primary.ID.String() + "/unmatched-results"
	twice := unmatched("9999")
	twice["set"] = set{"code": "cbc.plt", "value": "150", "unit": "10*9/L", "effective": monday.UnixMilli(), "source": "ehr", "status": "final"}
	for _, body := range []set{unmatched("4711"), twice} {
		h.done(h.pia.Act(h.ctx, path, client.NewRequestID(), body, nil))
	}
	h.follow()
	play := chromium.Start(t, "filing.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "pia": h.browsing(h.pia.Tokens().Account), "record": f.record.UUID,
	})
	var filed struct {
		Missing, Wrong []string
		Refused        string
	}
	play.Hears(&filed)
	require.Equal(t, []string{"Choose a person.", "Enter the birth date.", "Enter the number."}, filed.Missing)
	require.Contains(t, filed.Refused, "This is not what the record says.")
	require.Empty(t, filed.Wrong)
	require.Empty(t, h.pia.unmatchedOf(h.primary))

	var entered struct {
		Empty, Units, Wrong []string
		Says                string
	}
	play.Hears(&entered)
	require.Equal(t, []string{"Choose what is tested.", "Enter the number, or what the report says."}, entered.Empty)
	require.Equal(t, []string{"Choose", "g/L", "g/dL"}, entered.Units, "what the laboratory data say that it can have")
	require.Contains(t, entered.Says, "You enter: Haemoglobin, 98 g/L, taken Monday 23 November, ")
	require.Empty(t, entered.Wrong)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 422", "nothing but what was refused")
	}
	h.done(h.olive.sync(f.record))
	found := map[any]any{}
	for _, result := range h.olive.list(f.record, "result") {
		found[value(result, "code")] = value(result, "normalised")
	}
	require.Equal(t, map[any]any{"cbc.anc": "0.4", "cbc.hb": "98"}, found)
}
