package care

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const (
	planVersionName = "planVersion"

	headerPrefix   = "header."
	activityPrefix = "activity."
	goalPrefix     = "goal."
	rolePrefix     = "role."
	ackAtPrefix    = "ackAt."

	descriptionPrefix = "description."
	outcomePrefix     = "outcome."
)

// PlanVersionType is the document type of a published plan.
const PlanVersionType = planVersionName

// PlanVersionID names a version of a plan by its number.
func PlanVersionID(plan syncing.DocID, number int64) syncing.DocID {
	return syncing.NewDocID(planVersionName, syncing.DerivedUUID(planVersionName, plan.ID(), string(syncing.IntValue(number))))
}

// planVersionType is a plan as it was published: a copy that nobody changes, to which each treating team says that it has
// acknowledged it.
func planVersionType() *syncing.Type {
	fixed := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: planVersionName, Category: CategoryPlan, Creators: nobody,
		Doc: "A plan as it was published. Nobody changes it; each treating team acknowledges it for itself.",
		Fields: []syncing.FieldSpec{
			fixed("plan", syncing.Reference, "the plan that it is a version of", required),
			fixed("number", syncing.Int, "1 is the first", required),
			fixed("hash", syncing.Text, "SHA-256 over plan, number, and the families header to role, as canonical JSON, in hex", required, upTo(64)),
			fixed("reason", syncing.Code, "how it came about", codes("published", "care-review", "discharge")),
			fixed("review", syncing.Reference, "the care review, or the discharge plan, that made it"),
			fixed("publishedBy", syncing.Reference, "account that published it"),
			fixed("publishedTeam", syncing.Reference, "team that published it"),
			fixed("publishedAt", syncing.Instant, "when"),
			fixed("template", syncing.Code, "template and version that the plan was made from"),
			field("parties", syncing.Reference, syncing.Set, nobody, "the treating teams when it was published: oncology and practice"),
			fixed(headerPrefix+"*", syncing.Answer, "the header of the plan: title, phase, overallLead, followUpLead, start, end", upTo(pageMax)),
			fixed(activityPrefix+"*", syncing.Object, "an activity; the name after the dot is its id"),
			fixed(descriptionPrefix+"*", syncing.Text, "what an activity says beside its title; the name after the dot is its id", upTo(pageMax)),
			fixed(outcomePrefix+"*", syncing.Text, "what came of an activity; the name after the dot is its id", upTo(pageMax)),
			fixed(goalPrefix+"*", syncing.Object, "a goal in the person's words; the name after the dot is its id"),
			fixed(rolePrefix+"*", syncing.Reference, "the team that answers for the topic after the dot"),
			field("ackBy", syncing.Reference, syncing.Set, doctors, "teams that acknowledged it; each adds itself, and none takes it back"),
			field(ackAtPrefix+"*", syncing.Instant, syncing.LWW, nobody, "when a team did; the name after the dot is its id"),
		},
		Allow:  allowPlanVersion,
		Derive: derivePlanVersion,
	}
}

func allowPlanVersion(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	before, after := c.Before.Texts("ackBy"), c.After.Texts("ackBy")
	if len(without(before, after)) > 0 {
		return refuse(syncing.Forbidden, "What was acknowledged stays so. If the plan is wrong, publish the next version.")
	}
	for _, team := range without(after, before) {
		if !actsForTeam(c, team) {
			return refuse(syncing.Forbidden, "A team acknowledges for itself, not for another.")
		}
	}
	return refuseOffline(c)
}

// derivePlanVersion writes down when a team acknowledged.
func derivePlanVersion(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
	d := newDraft(c.After.ID(), c.After)
	for _, team := range without(c.After.Texts("ackBy"), c.Before.Texts("ackBy")) {
		d.once(ackAtPrefix+team, c.Now)
	}
	return patches(d), nil
}

// AcknowledgePatch says for a team that it has acknowledged a version.
func AcknowledgePatch(version syncing.DocID, team string) syncing.Patch {
	d := newDraft(version, syncing.Snapshot{})
	d.add("ackBy", []string{team})
	return d.patch
}

// PublishPatch publishes a plan as its version of that number.
func PublishPatch(plan syncing.DocID, number int64) syncing.Patch {
	d := newDraft(plan, syncing.Snapshot{})
	d.integer("version", number)
	return d.patch
}

// versionCause is why a version is made.
type versionCause struct {
	reason string
	review syncing.DocID
	by     syncing.AccountID
	team   string
	at     int64
}

