package scenario

import (
	"slices"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// workLine is one line of what a team must look after, as a board reads it.
type workLine struct {
	Record  syncing.RecordID `json:"record"`
	Doc     syncing.DocID    `json:"doc"`
	Kind    string           `json:"kind"`
	Focus   syncing.DocID    `json:"focus"`
	Note    string           `json:"note"`
	Status  string           `json:"status"`
	TakenBy string           `json:"takenBy"`
	DueBy   int64            `json:"dueBy"`
	Why     string           `json:"why"`
	Person  *struct {
		Name string `json:"name"`
	} `json:"person"`
}

// workPage is one list of it.
type workPage struct {
	Kind  string     `json:"kind"`
	Tasks []workLine `json:"tasks"`
	Next  string     `json:"next"`
}

// work is the list of one kind of what a team must look after, as the actor reads it.
func (a *actor) work(team identity.Team, kind string) []workLine {
	a.h.t.Helper()
	var page struct {
		Lists []workPage `json:"lists"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/work", &page))
	i := slices.IndexFunc(page.Lists, func(l workPage) bool { return l.Kind == kind })
	if i < 0 {
		a.h.t.Fatalf("there is no list %q", kind)
	}
	return page.Lists[i].Tasks
}

// completes closes a task with an outcome.
func (a *actor) completes(line workLine, outcome string) error {
	return a.act(line.Record, "complete-task", map[string]any{"task": line.Doc, "outcome": outcome, "note": "a synthetic note"}, nil)
}

// admitWith is admit with the teams that are named; all of them are asked, none has said yet that it is there, but oncology.
func (h *house) admitWith(name string, teams ...identity.Team) syncing.RecordID {
	h.t.Helper()
	ids := []syncing.TeamID{}
	for _, team := range teams {
		ids = append(ids, team.ID)
	}
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	h.done(h.olive.post("/v1/records", map[string]any{
		"person": map[string]any{"name": name, "birthDate": birthday, "homeZone": "Europe/London", "status": "active"}, "teams": ids,
	}, &made))
	return made.Record
}

// shift is a new working day of a member of staff, whose sign-in lasts one: the board stays as it is.
func (a *actor) shift() *actor {
	a.h.t.Helper()
	_, err := a.SignIn(a.h.ctx, a.name, passphrase, "board of "+a.name)
	a.h.done(err)
	return a
}
