package syncing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestAHeldMutationThatIsLargerThanAFieldIsListedWithAllItsWords(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	a.send()
	words := strings.Repeat("long ", 16<<10/5+1)
	b.send(b.mutation(w.id("nothing"), set("x", words)), b.mutation(w.id("nothing"), set("x", "short")))
	for _, held := range b.held() {
		require.Equal(t, held["n"] == float64(2), held["mutation"] != nil, "the document has room for the short one alone")
	}
	list, err := w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
	require.NoError(t, err)
	require.Len(t, list.Items, 2)
	for _, item := range list.Items {
		want := map[uint64]string{1: words, 2: "short"}[item.N]
		require.Contains(t, string(item.Mutation), want)
	}
}
