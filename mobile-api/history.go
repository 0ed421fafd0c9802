package mobileapi

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/identity"
	"satchel/sync"
)

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
	accounts := make([]syncing.AccountID, len(entries))
	for i, e := range entries {
		accounts[i] = e.By
	}
	authors, person, err := a.authorsOf(r, record, accounts)
	if err != nil {
		return nil, err
	}
	kind := a.Engine.Schema().Type(doc.Type())
	lines := make([]historyLine, len(entries))
	for i, e := range entries {
		lines[i] = historyLine{e, authorOf(authors[e.By], e, kind, person)}
	}
	return lines, nil
}

// authorOf is in which standing somebody wrote: the one that was kept with the write; of what is older than that, one that they had
// then and that may write the field.
func authorOf(author identity.Author, e syncing.HistoryEntry, kind *syncing.Type, person string) authorLine {
	line := authorLine{Name: author.Name, Role: string(e.Role)}
	standings := author.Standings
	fits := func(s identity.Standing) bool { return s.ID == e.Team && s.Role == e.Role }
	if !slices.ContainsFunc(standings, fits) {
		standings, fits = author.At(e.Received), mayWrite(kind, e.Field)
	}
	if at := slices.IndexFunc(standings, fits); at >= 0 && !e.By.IsZero() {
		s := standings[at]
		line.Role, line.Team, line.Organisation = string(s.Role), s.Team, s.Organisation
	}
	if line.Role == string(identity.RolePatient) {
		line.Name = cmp.Or(line.Name, person)
	}
	return line
}

// mayWrite asks whether a standing lets somebody write a field.
func mayWrite(kind *syncing.Type, field string) func(identity.Standing) bool {
	return func(s identity.Standing) bool {
		spec := (*syncing.FieldSpec)(nil)
		if kind != nil {
			spec = kind.Field(field)
		}
		return spec == nil || slices.Contains(spec.Writers, s.Role)
	}
}
