package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// own begins a record of the caregiver's own.
func (a *actor) own(body map[string]any) (syncing.RecordID, error) {
	a.h.t.Helper()
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	body["person"] = map[string]any{"name": "Carla Example", "birthDate": "1964-02-11", "homeZone": "Europe/London"}
	err := a.post("/v1/own-record", body, &made)
	return made.Record, err
}

// A caregiver has needs too. They are reported in a record of the caregiver's own: the person cannot read it, nor the person's
// teams, but those whom the caregiver chose.
func TestSeed_B24_ACaregiversOwnNeedsGoToWhomTheyChoseAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()

	own, err := f.carla.own(map[string]any{"helps": f.record, "kinds": []string{"navigation"}})
	h.done(err)
	again, err := f.carla.own(map[string]any{"helps": f.record, "kinds": []string{"primary-care"}})
	h.done(err)
	require.Equal(t, own, again, "an account has one, and asking again changes nothing")

	f.carla.net.off.Store(true)
	report := newDoc("assessment")
	f.carla.note(own, report, set{
		"questionnaire": "cg|0.1.0", "status": "completed", "answeredBy": "patient",
		"answers.cg.strain": 8, "answers.cg.sleep": 5, "answers.cg.unsafe": 2,
	})
	require.Error(t, f.carla.sync(own), "written on a train")
	f.carla.net.off.Store(false)
	h.done(f.carla.sync(own))
	require.Len(t, f.carla.list(own, "concern"), 3, "it comes back to the caregiver")

	row := h.nils.rowOf(h.navigation, own)
	require.Equal(t, "red", row.Level, "not feeling safe at home: the same day")
	require.NotNil(t, row.Also)
	require.Equal(t, "amber", row.Also.Level)
	require.Len(t, h.nils.list(own, "concern"), 3)

	for _, other := range []*actor{f.ada, h.olive, h.pia, h.otto} {
		other.nothingOf(own, report)
	}
	for _, team := range []struct {
		nurse *actor
		team  identity.Team
	}{{h.olive, h.oncology}, {h.pia, h.primary}, {h.otto, h.elsewhere}} {
		require.Empty(t, team.nurse.queue(team.team))
	}
	f.ada.silentAbout(f.record, "cg.", own.UUID.String())
}

func TestSeed_B24_ACaregiverMayChooseTheirOwnPractice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	own, err := f.carla.own(map[string]any{"helps": f.record, "teams": []syncing.TeamID{h.elsewhere.ID}, "categories": []string{"person", "team", "concerns.practical", "triage"}})
	h.done(err)
	report := newDoc("assessment")
	f.carla.writes(own, report, set{"questionnaire": "cg|0.1.0", "status": "completed", "answeredBy": "patient", "answers.cg.health": 8, "answers.cg.unsafe": 2})
	require.Equal(t, []string{"cg.health"}, h.otto.codes(own, h.otto.rowOf(h.elsewhere, own)))
	require.Nil(t, h.otto.rowOf(h.elsewhere, own).Also, "the caregiver did not consent to what is sensitive")
	require.Nil(t, h.otto.sees(own, report), "nor to the assessment")
	for _, other := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		other.nothingOf(own, report)
	}
	require.Empty(t, h.pia.queue(h.primary))
}

func TestSeed_B24_NobodyElseBeginsOrEntersACaregiversRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	body := func() map[string]any { return map[string]any{"helps": f.record, "kinds": []string{"navigation"}} }
	for _, other := range []*actor{f.ada, h.olive, h.otto} {
		_, err := other.own(body())
		h.refused(404, err)
	}
	for status, wrong := range map[int]map[string]any{
		400: {"helps": f.record, "kinds": []string{"oncology"}},
		404: {"helps": f.record, "teams": []syncing.TeamID{h.oncology.ID}},
	} {
		_, err := f.carla.own(wrong)
		h.refused(status, err)
	}
	_, err := f.carla.own(map[string]any{"helps": f.record})
	require.Contains(t, h.refused(400, err), "Choose who may see it")

	own, err := f.carla.own(body())
	h.done(err)
	sentence := h.refused(403, h.nils.post("/v1/records/"+own.UUID.String()+"/codes", map[string]any{"kind": "patient", "birthDate": birthday}, nil))
	require.Contains(t, sentence, "adds their own phones", "a code would let the navigator into the record of the person whom she helps")
	var made struct {
		Code string `json:"code"`
	}
	h.done(f.carla.post("/v1/records/"+own.UUID.String()+"/codes", map[string]any{"kind": "patient", "birthDate": "1964-02-11", "ownPhone": true}, &made))
	tablet := h.device("carla's tablet")
	_, err = tablet.Enrol(h.ctx, made.Code, "1964-02-11", client.NewRequestID(), "tablet")
	h.done(err)
	require.Equal(t, f.carla.Tokens().Account, tablet.Tokens().Account)
}
