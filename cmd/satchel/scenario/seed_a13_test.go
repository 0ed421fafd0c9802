package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// The navigator sees that a test was not accepted, writes to the clinic, and cannot touch a result or an answer.
func TestSeed_A13a_TheNavigatorSeesThatAnOrderIsNotAcceptedAndWritesToTheClinic(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	cbc := h.orders(f, h.primary, nil)
	require.Empty(t, h.nils.openTasks(f, h.navigation, cbc), "the clinic has time to answer")
	h.later(49 * time.Hour)

	lines := h.nils.shift().work(h.navigation, care.TaskGap)
	require.Len(t, lines, 1)
	require.Equal(t, cbc, lines[0].Focus)
	require.Contains(t, lines[0].Why, "Blood count")
	message := h.nils.sends(f.record, to(h.primary), set{"topic": "Blood count", "body": "Can you draw the blood?", "actionRequired": true, "about": string(cbc)})
	require.Equal(t, message, h.pia.shift().inbox(h.primary).Letters[0].Message)

	h.refused(403, h.nils.write(f.record, newDoc("result"), set{
		"code": "cbc.wbc", "value": "5", "unit": "10*9/L", "effective": h.clock.Now().UnixMilli(), "source": "clinician-entry", "status": "final",
	}))
	h.refused(403, h.nils.write(f.record, cbc, set{"handshake": "accepted"}))
	h.refused(403, h.nils.write(f.record, cbc, set{"recurrence": "FREQ=DAILY;COUNT=2"}))
	require.Empty(t, h.nils.list(f.record, "result"), "results are not shown to navigators")
	h.done(h.pia.write(f.record, cbc, set{"handshake": "accepted"}))
	require.Empty(t, h.nils.work(h.navigation, care.TaskGap), "it goes away with its cause")
	require.Len(t, h.nils.tests(h.navigation), 0)
	h.refused(404, h.otto.shift().get("/v1/teams/"+h.navigation.ID.String()+"/work", nil))
}

