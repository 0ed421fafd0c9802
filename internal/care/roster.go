package care

import (
	"cmp"
	"slices"

	"satchel/internal/calendar"
)

// roster are the teams that are here for a person.
type roster struct {
	teams []rosterTeam // active ones, by kind and id
	names map[string]string
}

type rosterTeam struct {
	id, kind, name string
	does, doesNot  []string
}

func rosterOf(b Binder) (roster, error) {
	list, err := b(careTeamName)
	ro := roster{names: map[string]string{}}
	for _, p := range list {
		id := p.ID().ID()
		ro.names[id] = p.Text("name")
		if p.Text("status") == "active" {
			ro.teams = append(ro.teams, rosterTeam{id, p.Text("kind"), p.Text("name"), p.Texts("doesHandle"), p.Texts("doesNotHandle")})
		}
	}
	order := TeamKinds
	slices.SortFunc(ro.teams, func(a, b rosterTeam) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind)), cmp.Compare(a.id, b.id))
	})
	return ro, err
}

func (ro roster) team(id string) (rosterTeam, bool) {
	at := slices.IndexFunc(ro.teams, func(t rosterTeam) bool { return t.id == id })
	if at < 0 {
		return rosterTeam{}, false
	}
	return ro.teams[at], true
}

// here reports whether the team acts for the person now.
func (ro roster) here(id string) bool {
	_, ok := ro.team(id)
	return ok
}

// first is the team of a kind that is proposed things: the first by id. "" if none is here.
func (ro roster) first(kind string) string {
	at := slices.IndexFunc(ro.teams, func(t rosterTeam) bool { return t.kind == kind })
	if at < 0 {
		return ""
	}
	return ro.teams[at].id
}

// treating are the first oncology team and the first practice that are here: the two that must agree.
func (ro roster) treating() []string {
	var ids []string
	for _, kind := range []string{KindOncology, KindPrimary} {
		if id := ro.first(kind); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func (ro roster) isTreating(id string) bool { return slices.Contains(ro.treating(), id) }

// name is what a team is called here; a team that has no document is called a team.
func (ro roster) name(id string) string { return cmp.Or(ro.names[id], "Another team") }

// TeamNames are the names of a record's teams by their ids, also of those that are here no more.
func TeamNames(b Binder) (map[string]string, error) {
	ro, err := rosterOf(b)
	return ro.names, err
}

// CurrentPlan is the plan that holds; nil if there is none.
func CurrentPlan(b Binder) (Paper, error) { return currentPlan(b) }

// currentPlan is the plan that holds: of several active ones that which was changed last; nil if there is none.
func currentPlan(b Binder) (Paper, error) {
	plans, err := b(carePlanName)
	var current Paper
	for _, plan := range plans {
		if plan.Text("status") == "active" && (current == nil || plan.Rev() >= current.Rev()) {
			current = plan
		}
	}
	return current, err
}

// newestVersion is the latest published version of a plan; nil if there is none.
func newestVersion(b Binder, plan Paper) (Paper, error) {
	if plan == nil {
		return nil, nil
	}
	versions, err := b(planVersionName)
	var newest Paper
	for _, v := range versions {
		if v.Text("plan") == string(plan.ID()) && (newest == nil || number(v, "number") > number(newest, "number")) {
			newest = v
		}
	}
	return newest, err
}

// homeZone is where the person lives, as far as it is known.
func homeZone(b Binder, otherwise string) string {
	people, err := b(personName)
	if err != nil {
		return otherwise
	}
	for _, p := range people {
		if _, err := calendar.Zone(p.Text("homeZone")); err == nil && p.Text("homeZone") != "" {
			return p.Text("homeZone")
		}
	}
	return otherwise
}
