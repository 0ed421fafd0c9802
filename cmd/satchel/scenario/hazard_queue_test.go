package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
)

// Nine concerns of one survey are one decision for a team; too many alerts are told to those who set the thresholds, and nothing is
// left out of the queue for them.
func TestHazard_H07_OneSurveyOfNineConcernsIsOneRowAndNothingIsSuppressed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	f.ada.reports(f.record, set{
		"phy.tired": 5, "phy.sleep": 4, "phy.nausea": 6, "phy.appetite": 3, "phy.mouth": 2, "day.travel": 7, "mny.cost": 6, "emo.worry": 5, "inf.results": 4,
	}, nil)
	require.Len(t, f.ada.list(f.record, "concern"), 9)
	for _, desk := range []struct {
		a    *actor
		team identity.Team
	}{{h.olive, h.oncology}, {h.pia, h.primary}, {h.nils, h.navigation}} {
		require.Len(t, desk.a.queue(desk.team), 1, desk.a.name)
		require.Equal(t, 1, desk.a.queue(desk.team)[0].Reports)
	}
	got := h.olive.figures(h.oncology)
	require.Equal(t, shareOf{Count: 0, Of: 1, Percent: new(int)}, got.Alerts)
	require.Empty(t, got.Warning)

	for _, name := range []string{"Ben", "Cleo", "Dan"} {
		record := h.admit(name)
		family{record: record}.settled(h)
		h.enrol(record, identity.KindPatient, name).reports(record, set{"phy.nausea": 8}, nil)
	}
	got = h.olive.figures(h.oncology)
	require.Equal(t, 75, *got.Alerts.Percent)
	require.Contains(t, got.Warning, "nothing is left out of the queue")
	require.Len(t, h.olive.queue(h.oncology), 4)
	require.Empty(t, h.pia.figures(h.primary).Warning, "of the practice's responses none raised an alert")
	h.refused(404, h.otto.get("/v1/teams/"+h.oncology.ID.String()+"/figures", nil))
	h.refused(404, f.ada.get("/v1/teams/"+h.oncology.ID.String()+"/figures", nil))
}
