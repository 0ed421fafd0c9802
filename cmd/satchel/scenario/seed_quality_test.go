package scenario

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// quality are the figures of a team, of all persons whom it looks after, or of those whom it looks after with another.
func (a *actor) quality(team identity.Team, with ...identity.Team) (q care.Quality) {
	a.h.t.Helper()
	path := "/v1/teams/" + team.ID.String() + "/quality"
	for _, other := range with {
		path += "?with=" + other.ID.String()
	}
	var said struct {
		Days int `json:"days"`
		care.Quality
	}
	a.h.done(a.get(path, &said))
	require.Equal(a.h.t, 365, said.Days)
	return said.Quality
}

// cohort admits so many persons with a plan each, in active treatment.
func (h *house) cohort(n int) (list []family, plans []syncing.DocID) {
	h.t.Helper()
	for i := range n {
		f := family{record: h.admit(fmt.Sprintf("Person %c Specimen", 'A'+i))}
		list, plans = append(list, f), append(plans, h.plan(f, "active-treatment"))
	}
	return list, plans
}

// How many of the persons of a team have a plan and a summary is a figure with both its numbers; whoever has no plan 14 days after the phase
// changed is on a list.
func TestSeed_B02_HowManyHaveAPlanIsAFigureAndWhoHasNoneIsAList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list, plans := h.cohort(5)
	for i := range 3 {
		h.done(h.olive.publishes(list[i], plans[i], 1))
	}
	q := h.olive.quality(h.oncology)
	require.Equal(t, []int{5, 3, 5, 60}, []int{q.Persons, q.Plans.Count, q.Plans.Of, *q.Plans.Percent})
	require.Zero(t, *q.PhaseDays)
	require.Zero(t, q.Summaries.Of, "nobody's treatment has ended")

	h.later(14 * 24 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, "plan"))
	h.later(24 * time.Hour)
	late := h.olive.shift().work(h.oncology, "plan")
	require.Len(t, late, 2)
	require.ElementsMatch(t, []syncing.RecordID{list[3].record, list[4].record}, []syncing.RecordID{late[0].Record, late[1].Record})
	require.Contains(t, late[0].Why, "No plan was published since the phase changed")
	h.follow()
	require.Len(t, h.olive.work(h.oncology, "plan"), 2)
	q = h.olive.quality(h.oncology)
	require.Equal(t, []int{2, 14}, []int{q.WithoutPlan, q.WithoutPlanDays})
	require.Equal(t, int64(15), *q.PhaseDays)
	h.done(h.olive.publishes(list[3], plans[3], 1))
	require.Len(t, h.olive.work(h.oncology, "plan"), 1)

	h.done(h.olive.write(list[0].record, plans[0], set{"phase": "end-of-treatment", "followUpLead": h.oncology.ID}))
	h.later(3 * 24 * time.Hour)
	h.olive.shift()
	summary := h.olive.drafted(list[0].record, "treatmentSummary", summaryFields(h.oncology, nil))
	h.done(h.olive.publishesDraft(list[0].record, summary, 1))
	q = h.olive.quality(h.oncology)
	require.Equal(t, []int{1, 1}, []int{q.Summaries.Count, q.Summaries.Of})
	require.Equal(t, int64(2), *q.SummaryDays, "how long it took")
	require.Equal(t, 3, q.Plans.Count, "a new phase needs a plan of its own")

	for _, a := range []*actor{h.pia.shift(), h.otto.shift()} {
		h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String()+"/quality", nil))
	}
	require.Zero(t, h.otto.quality(h.elsewhere).Persons)
}

