package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// The person taps "I am in hospital" with no network; so may a caregiver. Both teams have it in their queues, and are rung, at the next
// connection, once.
func TestSeed_A13e_InHospitalIsSaidOfflineAndReachesBothTeams(t *testing.T) {
	t.Parallel()
	b := &bell{rung: map[string][]notify.Kind{}}
	h := newHouse(t, withBell(b))
	record := h.admit("Ada Example")
	carla := h.enrol(record, identity.KindCaregiver, "carla")
	ada := h.handset(record, identity.KindPatient, "ada")
	for _, a := range []*actor{h.olive, h.pia, carla} {
		a.listens("device of " + a.name)
	}

	ada.net.off.Store(true)
	doc, screen, err := ada.Happened(record, "admission", "Farfield General", "")
	h.done(err)
	for _, words := range []string{"Your teams will be told.", "NOT YET DELIVERED", "01632 960 111"} {
		require.Contains(t, screen, words)
	}
	require.Error(t, ada.Sync(h.ctx), "no network")
	require.Equal(t, []syncing.DocID{doc}, ada.Urgent(record))
	require.Empty(t, h.olive.queue(h.oncology))

	ada.net.off.Store(false)
	ada.net.deaf.Store(1)
	require.Error(t, ada.Sync(h.ctx), "the answer is lost")
	h.done(ada.Sync(h.ctx))
	for _, team := range []struct {
		nurse *actor
		of    identity.Team
	}{{h.olive, h.oncology}, {h.pia, h.primary}} {
		rows := team.nurse.queue(team.of)
		require.Len(t, rows, 1, team.nurse.name)
		require.Equal(t, "red", rows[0].Level)
		require.Equal(t, 1, rows[0].Reports, "once, though it was sent twice")
		require.Contains(t, rows[0].Why, "Said to be in hospital.")
		require.Equal(t, "Farfield General", value(team.nurse.sees(record, doc), "place"))
		require.Len(t, team.nurse.noticesFor(record, "team", team.of.ID.String()), 1)
		h.eventually(func() bool { return b.count("device of "+team.nurse.name, notify.Action) == 1 }, team.nurse.name)
	}
	require.Zero(t, b.count("device of carla", notify.Action), "it asks nothing of the family")

	h.done(carla.sync(record))
	carla.writes(record, newDoc("healthEvent"), set{"type": "fall", "at": h.clock.Now().UnixMilli()})
	require.Equal(t, 2, h.olive.queue(h.oncology)[0].Reports)
	carla.isHeld(record, doc, set{"place": "elsewhere"}, syncing.SealedDoc)
	h.refused(404, h.otto.write(record, newDoc("healthEvent"), set{"type": "fall", "at": h.clock.Now().UnixMilli()}))
	h.refused(404, h.amos.write(record, newDoc("healthEvent"), set{"type": "fall", "at": h.clock.Now().UnixMilli()}))
	h.refused(403, h.olive.write(record, newDoc("notice"), set{"code": "health-event", "focus": string(doc), "audience": "patient", "at": 1}))
	require.Nil(t, h.otto.sees(record, doc), "whoever works elsewhere sees nothing")
}
