package scenario

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A caregiver shares for the person only where the person gave them that, and no longer than it lasts; a link ends with its record.
func TestEmergencyLink_ACaregiverSharesOnlyWhatThePersonAllowedAndALinkEndsWithItsRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	record := "/v1/records/" + f.record.UUID.String()
	body := set{"base": h.base, "content": "e30..aXY.Y2lwaGVy.dGFn"}
	allows := func(categories ...string) {
		t.Helper()
		h.done(f.ada.put(record+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": categories}, nil))
	}
	require.Contains(t, h.refused(403, f.carla.post(record+"/links", body, nil)), "whom they allowed to")
	allows("schedule", "ed-share")
	var made struct{ URL string }
	h.done(f.carla.post(record+"/links", body, &made))
	asks := func() int {
		t.Helper()
		answer, err := http.Post(made.URL, "application/json", strings.NewReader(`{"recipient": "Riverside ED"}`))
		h.done(err)
		h.done(answer.Body.Close())
		return answer.StatusCode
	}
	require.Equal(t, 200, asks())
	allows("schedule")
	h.refused(403, f.carla.get(record+"/links", nil))
	require.Equal(t, 200, asks(), "what was shared is the person's to end")
	h.done(h.server.Erase(h.ctx, f.record))
	require.Equal(t, 404, asks())
}
