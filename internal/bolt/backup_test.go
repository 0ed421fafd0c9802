package bolt

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

func durabilityOf(t *testing.T, s *Store) (d syncing.Durability) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), syncing.RecordID{}, func(tx syncing.ReadTx) error { d = tx.Durability(); return nil }))
	return d
}

func TestABackupUnderLoadIsOneMoment(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ { // two rows that must always agree
				err := s.Update(context.Background(), syncing.RecordID{UUID: syncing.UUID{15: byte(w)}}, func(tx syncing.Tx) error {
					value := bytes.Repeat(fmt.Append(nil, n, " "), 1+n%300)
					if err := tx.Put(syncing.TableDocuments, nil, value); err != nil {
						return err
					}
					return tx.Put(syncing.TableJournal, nil, value)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	var last uint64
	for range 5 {
		var b bytes.Buffer
		taken, err := s.Backup(t.Context(), &b)
		require.NoError(t, err)
		require.Greater(t, taken.Sequence, last)
		last = taken.Sequence
		require.EqualValues(t, b.Len(), taken.Bytes)
		checked, err := CheckBackup(bytes.NewReader(b.Bytes()))
		require.NoError(t, err)
		require.Equal(t, taken, checked)
		restoredAgrees(t, b.Bytes(), s.Life())
	}
	stop()
	wg.Wait()
}

// restoredAgrees restores a backup and looks at the pairs of rows.
func restoredAgrees(t *testing.T, backup []byte, life [16]byte) {
	t.Helper()
	dir := t.TempDir()
	_, err := Restore(dir, bytes.NewReader(backup))
	require.NoError(t, err)
	report, err := Verify(t.Context(), dir, Checks{})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NotEqual(t, life, s.Life(), "a restored store begins a new life")
	require.Zero(t, durabilityOf(t, s).Safe, "and knows of no backup of it")
	ids, err := s.Records(t.Context(), syncing.RecordID{}, 100)
	require.NoError(t, err)
	for _, id := range ids {
		require.NoError(t, s.View(t.Context(), id, func(tx syncing.ReadTx) error {
			a, err := tx.Get(syncing.TableDocuments, nil)
			require.NoError(t, err)
			b, err := tx.Get(syncing.TableJournal, nil)
			require.Equal(t, a, b)
			require.NotNil(t, a)
			return err
		}))
	}
	require.NoError(t, putRow(s, "goes on", nil))
	require.NoError(t, s.Close())
}

func TestMarksOutliveAStartAndNeverGoBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, Init(dir))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, putRow(s, "a", nil))
	before := durabilityOf(t, s)
	require.Zero(t, before.Taken)
	taken, err := s.Backup(t.Context(), io.Discard)
	require.NoError(t, err)
	d := durabilityOf(t, s)
	require.Equal(t, before.Sequence, d.Taken)
	require.Zero(t, d.Safe)
	require.GreaterOrEqual(t, taken.Sequence, d.Taken)
	require.NoError(t, s.MarkSafe(t.Context(), taken.Sequence))
	require.NoError(t, s.MarkSafe(t.Context(), 1))
	require.NoError(t, s.MarkTaken(t.Context(), 1))
	d = durabilityOf(t, s)
	require.Equal(t, taken.Sequence, d.Safe)
	require.Equal(t, taken.Sequence, d.Taken)
	require.NoError(t, s.Close())
	s, err = Open(dir, Options{})
	require.NoError(t, err)
	require.Equal(t, taken.Sequence, durabilityOf(t, s).Safe)
	require.NoError(t, s.Close())
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	require.NoError(t, fillSample(t.Context(), s))
	var b bytes.Buffer
	_, err := s.Backup(t.Context(), &b)
	require.NoError(t, err)
	good := b.Bytes()
	damaged := [][]byte{{}, good[:40], good[:len(good)-1], append(bytes.Clone(good), 0)}
	for at := 0; at < len(good); at += 1 + len(good)/200 {
		flipped := bytes.Clone(good)
		flipped[at] ^= 4
		damaged = append(damaged, flipped)
	}
	dir := t.TempDir()
	for _, d := range damaged {
		_, err := CheckBackup(bytes.NewReader(d))
		require.Contains(t, []fault.Code{fault.Corrupt, fault.Unsupported}, fault.CodeOf(err))
		_, err = Restore(dir, bytes.NewReader(d))
		require.Contains(t, []fault.Code{fault.Corrupt, fault.Unsupported}, fault.CodeOf(err))
		_, err = Open(dir, Options{})
		require.Equal(t, fault.NotFound, fault.CodeOf(err))
	}
	_, err = Restore(dir, bytes.NewReader(good))
	require.NoError(t, err)
	_, err = Restore(dir, bytes.NewReader(good))
	require.Equal(t, fault.Conflict, fault.CodeOf(err), "a store is never restored over")
}

