package scenario

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// noticesFor are the codes of the notices that a device shows for an audience, after a sync, each with the date it is about.
func (a *actor) noticesFor(record syncing.RecordID, audience, team string) (said []string) {
	a.h.t.Helper()
	for _, d := range a.list(record, "notice") {
		of, _ := value(d, "team").(string)
		if value(d, "audience") != audience || of != team {
			continue
		}
		due, _ := value(d, "due").(string)
		said = append(said, strings.TrimSpace(value(d, "code").(string)+" "+due))
	}
	return said
}

// eventually waits for what happens beside requests.
func (h *house) eventually(holds func() bool, what string) {
	h.t.Helper()
	require.Eventually(h.t, holds, 20*time.Second, 10*time.Millisecond, what)
}
