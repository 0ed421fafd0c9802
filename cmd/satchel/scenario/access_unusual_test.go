package scenario

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// pages is a log that can be read while it is written.
type pages struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *pages) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *pages) count(words string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.buf.String(), words)
}

// An account of a nurse that opens two hundred records in ten minutes is held up, and somebody is told: threat T8. What is open stays
// open, a colleague is not held up, and one record more opens after a moment.
func TestAccess_T08_WhoeverOpensTwoHundredRecordsInTenMinutesIsHeldUpAndNoticed(t *testing.T) {
	t.Parallel()
	log := &pages{}
	h := newHouse(t, func(c *server.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	colleague := h.hire(identity.KindClinician, "oona", h.oncology)
	var records []syncing.RecordID
	for range 200 {
		records = append(records, h.admitWith("Synthetic person", h.oncology))
	}
	path := func(record syncing.RecordID) string { return "/v1/records/" + record.UUID.String() + "/held" }
	opened, wait := 0, http.Header{}
	w := &accessWorld{house: h}
	thief := w.signedIn(h.olive)
	for _, record := range records {
		got := w.knock(http.MethodGet, path(record), thief, nil)
		if got.status == 200 {
			opened++
			continue
		}
		require.Equal(t, 429, got.status, string(got.body))
		require.NotContains(t, string(got.body), record.UUID.String())
		wait = got.header
	}
	require.Less(t, opened, 160)
	require.Greater(t, opened, 140, "a full day of a clinic is no alarm")
	require.NotEmpty(t, wait.Get("Retry-After"))
	require.Equal(t, 200-opened, log.count("an account opens very many records"))
	require.Zero(t, log.count(records[199].UUID.String()))

	require.Equal(t, 200, w.knock(http.MethodGet, path(records[0]), thief, nil).status, "what is open stays open")
	require.Equal(t, 200, w.knock(http.MethodGet, path(records[199]), colleague.Tokens().AccessToken, nil).status, "one account, not the team")
	require.Equal(t, 429, w.knock(http.MethodPost, "/v1/sync", thief, w.bodies(records[198].UUID.String())["POST /v1/sync"]).status, "nor by syncing")
	h.clock.pass(5 * time.Second)
	require.Equal(t, 200, w.knock(http.MethodGet, path(records[199]), thief, nil).status, "nobody is shut out of a record that is needed")
	more := 0 // each look at the clock takes a millisecond, so that another one or two may be due
	for more < 5 && w.knock(http.MethodGet, path(records[197-more]), thief, nil).status == 200 {
		more++
	}
	require.Less(t, more, 5, "one after the other, not all")
}
