package load_test

import (
	"fmt"
	"io"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/load"
)

// goal is a sentence of what is aimed at, and how far it is.
type goal struct {
	name     string
	measured float64
	limit    float64
	most     bool // at most limit; else at least
}

func (g goal) met() bool {
	if g.most {
		return g.measured <= g.limit
	}
	return g.measured >= g.limit
}

// measured is all of one run: cells by scenario and connections.
type measured struct {
	bolt, postgres map[load.Scenario]map[int]load.Cell
	rawBolt        map[int]part
	rawPostgres    map[load.Scenario]map[int]part
	fiber          map[load.Scenario]map[int]part
}

// goals are those that this run can tell of. Those against other products are measured beside them.
func (m *measured) goals(clients []int) []goal {
	var list []goal
	for _, c := range clients {
		name := fmt.Sprintf(", c=%d", c)
		round, raw := m.bolt[load.Round][c], m.rawPostgres[load.Round][c]
		list = append(list, goal{"rounds/s on bbolt : raw PostgreSQL" + name, round.Rate / raw.rate, 1, false},
			goal{"rounds/s on PostgreSQL : raw PostgreSQL" + name, m.postgres[load.Round][c].Rate / raw.rate, 0.5, false})
		if c == 1 {
			list = append(list, goal{"commits a round on bbolt" + name, round.Commits, 1, true})
		}
		if c != 16 {
			continue
		}
		idle, initial := m.bolt[load.Idle][c], m.bolt[load.Initial][c]
		list = append(list,
			goal{"server CPU s per 1000 rounds on bbolt" + name, round.ServerCPU, 0.35, true},
			goal{"the same, then" + name, round.ServerCPU, 0.25, true},
			goal{"p99 of a round on bbolt, ms" + name, float64(round.P99.Microseconds()) / 1000, 15, true},
			goal{"the same, then: raw PostgreSQL's, ms" + name, float64(round.P99.Microseconds()) / 1000, float64(raw.p99.Microseconds()) / 1000, true},
			goal{"initial/s on bbolt : raw PostgreSQL" + name, initial.Rate / m.rawPostgres[load.Initial][c].rate, 2, false},
			goal{"idle/s on bbolt : bare Fiber" + name, idle.Rate / m.fiber[load.Idle][c].rate, 0.45, false},
			goal{"the same, then" + name, idle.Rate / m.fiber[load.Idle][c].rate, 0.55, false},
			goal{"bytes of a round", round.Plain, 5 << 10, true},
			goal{"bytes of a round, packed", round.Packed, 2 << 10, true},
			goal{"bytes when nothing is new", idle.Plain, 600, true})
	}
	return list
}

func printGoals(out io.Writer, list []goal) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "goal\twants\tmeasured\t")
	for _, g := range list {
		wants, says := "at least", "NOT met"
		if g.most {
			wants = "at most"
		}
		if g.met() {
			says = "met"
		}
		fmt.Fprintf(w, "%s\t%s %.4g\t%.4g\t%s\n", g.name, wants, g.limit, g.measured, says)
	}
	return w.Flush()
}

func TestAGoalIsMetOnTheRightSideOfItsLimit(t *testing.T) {
	t.Parallel()
	require.True(t, goal{"", 1, 1, false}.met())
	require.False(t, goal{"", 0.99, 1, false}.met())
	require.True(t, goal{"", 15, 15, true}.met())
	require.False(t, goal{"", 15.1, 15, true}.met())
	m := &measured{
		bolt: map[load.Scenario]map[int]load.Cell{
			load.Round: {16: {Rate: 300, ServerCPU: 0.3, Plain: 5000}}, load.Idle: {16: {Rate: 46}}, load.Initial: {16: {Rate: 10}},
		},
		postgres:    map[load.Scenario]map[int]load.Cell{load.Round: {16: {Rate: 99}}},
		rawPostgres: map[load.Scenario]map[int]part{load.Round: {16: {rate: 200}}, load.Initial: {16: {rate: 6}}},
		fiber:       map[load.Scenario]map[int]part{load.Idle: {16: {rate: 100}}},
	}
	var missed []string
	for _, g := range m.goals([]int{16}) {
		if !g.met() {
			missed = append(missed, g.name)
		}
	}
	require.Equal(t, []string{
		"rounds/s on PostgreSQL : raw PostgreSQL, c=16", "the same, then, c=16", "initial/s on bbolt : raw PostgreSQL, c=16", "the same, then, c=16",
	}, missed)
}
