package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// A test that is due twice a week and that nobody does is missed by nobody: whoever was asked and does not answer, dates that pass, while
// the server was off too, and samples without a result, each become somebody's within its time, once, and stop when it is done.
func TestHazard_H10_ATestThatNobodyDoesIsSeenByEverybodyInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.oscar.write(f.record, clinicalContext(f.record), set{"sactLastDose": "2026-11-20"}))
	cbc := h.orders(f, h.primary, set{"anchor": "2026-11-26", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"})

	// The first window opens on Thursday at eight: the clinic should have answered a day before, long before anybody should draw blood.
	h.at("2026-11-25T07:59")
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskGap))
	h.at("2026-11-25T08:01")
	require.Len(t, h.olive.work(h.oncology, care.TaskGap), 1)
	require.Len(t, h.nils.shift().work(h.navigation, care.TaskGap), 1)
	require.Equal(t, []string{"not-arranged"}, f.ada.noticesFor(f.record, "patient", ""))
	require.Equal(t, []string{"not-arranged"}, f.carla.noticesFor(f.record, "caregiver", ""))
	require.Equal(t, care.TestGap, h.olive.tests(h.oncology)[0].State)
	h.done(h.pia.shift().write(f.record, cbc, set{"handshake": "accepted"}))
	require.Empty(t, h.olive.work(h.oncology, care.TaskGap))

	// The server is off from then until Sunday: what passed and still counts comes in its order, once; nobody is told on Sunday of a test on Thursday that is tomorrow.
	h.stop()
	h.clock.pass(time.Date(2026, time.November, 29, 9, 0, 0, 0, time.UTC).Sub(h.clock.Now()))
	h.restart(f.ada, f.carla)
	h.follow()
	require.Equal(t, []string{"not-arranged", "order-accepted", "test-overdue 2026-11-26"}, f.ada.noticesFor(f.record, "patient", ""))
	require.Equal(t, []string{"not-arranged", "order-accepted", "test-overdue 2026-11-26"}, f.carla.noticesFor(f.record, "caregiver", ""))
	require.Len(t, h.nils.shift().work(h.navigation, care.TaskLab), 1)
	rows := h.olive.shift().queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "red", rows[0].Level, "a blood count within three weeks of treatment")
	before := len(h.olive.list(f.record, "notice"))
	h.follow()
	require.Len(t, h.olive.list(f.record, "notice"), before)
	h.done(h.olive.closes(h.oncology, f.record, "advice-given", "We have called: a transport is booked."))
	h.done(h.nils.completes(h.nils.work(h.navigation, care.TaskLab)[0], "reached"))

	// On Monday the person cannot go, and says so with one tap: somebody calls at once.
	h.at("2026-11-30T10:00")
	f.ada.writes(f.record, cbc, set{"reply.2026-11-30": "cannot-go"})
	calls := h.nils.shift().work(h.navigation, care.TaskLab)
	require.Len(t, calls, 1)
	require.Equal(t, "The person says that they cannot go.", calls[0].Note)
	f.ada.isHeld(f.record, cbc, set{"reply.soon": "cannot-go"}, "invalid")
	h.at("2026-11-30T15:00")
	taken := newDoc("collection")
	h.done(h.pia.shift().write(f.record, taken, set{"order": string(cbc), "due": "2026-11-30", "collectedAt": h.clock.Now().UnixMilli(), "site": "at home"}))
	require.Empty(t, h.nils.work(h.navigation, care.TaskLab))
	require.Equal(t, "collected", f.ada.stateOf(f, cbc, "2026-11-30"))

	// A day later there is no result: whoever took the sample is asked, and another day later whoever ordered.
	h.at("2026-12-01T15:01")
	require.Len(t, h.pia.shift().work(h.primary, care.TaskSample), 1)
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskSample))
	h.at("2026-12-02T15:01")
	require.Len(t, h.olive.shift().work(h.oncology, care.TaskSample), 1)
	require.Empty(t, h.olive.queue(h.oncology), "Monday was not missed")
	h.done(h.pia.shift().write(f.record, newDoc("result"), set{
		"code": "cbc.wbc", "value": "5.1", "unit": "10*9/L", "source": "clinician-entry", "status": "final",
		"effective": time.Date(2026, time.November, 30, 15, 0, 0, 0, time.UTC).UnixMilli(),
	}))
	require.Equal(t, "resulted", h.olive.stateOf(f, cbc, "2026-11-30"))
	require.Empty(t, h.olive.work(h.oncology, care.TaskSample))
	require.Empty(t, h.pia.work(h.primary, care.TaskSample))

	// Thursday and the Monday behind it: the second miss in a row is red whatever the treatment.
	h.done(h.oscar.shift().write(f.record, clinicalContext(f.record), set{"sactLastDose": "2025-11-20"}))
	h.at("2026-12-05T20:01")
	require.Equal(t, "amber", h.olive.shift().queue(h.oncology)[0].Level)
	h.at("2026-12-09T20:01")
	require.Equal(t, "red", h.olive.shift().queue(h.oncology)[0].Level)
	require.Equal(t, []string{"missed", "missed"}, []string{f.ada.stateOf(f, cbc, "2026-12-03"), h.olive.stateOf(f, cbc, "2026-12-07")}, "phone and board say the same")
	require.Empty(t, h.otto.shift().list(f.record, "notice"))
	h.refused(404, h.otto.get("/v1/teams/"+h.oncology.ID.String()+"/tests", nil))
}

