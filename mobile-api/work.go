package mobileapi

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/base64url"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	workPage    = 20 // of each list
	workPageMax = 100
)

// workList is one kind of what a team must look after.
type workList struct {
	Kind  string     `json:"kind"`
	Tasks []workLine `json:"tasks"`
	Next  string     `json:"next,omitzero"` // there are others behind it
}

// workLine is one task, as the caller sees it.
type workLine struct {
	Record syncing.RecordID `json:"record"`
	care.Work
	Title  string       `json:"title,omitzero"` // of what it is about, if the caller may see that
	Why    string       `json:"why"`
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// work is GET /v1/teams/{team}/work, for members of the team: what is not as it should be, a list of each kind, the longest waiting
// first. A page costs what it shows: each list is read from where it goes on, and each line again from its record, through the
// caller's own eyes.
func (a *api) work(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	limit, err := intQuery(c, "limit", workPage, 1, workPageMax)
	if err != nil {
		return err
	}
	kinds, err := workKinds(c.Query("kind"), c.Query("after"))
	if err != nil {
		return err
	}
	var page struct {
		Lists []workList `json:"lists"`
	}
	for _, kind := range kinds {
		list, err := a.workOf(r.ctx, r.who.Principal, team, kind, c.Query("after"), limit)
		if err != nil {
			return err
		}
		for _, line := range list.Tasks {
			r.shows(line.Record)
		}
		page.Lists = append(page.Lists, list)
	}
	return answer(c, fiber.StatusOK, page)
}

// workKinds are the lists that are asked for. Only one of them can go on behind something.
func workKinds(kind, after string) ([]string, error) {
	switch {
	case kind == "" && after == "":
		return care.TaskKinds, nil
	case !slices.Contains(care.TaskKinds, kind):
		return nil, fault.New(fault.Invalid, "mobileapi.workKinds", "`kind` names no list; `after` needs the list that it goes on with.")
	}
	return []string{kind}, nil
}

// listed reads a page of a team's list: the entries of an index behind from, or behind `after`, which a page before gave. next is empty if there are no
// more. What `after` says lies inside of from, so that nobody reads another team's list with it.
func (a *api) listed(ctx context.Context, index string, from, to []byte, after string, limit int) (entries []syncing.IndexEntry, next string, err error) {
	prefix := len(from)
	if after != "" {
		behind, err := base64url.Decode(after)
		if err != nil {
			return nil, "", fault.New(fault.Invalid, "mobileapi.listed", "`after` is not from a page of this list.")
		}
		from = care.WorkBehind(slices.Concat(from, behind))
	}
	err = a.Store.Scan(ctx, index, from, to, limit+1, func(e syncing.IndexEntry) bool {
		entries = append(entries, e)
		return true
	})
	if len(entries) > limit {
		entries, next = entries[:limit], base64url.Encode(entries[limit-1].Key[prefix:])
	}
	return entries, next, err
}

func (a *api) workOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, kind, after string, limit int) (workList, error) {
	list := workList{Kind: kind, Tasks: []workLine{}}
	from, to := care.WorkRange(team, kind)
	entries, next, err := a.listed(ctx, care.WorkIndex, from, to, after, limit)
	if err != nil {
		return list, err
	}
	list.Next = next
	for _, e := range entries {
		line, ok, err := a.workLineOf(ctx, who, team, e)
		if err != nil {
			return list, err
		}
		if ok {
			list.Tasks = append(list.Tasks, line)
		}
	}
	return list, nil
}

// workLineOf reads a task as it stands now; ok is false if it is not there for the caller.
func (a *api) workLineOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry) (line workLine, ok bool, err error) {
	err = a.Engine.Read(ctx, who, e.Record, func(scope syncing.Scope, reader syncing.Reader) error {
		task, err := reader.Document(syncing.DocID(e.Value))
		if err != nil || !scope.OfTeam(team) {
			return err
		}
		if line.Work, ok = care.WorkOf(task); !ok {
			return nil
		}
		focus, err := reader.Document(line.Focus)
		if err != nil {
			return err
		}
		line.Record, line.Title = e.Record, focus.Text("title")
		line.Why = a.Words.WorkHere(line.Work, focus, a.Now().UnixMilli(), a.Zone)
		line.Person, err = personOf(reader, e.Record)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return line, false, nil // the team has this record no more
	}
	return line, ok, err
}

// taskNamed and taskClosing are the bodies of what is done to a task.
type taskNamed struct {
	Task syncing.DocID `json:"task"`
}

type taskClosing struct {
	Task    syncing.DocID `json:"task"`
	Outcome string        `json:"outcome,omitzero"`
	Note    string        `json:"note,omitzero"`
}

func (in *taskNamed) task() syncing.DocID   { return in.Task }
func (in *taskClosing) task() syncing.DocID { return in.Task }

// taskAction is something done to a task: taken, handed back, completed. One that the caller does not see is not here.
func (a *api) taskAction(c *fiber.Ctx, r *request, record syncing.RecordID, in interface{ task() syncing.DocID }, patch func() syncing.Patch) error {
	if err := decode(c, in); err != nil {
		return err
	}
	if err := a.seesDocument(r.ctx, r.who.Principal, record, in.task(), care.TaskType); err != nil {
		return err
	}
	return a.apply(c, r, record, patch())
}

func (a *api) takeTask(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in taskNamed
	return a.taskAction(c, r, record, &in, func() syncing.Patch { return care.TakeTask(in.Task, r.who.Account) })
}

func (a *api) returnTask(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in taskNamed
	return a.taskAction(c, r, record, &in, func() syncing.Patch { return care.ReturnTask(in.Task) })
}

func (a *api) completeTask(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in taskClosing
	return a.taskAction(c, r, record, &in, func() syncing.Patch { return care.CompleteTask(in.Task, in.Outcome, in.Note) })
}
