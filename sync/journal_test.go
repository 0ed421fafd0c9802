package syncing

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheChainOfTheJournalHoldsAllThatCameBefore(t *testing.T) {
	t.Parallel()
	first, other := chainHash([32]byte{}, []byte("first")), chainHash([32]byte{}, []byte("another"))
	require.NotEqual(t, first, other)
	require.NotEqual(t, chainHash(first, []byte("second")), chainHash(other, []byte("second")), "the same entry upon another past")
	require.Equal(t, chainHash(first, []byte("second")), chainHash(first, []byte("second")))
}

func TestWhatStandsBesideAValueCountsForThePage(t *testing.T) {
	t.Parallel()
	write := func(text string) Write { return Write{Value: TextValue(text), Origin: &Origin{}} }
	f := Field{Name: "note", Writes: []Write{write("shown"), write("beside"), write("beside it too")}}
	require.Greater(t, (&DocChange{}).sibling(&f), len(`"beside"`)+len(`"beside it too"`))
	f.Writes = f.Writes[:1]
	require.Zero(t, (&DocChange{}).sibling(&f))
}
