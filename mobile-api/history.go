package mobileapi

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/sync"
)

// roleSystem is who writes what follows from a change, or from time.
const roleSystem = "system"

// historyLine is one value of one field, with who wrote it.
type historyLine struct {
	syncing.HistoryEntry
	Author authorLine `json:"author"`
}

// authorLine says who wrote a value: under which name, in which role, for which team of which organisation.
type authorLine struct {
	Name         string `json:"name,omitzero"`
	Role         string `json:"role"`
	Team         string `json:"team,omitzero"`
	Organisation string `json:"organisation,omitzero"`
}

// history is GET /v1/records/{record}/documents/{type}/{id}/history: why is this value here, and who wrote it as what?
func (a *api) history(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	doc, err := syncing.ParseDocID(c.Params("type") + "/" + c.Params("id"))
	if err != nil {
		return notHere("mobileapi.history")
	}
	entries, err := a.Engine.History(r.ctx, r.who.Principal, record, doc)
	if err != nil {
		return err
	}
	lines, err := a.authored(r, record, doc, entries)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Doc     syncing.DocID `json:"doc"`
		Entries []historyLine `json:"entries"`
	}{doc, lines})
}

// authored says of each value who wrote it.
func (a *api) authored(r *request, record syncing.RecordID, doc syncing.DocID, entries []syncing.HistoryEntry) ([]historyLine, error) {
	var accounts []syncing.AccountID
	for _, e := range entries {
		if !e.By.IsZero() && !slices.Contains(accounts, e.By) {
			accounts = append(accounts, e.By)
		}
	}
	authors, err := a.Identity.Authors(r.ctx, r.who.Principal, record, accounts)
	if err != nil {
		return nil, err
	}
	person := ""
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(care.PersonID(record))
		person = found.Text("name")
		return err
	})
	kind := a.Engine.Schema().Type(doc.Type())
	lines := make([]historyLine, len(entries))
	for i, e := range entries {
		lines[i] = historyLine{e, authorOf(authors[e.By], e, kind, person)}
	}
	return lines, err
}

// authorOf is in which standing somebody wrote: of several that they had then, the one that may write the field.
func authorOf(author identity.Author, e syncing.HistoryEntry, kind *syncing.Type, person string) authorLine {
	if e.By.IsZero() {
		return authorLine{Role: roleSystem}
	}
	standings := author.At(e.Received)
	if len(standings) == 0 {
		return authorLine{Name: author.Name, Role: "unknown"}
	}
	at := 0
	if kind != nil {
		if spec := kind.Field(e.Field); spec != nil {
			at = max(slices.IndexFunc(standings, func(s identity.Standing) bool { return slices.Contains(spec.Writers, s.Role) }), 0)
		}
	}
	s := standings[at]
	line := authorLine{Name: author.Name, Role: string(s.Role), Team: s.Team, Organisation: s.Organisation}
	if s.Role == identity.RolePatient {
		line.Name = cmp.Or(line.Name, person)
	}
	return line
}
