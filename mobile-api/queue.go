package mobileapi

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	queuePage    = 50
	queuePageMax = 200
	// queueScanMax is how many rows of a team are looked at. A team with more is told so, and sees the most urgent.
	queueScanMax = 1000
)

// queueRow is one row of a team's queue: one record, and why it stands where it does.
type queueRow struct {
	Record syncing.RecordID `json:"record"`
	queuePart
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// queuePart is one triage document of a record: what everybody on the team may see, or what is sensitive.
type queuePart struct {
	care.Row
	Why     string           `json:"why"`
	Waiting []jsontext.Value `json:"waiting"` // to be named when it is closed
	// Also is what waits beside it for the same record: where a part is sensitive, or for this team alone, it is a document of its
	// own, so that whoever may not see it sees no trace of it. Where the row stands is decided by the most urgent of them.
	Also *queuePart `json:"also,omitzero"`
}

// beside puts a part behind those that are there.
func (p *queuePart) beside(other queuePart) {
	for p.Also != nil {
		p = p.Also
	}
	p.Also = &other
}

type queuePerson struct {
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
}

// queue is GET /v1/teams/{team}/queue, for members of the team. It is read from the store's index, and each row again from its
// record: what the caller may not see there is neither shown nor counted.
func (a *api) queue(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	limit, err := intQuery(c, "limit", queuePage, 1, queuePageMax)
	if err != nil {
		return err
	}
	rows, complete, err := a.rowsOf(r.ctx, r.who.Principal, team)
	if err != nil {
		return err
	}
	count := len(rows)
	if after := c.Query("after"); after != "" {
		i := slices.IndexFunc(rows, func(row queueRow) bool { return row.Doc.ID() == after })
		if i < 0 { // going on elsewhere could pass over a row
			return fault.New(fault.Conflict, "mobileapi.queue", "The queue has changed. Read it again from the beginning.")
		}
		rows = rows[i+1:]
	}
	page := struct {
		Count    int        `json:"count"`
		Complete bool       `json:"complete"` // false: there are more rows than are counted
		Rows     []queueRow `json:"rows"`
		Next     string     `json:"next,omitzero"`
		Judged   *judgedBy  `json:"judged,omitzero"` // by which rules, and whether anybody approved them
	}{Judged: a.Instruments.judgedBy(), Count: count, Complete: complete, Rows: rows[:min(limit, len(rows))]}
	if len(rows) > limit {
		page.Next = rows[limit-1].Doc.ID()
	}
	return answer(c, fiber.StatusOK, page)
}

// myTeam reads the team of the path. For everybody who does not work in it, it is not here.
func (a *api) myTeam(c *fiber.Ctx, r *request) (syncing.TeamID, error) {
	id, err := uuidOf(c, "team")
	team := syncing.TeamID{UUID: id}
	if err == nil && !memberOf(r.who.Principal, team) {
		err = notHere("mobileapi.myTeam")
	}
	return team, err
}

// rowsOf reads the rows of a team in their order, one a record. complete is false if there are more than are looked at.
func (a *api) rowsOf(ctx context.Context, who syncing.Principal, team syncing.TeamID) (rows []queueRow, complete bool, err error) {
	from, to := care.QueueRange(team)
	var entries []syncing.IndexEntry
	err = a.Store.Scan(ctx, care.QueueIndex, from, to, queueScanMax+1, func(e syncing.IndexEntry) bool {
		entries = append(entries, e)
		return true
	})
	if err != nil {
		return nil, false, err
	}
	complete = len(entries) <= queueScanMax
	rows = []queueRow{}
	at := map[syncing.RecordID]int{}
	for _, e := range entries[:min(len(entries), queueScanMax)] {
		row, ok, err := a.rowOf(ctx, who, team, e)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		if i, there := at[row.Record]; there {
			rows[i].beside(row.queuePart)
			continue
		}
		at[row.Record] = len(rows)
		rows = append(rows, row)
	}
	return rows, complete, nil
}

// rowOf reads a row as it stands now, through the caller's own eyes; ok is false if it is not there for them.
func (a *api) rowOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry) (row queueRow, ok bool, err error) {
	var filed care.Row
	if err := json.Unmarshal(e.Value, &filed); err != nil {
		return row, false, fault.Wrap(err, fault.Corrupt, "mobileapi.rowOf", "A row of the queue cannot be read.")
	}
	err = a.Engine.Read(ctx, who, e.Record, func(scope syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(filed.Doc)
		if err != nil || !scope.OfTeam(team) {
			return err
		}
		row.Record = e.Record
		if row.Row, ok = care.RowOf(found); !ok {
			return nil
		}
		row.Waiting = found.Elems("waiting")
		row.Why = a.Words.WhyHere(row.Row, a.Now().UnixMilli(), a.Zone)
		row.Person, err = personOf(reader, e.Record)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return row, false, nil // the team has this record no more
	}
	return row, ok, err
}

// personOf says who the record is about; nil if the caller may not see it.
func personOf(reader syncing.Reader, record syncing.RecordID) (*queuePerson, error) {
	person, err := reader.Document(care.PersonID(record))
	if err != nil || !person.Exists() {
		return nil, err
	}
	return &queuePerson{Name: person.Text("name"), BirthDate: person.Text("birthDate")}, nil
}

// whichRow names one of the two rows that a record can have in a queue.
type whichRow struct {
	Private bool `json:"private,omitzero"`
}

func (w *whichRow) private() bool { return w.Private }

// claimRow is POST /v1/teams/{team}/queue/{record}/claim.
func (a *api) claimRow(c *fiber.Ctx, r *request) error {
	return a.teamAction(c, r, &whichRow{}, func(row syncing.DocID) syncing.Patch { return care.ClaimPatch(row, r.who.Account) })
}

// handBackRow is POST /v1/teams/{team}/queue/{record}/hand-back.
func (a *api) handBackRow(c *fiber.Ctx, r *request) error {
	return a.teamAction(c, r, &whichRow{}, care.HandBackPatch)
}

// closeRow is POST /v1/teams/{team}/queue/{record}/close.
func (a *api) closeRow(c *fiber.Ctx, r *request) error {
	var in struct {
		whichRow
		closing
	}
	return a.teamAction(c, r, &in, func(row syncing.DocID) syncing.Patch { return care.CloseSeen(row, in.Seen, in.Outcome, in.Note) })
}

// teamAction is an action on a row that is named by team and record.
func (a *api) teamAction(c *fiber.Ctx, r *request, in interface{ private() bool }, patch func(row syncing.DocID) syncing.Patch) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	if err := decode(c, in); err != nil {
		return err
	}
	row := care.TriageID(record, team.String(), in.private())
	if err := a.seesRow(r.ctx, r.who.Principal, record, row); err != nil {
		return err
	}
	return a.apply(c, r, record, patch(row))
}
