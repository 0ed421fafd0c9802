package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// The budget lies in the account's own record: a process that begins anew gives nothing back, and one line says so.
func TestAnAccountThatOpensVeryManyRecordsIsHeldUpAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	open := func(record syncing.RecordID) error {
		return h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}})
	}
	fresh := func() syncing.RecordID {
		id, err := h.randomID()
		require.NoError(t, err)
		return syncing.RecordID{UUID: id}
	}
	require.NoError(t, open(record))
	for range readLimit.burst - 1 {
		require.NoError(t, open(fresh()))
	}
	h.Service = h.serviceOn(h.Store)
	for range 3 {
		require.True(t, fault.Is(open(fresh()), fault.TooMany))
	}
	require.NoError(t, open(record), "what was opened in this hour is counted once")
	for range 3 {
		require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Listed: []syncing.RecordID{fresh()}}), "a list of the team's own work is not counted")
	}
	written := 0
	require.NoError(t, h.Store.View(h.ctx, h.AccountRecord(nurse.Account), func(tx syncing.ReadTx) error {
		return scanRows(tx, syncing.TableIdentity, []byte(auditPrefix), func(_ []byte, e AuditEntry) bool {
			if e.Kind == AuditUnusualReading {
				written++
			}
			return true
		})
	}))
	require.Equal(t, 1, written, "once an hour, however often somebody tries on")
	h.clock.forward(5 * time.Second)
	require.NoError(t, open(fresh()), "one more opens after a moment")
	require.True(t, fault.Is(open(fresh()), fault.TooMany))
}
