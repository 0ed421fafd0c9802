package scenario

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A copy that is fifteen days old says so in red, hides what has run out, and still names the number to call; one sync mends it.
func TestHazard_H04_ACopyOfFifteenDaysSaysSoAndHidesWhatHasRunOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	order := newDoc("labOrder")
	h.done(h.oscar.write(record, order, set{
		"code": "cbc.panel", "title": "blood test before each treatment", "requesterTeam": h.oncology.ID, "resultResponsibleTeam": h.oncology.ID,
		"anchor": "2026-11-24", "zone": "Europe/London", "status": "active", "validUntil": "2026-12-01",
	}))
	ada := h.handset(record, identity.KindPatient, "ada")
	require.Contains(t, ada.Show(record), "blood test before each treatment")
	require.Empty(t, ada.Age(record))

	ada.net.off.Store(true)
	h.later(4 * 24 * time.Hour)
	require.True(t, strings.HasPrefix(ada.Show(record), "AMBER: this copy is 4 days old. Last updated Monday 23 November"), ada.Show(record))
	require.Contains(t, ada.Show(record), "blood test before each treatment", "it holds until 1 December")
	h.later(11 * 24 * time.Hour)
	require.Error(t, ada.Sync(h.ctx), "a try that fails makes nothing newer")
	old := ada.Show(record)
	require.True(t, strings.HasPrefix(old, "RED: THIS COPY IS 15 DAYS OLD."), old)
	require.Contains(t, old, "call 01632 960 111")
	require.Contains(t, old, "Day and night: 01632 960 111. Emergency: 999.")
	require.NotContains(t, old, "blood test before each treatment")
	require.Contains(t, old, "1 thing here has run out, and no longer shown.")

	h.prolong(record, order)
	ada.net.off.Store(false)
	h.done(ada.Sync(h.ctx))
	fresh := ada.Show(record)
	require.Empty(t, ada.Age(record))
	require.Contains(t, fresh, "blood test before each treatment", "oncology has made it valid for longer")
	require.NotContains(t, fresh, "run out")
}

// prolong lets oncology make the order valid for longer; neither the practice nor the person may.
func (h *house) prolong(record syncing.RecordID, order syncing.DocID) {
	h.t.Helper()
	h.refused(http.StatusForbidden, h.pia.shift().write(record, order, set{"validUntil": "2027-12-01"}))
	h.refused(http.StatusNotFound, h.otto.shift().write(record, order, set{"validUntil": "2027-12-01"}))
	h.done(h.oscar.shift().write(record, order, set{"validUntil": "2027-01-31"}))
}
