package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An assessment that is filled in at home, without network, reaches both teams once, and comes back to the person.
func TestSeed_B54_AnAssessmentFromHomeReachesBothTeamsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()

	f.ada.net.off.Store(true)
	report := newDoc("assessment")
	f.ada.note(f.record, report, set{
		"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient",
		"answers.phy.nausea": 5, "answers.emo.low": 5, "answers.phy.tired": 6,
	})
	require.Error(t, f.ada.sync(f.record), "airplane mode")
	require.Empty(t, h.olive.queue(h.oncology))

	f.ada.net.off.Store(false)
	f.ada.net.deaf.Store(2)
	require.Error(t, f.ada.sync(f.record), "the answer is lost after the commit")
	require.Error(t, f.ada.sync(f.record))
	h.done(f.ada.sync(f.record))

	oncology, practice := h.olive.queue(h.oncology), h.pia.queue(h.primary)
	require.Len(t, oncology, 1)
	require.Len(t, practice, 1)
	require.Equal(t, 1, oncology[0].Reports, "twice sent is once here")
	require.Len(t, oncology[0].Concerns, 2, "feeling sick, and tiredness")
	require.Len(t, practice[0].Concerns, 2, "low mood, and tiredness")

	require.Len(t, f.ada.list(f.record, "concern"), 3, "it comes back to the phone")
	require.Len(t, h.olive.list(f.record, "concern"), 3)
	require.Empty(t, f.carla.list(f.record, "concern"), "the caregiver sees the schedule alone")
	require.Empty(t, h.otto.list(f.record, "concern"), "whoever works elsewhere sees nothing")
	h.refused(404, h.otto.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
}
