package load_test

import (
	"fmt"
	"io"
	"testing"
	"text/tabwriter"
	"time"

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

// peers is what other products gave in the same run.
type peers struct {
	pocketbase, pouchdb map[load.Scenario]map[int]part
}

// goals are those against other products.
func (p *peers) goals(ours map[load.Scenario]map[int]load.Cell) []goal {
	var list []goal
	for _, times := range []struct {
		c                   int
		pocketbase, pouchdb float64
	}{{1, 4, 2.5}, {16, 10, 6}, {64, 13, 9}} {
		rate := ours[load.Round][times.c].Rate
		list = append(list, goal{fmt.Sprintf("rounds/s : PocketBase, c=%d", times.c), rate / p.pocketbase[load.Round][times.c].rate, times.pocketbase, false},
			goal{fmt.Sprintf("rounds/s : PouchDB server, c=%d", times.c), rate / p.pouchdb[load.Round][times.c].rate, times.pouchdb, false})
	}
	best := func(s load.Scenario) float64 { return max(p.pocketbase[s][16].rate, p.pouchdb[s][16].rate) }
	quickest := float64(min(p.pocketbase[load.Round][16].p99, p.pouchdb[load.Round][16].p99).Microseconds()) / 1000
	initial := ours[load.Initial][16].Rate / p.pocketbase[load.Initial][16].rate
	return append(list,
		goal{"p99 of a round, ms: half of the quickest peer's, c=16", float64(ours[load.Round][16].P99.Microseconds()) / 1000, quickest / 2, true},
		goal{"initial/s : PocketBase, c=16", initial, 15, false}, goal{"the same, then, c=16", initial, 20, false},
		goal{"idle/s : the best peer, c=16", ours[load.Idle][16].Rate / best(load.Idle), 15, false})
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

func TestAPeerIsHeldAgainstAtEachNumberOfConnections(t *testing.T) {
	t.Parallel()
	rates := func(rate float64, p99 time.Duration) map[load.Scenario]map[int]part {
		each := map[int]part{1: {rate, p99}, 16: {rate, p99}, 64: {rate, p99}}
		return map[load.Scenario]map[int]part{load.Round: each, load.Initial: each, load.Idle: each}
	}
	p := &peers{rates(10, 20*time.Millisecond), rates(20, 30*time.Millisecond)}
	round := map[int]load.Cell{1: {Rate: 50}, 16: {Rate: 120, P99: 11 * time.Millisecond}, 64: {Rate: 129}}
	ours := map[load.Scenario]map[int]load.Cell{load.Round: round, load.Initial: {16: {Rate: 160}}, load.Idle: {16: {Rate: 299}}}
	var missed []string
	for _, g := range p.goals(ours) {
		if !g.met() {
			missed = append(missed, g.name)
		}
	}
	require.Equal(t, []string{
		"rounds/s : PocketBase, c=64", "rounds/s : PouchDB server, c=64", "p99 of a round, ms: half of the quickest peer's, c=16", "the same, then, c=16", "idle/s : the best peer, c=16",
	}, missed)
}
