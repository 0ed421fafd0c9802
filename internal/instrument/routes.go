package instrument

import "slices"

// Team is a route token: who must act on a concern. Who may see it is a matter of consent, not of routes.
type Team string

// The three receivers, in the order in which they are always listed.
const (
	Oncology    Team = "O"
	PrimaryCare Team = "C"
	Navigator   Team = "N"
)

var (
	teams       = []Team{Oncology, PrimaryCare, Navigator}
	routeTokens = []string{"O", "C", "N", byPhase}
)

// byPhase is the token that the phase of the plan resolves (NEEDS 4.1).
const byPhase = "X"

// phaseTeams says who acts on an X item. A phase that is not here, or none, goes to both teams: nobody is left waiting because
// a plan has no phase.
var phaseTeams = map[string][]Team{
	"diagnosis":        {Oncology},
	"active-treatment": {Oncology},
	"recurrence":       {Oncology},
	"follow-up":        {PrimaryCare},
	"palliative":       {Oncology, PrimaryCare},
}

// resolveRoute turns an item's tokens into teams, in the order of teams, each once.
func resolveRoute(tokens []string, phase string) []Team {
	var wanted []Team
	for _, token := range tokens {
		if token != byPhase {
			wanted = append(wanted, Team(token))
			continue
		}
		if byPlan, known := phaseTeams[phase]; known {
			wanted = append(wanted, byPlan...)
		} else {
			wanted = append(wanted, Oncology, PrimaryCare)
		}
	}
	return inOrder(wanted)
}

// inOrder lists each of the wanted teams once, in the order of teams. Never nil.
func inOrder(wanted []Team) []Team {
	list := make([]Team, 0, len(teams))
	for _, team := range teams {
		if slices.Contains(wanted, team) {
			list = append(list, team)
		}
	}
	return list
}
