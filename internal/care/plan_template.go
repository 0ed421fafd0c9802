package care

import (
	"slices"

	syncing "satchel/sync"
)

// PlanTemplate is what the template of the phase in which the plan is has to propose, as it stands in this program.
type PlanTemplate struct {
	Key      string             `json:"key"` // as a plan stores it: "phases|1.1.0"
	Version  string             `json:"version"`
	Review   string             `json:"review"`   // the state of clinical approval
	Proposes []TemplateActivity `json:"proposes"` // what nobody does yet; writing Key as the plan's template puts it into the plan
}

// TemplateActivity is one thing that a template proposes. Support and Inform are ids of teams that are here.
type TemplateActivity struct {
	Code      string   `json:"code"`
	Title     string   `json:"title"`
	Topic     string   `json:"topic"`
	Team      string   `json:"team,omitzero"` // id of the team that it proposes; absent: none of its kind is here
	Support   []string `json:"support"`
	Inform    []string `json:"inform"`
	DueInDays int      `json:"dueInDays,omitzero"`
}

// TemplateOf is the template of the plan that holds; nil if there is no plan. Errors are those of the binder.
func (w Words) TemplateOf(b Binder) (*PlanTemplate, error) {
	m, err := w.ward.matrix(b)
	if err != nil || m.plan == nil {
		return nil, err
	}
	t := &PlanTemplate{Key: w.ward.paths.key(), Version: w.ward.paths.phases.Version, Review: w.ward.paths.phases.Review, Proposes: []TemplateActivity{}}
	for _, a := range unproposed(w.ward.paths, m.plan.Text("phase"), m.activities) {
		team := m.roster.first(a.Owner)
		t.Proposes = append(t.Proposes, TemplateActivity{
			Code: a.Code, Title: a.Title, Topic: a.Topic, Team: team, DueInDays: a.DueInDays,
			Support: beside(m.roster.first, a.Support, team), Inform: beside(m.roster.first, a.Inform, team),
		})
	}
	return t, nil
}

// unproposed is what a phase proposes and nobody does yet.
func unproposed[P Paper](paths *pathways, phase string, activities []P) []activityDraft {
	return slices.DeleteFunc(slices.Clone(paths.phases.Phases[phase].Activities), func(t activityDraft) bool {
		return slices.ContainsFunc(activities, func(a P) bool {
			code := a.Text("templateCode")
			return ranks[a.Text("status")] > 0 && a.Text("topic") == t.Topic && (code == "" || code == t.Code)
		})
	})
}

// beside are the teams of some kinds that are here, but the one that answers.
func beside(first func(kind string) string, kinds []string, owner string) []string {
	ids := []string{}
	for _, kind := range kinds {
		if id := first(kind); id != "" && id != owner {
			ids = append(ids, id)
		}
	}
	return ids
}

// asksForTemplate reports whether somebody wrote the template of this program as that of a plan that stands: so a plan that was begun without
// it, or of whose proposals some were cancelled, takes what it proposes.
func (w *ward) asksForTemplate(c syncing.Change) bool {
	return c.Wrote("template") && c.After.Text("template") == w.paths.key()
}

// templateDrafts put into a plan what the template of its phase proposes and nobody does yet.
func (w *ward) templateDrafts(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	drafts, err := w.proposals(c, r, around)
	if err != nil {
		return nil, err
	}
	counted, err := w.measurePlan(c, r, around.zone)
	return patches(append(drafts, counted...)...), err
}
