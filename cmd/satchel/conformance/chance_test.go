package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// TestChanceFindsWrongClients: stories that nobody thought of catch what is wrong too, so they are no decoration.
func TestChanceFindsWrongClients(t *testing.T) {
	t.Parallel()
	noNames := func(*testing.T) Client {
		return bend(bent{request: func(_ string, req *syncing.Request) {
			rewrite(req, func(_ *syncing.RecordRequest, m object) bool {
				delete(m, "was")
				return true
			})
		}})
	}
	for name, wrong := range map[string]func(*testing.T) Client{
		"never sends again": neverResends, "renumbers": renumbers, "keeps one epoch": sameEpoch, "gives a copy's words up": givesUp,
		"never says what a mutation was": noNames, "forgets its outbox when killed": forgetsWhenKilled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := Run(t.Context(), Options{Client: wrong(t), Only: "chance", Seeds: 12})
			require.NoError(t, err)
			require.NotEmpty(t, report.Findings, "no seed found it")
			t.Log(report.Findings[0])
		})
	}
}
