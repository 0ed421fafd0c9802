package lab

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// A desk offers the units that the data of the tests know, and no others: what lies beside the board is what `make generate` would write.
func TestADeskOffersTheUnitsThatEachTestCanHave(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"g/L", "g/dL"}, Own.Units("cbc.hb"))
	require.Empty(t, Own.Units("ct"))
	text, err := Own.UnitsModule()
	require.NoError(t, err)
	kept, err := os.ReadFile("../../web/board/units.js")
	require.NoError(t, err)
	require.Equal(t, text, string(kept))
}
