package care

import (
	"cmp"

	syncing "satchel/sync"
)

const correctionName = "correction"

// correctionType is the person saying that something in their record is wrong. It becomes a task of the team whose word that is.
func correctionType() *syncing.Type {
	return &syncing.Type{
		Name: correctionName, Category: CategorySensitive, Creators: person,
		Doc: "The person says that something in the record is wrong. Seen by those who see what it is about.",
		Fields: []syncing.FieldSpec{
			field("about", syncing.Reference, syncing.CAS, person, "the document that is wrong, as type/id", required),
			field("text", syncing.Text, syncing.LWW, person, "what is wrong, in the person's words", required, upTo(noteMax)),
			field("field", syncing.Text, syncing.LWW, person, "the field that is wrong, where it is one", upTo(lineMax)),
			field("withdrawn", syncing.Bool, syncing.LWW, person, "the person takes it back"),
		},
		Categorise: func(s syncing.Snapshot) string { return categoryAbout(syncing.DocID(s.Text("about"))) },
		Allow:      allowCorrection,
		Derive:     deriveCorrection,
	}
}

// categoriesOf say who sees what is said about a document. A type that is seen by its content counts as the most private.
var categoriesOf = map[string]string{
	personName: CategoryPerson, careTeamName: CategoryTeam, appointmentName: CategorySchedule, referralName: CategorySchedule, "collection": CategorySchedule, healthEventName: CategorySchedule,
	"labOrder": CategorySchedule, carePlanName: CategoryPlan, activityName: CategoryPlan, goalName: CategoryPlan, planVersionName: CategoryPlan,
	decisionName: CategoryPlan, followUpProtocolName: CategoryPlan, clinicalContextName: CategoryPlan, "assessment": CategoryAssessments,
	conditionName: CategoryPlan, medicationName: CategoryMedication, treatmentSummaryName: CategoryPlan, survivorshipPlanName: CategoryPlan, summaryVersionName: CategoryPlan,
	phaseTransitionName: CategoryPlan, regimenName: CategoryPlan, dischargePlanName: CategoryPlan,
}

func categoryAbout(doc syncing.DocID) string {
	return cmp.Or(categoriesOf[doc.Type()], CategorySensitive)
}

func allowCorrection(c syncing.Change) *syncing.Refusal {
	if bySystem(c) || !c.Wrote("about") {
		return nil
	}
	about, err := syncing.ParseDocID(c.After.Text("about"))
	switch {
	case err != nil:
		return refuse(syncing.Invalid, "Say which document is wrong, as type/id.")
	case c.Before.Exists() && c.Before.Text("about") != string(about):
		return refuse(syncing.Invalid, "This is about something else already. Begin a new one.")
	}
	return nil
}

// deriveCorrection gives it to the team whose word it is.
func deriveCorrection(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	about, err := r.Document(syncing.DocID(c.After.Text("about")))
	if err != nil {
		return nil, err
	}
	teams, err := authorsOf(about, r)
	if err != nil {
		return nil, err
	}
	withdrawn, _ := c.After.Bool("withdrawn")
	var drafts []*draft
	for _, team := range teams {
		d, err := correctionTask(c, r, team, withdrawn)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

func correctionTask(c syncing.Change, r syncing.Reader, team string, withdrawn bool) (*draft, error) {
	if withdrawn {
		return endTask(r, TaskCorrection, team, c.After.ID())
	}
	d, err := openTask(r, TaskCorrection, team, c.After, categoryAbout(syncing.DocID(c.After.Text("about"))), c.Now, 0)
	if err != nil {
		return nil, err
	}
	d.text("note", c.After.Text("text"))
	if d.stands.Text("status") == "completed" && c.Before.Exists() && c.Before.Text("text") != c.After.Text("text") {
		d.text("status", "requested") // it is still wrong, says the person
		d.integer("openedAt", c.Now)
	}
	return d, nil
}

// ownerFields name the team whose word a document is, by the fields in which types keep it.
var ownerFields = []string{"accountableTeam", "overallLead", "ownerTeam", "requesterTeam", "publishedTeam", "supportedBy", "team"}

// authorsOf finds the teams whose word a document is: the one that it names, else those that a concern went to, else who leads
// the plan, else the treating teams. Somebody always hears of it.
func authorsOf(doc syncing.Snapshot, r syncing.Reader) ([]string, error) {
	ro, err := rosterOf(BinderOf(r))
	if err != nil {
		return nil, err
	}
	named := []string{}
	if doc.ID().Type() == careTeamName {
		named = append(named, doc.ID().ID())
	}
	for _, name := range ownerFields {
		named = append(named, doc.Text(name))
	}
	for _, team := range named {
		if ro.here(team) {
			return []string{team}, nil
		}
	}
	var routed []string
	for _, team := range doc.Texts("routes") {
		if ro.here(team) {
			routed = append(routed, team)
		}
	}
	plan, err := currentPlan(BinderOf(r))
	switch {
	case err != nil || len(routed) > 0:
		return routed, err
	case plan != nil && ro.here(plan.Text("overallLead")):
		return []string{plan.Text("overallLead")}, nil
	}
	return ro.treating(), nil
}
