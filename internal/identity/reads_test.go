package identity

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// reads are the lines of readings that the person sees.
func (h *house) reads(patient syncing.Principal, record syncing.RecordID) (lines []AccessLine) {
	h.t.Helper()
	all, _, err := h.AccessLines(h.ctx, patient, record, LogPage{})
	require.NoError(h.t, err)
	for _, line := range all {
		if line.Kind == AccessRead {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAReadingIsOneLineAnHourAndCostsNothingMore(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	carla := h.who(h.caregiver(nurse, record).Account)
	outsider := h.member(h.team(TeamPrimary))
	store := &counted{Store: h.Store}
	h.Service = h.serviceOn(store)

	require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}}))
	store.taken()
	for range 100 {
		require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}}))
	}
	require.Empty(t, store.taken(), "what is written down already asks nothing of the store")
	require.NoError(t, h.NoteReads(h.ctx, carla, Readings{Opened: []syncing.RecordID{record}}))
	require.NoError(t, h.NoteReads(h.ctx, patient, Readings{Opened: []syncing.RecordID{record}}))
	require.NoError(t, h.NoteReads(h.ctx, outsider, Readings{Opened: []syncing.RecordID{record}}))
	lines := h.reads(patient, record)
	require.Len(t, lines, 2, "the nurse and the caregiver; not the person, and nobody who saw nothing")
	for _, line := range lines {
		if line.By.Account == nurse.Account {
			require.Equal(t, "Nurse", line.By.Name)
			require.Equal(t, RoleOncology, line.Role)
			require.Equal(t, "Cancer centre", line.Organisation)
		} else {
			require.Equal(t, "Carla", line.By.Name)
		}
	}

	h.Service = h.serviceOn(store) // the process begins anew and remembers nothing
	store.taken()
	require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}}))
	require.NotContains(t, store.taken(), "committed")
	require.Len(t, h.reads(patient, record), 2)
	h.clock.forward(time.Hour)
	require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}}))
	require.Len(t, h.reads(patient, record), 3)
	_, _, err := h.AccessLines(h.ctx, carla, record, LogPage{})
	isFault(t, fault.NotFound, err)
	_, _, err = h.AccessLines(h.ctx, outsider, record, LogPage{})
	isFault(t, fault.NotFound, err)
}

func TestAPageOfManyRecordsIsOneCommit(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	team := nurse.Teams[0].Team
	records := []syncing.RecordID{record}
	for range 20 {
		one := syncing.RecordID{UUID: h.id()}
		h.in(one, func(tx syncing.Tx) error { return h.GrantTeam(tx, nurse, team, nil) })
		records = append(records, one)
	}
	store := &counted{Store: h.Store}
	h.Service = h.serviceOn(store)
	store.taken()
	require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: records}))
	commits := 0
	for _, call := range store.taken() {
		if call == "committed" {
			commits++
		}
	}
	require.Equal(t, 1, commits)
}

func TestTheAccessLogIsReadPageByPageWithoutGaps(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	team := h.team(TeamPrimary)
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, nurse, team.ID, nil) })
	for range 7 {
		h.clock.forward(40 * time.Minute)
		require.NoError(t, h.NoteReads(h.ctx, h.member(team), Readings{Opened: []syncing.RecordID{record}}))
		require.NoError(t, h.NoteReads(h.ctx, nurse, Readings{Opened: []syncing.RecordID{record}}))
	}
	all, more, err := h.AccessLines(h.ctx, patient, record, LogPage{})
	require.NoError(t, err)
	require.False(t, more)
	for _, limit := range []int{3, 4, 5} {
		t.Run(fmt.Sprintf("limit=%d", limit), func(t *testing.T) {
			var got []AccessLine
			page := LogPage{Limit: limit}
			for more := true; more; {
				var lines []AccessLine
				lines, more, err = h.AccessLines(h.ctx, patient, record, page)
				require.NoError(t, err)
				require.NotEmpty(t, lines)
				got = append(got, lines...)
				page.Before = lines[len(lines)-1].At
			}
			require.Equal(t, all, got)
		})
	}
}
