package care

import (
	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	treatmentSummaryName = "treatmentSummary"
	survivorshipPlanName = "survivorshipPlan"
)

// The document types of drafts. What counts is a published version of one: see summary_version.go.
const (
	TreatmentSummaryType = treatmentSummaryName
	SurvivorshipPlanType = survivorshipPlanName
)

// schemaKinds say what a draft of a type becomes.
var schemaKinds = map[string]string{treatmentSummaryName: kindSummary, survivorshipPlanName: kindSurvive}

// treatmentSummaryType is what was found and done, and what primary care should do now (seeds B31, B36). Its fields are those of the
// schema.
func (w *ward) treatmentSummaryType() *syncing.Type {
	return w.draftType(treatmentSummaryName, "A treatment summary in the making. Oncology writes it; publishing it makes a version that both teams acknowledge.", nil)
}

// survivorshipPlanType is what happens after treatment (seed B37). Primary care writes what it looks after, the person what matters to
// them; whatever else they find wrong they say in a correction.
func (w *ward) survivorshipPlanType() *syncing.Type {
	return w.draftType(survivorshipPlanName, "A survivorship plan in the making. Each side writes its part; publishing it makes a version that both teams acknowledge.",
		map[string][]syncing.Role{"preventive": {RolePrimary}, "comorbidity": {RolePrimary}, "whatMatters": person})
}

func (w *ward) draftType(name, doc string, writers map[string][]syncing.Role) *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	return &syncing.Type{
		Name: name, Category: CategoryPlan, Creators: oncology, Doc: doc,
		Fields: append(w.survivorship.fields(schemaKinds[name], writers),
			field("version", syncing.Int, syncing.Max, oncology, "number of the newest published version; writing the next one publishes")),
		Allow:  allowSurvivorship,
		Derive: w.deriveSurvivorship,
	}
}

// allowSurvivorship: what is oncology's to write is that team's which answers for the document.
func allowSurvivorship(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	team := belongsTo(c, "team")
	if c.By.Has(RoleOncology) && !actsForTeam(c, team) {
		return refuse(syncing.Forbidden, "Only the team that answers for this can write it.")
	}
	if !c.Wrote("version") {
		return nil
	}
	was, _ := c.Before.Int("version")
	is, _ := c.After.Int("version")
	switch {
	case !c.Before.Exists() && is != 0:
		return refuse(syncing.Invalid, "Write it first, then publish it.")
	case is != was+1:
		return refuse(syncing.Stale, "It was published meanwhile. Look at the newest version, then publish the next.")
	}
	return refuseOffline(c)
}

// deriveSurvivorship publishes: its fault Refused undoes a publication in which a part is missing.
func (w *ward) deriveSurvivorship(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	was, _ := c.Before.Int("version")
	is, _ := c.After.Int("version")
	if bySystem(c) || is <= was {
		return nil, nil
	}
	if len(w.survivorship.lacks(schemaKinds[c.After.ID().Type()], c.After)) > 0 {
		return nil, fault.New(fault.Refused, "care.publish", partsMissingText)
	}
	version, err := w.summaryDraft(c, r, is)
	if err != nil {
		return nil, err
	}
	counted, err := measurePublished(c.Record, r, schemaKinds[c.After.ID().Type()], c.Now)
	return patches(append([]*draft{version}, counted...)...), err
}

const partsMissingText = "This cannot be published yet: parts of it are missing. The list says which."
