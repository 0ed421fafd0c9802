package care

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestTheNounsAreDeclaredWhole(t *testing.T) {
	t.Parallel()
	roles := []syncing.Role{RolePatient, RoleCaregiver, RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleSpecialist, RoleAdministrator}
	for _, kind := range Schema(testConfig(t)).Types() {
		if kind.Name == syncing.HeldType {
			continue
		}
		require.NotEmpty(t, kind.Doc, kind.Name)
		if kind.Name == reminderClockName {
			require.NotContains(t, everything, kind.Category, "nobody sees what is for the followers alone")
		} else {
			require.Contains(t, everything, kind.Category, kind.Name)
		}
		for _, f := range kind.Fields {
			name := kind.Name + "." + f.Name
			require.NotEmpty(t, f.Doc, name)
			for _, writer := range f.Writers {
				require.Contains(t, roles, writer, name)
			}
			if f.Required {
				require.Subset(t, f.Writers, kind.Creators, "%s: whoever creates must be able to make it whole", name)
			}
			for from, to := range f.Moves {
				require.Subset(t, f.Codes, to, "%s: moves from %q", name, from)
			}
			if f.Kind == syncing.Text {
				require.Positive(t, f.Max, "%s: a text needs a length", name)
			}
		}
	}
}

func TestAPersonAndACaregiverMeetEachMergeRule(t *testing.T) {
	t.Parallel()
	all := []syncing.Rule{syncing.LWW, syncing.MV, syncing.Max, syncing.Set, syncing.CAS, syncing.FSM}
	writable := func(role syncing.Role, categories ...string) (rules []syncing.Rule) {
		for _, kind := range Schema(testConfig(t)).Types() {
			for _, f := range kind.Fields {
				if slices.Contains(categories, kind.Category) && slices.Contains(f.Writers, role) && !slices.Contains(rules, f.Rule) {
					rules = append(rules, f.Rule)
				}
			}
		}
		return rules
	}
	require.ElementsMatch(t, all, writable(RolePatient, everything...))
	require.ElementsMatch(t, all, writable(RoleCaregiver, CategorySchedule), "also with nothing but the schedule")
	require.ElementsMatch(t, all, writable(RoleOncology, everything...))
}

func TestASchemaForAPlaceThatTheRulesDoNotKnowIsAMistake(t *testing.T) {
	t.Parallel()
	cfg := testConfig(t)
	require.Panics(t, func() { Schema(Config{Library: nil, Region: "UK", Zone: "Europe/London"}) })
	require.Panics(t, func() { Schema(Config{Library: cfg.Library, Region: "Narnia", Zone: "Europe/London"}) })
	require.Panics(t, func() { Schema(Config{Library: cfg.Library, Region: "UK", Zone: "Local"}) })
}

func TestARecordHasOnePersonAndOneClinicalContext(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.refused("nurse", "person/"+p.id("second"), fields{"name": "B", "birthDate": "1970-01-01"}, "one person")
	p.refused("nurse", "clinicalContext/"+p.id("second"), settled(), "one clinical context")
	p.must("nurse", string(ClinicalContextID(p.record)), settled())
	p.refused("gp", string(ClinicalContextID(p.record)), fields{"steroid": true}, "not yours")
	p.must("gp", string(ClinicalContextID(p.record)), fields{"proposal": "Started prednisolone on Monday."})
	me := string(PersonID(p.record))
	p.must("ada", me, fields{"name": "Ada G. Grey", "homeZone": "America/Denver"})
	p.refused("ada", me, fields{"birthDate": "1971-04-03"}, "not yours")
	p.refused("ada", me, fields{"status": "deceased"}, "not yours")
	p.must("nurse", me, fields{"status": "active"})
	p.must("nurse", me, fields{"status": "deceased"})
}

func TestAnAppointmentBelongsToItsTeamAndTheNotesToTheFamily(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "appointment/" + p.id("clinic")
	booked := fields{"start": "2026-11-25T09:30", "zone": "Europe/London", "ownerTeam": oncologyTeam.String(), "title": "Clinic", "status": "booked"}
	p.refused("gp", doc, booked, "Only the team whose appointment")
	p.refused("ada", doc, booked, "not yours")
	p.must("nurse", doc, booked)
	p.must("ben", doc, fields{"caregiverNote": "I drive.", "transport": "car", "companion": "Ben", "callMe": "before-it", "patientResponse": "accepted"})
	p.must("ada", doc, fields{"patientNote": "Ask about the rash."})
	p.refused("ben", doc, fields{"start": "2026-11-25T10:30"}, "not yours")
	p.refused("gp", doc, fields{"start": "2026-11-25T10:30"}, "Only the team whose appointment")
	p.refused("gp", doc, fields{"status": "cancelled"}, "Only the team whose appointment")
	p.refused("gp", doc, fields{"ownerTeam": practiceTeam.String()}, "Only the team whose appointment")
	p.must("nina", doc, fields{"readiness": "not-ready", "readinessReason": "The referral is missing."})
	p.refused("nina", doc, fields{"status": "cancelled"}, "Only the team whose appointment")
	p.must("nurse", doc, fields{"start": "2026-11-25T10:30"})
	p.refused("nurse", doc, fields{"status": "proposed"}, "cannot go there")
}

