package phone

import (
	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// stepsOf says what teams did about a concern or a row, oldest first, with who and when; and first, for a concern, which teams have
// seen it, so that nobody has to carry that from one to the other.
func (p *Phone) stepsOf(record syncing.RecordID, d *replica.Document, zone string) (lines []string) {
	steps := care.ReadSteps(d.Fields["steps"])
	team := func(id string) string {
		uuid, err := syncing.ParseUUID(id)
		if err != nil {
			return "A team"
		}
		if name := Text(p.DB.Document(record, care.CareTeamID(syncing.TeamID{UUID: uuid})), "name"); name != "" {
			return name
		}
		return "A team"
	}
	if d.ID.Type() == "concern" {
		lines = append(lines, care.Carried(steps, team, p.NowMs(), zone))
	}
	for _, step := range steps {
		lines = append(lines, care.Tell(step, team, zone))
	}
	return lines
}
