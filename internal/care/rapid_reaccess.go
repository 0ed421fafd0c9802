package care

import (
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const rapidReaccessName = "rapidReaccess"

// rapidReaccessType is "we need you again, soon": one tap of the person, or of the practice, without a new referral (seed B15). It waits in
// oncology's queue until somebody has been in touch; the time is data, and who is told when it passed climbs the ladder of its level.
func (w *ward) rapidReaccessType() *syncing.Type {
	askers := []syncing.Role{RolePatient, RoleCaregiver, RolePrimary}
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, askers, doc, more...)
	}
	return &syncing.Type{
		Name: rapidReaccessName, Category: CategoryAssessments, Event: true, Creators: askers,
		Doc: "The person or the practice asks oncology to be seen again soon, without a new referral. Written once, offline too.",
		Fields: []syncing.FieldSpec{
			once("at", syncing.Instant, "when it was tapped, by the device's clock", required),
			once("reason", syncing.Text, "why, if there is time to say it", upTo(noteMax)),
			once("answeredBy", syncing.Code, "who asks; a caregiver says so", codes("patient", "caregiver", "practice")),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			if !bySystem(c) && c.By.Has(RoleCaregiver) && !c.By.Owner() && c.After.Text("answeredBy") != "caregiver" {
				return refuse(syncing.Invalid, "Please say that you are asking for somebody else.")
			}
			return nil
		},
		Derive: w.deriveReaccess,
	}
}

// deriveReaccess puts it into oncology's queue, or that of whoever is here.
func (w *ward) deriveReaccess(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() || !c.After.Exists() {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, team := range around.teams.resolve([]instrument.Team{instrument.Oncology}) {
		report := rowReport{team: team, waiting: waiting{Assessment: string(c.After.ID()), Concerns: []string{}, Level: instrument.Amber}}
		report.ReportedAt, report.ReceivedAt = c.Effective, c.Now
		report.DueBy, report.Late = w.handovers.Reaccess.after(c.Now, around.zone), w.levels.late(instrument.Amber, c.Effective, c.Now)
		d, err := rowDraftOf(c.Record, r, report)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

// isReaccess reports whether what waits in a row asks for a fast way back.
func isReaccess(e waiting) bool { return strings.HasPrefix(e.Assessment, rapidReaccessName+"/") }
