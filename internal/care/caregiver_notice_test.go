package care_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// TestAPageCutsThroughNoMillisecond: what several caregivers were told at once is on one page, and each line is on one.
func TestAPageCutsThroughNoMillisecond(t *testing.T) {
	t.Parallel()
	var lines []care.CaregiverTold
	for at := 9; at > 0; at-- {
		for n := range at % 4 {
			lines = append(lines, care.CaregiverTold{At: int64(at), Name: fmt.Sprint(n)})
		}
	}
	for limit := 1; limit < len(lines)+2; limit++ {
		var all []care.CaregiverTold
		for before, pages := int64(0), 0; ; pages++ {
			page, next := care.CaregiversToldPage(lines, before, limit)
			require.NotEmpty(t, page)
			require.LessOrEqual(t, len(page), limit+2)
			all = append(all, page...)
			if before = next; next == 0 {
				break
			}
			require.Equal(t, page[len(page)-1].At, next)
		}
		require.Equal(t, lines, all, "limit %d", limit)
	}
	page, next := care.CaregiversToldPage(nil, 0, 1)
	require.Empty(t, page)
	require.Zero(t, next)
}