// Oncology orders twice weekly counts at a clinic of another organisation: it is arranged when the clinic has said so, online, and not
// before. Declining gives it back at once, with the reason.
func TestSeed_A13b_AnOrderIsArrangedWhenTheOtherOrganisationHasAccepted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's tablet")
	cbc := h.orders(f, h.primary, nil)
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	require.Contains(t, phone.tests(f), "being arranged. Millbrook nurses was asked.", "the phone says so with no network")

	lines := h.pia.work(h.primary, care.TaskOrder)
	require.Len(t, lines, 1)
	require.Contains(t, lines[0].Why, "Your team is asked to do this test")
	require.Equal(t, monday.Add(48*time.Hour).Truncate(time.Second).UnixMilli(), lines[0].DueBy/1000*1000)
	require.Equal(t, []string{"order-asked"}, h.pia.noticesFor(f.record, "team", h.primary.ID.String()))

	h.pia.isHeld(f.record, cbc, set{"handshake": "accepted"}, syncing.Forbidden)
	for _, a := range []*actor{h.olive, h.nils, f.ada, f.carla} {
		h.refused(403, a.write(f.record, cbc, set{"handshake": "accepted"}))
	}
	h.refused(422, h.pia.write(f.record, cbc, set{"handshake": "rejected"}))
	h.refused(422, h.pia.write(f.record, cbc, set{"handshake": "counter-proposed"}))
	h.done(h.pia.write(f.record, cbc, set{"handshake": "rejected", "handshakeReason": "We have no courier on Thursdays"}))
	for _, of := range []struct {
		who  *actor
		team identity.Team
	}{{h.olive, h.oncology}, {h.nils, h.navigation}} {
		tasks := of.who.work(of.team, care.TaskGap)
		require.Len(t, tasks, 1, "at once")
		require.Equal(t, "We have no courier on Thursdays", tasks[0].Note)
		require.Equal(t, []string{"order-declined"}, of.who.noticesFor(f.record, "team", of.team.ID.String()))
	}
	require.Empty(t, h.pia.work(h.primary, care.TaskOrder))
	phone.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.tests(f), "NOT ARRANGED. Nobody has agreed to do it. Call Riverside Oncology: 01632 960 111.")

	h.done(h.pia.write(f.record, cbc, set{"handshake": "counter-proposed", "counterProposal": "Mondays and Wednesdays"}))
	require.Equal(t, "Mondays and Wednesdays", h.olive.tests(h.oncology)[0].Reason)
	h.done(h.olive.write(f.record, cbc, set{"recurrence": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6"}))
	require.Equal(t, care.TestBeingArranged, h.olive.tests(h.oncology)[0].State, "they are asked anew, for what stands now")
	require.Empty(t, h.olive.work(h.oncology, care.TaskGap))
	h.done(h.pia.write(f.record, cbc, set{"handshake": "accepted"}))
	require.Empty(t, h.pia.work(h.primary, care.TaskOrder))
	for _, of := range []struct {
		who  *actor
		team identity.Team
	}{{h.olive, h.oncology}, {h.pia, h.primary}} {
		list := of.who.tests(of.team)
		require.Len(t, list, 1, "it is on the list of both")
		require.Equal(t, care.TestArranged, list[0].State)
	}
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.tests(f), "Millbrook nurses does it.")
	require.Equal(t, []string{"order-accepted"}, f.ada.noticesFor(f.record, "patient", ""))
	h.refused(404, h.otto.get("/v1/teams/"+h.primary.ID.String()+"/tests", nil))
	h.refused(404, f.ada.get("/v1/teams/"+h.primary.ID.String()+"/tests", nil))
	require.Nil(t, h.otto.sees(f.record, cbc))

	h.done(h.pia.write(f.record, cbc, set{"handshake": "rejected", "handshakeReason": "Our nurse has left"}))
	h.done(h.olive.write(f.record, cbc, set{"performerTeam": nil}))
	require.Equal(t, care.TestGap, h.olive.tests(h.oncology)[0].State, "nobody is asked")
	h.done(h.olive.write(f.record, cbc, set{"performerTeam": h.oncology.ID}))
	require.Equal(t, care.TestArranged, h.olive.tests(h.oncology)[0].State, "a team need not ask itself")
}

// The clock passes Thursday's window: the person and the caregiver are reminded, then somebody calls, then oncology has it in the queue,
// each at its time and once; a caregiver without the schedule and an outsider hear nothing.
func TestSeed_A13c_AMissedTestReachesFamilyThenNavigatorThenOncology(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.oscar.write(f.record, clinicalContext(f.record), set{"sactLastDose": "2025-01-01"}))
	cbc := h.orders(f, h.primary, set{"anchor": "2026-11-26", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"})
	h.done(h.pia.write(f.record, cbc, set{"handshake": "accepted"}))
	family := func(who *actor, audience string) []string { return who.noticesFor(f.record, audience, "")[1:] }

	h.at("2026-11-25T17:59")
	require.Empty(t, family(f.ada, "patient"))
	h.at("2026-11-25T18:00")
	require.Equal(t, []string{"test-tomorrow 2026-11-26"}, family(f.ada, "patient"))
	require.Equal(t, []string{"test-tomorrow 2026-11-26"}, family(f.carla, "caregiver"))
	h.at("2026-11-26T08:00")
	require.Equal(t, []string{"test-tomorrow 2026-11-26", "test-today 2026-11-26"}, family(f.ada, "patient"))
	require.Len(t, family(f.carla, "caregiver"), 1)

	h.at("2026-11-27T19:59")
	require.Len(t, family(f.ada, "patient"), 2)
	h.at("2026-11-27T20:01")
	require.Contains(t, family(f.ada, "patient"), "test-overdue 2026-11-26")
	require.Contains(t, family(f.carla, "caregiver"), "test-overdue 2026-11-26")
	require.Empty(t, h.nils.shift().work(h.navigation, care.TaskLab))
	h.at("2026-11-28T08:01")
	calls := h.nils.work(h.navigation, care.TaskLab)
	require.Len(t, calls, 1, "twelve hours later the navigator calls")
	require.Contains(t, calls[0].Why, "Blood count")
	require.Empty(t, h.olive.shift().queue(h.oncology))
	h.at("2026-11-28T20:01")
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "amber", rows[0].Level)
	require.Contains(t, rows[0].Why, "A test was missed: 2026-11-26.")
	require.Empty(t, h.pia.shift().queue(h.primary))

	before := len(h.olive.list(f.record, "notice"))
	h.restart(f.ada, f.carla)
	h.follow()
	h.follow()
	require.Len(t, h.olive.list(f.record, "notice"), before, "each step once, also after a new start")
	require.Equal(t, 1, h.olive.queue(h.oncology)[0].Reports)

	f.ada.writes(f.record, newDoc("collection"), set{"order": string(cbc), "due": "2026-11-26", "collectedAt": h.clock.Now().UnixMilli()})
	require.Empty(t, h.nils.shift().work(h.navigation, care.TaskLab), "nobody calls about what was done")
	f.ada.writes(f.record, newDoc("collection"), set{"order": string(cbc), "due": "2026-11-30", "collectedAt": h.clock.Now().UnixMilli()})
	h.at("2026-12-02T23:00")
	require.NotContains(t, f.ada.noticesFor(f.record, "patient", ""), "test-overdue 2026-11-30", "it was done in time")
	require.Empty(t, h.otto.shift().list(f.record, "notice"))
}

// District nurses accept "PICC care and a blood count at home", and record that the blood was taken with no network.
func TestSeed_B08_ADistrictNurseAcceptsAndRecordsACollectionOffline(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.olive.put("/v1/records/"+f.record.UUID.String()+"/teams/"+h.nursing.ID.String(), map[string]any{}, nil))
	h.done(h.dora.write(f.record, careTeam(h.nursing), set{"kind": "district-nursing", "name": "Hillside district nurses", "status": "active"}))
	cbc := h.orders(f, h.nursing, set{"title": "PICC care and blood count at home", "anchor": "2026-11-26"})
	lines := h.dora.work(h.nursing, care.TaskOrder)
	require.Len(t, lines, 1)
	require.Contains(t, lines[0].Why, "PICC care and blood count at home")
	require.Equal(t, cbc, h.dora.tests(h.nursing)[0].Order)
	h.done(h.dora.write(f.record, cbc, set{"handshake": "accepted"}))
	require.Equal(t, care.TestArranged, h.olive.tests(h.oncology)[0].State)

	h.at("2026-11-26T10:00")
	h.dora.shift()
	h.done(h.dora.sync(f.record))
	h.dora.net.off.Store(true)
	taken := newDoc("collection")
	h.dora.note(f.record, taken, set{"order": string(cbc), "due": "2026-11-26", "collectedAt": h.clock.Now().UnixMilli(), "site": "at home", "note": "PICC flushed, dressing changed"})
	require.Error(t, h.dora.sync(f.record))
	require.NotContains(t, h.olive.shift().stateOf(f, cbc, "2026-11-26"), "collected")
	h.dora.net.off.Store(false)
	h.done(h.dora.sync(f.record))
	require.Equal(t, "collected", h.olive.stateOf(f, cbc, "2026-11-26"))
	require.Equal(t, "PICC flushed, dressing changed", value(f.ada.sees(f.record, taken), "note"))
	h.dora.isHeld(f.record, cbc, set{"recurrence": "FREQ=DAILY;COUNT=3"}, syncing.Forbidden)
	h.refused(403, h.dora.write(f.record, newDoc("result"), set{
		"code": "cbc.wbc", "value": "5", "unit": "10*9/L", "effective": h.clock.Now().UnixMilli(), "source": "clinician-entry", "status": "final",
	}))
	require.Empty(t, h.otto.shift().list(f.record, "collection"))
}
