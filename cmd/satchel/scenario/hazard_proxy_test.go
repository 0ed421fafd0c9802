package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/sync/replica"
)

// A caregiver who answers for the person says so, the nurse reads it, and some questions only the person answers.
func TestHazard_H20_AnAnswerForSomebodyElseSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	f.carla.isHeld(f.record, newDoc("assessment"), answers(set{"phy.tired": 6}, set{"answeredBy": "caregiver"}), "forbidden") // nothing was shared yet
	h.done(f.ada.lets(f.record, f.carla, "schedule", "assessments", "concerns.physical"))

	report := newDoc("assessment")
	f.carla.writes(f.record, report, answers(set{"phy.tired": 6}, set{"answeredBy": "caregiver"}))
	for _, a := range []*actor{f.ada, f.carla, h.olive, h.pia} {
		require.Equal(t, "caregiver", value(a.sees(f.record, report), "answeredBy"), a.name)
		require.Equal(t, "caregiver", value(a.concern(f.record, report, "phy.tired"), "answeredBy"), a.name)
	}
	require.Nil(t, h.otto.sees(f.record, report))
	require.Len(t, h.olive.queue(h.oncology), 1)

	f.carla.isHeld(f.record, newDoc("assessment"), answers(set{"phy.tired": 6}, set{"answeredBy": "patient"}), "invalid")
	for _, code := range []string{"emo.selfharm", "rel.unsafe", "m.harmnow", "m.unsafenow"} {
		for _, said := range []bool{true, false} {
			f.carla.isHeld(f.record, newDoc("assessment"), answers(set{code: said}, set{"answeredBy": "caregiver"}), "forbidden")
		}
	}
	mine := f.ada.reports(f.record, set{"phy.tired": 3}, nil)
	f.carla.isHeld(f.record, mine, set{"answers.phy.tired": 0, "answeredBy": "caregiver"}, "sealed")
	require.EqualValues(t, 3, value(f.ada.sees(f.record, mine), "answers.phy.tired"), "nobody amends what the person said")
}

// Thoughts of self-harm wait the same day for both teams, in a part of the row that others do not see; the phone shows the crisis
// text, for the person alone; the caregiver learns nothing, not even that something came in.
func TestHazard_H26_SelfHarmReachesBothTeamsTheSameDayAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	h.done(f.ada.lets(f.record, f.carla, "schedule", "assessments", "concerns.physical", "concerns.practical", "concerns.emotional", "messages"))
	h.done(f.carla.sync(f.record))
	head := f.carla.headOf(f.record)

	p := h.program(f.record, "ada's own phone")
	doc := p.begins(f.record)
	p.fills(f.record, doc, set{"emo.selfharm": true})
	judged := p.completes(f.record, doc)
	require.True(t, judged.Advice[0].Private, "inside the unlocked app alone")
	require.Contains(t, judged.Advice[0].Text, "You matter. Someone will contact you today.")
	require.Contains(t, judged.Advice[0].Text, "Samaritans")
	p.syncs()

	for _, nurse := range []*actor{h.olive, h.pia} {
		team := h.oncology
		if nurse == h.pia {
			team = h.primary
		}
		row := nurse.rowOf(team, f.record)
		require.Equal(t, "red", row.Level, nurse.name)
		require.Contains(t, row.Why, "Due Monday 23 November", "the same day")
		require.Equal(t, []string{"emo.selfharm"}, nurse.codes(f.record, row))
	}
	require.Empty(t, h.nils.queue(h.navigation))
	h.refused(404, h.nils.get("/v1/teams/"+h.primary.ID.String()+"/queue", nil))
	for _, other := range []*actor{h.nils, f.carla, h.otto} {
		require.Nil(t, other.sees(f.record, doc), other.name)
		require.Nil(t, other.concern(f.record, doc, "emo.selfharm"), other.name)
		other.silentAbout(f.record, "selfharm", doc.ID())
	}
	require.Equal(t, head, f.carla.headOf(f.record), "the record has not moved for the caregiver")
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(doc)+"/history", nil))
	h.refused(400, f.ada.lets(f.record, f.carla, "concerns.sensitive"))

	f.ada.isHeld(f.record, newDoc("assessment"), answers(set{"emo.selfharm": true}, set{"whoCanSee.emo.selfharm": "caregiver"}), "invalid")
	require.Equal(t, head, f.carla.headOf(f.record))
	h.later(time.Hour)
	require.Equal(t, head, f.carla.headOf(f.record), "nor does what time brings tell of it")
	require.True(t, slices.ContainsFunc(h.olive.list(f.record, "triage"), func(d *replica.Document) bool {
		return d.ID == care.TriageID(f.record, h.oncology.ID.String(), true)
	}))
}

// A phone that believes it is 2020 syncs like any other: what it wrote stands where it belongs, and the nurse reads both times.
func TestHazard_H29_APhoneThatBelievesItIs2020StillSyncsAndTheNurseReadsBothTimes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	tablet := f.ada.secondPhone(f.record)
	breath := set{"phy.breath": 8, "m.breathrest": false}
	f.ada.skew = time.Date(2020, time.January, 5, 8, 0, 0, 0, time.UTC).Sub(monday)
	f.ada.net.off.Store(true)
	late := newDoc("assessment")
	f.ada.note(f.record, late, answers(breath, nil))
	h.later(3 * time.Hour)
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))

	row := h.olive.rowOf(h.oncology, f.record)
	require.Contains(t, row.Why, "The phone's clock is wrong: it said Sunday 5 January, 08:0")
	require.Contains(t, row.Why, "Waiting for 3 hours.", "it stands where it belongs")
	require.Contains(t, row.Why, "Reached us late: written 3 hours before")
	require.True(t, row.Late)
	require.NotNil(t, h.pia.sees(f.record, late))
	require.Nil(t, f.carla.sees(f.record, late))
	require.Nil(t, h.otto.sees(f.record, late))

	tablet.skew = 9 * time.Minute
	h.done(tablet.sync(f.record))
	h.later(time.Hour)
	h.done(h.olive.act(f.record, "close", map[string]any{"triage": row.Doc, "outcome": "advice-given", "seen": row.Waiting}, nil))
	tablet.reports(f.record, breath, nil)
	require.NotContains(t, h.olive.rowOf(h.oncology, f.record).Why, "clock is wrong", "a few minutes are nothing to speak of")
	f.ada.writes(f.record, newDoc("note"), set{"text": "still 2020 here", "audience": "everyone"})
	require.Len(t, h.pia.list(f.record, "note"), 1)
}
