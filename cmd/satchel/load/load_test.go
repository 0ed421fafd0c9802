package load_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/load"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/postgres/pgtest"
	"satchel/server"
)

// built is the program itself: its server is a process of its own.
func built(t testing.TB) []string {
	t.Helper()
	program, err := build()
	require.NoError(t, err)
	return []string{program}
}

var build = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "satchel-load-test")
	if err != nil {
		return "", err
	}
	made = folder
	out, err := exec.Command("go", "build", "-o", filepath.Join(folder, "satchel"), "satchel/cmd/satchel").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return filepath.Join(folder, "satchel"), err
})

// made is what build made, for TestMain to remove.
var made string

func small(program []string, store string) load.Options {
	return load.Options{
		Clients: []int{1, 2}, Scenarios: []load.Scenario{load.Round, load.Initial, load.Idle, load.Push}, Duration: 200 * time.Millisecond, Records: 4,
		Store: store, Program: program,
	}
}

// Counts are held, times are not: they move with the neighbours.
func TestWhatPhonesWereAcknowledgedIsThereAndARoundIsOneCommitAndFewBytes(t *testing.T) {
	t.Parallel()
	program := built(t)
	for name, store := range map[string]string{"bbolt": load.Bolt, "postgresql": pgtest.Database(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := load.Run(t.Context(), small(program, store), t.Logf)
			require.NoError(t, err)
			cells := map[load.Scenario]load.Cell{}
			written := 0
			for _, c := range report.Cells {
				require.Positive(t, c.Ops)
				require.Positive(t, c.P50)
				require.GreaterOrEqual(t, c.P99, c.P50)
				require.GreaterOrEqual(t, c.ServerCPU, 0.0, "the server is a process that is measured alone")
				require.Zero(t, c.Refused)
				require.Greater(t, c.Wire, c.Plain, "there are headers")
				if c.Clients == 1 {
					cells[c.Scenario] = c
				}
				const beside = 2 * 20 // operations whose size is looked at
				switch c.Scenario {
				case load.Round:
					written += 5 * (c.Ops + beside + c.Clients)
				case load.Push:
					written += c.Ops + beside + c.Clients
				}
			}
			require.Len(t, report.Cells, 8)
			require.Equal(t, written+4*60, report.Acknowledged, "nothing was acknowledged that nobody asked for, and nothing is missing")
			require.Equal(t, report.Acknowledged, report.Found)
			require.True(t, report.Restarted, "what is found was found by a server that was started anew")

			round, idle, initial := cells[load.Round], cells[load.Idle], cells[load.Initial]
			require.InDelta(t, 1, round.Commits, 0, "one commit a round")
			require.InDelta(t, 1, cells[load.Push].Commits, 0)
			require.Zero(t, idle.Commits)
			require.Zero(t, initial.Commits)
			require.LessOrEqual(t, round.Plain, 5.0*1024)
			require.Greater(t, round.Plain, 4.0*1024, "5 mutations of about 400 bytes, and what is new")
			require.LessOrEqual(t, round.Packed, 2.0*1024)
			require.LessOrEqual(t, idle.Plain, 600.0)
			require.InDelta(t, 27_000, initial.Plain, 2_000, "60 documents")
		})
	}
}

func TestOptionsThatCannotBeAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(o *load.Options)
		says   string
	}{
		"no connection":              {func(o *load.Options) { o.Clients = []int{0} }, "--c is between 1 and 256"},
		"too many connections":       {func(o *load.Options) { o.Clients = []int{1, load.ClientsMost + 1} }, "--c is between 1 and 256"},
		"nothing to measure":         {func(o *load.Options) { o.Scenarios = nil }, "idle, initial, push, round"},
		"a scenario nobody knows":    {func(o *load.Options) { o.Scenarios = []load.Scenario{"rounds"} }, `"rounds" is none of them`},
		"no time":                    {func(o *load.Options) { o.Duration = 0 }, "--duration"},
		"too long":                   {func(o *load.Options) { o.Duration = load.DurationMost + 1 }, "at most 5m"},
		"more connections than data": {func(o *load.Options) { o.Records = 1 }, "--records is at least the most connections of --c, here 2"},
		"too many people":            {func(o *load.Options) { o.Records = load.RecordsMost + 1 }, "--records"},
		"no store":                   {func(o *load.Options) { o.Store = "" }, "--store is bbolt"},
		"staff of no server":         {func(o *load.Options) { o.Staff = "olive" }, "name it with --server"},
		"a server and nobody":        {func(o *load.Options) { o.Server = "http://127.0.0.1:1" }, "SATCHEL_LOAD_PASSWORD"},
		"a server that is no URL":    {func(o *load.Options) { o.Server, o.Staff, o.Password = "127.0.0.1:1", "olive", "x" }, "--server is a URL"},
		"another machine":            {func(o *load.Options) { o.Server, o.Staff, o.Password = "http://192.0.2.1", "olive", "x" }, "unless --anywhere is said"},
		"metrics elsewhere": {func(o *load.Options) {
			o.Server, o.Staff, o.Password, o.Metrics = "http://127.0.0.1:1", "olive", "x", "http://192.0.2.1/metrics"
		}, "--metrics names another machine"},
		"a profile of another": {func(o *load.Options) {
			o.Server, o.Staff, o.Password, o.Profile = "http://127.0.0.1:1", "olive", "x", "p"
		}, "--profile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := small(nil, load.Bolt)
			c.change(&o)
			_, err := load.Run(t.Context(), o, t.Logf)
			require.ErrorContains(t, err, c.says)
			require.NotEmpty(t, fault.TextOf(err))
		})
	}
	o := small(nil, load.Bolt)
	o.Server, o.Staff, o.Password, o.Anywhere = "http://192.0.2.1", "olive", "x", true
	require.NoError(t, o.Check(), "somebody who says so may")
}

func TestADiskThatDiffersIsSaidInWords(t *testing.T) {
	t.Parallel()
	calm := load.Report{Processors: 2, DiskBefore: 4000, DiskAfter: 3000}
	require.Empty(t, calm.Warnings())
	noisy := load.Report{Processors: 2, DiskBefore: 4000, DiskAfter: 2000}
	require.Len(t, noisy.Warnings(), 1)
	require.Contains(t, noisy.Warnings()[0], "The disk is noisy")
	slow := load.Report{Processors: 2, DiskBefore: 900, DiskAfter: 900}
	require.Len(t, slow.Warnings(), 1)
	require.Contains(t, slow.Warnings()[0], "The disk is slow now")
	busy := load.Report{Processors: 2, DiskBefore: 4000, DiskAfter: 4000, Load: 3}
	require.Len(t, busy.Warnings(), 1)
	require.Contains(t, busy.Warnings()[0], "Other programs are at work")
}

func TestAServerThatRunsAlreadyIsMeasuredAsItIs(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	folder := t.TempDir()
	config := server.Config{Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Drafts: true, Address: "127.0.0.1:0", Metrics: "127.0.0.1:0"}
	require.NoError(t, server.Init(ctx, config, nil))
	s, err := server.Open(ctx, config)
	require.NoError(t, err)
	house, err := s.Identity().Seed().Organisation(ctx, "cancer-centre", "Centre (synthetic)")
	require.NoError(t, err)
	team, err := s.Identity().Seed().Team(ctx, house.ID, identity.TeamOncology, "Team (synthetic)")
	require.NoError(t, err)
	const password = "a synthetic passphrase"
	_, err = s.Identity().Seed().Staff(ctx, identity.Staff{Kind: identity.KindClinician, Name: "Olive (synthetic)", SignInName: "olive", Password: password}, team.ID)
	require.NoError(t, err)
	require.NoError(t, s.Listen())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	o := load.Options{
		Clients: []int{2}, Scenarios: []load.Scenario{load.Round}, Duration: 100 * time.Millisecond, Records: 2, Packed: true,
		Server: s.Base(), Staff: "olive", Password: password, Metrics: s.Metrics(), PIDs: []int{os.Getpid()},
	}
	report, err := load.Run(t.Context(), o, t.Logf)
	require.NoError(t, err)
	require.Equal(t, report.Acknowledged, report.Found)
	require.False(t, report.Restarted, "it is somebody else's")
	c := report.Cells[0]
	require.Positive(t, c.Commits)
	require.Less(t, c.Commits, 1.01, "connections share commits")
	require.InDelta(t, -1, c.ServerCPU, 0, "no process of ours")
	require.GreaterOrEqual(t, c.BesideCPU, 0.0)
	require.Less(t, c.Wire, c.Plain, "what travels is packed")

	o.Password = "not the passphrase"
	_, err = load.Run(t.Context(), o, t.Logf)
	require.ErrorContains(t, err, "password")
	stop()
	require.NoError(t, <-ended)
}
