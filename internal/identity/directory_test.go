package identity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// pages reads a directory page by page, one organisation each, and gives the names in their order.
func (h *house) pages(kind string) (names []string) {
	h.t.Helper()
	var from syncing.UUID
	for more := true; more; {
		var list []Organisation
		var err error
		list, more, err = h.Directory(h.ctx, kind, from, 1)
		require.NoError(h.t, err)
		for _, o := range list {
			names = append(names, o.Name)
			from = o.ID
		}
		require.Less(h.t, len(names), 20, "a page that begins anew never ends")
	}
	return names
}

func TestTheDirectoryIsReadPageByPageEachOrganisationOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var practices []string
	for _, name := range []string{"Ash Practice", "Birch Practice", "Cedar Practice"} {
		_, err := h.CreateOrganisation(h.ctx, h.admin, "practice", name)
		require.NoError(t, err)
		practices = append(practices, name)
	}
	_, err := h.CreateOrganisation(h.ctx, h.admin, "cancer-centre", "Elm Hospital")
	require.NoError(t, err)

	require.ElementsMatch(t, practices, h.pages("practice"))
	all := h.pages("")
	require.Subset(t, all, append(practices, "Elm Hospital"))
	seen := map[string]bool{}
	for _, name := range all {
		require.False(t, seen[name], name)
		seen[name] = true
	}
	_, _, err = h.Directory(h.ctx, "practice", h.id(), 1)
	isFault(t, fault.NotFound, err)
}
