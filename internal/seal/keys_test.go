package seal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// sample makes a key folder with some records, one of them erased, and says what must hold of it at any time.
func sample(t *testing.T) (dir string, keys *Keys, holds func(*Keys)) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, Init(dir))
	keys, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = keys.Close() })
	inner := storetest.NewMemory()
	id := func(n byte) syncing.RecordID { return syncing.RecordID{UUID: syncing.UUID{15: n}} }
	for n := range byte(5) {
		require.NoError(t, New(inner, keys).Update(t.Context(), id(n), func(tx syncing.Tx) error {
			return tx.Put(syncing.TableDocuments, nil, fmt.Append(nil, n))
		}))
	}
	require.NoError(t, New(inner, keys).Erase(t.Context(), id(0)))
	blind := keys.Blind("p", []byte("v"))
	return dir, keys, func(k *Keys) {
		t.Helper()
		for n := range byte(5) {
			err := New(inner, k).View(t.Context(), id(n), func(tx syncing.ReadTx) error {
				value, err := tx.Get(syncing.TableDocuments, nil)
				if n == 0 {
					require.Nil(t, value, "of what was erased nothing is seen")
				} else {
					require.Equal(t, fmt.Sprint(n), string(value))
				}
				return err
			})
			if n == 0 {
				require.ErrorIs(t, err, ErrErased)
				continue
			}
			require.NoError(t, err)
		}
		require.Equal(t, blind, k.Blind("p", []byte("v")))
	}
}

func TestRotationInterruptedAtAnyStepLeavesAllReadable(t *testing.T) {
	t.Parallel()
	for stop := range 5 {
		t.Run(fmt.Sprintf("after step %d", stop), func(t *testing.T) {
			t.Parallel()
			dir, keys, holds := sample(t)
			old, err := os.ReadFile(filepath.Join(dir, keysetName))
			require.NoError(t, err)
			for _, step := range keys.rotation()[:stop] {
				require.NoError(t, step())
				holds(keys) // the process that rotates goes on serving
			}
			require.NoError(t, keys.Close())
			again, err := Open(dir) // another process after a crash
			require.NoError(t, err)
			holds(again)
			require.NoError(t, again.Rotate())
			holds(again)
			require.NoError(t, again.Close())
			last, err := Open(dir)
			require.NoError(t, err)
			defer last.Close()
			holds(last)
			require.Equal(t, 1, last.ring.handle.Len(), "old wrapping keys are gone")
			oldKeysOpenNothing(t, dir, old)
		})
	}
}

// oldKeysOpenNothing puts the wrapping keys of before the rotation beside what is there now.
func oldKeysOpenNothing(t *testing.T, dir string, old []byte) {
	t.Helper()
	stolen := t.TempDir()
	for _, name := range []string{slotsName, blindName} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(stolen, name), b, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(stolen, keysetName), old, 0o600))
	_, err := Open(stolen)
	require.Equal(t, fault.Corrupt, fault.CodeOf(err))
	ring, err := loadKeyring(stolen)
	require.NoError(t, err)
	s, err := openSlots(stolen)
	require.NoError(t, err)
	defer s.file.Close()
	for n := Slot(1); n < s.end; n++ {
		b, err := s.bytes(n)
		require.NoError(t, err)
		_, err = unwrapSlot(ring.aead, n, b)
		require.Error(t, err)
	}
}

func TestARotationThatLeftFilesBehindIsDoneAgain(t *testing.T) {
	t.Parallel()
	dir, keys, holds := sample(t)
	for _, name := range []string{keysetName, slotsName, blindName} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".new"), []byte("half"), 0o600))
	}
	require.NoError(t, keys.Rotate())
	holds(keys)
}

func TestATornOrMovedSlotIsFound(t *testing.T) {
	t.Parallel()
	secret := make([]byte, secretBytes)
	ring, err := makeKeyring()
	require.NoError(t, err)
	good, err := wrapSlot(ring.aead, 7, secret)
	require.NoError(t, err)
	require.Len(t, good, slotBytes)
	for i := range good {
		for _, damage := range []func([]byte){func(b []byte) { b[i] ^= 1 }, func(b []byte) { clear(b[:i+1]) }, func(b []byte) { clear(b[i:]) }} {
			b := append([]byte{}, good...)
			damage(b)
			if string(b) == string(good) {
				continue // zeros in the place of zeros
			}
			_, err := unwrapSlot(ring.aead, 7, b)
			switch zeroed := string(b) == string(make([]byte, slotBytes)); {
			case zeroed:
				require.ErrorIs(t, err, ErrErased)
			default:
				require.Equal(t, fault.Corrupt, fault.CodeOf(err), "byte %d", i)
			}
		}
	}
	_, err = unwrapSlot(ring.aead, 8, good)
	require.Equal(t, fault.Corrupt, fault.CodeOf(err), "a slot in another's place")
}

