package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A protocol that specialists wrote for one person lies on their phone. The person notices a sign with no network: the advice is there at
// once, and oncology is told at the first sync, once.
func TestSeed_B45_ASignOfRecurrenceIsAdvisedOnAtOnceAndAlertsOncology(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	protocol := newDoc("followUpProtocol")
	fields := set{
		"title": "After breast cancer", "team": h.oncology.ID, "status": "active", "level": "red", "phone": "01632 960 119", "validUntil": "2027-11-23",
		"sign.lump": "A new lump in the breast or armpit", "sign.bone": "Bone pain that does not go away at night",
		"advice": "Call the follow-up nurse today. You will be seen within two weeks, without a new referral.",
	}
	h.refused(403, h.pia.write(record, newDoc("followUpProtocol"), fields))
	h.refused(403, h.nils.write(record, newDoc("followUpProtocol"), fields))
	h.done(h.oscar.write(record, protocol, fields))

	carla := h.enrol(record, identity.KindCaregiver, "carla")
	ada := h.handset(record, identity.KindPatient, "ada")
	require.Len(t, ada.Signs(record), 2)
	require.Equal(t, "Bone pain that does not go away at night", ada.Signs(record)[0].Text)
	ada.net.off.Store(true)
	_, _, err := ada.ReportSigns(record, protocol, []string{"cough"}, "patient", "")
	require.ErrorContains(t, err, "no such sign")
	doc, screen, err := ada.ReportSigns(record, protocol, []string{"lump"}, "patient", "since Sunday")
	require.NoError(t, err)
	for _, words := range []string{"RED", "[ CALL 01632 960 119 ]", "[ CALL 01632 960 111 ]", "Call the follow-up nurse today.", "NOT YET DELIVERED"} {
		require.Contains(t, screen, words)
	}
	require.Error(t, ada.Sync(h.ctx), "no network")
	require.Equal(t, []syncing.DocID{doc}, ada.Urgent(record))
	require.Empty(t, h.olive.queue(h.oncology))

	ada.net.off.Store(false)
	ada.net.deaf.Store(1)
	require.Error(t, ada.Sync(h.ctx), "the answer is lost")
	h.done(ada.Sync(h.ctx))
	require.Empty(t, ada.Undelivered(record))
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "red", rows[0].Level)
	require.Equal(t, 1, rows[0].Reports)
	require.Contains(t, rows[0].Why, "Noticed a sign that the follow-up protocol asks to report.")
	require.Equal(t, "since Sunday", value(h.olive.sees(record, doc), "note"))
	require.Equal(t, true, value(h.olive.sees(record, doc), "sign.lump"))

	require.Empty(t, h.pia.queue(h.primary), "the practice is not asked to act")
	require.NotNil(t, h.pia.sees(record, doc), "and can read it")
	require.Nil(t, h.otto.sees(record, doc), "whoever works elsewhere sees nothing")
	require.Empty(t, carla.list(record, "recurrenceReport"), "the caregiver sees the schedule alone")
	require.Empty(t, carla.list(record, "followUpProtocol"))

	person := h.enrol(record, identity.KindPatient, "ada's tablet")
	h.done(person.sync(record))
	person.isHeld(record, protocol, set{"advice": "wait"}, syncing.Forbidden)
	person.isHeld(record, newDoc("recurrenceReport"), set{"protocol": string(protocol)}, syncing.Invalid)
	person.isHeld(record, doc, set{"note": "nothing"}, syncing.SealedDoc)
}

// A protocol that has run out is hidden on the phone; a report by one still alerts, for a sign is a sign.
func TestSeed_B45_AProtocolThatHasRunOutIsHiddenAndItsReportStillAlerts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	protocol := newDoc("followUpProtocol")
	h.done(h.oscar.write(record, protocol, set{
		"title": "After breast cancer", "team": h.oncology.ID, "status": "active", "level": "amber", "validUntil": "2026-11-25",
		"sign.lump": "A new lump", "advice": "Call the follow-up nurse.",
	}))
	ada := h.handset(record, identity.KindPatient, "ada")
	require.Len(t, ada.Signs(record), 1)
	h.later(5 * 24 * time.Hour)
	require.Empty(t, ada.Signs(record))
	require.NotContains(t, ada.Show(record), "Call the follow-up nurse.")

	h.olive.shift()
	late := h.enrol(record, identity.KindPatient, "ada")
	late.writes(record, newDoc("recurrenceReport"), set{"protocol": string(protocol), "sign.lump": true, "answeredBy": "patient"})
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "amber", rows[0].Level)
}
