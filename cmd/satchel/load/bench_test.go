package load_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/load"
	"satchel/internal/postgres/pgtest"
)

var (
	cellTime       = flag.Duration("cell", 5*time.Second, "how long each measurement of BenchmarkLoad takes")
	withPocketbase = flag.String("pocketbase", "", "the program of PocketBase, for BenchmarkPeers")
	withPouchdb    = flag.String("pouchdb", "", "server.js of the PouchDB server, for BenchmarkPeers")
	withFiber      = flag.Bool("fiber", false, "serve as bare Fiber, for BenchmarkLoad itself")
)

var (
	benchClients   = []int{1, 16, 64}
	benchScenarios = []load.Scenario{load.Initial, load.Idle, load.Round}
)

// TestMain is also the process in which bare Fiber serves.
func TestMain(m *testing.M) {
	flag.Parse()
	if *withFiber {
		serveFiber()
		return
	}
	code := m.Run()
	pgtest.Stop()
	_ = os.RemoveAll(made)
	os.Exit(code)
}

// BenchmarkLoad measures what phones ask of a server, on both stores, beside the parts of which it is made, and says which goals are met. It runs once, whatever
// b.N is: `make bench-load`.
func BenchmarkLoad(b *testing.B) {
	cluster, err := pgtest.Start(true)
	require.NoError(b, err)
	defer cluster.Stop()
	program := built(b)
	m := &measured{rawPostgres: map[load.Scenario]map[int]part{}, fiber: map[load.Scenario]map[int]part{}, rawBolt: map[int]part{}}
	o := load.Options{Clients: benchClients, Scenarios: benchScenarios, Duration: *cellTime, Records: 256, Store: load.Bolt, Program: program}
	tell := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	bolt, err := load.Run(b.Context(), o, tell)
	require.NoError(b, err)
	m.bolt = byScenario(bolt)
	m.parts(b, cluster, tell)
	o.Store, o.PIDs = cluster.Database(b), []int{cluster.PID()}
	postgres, err := load.Run(b.Context(), o, tell)
	require.NoError(b, err)
	m.postgres = byScenario(postgres)
	fmt.Printf("\nSatchel on bbolt\n")
	require.NoError(b, bolt.Print(os.Stdout))
	fmt.Printf("\nSatchel on PostgreSQL; beside is the processor time of PostgreSQL\n")
	require.NoError(b, postgres.Print(os.Stdout))
	fmt.Printf("\nThe parts, with no sign-in, validation, merging, journal or seal\n")
	require.NoError(b, m.print(os.Stdout))
	fmt.Println()
	require.NoError(b, printGoals(os.Stdout, m.goals(benchClients)))
	for b.Loop() { // the tables are the result
	}
}

func byScenario(r *load.Report) map[load.Scenario]map[int]load.Cell {
	all := map[load.Scenario]map[int]load.Cell{}
	for _, c := range r.Cells {
		if all[c.Scenario] == nil {
			all[c.Scenario] = map[int]load.Cell{}
		}
		all[c.Scenario][c.Clients] = c
	}
	return all
}

// parts measures what each part gives at best.
func (m *measured) parts(b *testing.B, cluster *pgtest.Cluster, tell func(string, ...any)) {
	r := openRaw(b, cluster.Database(b), benchClients[len(benchClients)-1])
	works := map[load.Scenario]func(i int) func() error{load.Round: r.round, load.Initial: r.initial, load.Idle: r.idle}
	fiberAt := startFiber(b)
	for _, c := range benchClients {
		tell("bbolt alone with %d callers", c)
		m.rawBolt[c] = rawBolt(b, c, *cellTime)
	}
	for _, s := range benchScenarios {
		m.rawPostgres[s], m.fiber[s] = map[int]part{}, map[int]part{}
		for _, c := range benchClients {
			tell("%s on PostgreSQL and Fiber alone with %d callers", s, c)
			m.rawPostgres[s][c] = r.measure(*cellTime, works[s], c)
			asks, answers := sizes(s, int(m.bolt[s][c].Plain))
			m.fiber[s][c] = bareFiber(b, fiberAt, c, *cellTime, asks, answers)
		}
	}
}

// sizes are those of the request and the answer of a scenario, together as many bytes as it had.
func sizes(s load.Scenario, both int) (asks, answers int) {
	if s == load.Initial {
		const question = 150
		return question, both - question
	}
	return both / 2, both - both/2
}

// print writes what the parts gave.
func (m *measured) print(out io.Writer) error {
	w := newTable(out)
	w.row("bbolt, 5 puts of 400 B, one writer drains a queue", m.rawBolt)
	for _, s := range benchScenarios {
		w.row(fmt.Sprintf("PostgreSQL, the rows of: %s, one exchange", s), m.rawPostgres[s])
		w.row(fmt.Sprintf("Fiber, bodies as long as of: %s", s), m.fiber[s])
	}
	return w.Flush()
}

// print writes what the peers gave.
func (p *peers) print(out io.Writer) error {
	w := newTable(out)
	for _, s := range benchScenarios {
		w.row("PocketBase, synchronous FULL: "+string(s), p.pocketbase[s])
		w.row("PouchDB server, LevelDB, sync: "+string(s), p.pouchdb[s])
	}
	return w.Flush()
}

// table has a column for each number of callers.
type table struct{ *tabwriter.Writer }

func newTable(out io.Writer) table {
	w := table{tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)}
	fmt.Fprint(w, "per second\t")
	for _, c := range benchClients {
		fmt.Fprintf(w, "c=%d\t", c)
	}
	fmt.Fprint(w, "p99 ms c=16\t\n")
	return w
}

func (t table) row(name string, of map[int]part) {
	fmt.Fprintf(t, "%s\t", name)
	for _, c := range benchClients {
		fmt.Fprintf(t, "%.0f\t", of[c].rate)
	}
	fmt.Fprintf(t, "%.2f\t\n", float64(of[16].p99.Microseconds())/1000)
}

// BenchmarkPeers measures what phones ask of a server beside other products that keep data for apps, in one run: `make bench-peers`.
func BenchmarkPeers(b *testing.B) {
	require.NotEmpty(b, *withPocketbase, "make bench-peers builds the peers first")
	require.NotEmpty(b, *withPouchdb)
	tell := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	o := load.Options{Clients: benchClients, Scenarios: benchScenarios, Duration: *cellTime, Records: 256, Store: load.Bolt, Program: built(b)}
	ours, err := load.Run(b.Context(), o, tell)
	require.NoError(b, err)
	p, base := startPocketbase(b, *withPocketbase)
	beside := peers{pocketbase: measurePeer(b, "PocketBase", p, base, tell)}
	p, base = startPouchdb(b, *withPouchdb)
	beside.pouchdb = measurePeer(b, "PouchDB server", p, base, tell)
	fmt.Printf("\nSatchel on bbolt\n")
	require.NoError(b, ours.Print(os.Stdout))
	fmt.Printf("\nPeers, with writes that are on disk when they are answered\n")
	require.NoError(b, beside.print(os.Stdout))
	fmt.Println()
	require.NoError(b, printGoals(os.Stdout, beside.goals(byScenario(ours))))
	for b.Loop() { // the tables are the result
	}
}
