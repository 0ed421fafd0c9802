package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

func protocolBy(team string) fields {
	return fields{
		"title": "After breast cancer", "team": team, "status": "active", "level": "red", "sign.lump": "A new lump", "advice": "Call the follow-up nurse.",
	}
}

func TestSeed_B45_AReportOfASignGoesToTheTeamThatAnswersForTheProtocol(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	protocol := followUpProtocolName + "/" + p.id("protocol")
	p.refused("gp", protocol, protocolBy(practiceTeam.String()), "")
	p.refused("nurse", protocol, protocolBy(practiceTeam.String()), "Only the team that answers for this")
	p.must("nurse", protocol, protocolBy(oncologyTeam.String()))

	report := recurrenceReportName + "/" + p.id("report")
	p.refused("ada", report, fields{"protocol": "goal/" + p.id("goal"), "sign.lump": true}, "by which follow-up protocol")
	p.refused("ada", report, fields{"protocol": protocol}, "what you noticed")
	p.refused("ben", report, fields{"protocol": protocol, "sign.lump": true}, "answering for somebody else")
	p.must("ben", report, fields{"protocol": protocol, "sign.lump": true, "answeredBy": "caregiver"})
	row := p.row(oncologyTeam, false)
	require.Equal(t, instrument.Red, row.Level)
	require.True(t, row.Recurrence)
	require.Empty(t, p.queue(practiceTeam))

	require.NoError(t, p.act("nurse", ClosePatch(p.sees("nurse", row.Doc), "referred", "We will see you on Thursday.")))
	require.Empty(t, p.queue(oncologyTeam))
	require.Equal(t, "We will see you on Thursday.", p.sees("ada", row.Doc).Text("outcomeNote"))
}

func TestSeed_B45_AReportWhoseProtocolIsNotHereStillAlertsOncology(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.must("ada", recurrenceReportName+"/"+p.id("report"), fields{"protocol": followUpProtocolName + "/" + p.id("nowhere"), "note": "a new lump"})
	require.Equal(t, instrument.Amber, p.row(oncologyTeam, false).Level)
}