// Both teams read the same numbers about the persons whom they look after together, as a page and as a table; of few persons nothing is told.
func TestSeed_B43_BothTeamsReadTheSameNumbers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list, plans := h.cohort(4)
	require.True(t, h.olive.quality(h.oncology, h.primary).Few)
	require.Zero(t, h.olive.quality(h.oncology, h.primary).Plans.Of, "of few persons no number is told")
	more := family{record: h.admit("Person E Specimen")}
	list, plans = append(list, more), append(plans, h.plan(more, "active-treatment"))
	alone := h.admitWith("Person F Specimen", h.oncology) // whom oncology looks after alone
	h.plan(family{record: alone}, "active-treatment")
	h.done(h.olive.publishes(list[0], plans[0], 1))
	ada := h.enrol(list[0].record, identity.KindPatient, "ada")
	ada.reports(list[0].record, set{"phy.pain": 8, "day.travel": 6}, nil)
	bea := h.enrol(list[1].record, identity.KindPatient, "bea")
	bea.reports(list[1].record, set{"phy.tired": 1}, nil)
	h.later(2 * time.Hour)
	row := h.olive.shift().rowOf(h.oncology, list[0].record)
	h.done(h.olive.act(list[0].record, "close", set{"triage": row.Doc, "seen": row.Waiting, "outcome": "managed-by-nurse"}, nil))
	h.orders(list[0], h.primary, nil)
	again := newDoc("labOrder")
	h.pia.shift()
	h.done(h.pia.write(list[0].record, again, set{
		"code": "cbc.panel", "title": "Blood count", "requesterTeam": h.primary.ID, "resultResponsibleTeam": h.primary.ID, "anchor": "2026-11-30", "zone": "Europe/London", "status": "draft",
	}))
	h.done(h.pia.write(list[0].record, again, set{"status": "revoked"}))

	mine, theirs := h.olive.quality(h.oncology, h.primary), h.pia.shift().quality(h.primary, h.oncology)
	require.Equal(t, mine, theirs)
	require.Equal(t, 5, mine.Persons, "whom both look after")
	require.Equal(t, 6, h.olive.quality(h.oncology).Persons)
	require.Equal(t, 1, mine.Plans.Count)
	require.Equal(t, []int{1, 2}, []int{mine.Alerts.Count, mine.Alerts.Of})
	require.Equal(t, int64(2), *mine.FirstContactHours)
	require.Positive(t, mine.ManagedByNurse.Count)
	require.Equal(t, int64(1), mine.DuplicatesAvoided, "it was there already, and was taken back")
	require.Zero(t, h.olive.quality(h.oncology, h.elsewhere).Persons)
	require.Equal(t, h.olive.table(h.oncology, h.primary), h.pia.table(h.primary, h.oncology))

	// What ended counts no more, for either.
	h.done(ada.remove("/v1/records/" + list[0].record.UUID.String() + "/teams/" + h.primary.ID.String()))
	require.True(t, h.olive.quality(h.oncology, h.primary).Few)
	require.True(t, h.pia.quality(h.primary, h.oncology).Few)
	h.refused(404, h.nils.get("/v1/teams/"+h.oncology.ID.String()+"/quality", nil))
	h.refused(400, h.olive.get("/v1/teams/"+h.oncology.ID.String()+"/quality?with=everybody", nil))
	h.refused(400, h.olive.get("/v1/teams/"+h.oncology.ID.String()+"/quality?format=xml", nil))
}

