package bolt

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

// longEnv makes the tests of damage try far more, in minutes instead of seconds.
const longEnv = "SATCHEL_LONG"

// flipsPerPage is how many bits are flipped in each page, beside every byte of some pages.
func flipsPerPage() int {
	if os.Getenv(longEnv) != "" {
		return 1024
	}
	return 6
}

// flips chooses bits to flip: the ends and some others in each page up to the last that the file ever used and one beyond, and
// one bit of each byte of a root, of the list of free pages, and of a page of rows.
func flips(f *file, free map[uint64]bool) (orders []damageOrder) {
	rnd := rand.New(rand.NewPCG(3, 4))
	flip := func(at int64) {
		orders = append(orders, damageOrder{dataName, "flip", at, rnd.IntN(8)})
	}
	for id := range int64(f.at.pages) + 1 {
		flip(id * pageSize)
		flip((id+1)*pageSize - 1)
		for range flipsPerPage() {
			flip(id*pageSize + rnd.Int64N(pageSize))
		}
	}
	rows := f.at.pages - 1
	for free[rows] || rows == f.at.freelist {
		rows--
	}
	for _, id := range []uint64{f.at.txid % 2, f.at.freelist, rows} {
		for offset := range int64(pageSize) {
			flip(int64(id)*pageSize + offset)
		}
	}
	return orders
}

func TestABitFlippedInAnyPageIsNeverReadAndAlwaysFound(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	f, free := layoutOf(t, dir)
	used, unused, found := 0, 0, 0
	for _, r := range inflictAll(t, dir, want, flips(f, free)) {
		page := uint64(r.order.at / pageSize)
		if page >= f.at.pages || free[page] {
			unused++
			require.Equal(t, "same", r.read, "%+v: a page that holds nothing", r)
			require.False(t, r.found, "%+v: a page that holds nothing", r)
			continue
		}
		used++
		require.Contains(t, []string{"same", "refused"}, r.read, "%+v", r)
		if r.found {
			found++
		}
	}
	t.Logf("%d pages, %d free: %d flips in bytes in use, %d found by Verify; %d flips in bytes not in use", f.at.pages, len(free), used, found, unused)
	require.Equal(t, used, found, "of the used, all")
	require.Positive(t, unused)
	require.Greater(t, used, 4*pageSize/2)
}

func TestABitFlippedInTheSumsIsNeverReadAsAnotherValue(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	info, err := os.Stat(filepath.Join(dir, sumsName))
	require.NoError(t, err)
	rnd := rand.New(rand.NewPCG(5, 6))
	var orders []damageOrder
	for at := int64(0); at < info.Size(); at += 1 + rnd.Int64N(40) {
		orders = append(orders, damageOrder{sumsName, "flip", at, rnd.IntN(8)})
	}
	for _, r := range inflictAll(t, dir, want, orders) {
		require.Contains(t, []string{"same", "refused"}, r.read, "%+v", r)
	}
}

func TestACutOrZeroedFileIsRefusedPlainly(t *testing.T) {
	t.Parallel()
	dir, want := makeSample(t)
	f, free := layoutOf(t, dir)
	var orders []damageOrder
	for id := range f.at.pages {
		orders = append(orders, damageOrder{dataName, "cut", int64(id) * pageSize, 0}, damageOrder{dataName, "cut", int64(id)*pageSize + 100, 0},
			damageOrder{dataName, "zero", int64(id) * pageSize, 0})
	}
	for at := range int64(3) {
		orders = append(orders, damageOrder{sumsName, "cut", at * 2048, 0})
	}
	orders = append(orders, damageOrder{sumsName, "zero", 0, 0}, damageOrder{sumsName, "zero", sumsHead, 0})
	for _, r := range inflictAll(t, dir, want, orders) {
		if r.order.kind == "zero" && r.order.name == dataName && free[uint64(r.order.at/pageSize)] {
			require.Equal(t, "same", r.read, "%+v", r)
			continue
		}
		if older := int64(f.at.txid+1) % metaPages * pageSize; r.order.kind == "zero" && r.order.name == dataName && r.order.at == older {
			require.Equal(t, "same", r.read, "the older root may be torn: nothing is read from it")
		} else {
			require.Equal(t, "refused", r.read, "%+v", r)
		}
		require.True(t, r.found, "%+v", r)
	}
}

func TestTheNewestRootLostIsSaid(t *testing.T) {
	t.Parallel()
	dir, _ := makeSample(t)
	f, _ := layoutOf(t, dir)
	require.NoError(t, writeAt(filepath.Join(dir, dataName), make([]byte, pageSize), int64(f.at.txid%metaPages)*pageSize))
	_, err := Open(dir, Options{})
	require.Equal(t, fault.Corrupt, fault.CodeOf(err))
	require.ErrorContains(t, err, "1 transactions behind")
	report, err := Verify(t.Context(), dir, Checks{})
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(report.Problems), "1 transactions behind")
}