// The person goes into hospital: the dates ahead wait for oncology, are expected of nobody, and fall out only when oncology says so.
// Back home it is asked again.
func TestSeed_A13e_DatesOfSomebodyInHospitalWaitForOncology(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	cbc := h.orders(f, h.primary, set{"anchor": "2026-11-26", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"})
	h.done(h.pia.write(f.record, cbc, set{"handshake": "accepted"}))
	h.at("2026-11-25T12:00")
	stay, back := newDoc("healthEvent"), newDoc("healthEvent")
	h.done(f.carla.sync(f.record))
	f.carla.net.off.Store(true)
	f.carla.note(f.record, stay, set{"type": "admission", "at": h.clock.Now().UnixMilli(), "place": "Farfield General"})
	require.Equal(t, "excused-pending", f.carla.stateOf(f, cbc, "2026-11-26"), "her phone knows at once")
	require.Equal(t, "planned", h.olive.shift().stateOf(f, cbc, "2026-11-26"))
	f.carla.net.off.Store(false)
	h.done(f.carla.sync(f.record))
	require.Equal(t, "excused-pending", h.olive.stateOf(f, cbc, "2026-11-26"))
	held := h.olive.work(h.oncology, care.TaskHeld)
	require.Len(t, held, 1)
	require.Equal(t, "Said to be in hospital.", held[0].Note)
	require.Contains(t, h.olive.noticesFor(f.record, "team", h.oncology.ID.String()), "dates-held")
	require.Empty(t, h.pia.shift().work(h.primary, care.TaskHeld))

	h.at("2026-11-29T12:00")
	require.NotContains(t, f.ada.noticesFor(f.record, "patient", ""), "test-overdue 2026-11-26", "nothing is expected of somebody in hospital")
	require.Empty(t, h.nils.shift().work(h.navigation, care.TaskLab))
	require.Len(t, h.olive.shift().work(h.oncology, care.TaskHeld), 1, "and nothing falls out silently")

	add := map[string]any{"heldAnswered": []any{string(stay)}, "excusedDate": []any{"2026-11-26", "2026-11-30"}}
	h.refused(403, h.pia.shift().act(f.record, "write", map[string]any{"doc": cbc, "add": add}, nil))
	h.done(h.olive.act(f.record, "write", map[string]any{"doc": cbc, "add": add}, nil))
	require.Empty(t, h.olive.work(h.oncology, care.TaskHeld))
	require.Equal(t, []string{"excused", "excused", "planned"}, []string{f.ada.stateOf(f, cbc, "2026-11-26"), f.ada.stateOf(f, cbc, "2026-11-30"), f.ada.stateOf(f, cbc, "2026-12-03")})

	h.at("2026-12-01T12:00")
	f.ada.writes(f.record, back, set{"type": "discharge", "at": h.clock.Now().UnixMilli()})
	held = h.olive.shift().work(h.oncology, care.TaskHeld)
	require.Len(t, held, 1, "what goes on?")
	require.Equal(t, "Said to be back from hospital.", held[0].Note)
	require.Equal(t, "planned", h.olive.stateOf(f, cbc, "2026-12-03"), "what oncology had said stands")
	h.done(h.olive.act(f.record, "write", map[string]any{"doc": cbc, "add": map[string]any{"heldAnswered": []any{string(back)}}}, nil))
	require.Empty(t, h.olive.work(h.oncology, care.TaskHeld))
	require.Empty(t, h.otto.shift().list(f.record, "healthEvent"))
}
