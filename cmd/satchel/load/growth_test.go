package load_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/load"
	"satchel/internal/fault"
	"satchel/internal/postgres/pgtest"
)

// An installation is filled further and further, and what a round takes in commits and bytes does not change with it.
func TestAnInstallationIsFilledWithPeopleAndMeasuredAtEachSize(t *testing.T) {
	t.Parallel()
	program := built(t)
	for name, store := range map[string]string{"bbolt": load.Bolt, "postgresql": pgtest.Database(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := load.Options{Clients: []int{1, 2}, Duration: 100 * time.Millisecond, Records: 2, Store: store, Program: program}
			g, err := load.Grow(t.Context(), o, []int{30, 250}, t.Logf, func(string, float64) {})
			require.NoError(t, err)
			require.Len(t, g.Sizes, 2)
			for i, s := range g.Sizes {
				require.Equal(t, []int{1, 3}[i], s.Waiting, "one of a hundred")
				require.Len(t, s.Rounds, 2)
				require.Positive(t, s.Ready)
				require.Positive(t, s.Queue)
				require.Positive(t, s.Memory)
				require.Equal(t, store == load.Bolt, s.Backup > 0 && s.Verify > 0 && s.Bytes > 0, "what an operator does with a folder")
				require.InDelta(t, 1, s.Rounds[0].Commits, 0.5)
				require.InDelta(t, g.Sizes[0].Rounds[0].Plain, s.Rounds[0].Plain, 200, "a round's bytes know nothing of how many others there are")
			}
			var table bytes.Buffer
			require.NoError(t, g.Print(&table))
			require.Contains(t, table.String(), "A round with 250 people costs the server, beside one with 30:")
			var charts bytes.Buffer
			require.NoError(t, g.Chart(&charts))
			drawn := 4 // two of rounds, the start and the queue
			if store == load.Bolt {
				drawn += 2
			}
			require.Equal(t, drawn, strings.Count(charts.String(), "x-axis \"people\" [\"30\", \"250\"]"), "what was not measured is not drawn")
		})
	}
}

func TestAChartHasItsFiguresInDigitsThatCanBeRead(t *testing.T) {
	t.Parallel()
	size := func(people int, cpu float64, ready time.Duration) load.Size {
		return load.Size{Records: people, Rounds: []load.Cell{{Clients: 16, ServerCPU: cpu}}, Ready: ready, Queue: 1234 * time.Microsecond, Backup: -1, Verify: time.Minute}
	}
	g := load.Growth{Sizes: []load.Size{size(1000, 0.85049, 226*time.Millisecond), size(1000000, 0.00071, 1472561*time.Microsecond)}}
	var charts bytes.Buffer
	require.NoError(t, g.Chart(&charts))
	for _, bar := range []string{"bar [0.85, 0.00071]", "bar [226, 1470]", "bar [1.23, 1.23]", "bar [60, 0.06]", "y-axis \"ms\" 0 --> 1620"} {
		require.Contains(t, charts.String(), bar)
	}
	require.NotContains(t, charts.String(), "backup", "it was not measured")
}

func TestWhatCannotBeFilledIsSaidBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()
	o := load.Options{Clients: []int{1}, Duration: time.Second, Records: 1, Store: load.Bolt, Program: []string{"none"}}
	for _, sizes := range [][]int{{0}, {100, 10}, {load.PreparedMost + 1}} {
		_, err := load.Grow(t.Context(), o, sizes, t.Logf, nil)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), "%v", sizes)
		require.Contains(t, fault.TextOf(err), "--prepare")
	}
	o.Server = "http://127.0.0.1:1"
	_, err := load.Grow(t.Context(), o, []int{10}, t.Logf, nil)
	require.Contains(t, fault.TextOf(err), "--server")
}
