package care

import (
	"satchel/internal/fault"
	syncing "satchel/sync"
)

const carePlanName = "carePlan"

// CarePlanType is the document type of the header of a plan.
const CarePlanType = carePlanName

// carePlanType is the header of FHIR's CarePlan. One team leads the plan and writes its header; what is to be done are
// activities, each with a team of its own. Both teams agree to a plan by acknowledging a version of it: see plan_version.go.
func (w *ward) carePlanType() *syncing.Type {
	return &syncing.Type{
		Name: carePlanName, Category: CategoryPlan, Creators: doctors,
		Doc: "The header of a care plan (FHIR CarePlan). Only the team that leads it writes it.",
		Fields: []syncing.FieldSpec{
			field("title", syncing.Text, syncing.CAS, doctors, "name of the plan, in plain words", required, upTo(lineMax)),
			field("overallLead", syncing.Reference, syncing.CAS, doctors, "the team that leads the plan", required),
			field("followUpLead", syncing.Reference, syncing.CAS, doctors, "the team that follows the person up; named anew with each change of phase"),
			field("status", syncing.Code, syncing.FSM, doctors, "FHIR request status", required, requestMoves()),
			field("phase", syncing.Code, syncing.CAS, doctors, "where the person stands; who acts on many concerns depends on it", required, codes(phaseCodes...)),
			field("diagnosedOn", syncing.Date, syncing.CAS, doctors, "date of diagnosis; the clocks of the cancer care review begin with it"),
			field("reengageOn", syncing.Date, syncing.CAS, doctors, "from which day the practice leads what was handed to it, once treatment ends"),
			field("start", syncing.Date, syncing.CAS, doctors, "first day of the plan"),
			field("end", syncing.Date, syncing.CAS, doctors, "last day of the plan, where it has one"),
			field("description", syncing.Text, syncing.CAS, doctors, "the plan in plain words", upTo(pageMax)),
			field("template", syncing.Code, syncing.CAS, doctors, "template and version that it was made from; writing that of this server takes what it proposes and nobody does yet"),
			field("addresses", syncing.Text, syncing.Set, doctors, "conditions that it is about", upTo(lineMax)),
			field("goal", syncing.Reference, syncing.Set, doctors, "goals of the person that it serves"),
			field("activity", syncing.Reference, syncing.Set, doctors, "what is to be done"),
			field("version", syncing.Int, syncing.Max, doctors, "number of the newest published version; writing the next one publishes"),
		},
		Allow:   allowCarePlan,
		Require: w.requirePhase,
		Derive:  w.deriveCarePlan,
	}
}

func allowCarePlan(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	lead := belongsTo(c, "overallLead")
	leads := actsForTeam(c, lead)
	for _, name := range c.Fields {
		if name != "activity" && !leads {
			return refuse(syncing.Forbidden, "Only the team that leads the plan can change this.")
		}
	}
	switched := c.Before.Exists() && c.Before.Text("phase") != c.After.Text("phase")
	switch {
	case switched && (!c.Wrote("followUpLead") || c.After.Text("followUpLead") == ""):
		return refuse(syncing.Invalid, "Please name with the new phase the team that follows the person up.")
	case c.Wrote("version"):
		return allowPublishing(c)
	}
	return nil
}

func allowPublishing(c syncing.Change) *syncing.Refusal {
	was, _ := c.Before.Int("version")
	is, _ := c.After.Int("version")
	switch {
	case !c.Before.Exists() && is != 0, c.After.Text("status") != "active":
		return refuse(syncing.Invalid, "Only a plan that is active can be published.")
	case is != was+1:
		return refuse(syncing.Stale, "The plan was published meanwhile. Look at the newest version, then publish the next.")
	}
	return refuseOffline(c)
}

// requestMoves are FHIR's request statuses.
func requestMoves() option {
	return moves(first("draft", "active"),
		from("draft", "active", "revoked", "entered-in-error"),
		from("active", "on-hold", "completed", "revoked", "entered-in-error"),
		from("on-hold", "active", "revoked", "entered-in-error"),
		from("completed", "entered-in-error"), from("revoked", "entered-in-error"), from("entered-in-error"))
}

// phaseOf is the phase of the plan that holds: the active one that was changed last. "" if there is none.
func phaseOf(r syncing.Reader) (string, error) {
	plan, err := currentPlan(BinderOf(r))
	if err != nil || plan == nil {
		return "", err
	}
	return plan.Text("phase"), nil
}

// deriveCarePlan: a new phase proposes who does what, and a new number makes a version. Its fault Refused undoes a publication of
// a plan in which something is missing; it comes only to an action, for publishing needs a connection.
func (w *ward) deriveCarePlan(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	was, _ := c.Before.Int("version")
	is, _ := c.After.Int("version")
	switch {
	case is > was:
		return w.publish(c, r)
	case !c.Before.Exists():
		return w.begin(c, r)
	case c.Before.Text("phase") != c.After.Text("phase"):
		return w.phaseDrafts(c, r)
	case w.asksForTemplate(c):
		return w.templateDrafts(c, r)
	}
	drafts, err := w.reviewDrafts(c, r)
	if err != nil {
		return nil, err
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	counted, err := w.measurePlan(c, r, around.zone)
	return patches(append(drafts, counted...)...), err
}

// begin is what follows from a new plan.
func (w *ward) begin(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	d := newDraft(c.After.ID(), c.After)
	d.textOnce("template", w.paths.key())
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	counted, err := w.measurePlan(c, r, around.zone)
	return patches(append([]*draft{d}, counted...)...), err
}

func (w *ward) publish(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	b := BinderOf(r)
	lacks, err := w.lacks(b)
	if err != nil {
		return nil, err
	}
	if current, err := currentPlan(b); err != nil || current == nil || current.ID() != c.After.ID() || len(lacks) > 0 {
		return nil, cmpFault(err, fault.New(fault.Refused, "care.publish", incompleteText))
	}
	drafts, err := w.versionDrafts(r, versionCause{reason: "published", by: c.By.Account(), team: c.After.Text("overallLead"), at: c.Now})
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	reviews, err := waitingReviews(r)
	for _, review := range reviews { // they are in this version
		d := newDraft(review.ID(), review)
		d.text("version", string(drafts[0].patch.Doc))
		drafts = append(drafts, d)
	}
	if err != nil {
		return nil, err
	}
	counted, err := measurePublished(c.Record, r, "", c.Now)
	return patches(append(drafts, counted...)...), err
}

func cmpFault(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