func TestDamageIsNotCopiedIntoABackup(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	f, free := layoutOf(t, dir)
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, s.Scrub(t.Context()))
	page := f.at.pages - 1
	for free[page] || page == f.at.freelist {
		page--
	}
	require.NoError(t, writeAt(filepath.Join(dir, dataName), []byte{0xAA, 0x55}, int64(page)*pageSize+2000)) // the disk forgets while we run
	_, err = s.Backup(t.Context(), io.Discard)
	require.Equal(t, fault.Corrupt, fault.CodeOf(err))
	require.ErrorContains(t, err, fmt.Sprintf("page %d", page))
	require.Equal(t, fault.Corrupt, fault.CodeOf(s.Scrub(t.Context())))
	require.Zero(t, durabilityOf(t, s).Safe)
	require.NoError(t, s.Close())
}

func TestABackupThatIsCalledOffEnds(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	require.NoError(t, fillSample(t.Context(), s))
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error)
	go func() { _, err := s.Backup(ctx, w); done <- err }()
	_, err := io.ReadFull(r, make([]byte, 3*pageSize))
	require.NoError(t, err)
	cancel()
	go func() { _, _ = io.Copy(io.Discard, r) }()
	require.ErrorIs(t, <-done, context.Canceled)
	require.NoError(t, w.Close())
	require.NoError(t, putRow(s, "goes on", nil))
}

func TestRecordsAndIndexesAreListedOnce(t *testing.T) {
	t.Parallel()
	s := openedWith(t, Options{})
	require.NoError(t, fillSample(t.Context(), s))
	last := syncing.RecordID{UUID: syncing.UUID([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))}
	require.NoError(t, s.Update(t.Context(), last, func(tx syncing.Tx) error { return tx.Put(syncing.TableBlobs, nil, nil) }))
	var want []syncing.RecordID
	for n := range sampleRecords {
		want = append(want, sampleRecord(n))
	}
	want = append(want, last)
	all, err := s.Records(t.Context(), syncing.RecordID{}, 100)
	require.NoError(t, err)
	require.Equal(t, want, all)
	some, err := s.Records(t.Context(), want[3], 2)
	require.NoError(t, err)
	require.Equal(t, want[3:5], some)
	names, err := s.Indexes(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"due", "queue"}, names)
}

func TestVerifyAsksForEveryRecordAndIndex(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	var seen []string
	report, err := Verify(t.Context(), dir, Checks{
		Record: func(ctx context.Context, s syncing.Store, id syncing.RecordID) error {
			seen = append(seen, id.String())
			require.Error(t, s.Update(ctx, id, func(syncing.Tx) error { return nil }), "it changes nothing")
			return s.View(ctx, id, func(tx syncing.ReadTx) error {
				return tx.Scan(syncing.TableDocuments, nil, nil, func(_, _ []byte) (bool, error) { return true, nil })
			})
		},
		Index: func(_ context.Context, _ syncing.Store, name string) error {
			seen = append(seen, name)
			return fault.New(fault.Corrupt, "test", "It does not open.")
		},
	})
	require.NoError(t, err)
	require.Len(t, seen, sampleRecords+2)
	require.Equal(t, sampleRecords, report.Records)
	require.Equal(t, 2, report.Indexes)
	require.Len(t, report.Problems, 2)
	require.Positive(t, report.Sequence)
	_, err = os.Stat(filepath.Join(dir, dataName))
	require.NoError(t, err)
}
