package traces_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel"
	"satchel/cmd/satchel/conformance"
	"satchel/cmd/satchel/ward"
	"satchel/internal/bolt"
	"satchel/internal/postgres"
	"satchel/internal/postgres/pgtest"
	"satchel/internal/seal"
	syncing "satchel/sync"
	"satchel/sync/sim"
	"satchel/sync/storetest"
	"satchel/sync/storetest/beside"
)

const (
	// simSteps and wardSteps are how long a trace is.
	simSteps, wardSteps = 20, 15
	// atOnce is how many are played at a time on each store, each in its own.
	atOnce = 4
	// wardEach: every so many traces are played by the real rules of a ward.
	wardEach = 5
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// traces is how many are played on each store.
func traces(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("SATCHEL_TRACES")
	if text == "" {
		return 8
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}

var stores = map[string]func(t *testing.T) syncing.Store{
	"bbolt": func(t *testing.T) syncing.Store {
		data := filepath.Join(t.TempDir(), "data")
		require.NoError(t, bolt.Init(data))
		store, err := bolt.Open(data, bolt.Options{Fatal: func(err error) { t.Error(err) }})
		require.NoError(t, err)
		return store
	},
	"PostgreSQL": func(t *testing.T) syncing.Store {
		store, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Connections: 4})
		require.NoError(t, err)
		return store
	},
}

// sealed opens a store with the seal upon it.
func sealed(t *testing.T, open func(*testing.T) syncing.Store) syncing.Store {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, seal.Init(keys))
	ring, err := seal.Open(keys)
	require.NoError(t, err)
	store := seal.New(open(t), ring)
	t.Cleanup(func() {
		require.NoError(t, store.Close())
		require.NoError(t, ring.Close())
	})
	return store
}

func diskOf(model *storetest.Memory, store syncing.Store, back func(storetest.Snapshot)) sim.Disk {
	return sim.Disk{Store: store, Sequence: model.Sequence, SetDurability: model.SetDurability, Keep: func() func() {
		s := model.Snapshot()
		return func() { back(s) }
	}}
}

// play plays a trace by the small schema of the simulation, or by the rules of a ward.
func play(seed uint64, disk sim.Disk) (sim.Result, error) {
	if seed%wardEach == 0 {
		return ward.Run(ward.Options{Options: sim.Options{Seed: seed, Steps: wardSteps, Disk: disk}})
	}
	return sim.Run(sim.Options{Seed: seed, Steps: simSteps, Disk: disk})
}

// The transcripts of sync/testdata, and all else that a client is held against, are told by the client in Go to an engine on each store: each row that the store hands
// out is the model's, and what the phones show in the end is what they show with the model alone.
func TestTranscriptsAreTheSameOnEachStore(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := sealed(t, open)
			var both *beside.Store
			var empty storetest.Snapshot
			report, err := conformance.Run(t.Context(), conformance.Options{Client: conformance.NewSpeaker(), Store: func() conformance.Store {
				if both != nil {
					both.Restore(empty)
				}
				both = beside.New(store)
				empty = both.Snapshot()
				return both
			}})
			require.NoError(t, err)
			require.Empty(t, report.Findings)
			transcripts, err := fs.Glob(satchel.Transcripts, "sync/testdata/transcripts/*.txt")
			require.NoError(t, err)
			require.Greater(t, report.Checks, len(transcripts))
			t.Logf("%s: %d transcripts among %d checks, %d requests, all as by the model", name, len(transcripts), report.Checks, report.Requests)
		})
	}
}

func TestAStoreGivesTheAnswersOfTheModel(t *testing.T) {
	t.Parallel()
	count := traces(t)
	for name, open := range stores {
		var answered, steps atomic.Int64
		t.Cleanup(func() {
			if !t.Failed() {
				t.Logf("%d traces on %s: %d steps, %d requests answered, all as by the model", count, name, steps.Load(), answered.Load())
			}
		})
		for lane := range uint64(atOnce) {
			t.Run(fmt.Sprintf("%s/%d", name, lane), func(t *testing.T) {
				t.Parallel()
				store := sealed(t, open)
				for seed := lane; seed < count; seed += atOnce {
					model := storetest.NewMemory()
					wanted, err := play(seed, diskOf(model, model, model.Restore))
					require.NoError(t, err)
					both := beside.New(store)
					empty := both.Snapshot()
					got, err := play(seed, diskOf(both.Store, both, both.Restore))
					require.NoError(t, err, "seed %d", seed)
					require.Equal(t, wanted, got, "seed %d", seed)
					both.Restore(empty)
					answered.Add(int64(got.Messages))
					steps.Add(int64(got.Steps))
				}
			})
		}
	}
}