// versionDrafts copies the plan that holds, as it stands now. No draft if there is no plan.
func (w *ward) versionDrafts(r syncing.Reader, cause versionCause) ([]*draft, error) {
	m, err := w.matrix(BinderOf(r))
	if err != nil || m.plan == nil {
		return nil, err
	}
	next := number(m.plan, "version")
	if m.version != nil {
		next = max(next, number(m.version, "number")+1)
	}
	next = max(next, 1)
	d := newDraft(PlanVersionID(m.plan.ID(), next), syncing.Snapshot{})
	d.text("plan", string(m.plan.ID()))
	d.integer("number", next)
	if err := w.copyPlan(d, r, m); err != nil {
		return nil, err
	}
	d.text("hash", PlanHash(d.patch.Set))
	d.text("reason", cause.reason)
	d.text("publishedBy", cause.by.String())
	d.text("publishedTeam", cause.team)
	d.integer("publishedAt", cause.at)
	if cause.review != "" {
		d.text("review", string(cause.review))
	}
	d.set("template", m.plan.Value("template"))
	d.add("parties", m.roster.treating())
	plan := newDraft(m.plan.ID(), syncing.Snapshot{})
	plan.integer("version", next)
	return []*draft{d, plan}, nil
}

// copied are the members of what a version holds. What is nobody's decision, such as times of offers, stays out.
var (
	copiedHeader   = []string{"title", "phase", "overallLead", "followUpLead", "start", "end"}
	copiedActivity = []string{
		"title", "kind", "topic", "accountableTeam", "proposedBy", "status", "startBy", "dueBy", "repeat", "protocolRef", "returnCriteria",
	}
	copiedGoal = []string{"text", "priority", "category", "target", "lifecycleStatus", "achievementStatus"}
)

func (w *ward) copyPlan(d *draft, r syncing.Reader, m matrix) error {
	for _, name := range copiedHeader {
		if v := m.plan.Value(name); v != nil {
			d.set(headerPrefix+name, v)
		}
	}
	for _, a := range m.activities {
		if a.Text("status") == "cancelled" {
			continue
		}
		v, err := copyOf(a, copiedActivity, "supportTeams", "informTeams")
		if err != nil {
			return err
		}
		d.set(activityPrefix+a.ID().ID(), v)
		for prefix, name := range map[string]string{descriptionPrefix: "description", outcomePrefix: "outcome"} {
			if v := a.Value(name); v != nil { // apart: together they could be larger than a field may be
				d.set(prefix+a.ID().ID(), v)
			}
		}
	}
	goals, err := r.Documents(goalName)
	if err != nil {
		return err
	}
	for _, goal := range goals {
		v, err := copyOf(goal, copiedGoal)
		if err != nil {
			return err
		}
		d.set(goalPrefix+goal.ID().ID(), v)
	}
	for _, topic := range w.paths.codes() {
		if who := m.about(topic); who.Team != "" {
			d.text(rolePrefix+topic, who.Team)
		}
	}
	return nil
}

// copyOf puts some fields of a document into one object, in the form of canonical JSON.
func copyOf(p Paper, fields []string, sets ...string) (jsontext.Value, error) {
	members := map[string]jsontext.Value{}
	for _, name := range fields {
		if v := p.Value(name); v != nil {
			members[name] = v
		}
	}
	for _, name := range sets {
		if list := p.Texts(name); len(list) > 0 {
			v, err := json.Marshal(list)
			if err != nil {
				return nil, err
			}
			members[name] = v
		}
	}
	v, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	return jsontext.Value(v), (*jsontext.Value)(&v).Canonicalize()
}

// hashed are the families of fields that a version's hash is over.
var hashed = []string{headerPrefix, activityPrefix, descriptionPrefix, outcomePrefix, goalPrefix, rolePrefix}

// PlanHash is the hash of a version by its fields as they travel: whoever holds a copy can tell that it is whole.
func PlanHash(fields map[string]jsontext.Value) string {
	content := map[string]jsontext.Value{}
	for name, v := range fields {
		family, _, open := strings.Cut(name, ".")
		if name == "plan" || name == "number" || open && slices.Contains(hashed, family+".") {
			content[name] = v
		}
	}
	text, err := json.Marshal(content)
	if err != nil {
		return ""
	}
	canonical := jsontext.Value(text)
	if canonical.Canonicalize() != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
