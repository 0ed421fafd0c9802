package calendar

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheLastDayOfALeapYearFarAheadIsADayLikeAnother: no table of a zone reaches beyond 2037, and what the library says of the day's bounds
// there made a server turn for ever.
func TestTheLastDayOfALeapYearFarAheadIsADayLikeAnother(t *testing.T) {
	for _, name := range []string{"Europe/London", "America/New_York", "America/Phoenix", "Australia/Sydney", "Pacific/Auckland", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Etc/GMT+12", "Pacific/Kiritimati"} {
		for _, text := range []string{
			"2040-12-30T00:00", "2040-12-30T23:59", "2040-12-31T00:00", "2040-12-31T11:30", "2040-12-31T23:59", "2041-01-01T00:00", "2041-01-01T13:00",
			"2196-12-31T23:59", "2199-12-31T23:59", "2039-12-31T12:00",
		} {
			wall, err := ParseTime(text)
			require.NoError(t, err)
			at, fit, err := Resolve(wall, name)
			require.NoError(t, err)
			require.Equal(t, Once, fit, "%s in %s", text, name)
			shown, err := In(at, name)
			require.NoError(t, err)
			require.Equal(t, text, shown.String(), name)
		}
	}
}
