package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// A power cut leaves the file of the last commit that was synced, some of the sectors that were on their way, and nothing in any
// order. kill -9 does not show that: the page cache survives. So images are made of what the disk could hold.

const (
	crashCommits = 2*saveEvery + 60 // the sums are saved more than once on the way
	crashKeys    = 40
	sector       = 512
)

// imagesEnv says how many images are made; the plain `go test` makes few.
const (
	imagesEnv = "SATCHEL_IMAGES"
	imagesFew = 250
)

func crashImages(t *testing.T) int {
	text := os.Getenv(imagesEnv)
	if text == "" {
		return imagesFew
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// moment is what both files held when commit n had returned.
type moment struct{ data, sums []byte }

func crashValue(n int) []byte { return bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 1+n*37%900) }

// crashCommit is the nth commit. Any earlier state can be told from the number alone.
func crashCommit(t *testing.T, s *Store, n int) {
	require.NoError(t, s.Update(t.Context(), syncing.RecordID{}, func(tx syncing.Tx) error {
		if err := tx.Put(syncing.TableHead, nil, binary.BigEndian.AppendUint32(nil, uint32(n))); err != nil {
			return err
		}
		if n%crashKeys == 7 {
			return tx.Delete(syncing.TableDocuments, fmt.Append(nil, n*3%crashKeys))
		}
		return tx.Put(syncing.TableDocuments, fmt.Append(nil, n%crashKeys), crashValue(n))
	}))
}

// wantAfter is what the documents are after commit n.
func wantAfter(n int) map[string]string {
	want := map[string]string{}
	for i := 1; i <= n; i++ {
		if i%crashKeys == 7 {
			delete(want, fmt.Sprint(i*3%crashKeys))
			continue
		}
		want[fmt.Sprint(i%crashKeys)] = string(crashValue(i))
	}
	return want
}

func stateOf(t *testing.T, s *Store) (n int, rows map[string]string) {
	rows = map[string]string{}
	require.NoError(t, s.View(t.Context(), syncing.RecordID{}, func(tx syncing.ReadTx) error {
		head, err := tx.Get(syncing.TableHead, nil)
		if err != nil {
			return err
		}
		if len(head) == 4 {
			n = int(binary.BigEndian.Uint32(head))
		}
		return tx.Scan(syncing.TableDocuments, nil, nil, func(key, value []byte) (bool, error) {
			rows[string(key)] = string(value)
			return true, nil
		})
	}))
	return n, rows
}

// crashHistory runs the commits and keeps the files as they were after each.
func crashHistory(t *testing.T) (moments []moment) {
	dir := t.TempDir()
	require.NoError(t, Init(dir))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	for n := range crashCommits + 1 {
		if n > 0 {
			crashCommit(t, s, n)
		}
		var m moment
		m.data, err = os.ReadFile(filepath.Join(dir, dataName))
		require.NoError(t, err)
		at, _, err := newest(fromFile(bytes.NewReader(m.data), int64(len(m.data))))
		require.NoError(t, err)
		m.data = bytes.Clone(m.data[:at.pages*pageSize])
		m.sums, err = os.ReadFile(filepath.Join(dir, sumsName))
		require.NoError(t, err)
		moments = append(moments, m)
	}
	require.NoError(t, s.Close())
	return moments
}

// dataAfter makes the data file of a power cut after commit n was acknowledged, while n+1 was on its way or had just ended.
func dataAfter(rnd *rand.Rand, moments []moment, n int) (data []byte, committed int, how string) {
	now, next := moments[n].data, moments[n+1].data
	data = bytes.Clone(next)
	fresh := int(moments[n+1].txid() % metaPages * pageSize) // the root that n+1 writes
	if rnd.IntN(4) == 0 {
		return data, n + 1, "whole next commit"
	}
	copy(data, now[:metaPages*pageSize])
	for at := metaPages * pageSize; at+sector <= len(data); at += sector {
		if rnd.IntN(2) == 0 { // this sector did not get there
			clear(data[at : at+sector])
			if at < len(now) {
				copy(data[at:at+sector], now[at:])
			}
		}
	}
	if rnd.IntN(3) == 0 {
		data = data[:max(len(now), len(data)-rnd.IntN(len(data)-len(now)+1)/pageSize*pageSize)]
	}
	if rnd.IntN(3) == 0 {
		cut := 1 + rnd.IntN(pageHead+metaBytes+7)
		copy(data[fresh:fresh+cut], next[fresh:fresh+cut])
		if _, whole := parseMeta(data[fresh : fresh+pageSize]); !whole {
			return data, n, "torn root"
		}
		copy(data[fresh:], now[fresh:fresh+pageSize])
	}
	return data, n, "old root"
}

func (m moment) txid() uint64 {
	at, _, _ := newest(fromFile(bytes.NewReader(m.data), int64(len(m.data))))
	return at.txid
}

// sumsAfter makes the file of sums of the same power cut: its entries are those of the latest saving, or if that was on its way
// some of the sectors of the one before; its head may be older by one.
func sumsAfter(rnd *rand.Rand, moments []moment, n int) []byte {
	saves := []int{n} // moments at which the file differs, latest first
	for i := n; i > 0; i-- {
		if !bytes.Equal(moments[i].sums, moments[i-1].sums) {
			saves = append(saves, i-1)
		}
	}
	saves = append(saves, 0, 0)
	now, before, last := moments[saves[0]].sums, moments[saves[1]].sums, moments[saves[2]].sums
	sums, head := bytes.Clone(now), now
	switch rnd.IntN(3) {
	case 0:
		head = before
	case 1: // the saving was on its way: the head before may not be there either
		head = [][]byte{before, last}[rnd.IntN(2)]
		for at := sumsHead; at+sector <= len(sums); at += sector {
			if rnd.IntN(2) == 0 && at < len(before) {
				copy(sums[at:at+sector], before[at:])
			}
		}
	}
	copy(sums, head[:sumsHead])
	return sums
}

func TestAPowerCutAtAnyPointLeavesWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	began, images := time.Now(), crashImages(t)
	moments := crashHistory(t)
	kinds := map[string]int{}
	for seed := range uint64(images) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		n := rnd.IntN(crashCommits)
		if rnd.IntN(3) == 0 {
			n = min(crashCommits-1, []int{saveEvery, 2 * saveEvery}[rnd.IntN(2)]-4+rnd.IntN(8)) // around a saving
		}
		data, want, how := dataAfter(rnd, moments, n)
		at := n
		if want > n {
			at = want
		}
		kinds[how]++
		tryImage(t, fmt.Sprintf("seed %d: commit %d, %s", seed, n, how), data, sumsAfter(rnd, moments, at), want)
	}
	require.Len(t, kinds, 3)
	t.Logf("%d images in %.0f s: %d with the old root, %d with a torn one, %d with the next commit whole; each opened at its state, 0 acknowledged lost",
		images, time.Since(began).Seconds(), kinds["old root"], kinds["torn root"], kinds["whole next commit"])
}

func tryImage(t *testing.T, name string, data, sums []byte, want int) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, dataName), data, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, sumsName), sums, 0o600))
	s, err := Open(dir, Options{})
	require.NoError(t, err, name)
	n, rows := stateOf(t, s)
	require.Equal(t, want, n, name)
	require.Equal(t, wantAfter(want), rows, name)
	crashCommit(t, s, want+1)
	require.NoError(t, s.Close(), name)
	report, err := Verify(t.Context(), dir, Checks{})
	require.NoError(t, err, name)
	require.Empty(t, report.Problems, name)
	require.NoError(t, os.RemoveAll(dir))
}
