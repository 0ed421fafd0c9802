package mobileapi

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// The bodies of what is done to an offer and to a plan.
type (
	activityNamed struct {
		Activity syncing.DocID `json:"activity"`
	}
	offerDeclined struct {
		activityNamed
		Reason string `json:"reason"`
	}
	offerCountered struct {
		activityNamed
		care.Counter
	}
	takingActivity struct {
		activityNamed
		Team syncing.TeamID `json:"team"`
	}
	publishing struct {
		Plan   syncing.DocID `json:"plan"`
		Number int64         `json:"number"`
	}
	acknowledging struct {
		Version syncing.DocID  `json:"version"`
		Team    syncing.TeamID `json:"team"`
	}
)

// published are the types that are published as versions.
var published = []string{care.CarePlanType, care.TreatmentSummaryType, care.SurvivorshipPlanType}

// Each names its document and the types that it may be of.
func (in *activityNamed) focus() (syncing.DocID, []string) {
	return in.Activity, []string{care.ActivityType}
}

func (in *publishing) focus() (syncing.DocID, []string) { return in.Plan, published }

func (in *acknowledging) focus() (syncing.DocID, []string) {
	return in.Version, []string{care.PlanVersionType, care.SummaryVersionType}
}

func (a *api) acceptOffer(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in activityNamed
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.AcceptPatch(in.Activity) })
}

func (a *api) declineOffer(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in offerDeclined
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.DeclinePatch(in.Activity, in.Reason) })
}

func (a *api) counterOffer(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in offerCountered
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.CounterPatch(in.Activity, in.Counter) })
}

func (a *api) takeActivity(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in takingActivity
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.TakeActivityPatch(in.Activity, in.Team.String()) })
}

func (a *api) acknowledge(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in acknowledging
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.AcknowledgePatch(in.Version, in.Team.String()) })
}

// publish makes the next version of a plan, and answers 422 with a list of what is missing. The list is made first, for the
// person; the engine looks again in the transaction, for an offer may be declined in between.
func (a *api) publish(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in publishing
	return a.planAction(c, r, record, &in, func() syncing.Patch { return care.PublishPatch(in.Plan, in.Number) })
}

// planAction is an action on a document that the caller must see: missing and hidden are one answer.
func (a *api) planAction(c *fiber.Ctx, r *request, record syncing.RecordID, in interface {
	focus() (syncing.DocID, []string)
}, patch func() syncing.Patch,
) error {
	if err := decode(c, in); err != nil {
		return err
	}
	doc, kinds := in.focus()
	lacks, err := a.focusOf(r.ctx, r.who.Principal, record, doc, kinds)
	if err != nil {
		return err
	}
	err = a.apply(c, r, record, patch())
	if fault.Is(err, fault.Refused) && len(lacks) > 0 {
		return &incomplete{err, lacks}
	}
	return err
}

// focusOf asks whether the document is there for the caller, and for what is published what is missing in it.
func (a *api) focusOf(ctx context.Context, who syncing.Principal, record syncing.RecordID, doc syncing.DocID, kinds []string) (lacks []care.Lack, err error) {
	if _, err := syncing.ParseDocID(string(doc)); err != nil || !slices.Contains(kinds, doc.Type()) {
		return nil, notHere("mobileapi.focusOf")
	}
	err = a.Engine.Read(ctx, who, record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(doc)
		switch {
		case err != nil:
			return err
		case !found.Exists():
			return notHere("mobileapi.focusOf")
		case slices.Contains(published, doc.Type()):
			lacks, err = a.Words.LacksOf(care.BinderOf(reader), found)
		}
		return err
	})
	return lacks, err
}

// incomplete is a refusal with the list of what is missing.
type incomplete struct {
	error
	lacks []care.Lack
}

func (e *incomplete) Unwrap() error { return e.error }

// planLine is the header of a plan, as every view of it shows it.
type planLine struct {
	Doc          syncing.DocID `json:"doc"`
	Title        string        `json:"title"`
	Phase        string        `json:"phase"`
	OverallLead  string        `json:"overallLead"`
	FollowUpLead string        `json:"followUpLead,omitzero"`
	Template     string        `json:"template,omitzero"`
}

// whoAnswer is what GET /v1/records/{record}/who says.
type whoAnswer struct {
	Plan       *planLine             `json:"plan"`      // null: there is none that holds
	Agreement  *care.Agreement       `json:"agreement"` // null: there is no plan
	Template   *care.PlanTemplate    `json:"template"`  // null: there is no plan
	Topics     []care.Responsibility `json:"topics"`
	Activities []care.ActivityView   `json:"activities"`
	Missing    []care.Lack           `json:"missing"`
	Teams      map[string]string     `json:"teams"` // id to name
}

// who is GET /v1/records/{record}/who: who handles what, for those who see the plan and the teams.
func (a *api) who(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	said := whoAnswer{Topics: []care.Responsibility{}, Activities: []care.ActivityView{}, Missing: []care.Lack{}, Teams: map[string]string{}}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		seen := scope.Categories()
		if !slices.Contains(seen, care.CategoryPlan) || !slices.Contains(seen, care.CategoryTeam) {
			return notHere("mobileapi.who") // what is hidden would look like a gap
		}
		return a.readWho(&said, care.BinderOf(reader), c.Query("topic"))
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, said)
}

func (a *api) readWho(said *whoAnswer, b care.Binder, topic string) error {
	var err error
	if said.Topics, err = a.topics(b, topic); err != nil {
		return err
	}
	if said.Activities, err = a.Words.Activities(b); err != nil {
		return err
	}
	lacks, err := a.Words.PlanLacks(b)
	if err != nil {
		return err
	}
	said.Missing = append(said.Missing, lacks...)
	if said.Template, err = a.Words.TemplateOf(b); err != nil {
		return err
	}
	plan, err := care.CurrentPlan(b)
	if err != nil {
		return err
	}
	if plan != nil {
		said.Plan = &planLine{
			Doc: plan.ID(), Title: plan.Text("title"), Phase: plan.Text("phase"), OverallLead: plan.Text("overallLead"),
			FollowUpLead: plan.Text("followUpLead"), Template: plan.Text("template"),
		}
	}
	if agreement, ok, err := a.Words.PlanAgreement(b); err != nil {
		return err
	} else if ok {
		said.Agreement = &agreement
	}
	said.Teams, err = care.TeamNames(b)
	return err
}

func (a *api) topics(b care.Binder, topic string) ([]care.Responsibility, error) {
	if topic == "" {
		return a.Words.RoleMatrix(b)
	}
	who, known, err := a.Words.WhoHandles(topic, b)
	if err == nil && !known {
		err = fault.New(fault.Invalid, "mobileapi.topics", "This is not a topic that is known here. Without `topic` all are listed.")
	}
	return []care.Responsibility{who}, err
}