// table is the same as CSV.
func (a *actor) table(team, with identity.Team) map[string][]string {
	a.h.t.Helper()
	request, err := http.NewRequestWithContext(a.h.ctx, http.MethodGet, a.h.base+"/v1/teams/"+team.ID.String()+"/quality?format=csv&with="+with.ID.String(), nil)
	a.h.done(err)
	request.Header.Set("Authorization", "Bearer "+a.Tokens().AccessToken)
	got, err := a.HTTP.Do(request)
	a.h.done(err)
	defer func() { a.h.done(got.Body.Close()) }()
	require.Equal(a.h.t, http.StatusOK, got.StatusCode)
	require.True(a.h.t, strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv"))
	text, err := io.ReadAll(got.Body)
	a.h.done(err)
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	a.h.done(err)
	table := map[string][]string{}
	for _, row := range rows {
		table[row[0]+" "+row[1]] = row[2:]
	}
	return table
}

// The two clocks of the cancer care review run from the day of diagnosis; what is overdue is a list of the practice.
func TestSeed_B49_TwoReviewClocksRunFromTheDiagnosis(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list, plans := h.cohort(5)
	f, plan := list[0], plans[0]
	h.done(h.olive.write(f.record, plan, set{"diagnosedOn": "2026-11-23"}))
	reviews := h.pia.handover(f.record).Reviews
	require.Equal(t, care.ReviewDates{SupportBy: "2027-02-24", ReviewBy: "2027-11-23"}, reviews, "93 days, and 12 months")
	h.refused(403, h.pia.write(f.record, plan, set{"diagnosedOn": "2026-01-01"}))

	h.later(93 * 24 * time.Hour)
	require.Empty(t, h.pia.shift().work(h.primary, "support"))
	h.later(24 * time.Hour)
	late := h.pia.shift().work(h.primary, "support")
	require.Len(t, late, 1)
	require.Equal(t, f.record, late[0].Record)
	require.Empty(t, h.olive.shift().work(h.oncology, "support"), "it is the practice's to do")
	require.Equal(t, []int{0, 1, 1}, func() []int { s := h.pia.quality(h.primary).Support; return []int{s.Count, s.Of, s.Overdue} }())

	talk := func(template any) {
		doc := newDoc("activity")
		h.done(h.pia.write(f.record, doc, offering(h.primary, h.primary, set{"title": "Cancer care review", "kind": "care-review", "topic": "care-review", "status": "accepted", "protocolRef": template})))
		h.done(h.pia.write(f.record, doc, set{"status": "completed", "outcome": "Talked about work and sleep."}))
	}
	talk(nil)
	require.Empty(t, h.pia.work(h.primary, "support"), "they have talked")
	require.Empty(t, h.pia.work(h.primary, "care-review"))
	h.later(280 * 24 * time.Hour)
	require.Len(t, h.pia.shift().work(h.primary, "care-review"), 1, "a talk is not the review by a template")
	talk("Cancer care review, template 2")
	require.Empty(t, h.pia.work(h.primary, "care-review"))
	require.Equal(t, []int{0, 1, 0}, func() []int { r := h.pia.quality(h.primary).Review; return []int{r.Count, r.Of, r.Overdue} }(), "done, and too late")
	table := h.pia.table(h.primary, h.oncology)
	require.Equal(t, []string{"0", "1", "0"}, table["review "])
}

// Outcomes are counted by where they took place: stays in hospital, visits to an emergency department, follow-up by the practice or the centre.
func TestSeed_B51_OutcomesAreCountedBySetting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list, plans := h.cohort(5)
	h.handsOver(list[0], plans[0])
	event := func(by *actor, record syncing.RecordID, what string) {
		h.done(by.sync(record))
		by.writes(record, newDoc("healthEvent"), set{"type": what, "at": h.clock.Now().UnixMilli()})
	}
	event(h.olive, list[0].record, "admission")
	event(h.pia, list[1].record, "ed-visit")
	event(h.pia, list[1].record, "admission")
	event(h.pia, list[2].record, "fall")
	visit := func(by *actor, f family, team identity.Team, ends string) {
		doc := newDoc("appointment")
		h.done(by.write(f.record, doc, set{"start": "2026-11-23T09:30", "zone": "Europe/London", "ownerTeam": team.ID, "title": "Follow-up", "type": "clinic", "status": "booked"}))
		h.done(by.write(f.record, doc, set{"status": ends}))
	}
	visit(h.pia, list[0], h.primary, "fulfilled")
	visit(h.pia, list[0], h.primary, "fulfilled")
	visit(h.pia, list[0], h.primary, "noshow")
	visit(h.olive, list[0], h.oncology, "fulfilled")
	visit(h.olive, list[1], h.oncology, "fulfilled") // still in treatment: no follow-up
	want := []care.Outcome{
		{What: "admission", Setting: "hospital", Count: 2},
		{What: "ed-visit", Setting: "hospital", Count: 1},
		{What: "follow-up", Setting: "oncology", Count: 1},
		{What: "follow-up", Setting: "primary-care", Count: 2},
	}
	require.Equal(t, want, h.pia.quality(h.primary).Outcomes)
	require.Equal(t, h.olive.quality(h.oncology, h.primary), h.pia.quality(h.primary, h.oncology))
	require.Equal(t, []string{"2", "", ""}, h.pia.table(h.primary, h.oncology)["follow-up primary-care"])
	ada := h.enrol(list[0].record, identity.KindPatient, "ada")
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		require.Empty(t, a.list(list[0].record, "measureReport"), "what is counted lies with the person: %s", a.name)
	}
	require.Len(t, ada.list(list[0].record, "measureReport"), 1)
	h.later(400 * 24 * time.Hour)
	require.Empty(t, h.pia.shift().quality(h.primary).Outcomes, "a year later they are not this year's")
}

// Organisations on one server with administrators of their own do not see each other's staff lists, nor each other's figures.
func TestSeed_B48_OrganisationsDoNotSeeEachOthersStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rita, mia := h.administer("rita", h.oncology), h.administer("mia", h.primary)
	staff := func(team identity.Team) string { return "/v1/organisations/" + team.Organisation.String() + "/staff" }
	var page struct {
		Staff []struct {
			Name string `json:"name"`
		} `json:"staff"`
	}
	h.done(rita.get(staff(h.oncology), &page))
	require.NotEmpty(t, page.Staff)
	for _, s := range page.Staff {
		require.NotContains(t, []string{"Synthetic pia", "Synthetic paul"}, s.Name)
	}
	h.done(mia.get(staff(h.primary), nil))
	for _, a := range []*actor{mia, h.pia, h.olive, h.nils} {
		h.refused(404, a.get(staff(h.oncology), nil))
	}
	h.refused(404, rita.get(staff(h.primary), nil))
	for _, a := range []*actor{rita, mia} {
		h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String()+"/quality", nil))
	}
}
