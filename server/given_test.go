package server

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// hearing is an open stream of an account.
type hearing struct {
	t     *testing.T
	lines *bufio.Scanner
}

func hears(t *testing.T, s *Server, account syncing.AccountID) *hearing {
	t.Helper()
	p := newPhone(t, s, account, syncing.RecordID{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Base()+"/v1/live", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := p.client.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, answer.Body.Close()) })
	require.Equal(t, http.StatusOK, answer.StatusCode)
	h := &hearing{t, bufio.NewScanner(answer.Body)}
	require.True(t, h.lines.Scan())
	require.Equal(t, "retry: 5000", h.lines.Text())
	return h
}

// hint is what a stream tells.
type hint struct {
	Record syncing.RecordID
	Head   syncing.Rev
}

// hint is the next one; open is false if the stream has ended.
func (h *hearing) hint() (told hint, open bool) {
	h.t.Helper()
	for h.lines.Scan() {
		if said, is := strings.CutPrefix(h.lines.Text(), "data: "); is {
			require.NoError(h.t, json.Unmarshal([]byte(said), &told))
			return told, true
		}
	}
	return told, false
}

// next is the record of which the next hint tells.
func (h *hearing) next() (record syncing.RecordID, open bool) {
	h.t.Helper()
	told, open := h.hint()
	return told.Record, open
}

// ends reads hints until there are no more: what was told before the stream's end may be read first.
func (h *hearing) ends() {
	h.t.Helper()
	for open := true; open; {
		_, open = h.next()
	}
}

// hearsOf reads hints until one tells of the record.
func (h *hearing) hearsOf(record syncing.RecordID) {
	h.t.Helper()
	for {
		of, open := h.next()
		require.True(h.t, open, "the stream goes on")
		if of == record {
			return
		}
	}
}

// A stream tells of what its account was given after it was opened: at once that it is there, and from then on what changes in it.
func TestAnOpenStreamHearsOfARecordThatWasGivenAfterIt(t *testing.T) {
	t.Parallel()
	s := opened(t, installed(t))
	w := peopled(t, s)
	running(t, s)
	nurse := hears(t, s, w.nurse)
	cara, err := s.Identity().Seed().Person(t.Context(), identity.KindCaregiver, "cara")
	require.NoError(t, err)
	caregiver := hears(t, s, cara)

	later := w
	later.record, later.carla = syncing.RecordID{UUID: syncing.UUID(uuid.New())}, cara
	later.ada, err = s.Identity().Seed().Person(t.Context(), identity.KindPatient, "ben")
	require.NoError(t, err)
	person := hears(t, s, later.ada)
	later.begin(t, s)
	nurse.hearsOf(later.record)
	caregiver.hearsOf(later.record)
	person.hearsOf(later.record)

	for range 2 { // more than what it was given with
		own := newPhone(t, s, later.ada, later.record)
		own.base = s.Base()
		own.write(t, message("after it was given"))
		require.NoError(t, own.sync(t.Context()))
		nurse.hearsOf(later.record)
		person.hearsOf(later.record)
	}
}

// What was given anew is told anew, though nothing in the record is other than before; between, nothing of it is told.
func TestAStreamTellsNothingOfARecordBetweenItsEndAndItBeingGivenAnew(t *testing.T) {
	t.Parallel()
	s := opened(t, installed(t))
	w := peopled(t, s)
	other := w
	other.record = syncing.RecordID{UUID: syncing.UUID(uuid.New())}
	other.begin(t, s)
	running(t, s)
	nurse := hears(t, s, w.nurse)
	ada := principal(t, s, w.ada)
	team := identity.Grantee{Team: w.oncology.ID}
	write := func(record syncing.RecordID) {
		own := newPhone(t, s, w.ada, record)
		own.base = s.Base()
		own.write(t, message("for the team"))
		require.NoError(t, own.sync(t.Context()))
	}

	require.NoError(t, s.Identity().EndAccess(t.Context(), ada, w.record, team))
	ended, _, err := s.Engine().Head(t.Context(), ada, w.record)
	require.NoError(t, err)
	write(w.record)
	write(other.record)
	for told := (hint{}); told.Record != other.record; { // what was told before the end may be read after it
		var open bool
		told, open = nurse.hint()
		require.True(t, open)
		require.True(t, told.Record == other.record || told.Head <= ended.Head, "what came after the end is told of another record alone")
	}
	require.NoError(t, s.Identity().ShareWithTeam(t.Context(), ada, w.record, w.oncology.ID, nil))
	nurse.hearsOf(w.record)
	write(w.record)
	nurse.hearsOf(w.record)
}

// Whoever works in another team than before has other records: their stream ends, and the next knows all of them.
func TestAStreamEndsWhenItsAccountWorksInAnotherTeam(t *testing.T) {
	t.Parallel()
	s := opened(t, installed(t))
	w := peopled(t, s)
	running(t, s)
	nora, err := s.Identity().Seed().Staff(t.Context(), staffOf("nora"))
	require.NoError(t, err)
	boss, err := s.Identity().Seed().Staff(t.Context(), identity.Staff{
		Kind: identity.KindAdministrator, Name: "Synthetic boss", SignInName: "boss", Password: "a synthetic passphrase",
	})
	require.NoError(t, err)
	by := principal(t, s, boss)
	before := hears(t, s, nora)
	require.NoError(t, s.Identity().AddMember(t.Context(), by, w.oncology.ID, nora))
	before.ends()

	member := hears(t, s, nora)
	require.NoError(t, s.Identity().EndMember(t.Context(), by, w.oncology.ID, nora))
	member.ends()
}