func TestASlotHalfWrittenAtTheEndIsNeverUsed(t *testing.T) {
	t.Parallel()
	dir, keys, holds := sample(t)
	require.NoError(t, keys.Close())
	path := filepath.Join(dir, slotsName)
	info, err := os.Stat(path)
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("half a slot"), info.Size())
	require.NoError(t, err)
	require.NoError(t, f.Close())
	again, err := Open(dir)
	require.NoError(t, err)
	defer again.Close()
	holds(again)
	slot, err := again.claim()
	require.NoError(t, err)
	require.Greater(t, uint64(slot), uint64(info.Size()/slotBytes))
}

func TestAFolderThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(dir string) error
		code fault.Code
	}{
		"without a keyset":              {func(dir string) error { return os.Remove(filepath.Join(dir, keysetName)) }, fault.NotFound},
		"with a keyset others may read": {func(dir string) error { return os.Chmod(filepath.Join(dir, keysetName), 0o644) }, fault.Forbidden},
		"with an empty keyset":          {func(dir string) error { return os.Truncate(filepath.Join(dir, keysetName), 0) }, fault.Corrupt},
		"without the blind key":         {func(dir string) error { return os.Remove(filepath.Join(dir, blindName)) }, fault.Corrupt},
		"with a torn blind key":         {func(dir string) error { return os.Truncate(filepath.Join(dir, blindName), 9) }, fault.Corrupt},
		"with slots of another version": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, slotsName), []byte("satchel record keys\x02"), 0o600)
		}, fault.Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, keys, _ := sample(t)
			require.NoError(t, keys.Close())
			require.NoError(t, c.do(dir))
			_, err := Open(dir)
			require.Equal(t, c.code, fault.CodeOf(err))
		})
	}
}

func TestInitLeavesKeysThatAreThere(t *testing.T) {
	t.Parallel()
	dir, keys, holds := sample(t)
	require.Equal(t, fault.Conflict, fault.CodeOf(Init(dir)))
	holds(keys)
	info, err := os.Stat(filepath.Join(dir, keysetName))
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestTwoProcessesDoNotMakeSlots(t *testing.T) {
	t.Parallel()
	dir, _, holds := sample(t)
	other, err := Open(dir)
	require.NoError(t, err)
	defer other.Close()
	holds(other) // reading is free
	_, err = other.claim()
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.Equal(t, fault.Conflict, fault.CodeOf(other.Rotate()))
	require.Equal(t, fault.Conflict, fault.CodeOf(other.Erase(1)))
}

func TestOpenedKeysAreBounded(t *testing.T) {
	t.Parallel()
	var g generations
	g.forget()
	key, err := recordKey(make([]byte, secretBytes), syncing.RecordID{})
	require.NoError(t, err)
	for n := range Slot(3*openedMax + 1) {
		g.put(opened{slot: n}, key)
		require.LessOrEqual(t, len(g.young)+len(g.old), 2*openedMax)
	}
	require.NotNil(t, g.get(opened{slot: 3 * openedMax}))
	require.Nil(t, g.get(opened{slot: 0}))
	g.drop(3 * openedMax)
	require.Nil(t, g.get(opened{slot: 3 * openedMax}))
}

func TestAnUnknownSlotIsNotErased(t *testing.T) {
	t.Parallel()
	_, keys, _ := sample(t)
	for _, slot := range []Slot{0, keys.slots.(*fileSlots).end, 1 << 60} {
		require.Equal(t, fault.NotFound, fault.CodeOf(keys.Erase(slot)))
	}
	_, err := keys.key(keys.slots.(*fileSlots).end, syncing.RecordID{})
	require.Equal(t, fault.Corrupt, fault.CodeOf(err))
}

// Whoever knew the id of an erased record could tell by the time that there had been one: the store was not asked any further.
func TestAnErasedRecordIsAskedForLikeOneThatNeverWas(t *testing.T) {
	t.Parallel()
	_, keys, _ := sample(t)
	inner := storetest.NewMemory()
	s, record := New(inner, keys), syncing.RecordID{UUID: syncing.UUID{15: 1}}
	require.NoError(t, s.Update(t.Context(), record, func(tx syncing.Tx) error { return tx.Put(syncing.TableDocuments, []byte("a"), []byte("v")) }))
	require.NoError(t, s.Erase(t.Context(), record))
	asked := 0
	look := func(tx syncing.ReadTx) error {
		asked++
		value, err := tx.Get(syncing.TableDocuments, []byte("a"))
		require.Nil(t, value)
		require.NoError(t, err)
		return tx.Scan(syncing.TableDocuments, nil, nil, func(_, _ []byte) (bool, error) {
			t.Error("a row of an erased record")
			return true, nil
		})
	}
	require.ErrorIs(t, s.View(t.Context(), record, look), ErrErased)
	require.ErrorIs(t, s.Update(t.Context(), record, func(tx syncing.Tx) error {
		require.NoError(t, tx.Put(syncing.TableDocuments, []byte("b"), []byte("v")))
		require.NoError(t, tx.PutIndex("i", []byte("b"), []byte("v")))
		return look(tx)
	}), ErrErased)
	require.Equal(t, 2, asked)
	_, there, err := s.Lookup(t.Context(), "i", []byte("b"))
	require.NoError(t, err)
	require.False(t, there, "nothing of it was written")
}
