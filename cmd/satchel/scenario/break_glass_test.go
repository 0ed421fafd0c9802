package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// opened is what an emergency access answers.
type opened struct {
	Record syncing.RecordID `json:"record"`
	At     int64            `json:"at"`
	Until  int64            `json:"until"`
}

// breaksGlass asks for a record in an emergency.
func (a *actor) breaksGlass(key string, more set) (o opened, err error) {
	a.h.t.Helper()
	body := set{"reason": "emergency-treatment", "why": "Brought in with a fever, cannot say which treatment."}
	for name, v := range more {
		body[name] = v
	}
	return o, a.Act(a.h.ctx, "/v1/emergency-access", key, body, &o)
}

func TestBreakGlass_OneRecordForAnHourAndThePersonAndBothTeamsAreToldFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	lena := h.hire(identity.KindClinician, "lena", h.oncology)
	h.done(h.server.Identity().Seed().Lead(h.ctx, h.oncology.ID, lena.Tokens().Account))
	visit := h.notReady(f.record, "Infusion")
	report := newDoc("assessment")
	f.ada.writes(f.record, report, set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.rel.unsafe": true})
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/held", nil))

	key := client.NewRequestID()
	got, err := h.otto.breaksGlass(key, set{"record": f.record})
	h.done(err)
	again, err := h.otto.breaksGlass(key, set{"record": f.record})
	h.done(err)
	require.Equal(t, got, again, "the same request is one access")
	require.Equal(t, time.Hour.Milliseconds(), got.Until-got.At)

	require.NotNil(t, h.otto.sees(f.record, visit))
	require.Nil(t, h.otto.shows(f.record, report), "what is sensitive is not needed to treat now")
	h.otto.isHeld(f.record, newDoc("note"), set{"text": "he cannot write"}, syncing.Forbidden)
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/access-log", nil))
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/caregivers", nil))

	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		alerts := a.list(f.record, "emergencyAccess")
		require.Len(t, alerts, 1, a.name)
		require.Equal(t, "Synthetic otto", value(alerts[0], "name"))
		require.Equal(t, "Farfield Practice", value(alerts[0], "organisation"))
		require.Contains(t, value(alerts[0], "why"), "fever")
	}
	line := h.olive.work(h.oncology, "review")[0]
	require.Len(t, h.pia.work(h.primary, "review"), 1)
	h.refused(403, h.olive.completes(line, "justified"))
	h.refused(422, lena.completes(line, "arranged"))
	h.done(lena.completes(line, "justified"))
	require.Equal(t, "justified", value(f.ada.sees(f.record, line.Doc), "outcome"), "the person sees what the team found")

	h.clock.pass(time.Hour + time.Second)
	h.done(h.otto.sync(f.record))
	require.Equal(t, replica.NoAccess, h.otto.db.State(f.record))
	require.Empty(t, h.otto.db.View(f.record), "the board has forgotten it")
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(visit)+"/history", nil))
	h.clock.pass(25 * 24 * time.Hour)
	require.Len(t, readsBy(f.ada.accessLog(f.record), h.otto), 1)
	require.True(t, readsBy(f.ada.accessLog(f.record), h.otto)[0].Emergency)
	require.Len(t, f.ada.list(f.record, "emergencyAccess"), 1, "for ever")
}

func TestBreakGlass_IsRefusedWithoutAReasonToTheTeamItselfAndToWhoeverTriesNumbers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	number := map[string]any{"system": "NHS", "value": "999 000 1234", "birthDate": birthday}
	h.done(h.olive.act(f.record, "write", map[string]any{
		"doc": "person/" + f.record.UUID.String(), "set": set{}, "add": map[string]any{"identifier": []any{map[string]any{"system": "NHS", "value": "9990001234"}}},
	}, nil))
	ask := func(a *actor, more set) error {
		_, err := a.breaksGlass(client.NewRequestID(), more)
		return err
	}
	h.refused(409, ask(h.olive, set{"record": f.record}))
	h.refused(403, ask(f.carla, set{"record": f.record}))
	h.refused(403, ask(h.nils, set{"record": f.record}))
	h.refused(422, ask(h.otto, set{"record": f.record, "why": "because"}))
	h.refused(422, ask(h.otto, set{"record": f.record, "reason": "curiosity"}))
	h.refused(400, ask(h.otto, set{"record": f.record, "identifier": number}))
	require.Empty(t, f.ada.list(f.record, "emergencyAccess"))

	h.refused(404, ask(h.otto, set{"identifier": map[string]any{"system": "NHS", "value": "999000123", "birthDate": birthday}}))
	h.refused(404, ask(h.otto, set{"identifier": map[string]any{"system": "NHS", "value": "9990001234", "birthDate": "1961-05-25"}}))
	h.refused(404, ask(h.otto, set{"record": newDoc("note").ID()}))
	found, err := h.otto.breaksGlass(client.NewRequestID(), set{"identifier": number})
	h.done(err)
	require.Equal(t, f.record, found.Record, "the number and the birth date, exactly")
	require.Len(t, f.ada.list(f.record, "emergencyAccess"), 1)
	h.refused(404, ask(h.otto, set{"identifier": map[string]any{"system": "NHS", "value": "1", "birthDate": birthday}}))
	h.refused(429, ask(h.otto, set{"identifier": map[string]any{"system": "NHS", "value": "2", "birthDate": birthday}}))
	h.refused(429, ask(h.otto, set{"record": f.record}))
}
