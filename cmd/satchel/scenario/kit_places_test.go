package scenario

import (
	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
)

// reach gives the teams contacts that were verified on the first morning: the cancer centre's line is answered day and night, the
// others in their hours. Farfield, where otto works, has none: a team that nobody has tried to reach.
func (h *house) reach() {
	h.t.Helper()
	h.contact(h.oncology, "Advice line", "01632 960 111")
	h.contact(h.primary, "Reception", "01632 960 222", weekdays("08:00", "18:30"))
	h.contact(h.navigation, "Navigators", "01632 960 333", weekdays("09:00", "17:00"))
	h.contact(h.nursing, "District nurses", "01632 960 444", identity.OpenHours{
		Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "08:00", To: "20:00",
	})
}

func weekdays(from, to string) identity.OpenHours {
	return identity.OpenHours{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: from, To: to}
}

// contact gives a team a verified telephone; without hours it is answered day and night.
func (h *house) contact(team identity.Team, label, number string, hours ...identity.OpenHours) identity.ContactPoint {
	h.t.Helper()
	made, err := h.server.Identity().Seed().Contact(h.ctx, team.ID, identity.ContactPoint{
		System: identity.ContactPhone, Value: number, Label: label, Is24h: len(hours) == 0, Hours: hours,
	})
	require.NoError(h.t, err)
	return made
}
