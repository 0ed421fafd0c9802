package scenario

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// noticesFor are the codes of the notices that a device shows for an audience, after a sync, each with the date it is about, in the order
// in which they were made.
func (a *actor) noticesFor(record syncing.RecordID, audience, team string) (said []string) {
	a.h.t.Helper()
	list := a.list(record, "notice")
	slices.SortFunc(list, func(a, b *replica.Document) int { return cmp.Compare(a.Rev, b.Rev) })
	for _, d := range list {
		of, _ := value(d, "team").(string)
		if value(d, "audience") != audience || of != team {
			continue
		}
		due, _ := value(d, "due").(string)
		said = append(said, strings.TrimSpace(value(d, "code").(string)+" "+due))
	}
	return said
}

// eventually waits for what happens beside requests.
func (h *house) eventually(holds func() bool, what string) {
	h.t.Helper()
	require.Eventually(h.t, holds, 20*time.Second, 10*time.Millisecond, what)
}

// orders is a blood count twice a week that oncology orders from a team: Mondays and Thursdays from the 30th on, or the day after.
func (h *house) orders(f family, performer identity.Team, fields set) syncing.DocID {
	h.t.Helper()
	doc := newDoc("labOrder")
	all := set{
		"code": "cbc.panel", "title": "Blood count", "requesterTeam": h.oncology.ID, "resultResponsibleTeam": h.oncology.ID, "performerTeam": performer.ID,
		"anchor": "2026-11-30", "zone": "Europe/London", "recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6", "windowBeforeDays": 0, "windowAfterDays": 1,
		"status": "active",
	}
	maps.Copy(all, fields)
	h.done(h.olive.write(f.record, doc, all))
	return doc
}

// at lets time pass until an hour in London, and does what follows from it.
func (h *house) at(wall string) {
	h.t.Helper()
	place, err := time.LoadLocation("Europe/London")
	h.done(err)
	then, err := time.ParseInLocation("2006-01-02T15:04", wall, place)
	h.done(err)
	h.later(then.Sub(h.clock.Now()))
}

// testLine is an order as a team's list shows it.
type testLine struct {
	Record syncing.RecordID `json:"record"`
	care.TestPlan
}

// tests is a team's list of the orders that it wants, does, or acts on.
func (a *actor) tests(team identity.Team) []testLine {
	a.h.t.Helper()
	var page struct {
		Tests []testLine `json:"tests"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/tests", &page))
	return page.Tests
}

// stateOf is where a date of an order stands, as the device works it out from what it has.
func (a *actor) stateOf(f family, order syncing.DocID, date string) string {
	a.h.t.Helper()
	if !a.net.off.Load() {
		a.h.done(a.sync(f.record))
	}
	plans, err := care.TestPlans(client.Papers(a.db, f.record), a.now())
	a.h.done(err)
	for _, plan := range plans {
		for _, d := range plan.Dates {
			if plan.Order == order && d.Date == date {
				return string(d.State)
			}
		}
	}
	require.Fail(a.h.t, "there is no such date", date)
	return ""
}

// tests is the screen of a phone.
func (s *handset) tests(f family) string {
	s.h.t.Helper()
	screen, err := s.LabScreen(f.record)
	s.h.done(err)
	return screen
}
