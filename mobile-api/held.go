package mobileapi

import (
	"cmp"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/sync"
)

// heldLine is one held mutation, with who wrote it.
type heldLine struct {
	syncing.HeldItem
	Author authorLine `json:"author"`
}

// listHeld is GET /v1/records/{record}/held. Settling one is a write to its status, like any other.
func (a *api) listHeld(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	list, err := a.Engine.Held(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	by := make([]syncing.AccountID, len(list.Items))
	for i, item := range list.Items {
		if id, err := syncing.ParseUUID(item.By); err == nil {
			by[i] = syncing.AccountID{UUID: id}
		}
	}
	authors, person, err := a.authorsOf(r, record, by)
	if err != nil {
		return err
	}
	items := make([]heldLine, len(list.Items))
	for i, item := range list.Items {
		items[i] = heldLine{item, heldBy(authors[by[i]], item.At, person)}
	}
	return answer(c, fiber.StatusOK, struct {
		Items    []heldLine `json:"items"`
		Unlisted uint64     `json:"unlisted"`
	}{items, list.Unlisted})
}

// heldBy is in which standing somebody wrote what was held: by the clock of their device, which may be wrong, and then the last that they had.
func heldBy(author identity.Author, at int64, person string) authorLine {
	line := authorLine{Name: author.Name, Role: "unknown"}
	standings := author.At(at)
	if len(standings) == 0 {
		standings = author.Standings
	}
	if len(standings) > 0 {
		s := standings[len(standings)-1]
		line.Role, line.Team, line.Organisation = string(s.Role), s.Team, s.Organisation
	}
	if line.Role == string(identity.RolePatient) {
		line.Name = cmp.Or(line.Name, person)
	}
	return line
}

// authorsOf says who accounts are in a record, and what its person is called there.
func (a *api) authorsOf(r *request, record syncing.RecordID, accounts []syncing.AccountID) (authors map[syncing.AccountID]identity.Author, person string, err error) {
	distinct := map[syncing.AccountID]bool{}
	var each []syncing.AccountID
	for _, account := range accounts {
		if !account.IsZero() && !distinct[account] {
			distinct[account] = true
			each = append(each, account)
		}
	}
	if authors, err = a.Identity.Authors(r.ctx, r.who.Principal, record, each); err != nil {
		return nil, "", err
	}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(care.PersonID(record))
		person = found.Text("name")
		return err
	})
	return authors, person, err
}
