package server

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/postgres/pgtest"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

func quietly(string, float64) {}

// lived is an installation in which something has happened: a record, one that was erased, and an access that was ended.
func lived(t *testing.T, c Config) (w ward, erased syncing.RecordID, read map[syncing.DocID]string) {
	t.Helper()
	s := opened(t, c)
	w = peopled(t, s)
	p := newPhone(t, s, w.ada, w.record)
	for _, text := range []string{"one", "two", "three"} {
		p.write(t, message(text))
	}
	stop := running(t, s)
	p.base = s.Base()
	require.NoError(t, p.sync(t.Context()))
	other := ward{oncology: w.oncology, nurse: w.nurse, ada: w.ada, carla: w.carla, record: syncing.RecordID{UUID: syncing.DerivedUUID("erased", t.Name())}}
	other.begin(t, s)
	require.NoError(t, s.Erase(t.Context(), other.record))
	require.NoError(t, s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla)))
	read = reads(t, s, w)
	require.NoError(t, stop())
	return w, other.record, read
}

// reads is what a new phone of the person is given.
func reads(t *testing.T, s *Server, w ward) map[syncing.DocID]string {
	t.Helper()
	p := newPhone(t, s, w.ada, w.record)
	if p.base = s.Base(); p.base == "" {
		t.Fatal("it does not listen")
	}
	require.NoError(t, p.sync(t.Context()))
	docs := map[syncing.DocID]string{}
	for id, doc := range p.view() {
		if id.Type() == "message" {
			docs[id] = string(doc.Fields["body"])
		}
	}
	return docs
}

func TestAnInstallationIsMovedToPostgresAndBack(t *testing.T) {
	t.Parallel()
	c := installed(t)
	w, erased, before := lived(t, c)
	require.Len(t, before, 3)
	both := c
	both.Store = pgtest.Database(t)

	interrupted, stop := context.WithCancel(t.Context())
	_, err := Move(interrupted, both, false, func(string, float64) { stop() })
	require.Error(t, err, "it was interrupted")
	s := opened(t, c) // and the folder is served as before
	epoch := s.Epoch()
	require.NoError(t, s.Close())
	report, err := Move(t.Context(), both, false, quietly)
	require.NoError(t, err)
	require.Positive(t, report.Records)
	require.Positive(t, report.Rows)
	require.Positive(t, report.Entries)
	require.Positive(t, report.Secrets)
	requireNotServed(t, c, fault.Conflict, "not the one that this key folder was last used with")
	_, err = Move(t.Context(), both, false, quietly)
	require.Equal(t, fault.Conflict, fault.CodeOf(err), "it was moved already: %v", err)

	shared := both
	shared.Data = ""
	requireSame := func(c Config) {
		t.Helper()
		s := opened(t, c)
		require.Equal(t, epoch, s.Epoch(), "phones notice nothing")
		require.Len(t, s.ledger.revocations(), 1)
		require.ErrorIs(t, s.sealed.View(t.Context(), erased, func(syncing.ReadTx) error { return nil }), seal.ErrErased)
		stop := running(t, s)
		require.Equal(t, before, reads(t, s, w))
		require.NoError(t, stop())
	}
	requireSame(shared)

	both.Data = filepath.Join(t.TempDir(), "data")
	back, err := Move(t.Context(), both, true, quietly)
	require.NoError(t, err)
	require.Equal(t, report.Lines+1, back.Lines, "a life more")
	requireNotServed(t, shared, fault.Conflict, "not the one that this key folder was last used with")
	c.Data = both.Data
	requireSame(c)
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
}

func TestNothingIsMovedOverAnotherInstallationOrUnderANodeThatWorks(t *testing.T) {
	t.Parallel()
	c, other := installed(t), onPostgres(t)
	both := c
	both.Store = other.Store
	_, err := Move(t.Context(), both, false, quietly)
	require.Equal(t, fault.Conflict, fault.CodeOf(err), "%v", err)
	require.NoError(t, opened(t, c).Close())
	require.NoError(t, opened(t, other).Close())

	working := opened(t, other)
	lease, err := working.shared.Lease(t.Context(), "care", leaseLasts)
	require.NoError(t, err)
	require.NotNil(t, lease)
	other.Data = filepath.Join(t.TempDir(), "data")
	_, err = Move(t.Context(), other, true, quietly)
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.Contains(t, fault.TextOf(err), "Stop every node")
	require.NoError(t, working.Close())
}

// What differs at the end is not served: the comparison is no formality.
func TestAMoveThatLostARowIsFound(t *testing.T) {
	t.Parallel()
	c := installed(t)
	w, _, _ := lived(t, c)
	both := c
	both.Store = pgtest.Database(t)
	_, err := Move(t.Context(), both, false, func(doing string, _ float64) {
		if doing == "comparing" {
			require.NoError(t, pgtest.Do(t, both.Store, "DELETE FROM rows WHERE tbl = 4 AND record = '"+w.record.String()+"'"))
		}
	})
	require.Equal(t, fault.Conflict, fault.CodeOf(err), "%v", err)
	require.Contains(t, fault.TextOf(err), "not what was there")
	require.NoError(t, opened(t, c).Close(), "the folder is served as before")
}