func TestOnlyTheLeadingTeamWritesTheHeaderOfAPlan(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "carePlan/" + p.id("plan")
	p.refused("gp", doc, fields{"phase": "follow-up"}, "Only the team that leads")
	p.refused("ada", doc, fields{"phase": "follow-up"}, "not yours")
	p.refused("gp", "carePlan/"+p.id("other"), fields{"title": "T", "overallLead": oncologyTeam.String(), "status": "draft", "phase": "follow-up"}, "Only the team that leads")
	p.refused("nurse", doc, fields{"phase": "follow-up"}, "follows the person up")
	p.must("nurse", doc, fields{"phase": "palliative", "overallLead": practiceTeam.String(), "followUpLead": practiceTeam.String()})
	p.must("gp", doc, fields{"title": "After treatment"})
}

// Who is asked to act hangs on it: a practice that calls the cancer centre a practice would take its urgent reports away.
func TestOnlyATeamItselfSaysAsWhatItActs(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.refused("gp", string(CareTeamID(oncologyTeam)), fields{"kind": KindPrimary}, "Only the team itself")
	p.must("nurse", string(CareTeamID(oncologyTeam)), fields{"kind": KindPalliative})
}

func TestAGoalIsInThePersonsOwnWords(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "goal/" + p.id("walk")
	p.refused("nurse", doc, fields{"text": "Walk 30 minutes"}, "not yours")
	p.must("ada", doc, fields{"text": "Walk to the sea with my grandson", "priority": 1})
	p.refused("nurse", doc, fields{"text": "Walk 30 minutes"}, "not yours")
	p.refused("ben", doc, fields{"priority": 2}, "not yours")
	p.must("nurse", doc, fields{"targetSuggestion": "Ten minutes a day to begin with", "lifecycleStatus": "active"})
}

func TestAnOrderBelongsToTheTeamThatOrdered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := "labOrder/" + p.id("cbc")
	order := fields{
		"code": "cbc.panel", "title": "Blood test", "requesterTeam": oncologyTeam.String(), "resultResponsibleTeam": oncologyTeam.String(),
		"anchor": "2026-11-23", "zone": "Europe/London", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6", "status": "active",
	}
	p.refused("gp", doc, order, "Only the team that ordered")
	p.must("nurse", doc, order)
	p.refused("gp", doc, fields{"status": "revoked"}, "Only the team that ordered")
	p.must("gp", doc, fields{"instructions": "Door B, no appointment needed."})
	p.must("nina", doc, fields{"logisticsNote": "Transport is booked."})
	p.refused("nina", doc, fields{"recurrence": "FREQ=DAILY"}, "not yours")
	p.must("ada", doc, fields{"patientNote": "Thursdays are hard."})

	taken := "collection/" + p.id("taken")
	p.must("ben", taken, fields{"order": doc, "collectedAt": noon})
	p.must("ben", taken, fields{"order": doc, "collectedAt": noon})
	p.refused("ben", taken, fields{"order": doc, "collectedAt": noon + 1}, "written once")
	message := "message/" + p.id("m")
	p.must("gp", message, fields{"thread": p.id("thread"), "body": "Is amitriptyline all right?"})
	p.refused("gp", message, fields{"body": "Never mind."}, "written once")
}

func TestASharedNoteCanBeTakenDownAndHiddenFromTheFamily(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := syncing.DocID("note/" + p.id("fridge"))
	p.must("ben", string(doc), fields{"text": "Milk, and the blue pills", "importance": 2})
	require.True(t, p.sees("ada", doc).Exists())
	p.refused("ben", string(doc), fields{"audience": audienceTeams}, "not yours")
	p.must("nurse", string(doc), fields{"audience": audienceTeams})
	require.False(t, p.sees("ben", doc).Exists(), "a caregiver who has the schedule alone sees it no more")
	require.True(t, p.sees("gp", doc).Exists())
	p.must("ada", string(doc), fields{"audience": audienceEveryone})
	require.True(t, p.sees("ben", doc).Exists())
}
