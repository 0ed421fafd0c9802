package server

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/age"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// acknowledged is everything that a server ever answered to a phone, with the rev that it had.
type acknowledged map[syncing.Continued]replica.Entry

func (a acknowledged) note(p *phone) {
	for _, e := range p.db.Outbox(p.record) {
		if e.Answered {
			a[syncing.Continued{Replica: e.Replica, N: e.N}] = e
		}
	}
}

// backedUp takes a backup, and gives its file and the key that opens it.
func backedUp(t *testing.T, s *Server) (path string, keyFile []byte) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "backup.age")
	done, err := s.Backup(t.Context(), path, []string{key.Recipient().String()})
	require.NoError(t, err)
	require.Positive(t, done.Bytes)
	return path, []byte(key.String() + "\n")
}

// restored puts a backup in the place of the data folder, which it moves away.
func restored(t *testing.T, c Config, path string, keyFile []byte) *RestoreReport {
	t.Helper()
	require.NoError(t, os.Rename(c.Data, c.Data+".away"))
	backup, err := os.Open(path)
	require.NoError(t, err)
	defer backup.Close()
	done, err := Restore(t.Context(), c, backup, keyFile)
	require.NoError(t, err)
	return done
}

// goOn lets phones write of everything that there is to write, and sync after some of it.
func goOn(t *testing.T, chance *rand.Rand, phones []*phone, shared syncing.DocID, rounds int, acked acknowledged) {
	t.Helper()
	for round := range rounds {
		for i, p := range phones {
			p.write(t, message(fmt.Sprintf("phone %d, round %d", i, round)))
			p.write(t, replica.Change{Doc: shared, Set: fields("text", fmt.Sprintf("phone %d says %d", i, round))})
			tag := syncing.TextValue(fmt.Sprintf("tag %d", chance.IntN(6)))
			change := replica.Change{Doc: shared, Add: map[string][]jsontext.Value{"tags": {tag}}}
			if chance.IntN(3) == 0 {
				change = replica.Change{Doc: shared, Remove: map[string][]jsontext.Value{"tags": {tag}}}
			}
			p.write(t, change)
			note := newDoc("note")
			p.write(t, replica.Change{Doc: note, Set: fields("text", "to be taken down")})
			if chance.IntN(2) == 0 {
				p.write(t, replica.Change{Doc: note, Delete: true})
			}
			if chance.IntN(3) > 0 {
				require.NoError(t, p.sync(t.Context()))
				acked.note(p)
			}
		}
	}
	for range 2 { // the second time they read what the others sent in the first
		for _, p := range phones {
			require.NoError(t, p.sync(t.Context()))
			acked.note(p)
		}
	}
}

// TestHazard_H30_RestoredServerHoldsAgainWhatItHadAcknowledged puts yesterday's backup back under a running set of phones. Within
// one sync each, the server holds again everything that was ever acknowledged to them.
func TestHazard_H30_RestoredServerHoldsAgainWhatItHadAcknowledged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			hazardH30(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func hazardH30(t *testing.T, chance *rand.Rand) {
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	phones := []*phone{newPhone(t, s, w.ada, w.record), newPhone(t, s, w.ada, w.record), newPhone(t, s, w.nurse, w.record), newPhone(t, s, w.carla, w.record)}
	messaging := phones[:3] // a caregiver who sees the schedule alone writes notes, and no messages
	shared := newDoc("note")
	stop := running(t, s)
	reach(phones, s)
	phones[0].write(t, replica.Change{Doc: shared, Set: fields("text", "a note on the fridge")})
	acked := acknowledged{}
	goOn(t, chance, messaging, shared, 3, acked)
	backup, keyFile := backedUp(t, s)
	inBackup := len(acked)

	goOn(t, chance, messaging, shared, 4, acked)
	phones[3].write(t, replica.Change{Doc: shared, Set: fields("title", "written by the caregiver")})
	require.NoError(t, phones[3].sync(t.Context()))
	acked.note(phones[3])
	require.NoError(t, phones[0].sync(t.Context()))
	before := phones[0].view()
	require.NoError(t, stop())

	epoch := s.Epoch()
	report := restored(t, c, backup, keyFile)
	require.NotEqual(t, epoch, report.Epoch)
	s = opened(t, c)
	running(t, s)
	reach(phones, s)
	requireLost(t, s, w, acked, inBackup)
	for _, p := range phones {
		require.NoError(t, p.sync(t.Context()))
	}
	requireHeld(t, s, w, acked)

	for _, p := range phones {
		require.NoError(t, p.sync(t.Context()))
		require.Equal(t, replica.UpToDate, p.db.State(w.record))
	}
	requireSame(t, before, phones[0].view())
	requireSame(t, phones[0].view(), phones[1].view())
}

func reach(phones []*phone, s *Server) {
	for _, p := range phones {
		p.base = s.Base()
	}
}

// journaled reads, document by document, under which names the server has applied what.
func journaled(t *testing.T, s *Server, w ward, acked acknowledged) map[syncing.Continued]int {
	t.Helper()
	found, docs := map[syncing.Continued]int{}, map[syncing.DocID]bool{}
	for _, e := range acked {
		docs[e.Doc] = true
	}
	for doc := range docs {
		revs := map[syncing.Rev]bool{}
		entries, err := s.Engine().History(t.Context(), principal(t, s, w.nurse), w.record, doc)
		if err != nil {
			continue // not here, or deleted
		}
		for _, h := range entries {
			if !revs[h.Rev] { // one mutation may have changed several fields
				revs[h.Rev] = true
				found[syncing.Continued{Replica: h.Replica, N: h.N}]++
			}
		}
	}
	return found
}

// requireLost makes sure that there was something to be healed.
func requireLost(t *testing.T, s *Server, w ward, acked acknowledged, inBackup int) {
	t.Helper()
	found := journaled(t, s, w, acked)
	require.Less(t, len(found), len(acked), "the backup lacks nothing: this test shows nothing")
	require.Greater(t, len(acked), inBackup)
}

// requireHeld: each acknowledged mutation is in the journal of the restored server, once.
func requireHeld(t *testing.T, s *Server, w ward, acked acknowledged) {
	t.Helper()
	found := journaled(t, s, w, acked)
	for name, e := range acked {
		if e.Outcome.Status != syncing.Applied || bytes.Contains(e.Body, []byte(`"delete":true`)) {
			continue // a deletion has no value of a field in the history; requireSame looks at it
		}
		require.Equal(t, 1, found[name], "%s of replica %s, n=%d", e.Doc, name.Replica.UUID, name.N)
	}
}

// requireSame compares what two phones hold, whatever the revs: each field with all that stands in it. Which of two concurrent
// writes is shown may differ after a restore, for their times are worked out anew; neither is lost.
func requireSame(t *testing.T, want, got map[syncing.DocID]*replica.Document) {
	t.Helper()
	for id, d := range want {
		require.NotNil(t, got[id], "%s is gone", id)
		require.Equal(t, standing(d), standing(got[id]), "%s", id)
	}
	require.Len(t, got, len(want))
}

func standing(d *replica.Document) map[string][]string {
	all := map[string][]string{}
	for name, value := range d.Fields {
		all[name] = append(all[name], string(value))
	}
	for name, list := range d.Siblings {
		for _, other := range list {
			all[name] = append(all[name], string(other.Value))
		}
		slices.Sort(all[name])
	}
	return all
}
