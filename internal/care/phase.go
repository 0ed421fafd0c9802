package care

import (
	"slices"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// phaseDrafts say what follows from a new phase: what its template proposes, the handover that has become effective, what is counted, and
// what the practice is told.
func (w *ward) phaseDrafts(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	drafts, err := w.proposals(c, r, around)
	if err != nil {
		return nil, err
	}
	handovers, err := effectiveDrafts(c, r)
	if err != nil {
		return nil, err
	}
	counted, err := w.measurePlan(c, r, around.zone)
	if err != nil {
		return nil, err
	}
	told, err := w.phaseUpdate(c, r, drafts, around.zone)
	return patches(slices.Concat(drafts, handovers, counted, told)...), err
}

// proposals say what a phase proposes: what its template proposes and nobody does yet becomes an activity, proposed to
// the team that usually has it; where another team has it now, the difference is marked and stays until somebody confirms it.
// Nothing moves by itself: who answered before still answers.
func (w *ward) proposals(c syncing.Change, r syncing.Reader, around surroundings) ([]*draft, error) {
	activities, err := r.Documents(activityName)
	if err != nil {
		return nil, err
	}
	plan := newDraft(c.After.ID(), c.After)
	if !c.Wrote("template") {
		plan.text("template", w.paths.key())
	}
	drafts := []*draft{plan}
	for _, a := range activities {
		if isLive(a) {
			drafts = append(drafts, w.compareOwner(a, c.After.Text("phase"), around.teams))
		}
	}
	for _, template := range unproposed(w.paths, c.After.Text("phase"), activities) {
		made, err := w.proposal(c, r, template, around)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, made...)
	}
	return drafts, nil
}

func isLive(a syncing.Snapshot) bool { return ranks[a.Text("status")] > 0 }

// compareOwner marks the team that the phase proposes where it is another than the one that has the activity.
func (w *ward) compareOwner(a syncing.Snapshot, phase string, teams careTeams) *draft {
	d := newDraft(a.ID(), a)
	suggested := teams.byKind[w.paths.owner(phase, a.Text("topic"))]
	if suggested == "" || suggested == a.Text("accountableTeam") {
		d.clear("suggestedTeam")
		return d
	}
	d.text("suggestedTeam", suggested)
	return d
}

// proposal is an activity of a template, proposed by the team that leads the plan, with the tasks that follow from it. Its id
// comes from the change, so that deriving twice makes one.
func (w *ward) proposal(c syncing.Change, r syncing.Reader, t activityDraft, around surroundings) ([]*draft, error) {
	teams := around.teams
	rev := string(syncing.IntValue(int64(c.After.Rev())))
	id := syncing.NewDocID(activityName, syncing.DerivedUUID(activityName, c.After.ID().ID(), rev, t.Code))
	owner := teams.byKind[t.Owner]
	d := newDraft(id, syncing.Snapshot{})
	d.text("title", t.Title)
	d.text("kind", t.Kind)
	d.text("topic", t.Topic)
	d.text("status", "proposed")
	d.text("proposedBy", c.After.Text("overallLead"))
	d.text("template", w.paths.key())
	d.text("templateCode", t.Code)
	if today, err := calendar.ParseDate(around.dateOf(c.Now)); err == nil && t.DueInDays > 0 {
		due := today.AddDays(t.DueInDays)
		d.text("dueBy", due.String())
		d.integer("overdueFrom", endOf(due, around.zone))
	}
	for name, text := range map[string]string{"accountableTeam": owner, "protocolRef": t.Protocol, "returnCriteria": t.ReturnCriteria} {
		if text != "" {
			d.text(name, text)
		}
	}
	first := func(kind string) string { return teams.byKind[kind] }
	d.add("supportTeams", beside(first, t.Support, owner))
	d.add("informTeams", beside(first, t.Inform, owner))
	is := errand{id: id, status: "proposed", proposer: c.After.Text("overallLead"), accountable: owner}
	tasks, err := is.taskDrafts(r, nil, is.calls(teams), true, c.Now)
	return append([]*draft{d}, tasks...), err
}

// waitingReviews are completed care reviews, and published discharge plans, that are in no version of the plan yet.
func waitingReviews(r syncing.Reader) (list []syncing.Snapshot, err error) {
	activities, err := r.Documents(activityName)
	for _, a := range activities {
		if a.Text("kind") == kindCareReview && a.Text("status") == "completed" && !a.Has("version") {
			list = append(list, a)
		}
	}
	if err != nil {
		return nil, err
	}
	discharges, err := r.Documents(dischargePlanName)
	for _, d := range discharges {
		if d.Text("status") == "published" && !d.Has("version") {
			list = append(list, d)
		}
	}
	return list, err
}

// reviewDrafts make a version of the plan of the care reviews that were completed, as soon as nothing is missing in the plan.
func (w *ward) reviewDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	reviews, err := waitingReviews(r)
	if err != nil || len(reviews) == 0 {
		return nil, err
	}
	lacks, err := w.lacks(BinderOf(r))
	if err != nil || len(lacks) > 0 {
		return nil, err
	}
	first := reviews[0]
	author, _, _ := first.Written("status")
	cause := versionCause{reason: "care-review", review: first.ID(), by: author, team: first.Text("accountableTeam"), at: c.Now}
	if first.ID().Type() == dischargePlanName {
		cause.reason, cause.team = "discharge", first.Text("team")
	}
	drafts, err := w.versionDrafts(r, cause)
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	for _, review := range reviews {
		d := newDraft(review.ID(), review)
		d.text("version", string(drafts[0].patch.Doc))
		drafts = append(drafts, d)
	}
	counted, err := measurePublished(c.Record, r, "", c.Now)
	return append(drafts, counted...), err
}
