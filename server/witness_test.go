package server

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

func nobodyFatal(t *testing.T) func(error) { return func(err error) { t.Error(err) } }

func requireNotServed(t *testing.T, c Config, code fault.Code, words string) {
	t.Helper()
	s, err := Open(t.Context(), c)
	if err == nil {
		require.NoError(t, s.Close())
	}
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
	require.Contains(t, fault.TextOf(err), words)
}

func TestAStoreBehindItsLedgerIsNotServed(t *testing.T) {
	t.Parallel()
	c := installed(t)
	older := filepath.Join(t.TempDir(), "older")
	copyFolder(t, c.Data, older)
	s := opened(t, c)
	peopled(t, s)
	require.NoError(t, s.Close())
	require.NoError(t, os.RemoveAll(c.Data))
	copyFolder(t, older, c.Data) // somebody puts yesterday's copy in its place
	requireNotServed(t, c, fault.Conflict, "transactions behind its ledger")
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, found.Problems, 2, "verify says so too, and so does the last signed head")
	require.Contains(t, found.Problems[0], "behind its ledger")
	require.Contains(t, found.Problems[1], "an older copy was put in its place")
}

func TestADataFolderOfOtherKeysIsNotServed(t *testing.T) {
	t.Parallel()
	c, other := installed(t), installed(t)
	c.Data = other.Data
	requireNotServed(t, c, fault.Conflict, "not the one that this key folder was last used with")
}

func TestALedgerThatWasCutIsNotTrusted(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	path := filepath.Join(c.Keys, ledgerName)
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla)))
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.Greater(t, after.Size(), before.Size())
	require.NoError(t, s.Close())
	require.NoError(t, os.Truncate(path, before.Size()))
	requireNotServed(t, c, fault.Conflict, "ended accesses could come back")
}

func granteeOf(account syncing.AccountID) identity.Grantee { return identity.Grantee{Account: account} }

func TestADamagedLedgerIsRefusedAndATornLastLineIsTakenAway(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	require.NoError(t, createLedger(keys))
	path := filepath.Join(keys, ledgerName)
	l, err := openLedger(keys, nowMs, nobodyFatal(t))
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, l.Append(t.Context(), identity.Revocation{Kind: identity.RevokedDevice}))
	}
	require.NoError(t, l.close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	for at := range whole { // one flipped bit, wherever it is
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		_, err := openLedger(keys, nowMs, nobodyFatal(t))
		require.Error(t, err, "byte %d", at)
	}
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-5], 0o600))
	l, err = openLedger(keys, nowMs, nobodyFatal(t))
	require.NoError(t, err)
	require.Len(t, l.revocations(), 2, "the third was cut by a power cut, and never answered")
	require.NoError(t, l.Append(t.Context(), identity.Revocation{Kind: identity.RevokedMember}))
	require.NoError(t, l.close())
	l, err = openLedger(keys, nowMs, nobodyFatal(t))
	require.NoError(t, err)
	require.Len(t, l.revocations(), 3)
	require.NoError(t, l.close())
}

func TestARevocationIsRefusedWhenTheLedgerCannotBeWritten(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.ledger.file.Close()) // as when the process stops
	err := s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla))
	require.True(t, fault.Is(err, fault.Busy), "%v", err)
	require.NoError(t, s.file.Close())
}

func TestARestoreBringsNoEndedAccessBack(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	backup, keyFile := backedUp(t, s)
	require.NoError(t, s.Identity().EndAccess(t.Context(), principal(t, s, w.ada), w.record, granteeOf(w.carla)))
	require.NoError(t, s.Close())
	report := restored(t, c, backup, keyFile)
	require.Equal(t, 1, report.Revocations)
	s = opened(t, c)
	_, ok, err := s.Engine().Head(t.Context(), principal(t, s, w.carla), w.record)
	require.NoError(t, err)
	require.False(t, ok, "the caregiver's access ended after the backup was taken")
	_, ok, err = s.Engine().Head(t.Context(), principal(t, s, w.ada), w.record)
	require.NoError(t, err)
	require.True(t, ok)
	require.NoError(t, s.Close())
}

func TestABackupOpensOnlyWithItsKeyAndWhole(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	peopled(t, s)
	path, keyFile := backedUp(t, s)
	_, err := s.Backup(t.Context(), path, []string{"age1qqqqqqqq"})
	require.True(t, fault.Is(err, fault.Invalid))
	_, otherKey := backedUp(t, s)
	require.NoError(t, s.Close())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	restore := func(content, keyFile []byte) error {
		fresh := c
		fresh.Data = filepath.Join(t.TempDir(), "data")
		_, err := Restore(t.Context(), fresh, bytes.NewReader(content), keyFile)
		if err != nil {
			require.NoDirExists(t, fresh.Data+restoring, "nothing is left behind")
		}
		return err
	}
	require.True(t, fault.Is(restore(content, otherKey), fault.Forbidden))
	require.True(t, fault.Is(restore(content, []byte("no key")), fault.Invalid))
	for _, at := range []int{len(content) / 2, len(content) - 1} {
		damaged := bytes.Clone(content)
		damaged[at] ^= 1
		require.True(t, fault.Is(restore(damaged, keyFile), fault.Corrupt))
	}
	require.True(t, fault.Is(restore(content[:len(content)-1000], keyFile), fault.Corrupt))
	_, err = Restore(t.Context(), c, bytes.NewReader(content), keyFile)
	require.True(t, fault.Is(err, fault.Conflict), "a data folder that holds a store is left alone")
	require.NoError(t, restore(content, keyFile))
}

func TestWhatABackupHoldsCountsAsSafe(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	p := newPhone(t, s, w.ada, w.record)
	running(t, s)
	p.base = s.Base()
	p.write(t, message("before the backup"))
	require.NoError(t, p.sync(t.Context()))
	require.Len(t, p.db.Outbox(w.record), 1, "kept, because only this machine has it")
	backedUp(t, s)
	require.NoError(t, p.sync(t.Context()))
	require.Empty(t, p.db.Outbox(w.record), "the backup was read back: the phone may forget it")
}

func TestKeysAndDataLieApart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, c := range []Config{
		{Data: folder, Keys: filepath.Join(folder, "keys")},
		{Data: filepath.Join(folder, "data"), Keys: folder},
		{Data: folder, Keys: folder},
		{Data: folder},
		{Data: filepath.Join(folder, "a"), Keys: filepath.Join(folder, "b"), Metrics: "0.0.0.0:9090"},
	} {
		require.True(t, fault.Is(Init(t.Context(), c, nil), fault.Invalid))
	}
	require.NoError(t, Init(t.Context(), Config{Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "data-keys")}, nil))
}
