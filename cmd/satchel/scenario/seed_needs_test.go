package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The assessment finds where others can support: each concern waits for the team that can act on it.
func TestSeed_B09_EachConcernLandsInTheQueueOfWhomItIsFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	report := f.ada.reports(f.record, set{"day.travel": 5, "emo.low": 5, "phy.fever": 3, "m.temp": "37.0"}, nil)

	require.Equal(t, []string{"day.travel"}, h.nils.codes(f.record, h.nils.rowOf(h.navigation, f.record)))
	require.Equal(t, []string{"emo.low"}, h.pia.codes(f.record, h.pia.rowOf(h.primary, f.record)))
	require.Equal(t, []string{"phy.fever"}, h.olive.codes(f.record, h.olive.rowOf(h.oncology, f.record)))
	require.Len(t, f.ada.list(f.record, "concern"), 3)
	require.Len(t, h.pia.list(f.record, "concern"), 3, "both teams see what the other acts on")
	require.Len(t, h.nils.list(f.record, "concern"), 1, "the navigator sees what is practical")
	require.Nil(t, h.nils.sees(f.record, report), "and not the assessment")
	require.Empty(t, f.carla.list(f.record, "concern"))
	require.Empty(t, h.otto.list(f.record, "concern"))

	h.refused(404, h.otto.get("/v1/teams/"+h.navigation.ID.String()+"/queue", nil))
	h.refused(404, h.nils.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
	h.refused(404, h.nils.act(f.record, "claim", map[string]any{"triage": h.olive.rowOf(h.oncology, f.record).Doc.ID()}, nil))
	h.refused(403, h.nils.act(f.record, "claim", map[string]any{"triage": h.olive.rowOf(h.oncology, f.record).Doc}, nil))
}

// Each item says who may see it: ticked for the caregiver, or hidden from the navigator or from one team; nothing else tells of it.
func TestSeed_B54_ThePersonChoosesItemByItemWhoSeesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	carlasHead, nilsHead := f.carla.headOf(f.record), h.nils.headOf(f.record)
	report := f.ada.reports(f.record, set{"phy.intimacy": 5, "phy.tired": 6, "emo.low": 8, "mny.cost": 5, "phy.nausea": 4}, set{
		"whoCanSee.phy.intimacy": "caregiver", "whoCanSee.phy.tired": "oncology", "whoCanSee.emo.low": "practice", "whoCanSee.mny.cost": "treating",
	})
	sees := func(a *actor) (codes []string) {
		for _, d := range a.list(f.record, "concern") {
			code, _ := value(d, "code").(string)
			codes = append(codes, code)
		}
		return codes
	}
	require.ElementsMatch(t, []string{"phy.intimacy", "phy.tired", "emo.low", "mny.cost", "phy.nausea"}, sees(f.ada))
	require.ElementsMatch(t, []string{"phy.intimacy", "phy.tired", "mny.cost", "phy.nausea"}, sees(h.olive))
	require.ElementsMatch(t, []string{"phy.intimacy", "emo.low", "mny.cost", "phy.nausea"}, sees(h.pia))
	require.Equal(t, []string{"phy.intimacy"}, sees(f.carla), "what was ticked for the caregiver, and nothing else")
	require.Empty(t, sees(h.nils))
	require.Empty(t, sees(h.otto))
	for _, a := range []*actor{f.carla, h.nils, h.olive, h.pia} {
		require.Nil(t, a.sees(f.record, report), "nobody but the person reads the whole of it: %s", a.name)
	}
	h.pia.silentAbout(f.record, "phy.tired")
	h.olive.silentAbout(f.record, "emo.low")
	f.carla.silentAbout(f.record, "phy.tired", "emo.low", "mny.cost", "phy.nausea")
	require.Greater(t, f.carla.headOf(f.record), carlasHead)
	require.Empty(t, h.nils.queue(h.navigation), "money is hidden from the navigator, so the two teams act on it")
	require.Greater(t, h.nils.headOf(f.record), nilsHead, "of the open rows the navigator knows, as before")

	row := h.pia.rowOf(h.primary, f.record)
	require.Equal(t, "amber", row.Level)
	require.Contains(t, row.Why, "The person chose that your team alone sees this.")
	h.done(h.pia.act(f.record, "claim", map[string]any{"triage": row.Doc}, nil))
	h.refused(404, h.olive.act(f.record, "claim", map[string]any{"triage": row.Doc}, nil))

	f.ada.writes(f.record, report, set{"whoCanSee.phy.intimacy": nil})
	require.Empty(t, sees(f.carla), "and taken back it leaves the caregiver's phone")
	f.carla.silentAbout(f.record, "phy.intimacy")
	h.done(f.ada.lets(f.record, f.carla, "schedule", "assessments", "concerns.physical"))
	require.Equal(t, []string{"phy.nausea"}, sees(f.carla))
	unsafe := newDoc("assessment")
	f.ada.isHeld(f.record, unsafe, answers(set{"rel.unsafe": true}, set{"whoCanSee.rel.unsafe": "caregiver"}), "invalid")
	f.carla.isHeld(f.record, newDoc("assessment"), answers(set{"phy.tired": 3}, set{"answeredBy": "caregiver", "whoCanSee.phy.tired": "caregiver"}), "forbidden")
}
