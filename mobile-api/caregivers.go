package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// shareLine says who may see a record, what of it, and since when.
type shareLine struct {
	Account    syncing.AccountID `json:"account,omitzero"`
	Team       syncing.TeamID    `json:"team,omitzero"`
	Name       string            `json:"name,omitzero"`
	Categories []string          `json:"categories"`
	Hidden     []hiddenLine      `json:"hidden,omitempty"`
	Since      int64             `json:"since"`
	Until      int64             `json:"until,omitzero"`   // since when no more
	Expires    int64             `json:"expires,omitzero"` // when it ends by itself
}

// hiddenLine says of a kind of information that it is not shown, and why; of what there is of it, it says nothing.
type hiddenLine struct {
	Category string `json:"category"`
	Why      string `json:"why"`
	Never    bool   `json:"never,omitzero"`
}

func shareLineOf(s identity.Share) shareLine {
	line := shareLine{
		Account: s.Grantee.Account, Team: s.Grantee.Team, Name: s.Name, Categories: s.Categories, Since: s.Since, Until: s.Until, Expires: s.Expires,
	}
	for _, h := range s.Hidden {
		line.Hidden = append(line.Hidden, hiddenLine(h))
	}
	return line
}

// listCaregivers is GET /v1/records/{record}/caregivers: who may see the record, beside the person.
func (a *api) listCaregivers(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	shares, err := a.Identity.Shares(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	list := struct {
		Caregivers []shareLine `json:"caregivers"`
		Teams      []shareLine `json:"teams"`
		Waiting    []shareLine `json:"waiting"` // caregivers who used a code, and whom the person has not confirmed
	}{[]shareLine{}, []shareLine{}, []shareLine{}}
	for _, s := range shares {
		switch line := shareLineOf(s); s.Relation {
		case "caregiver":
			list.Caregivers = append(list.Caregivers, line)
		case "team":
			list.Teams = append(list.Teams, line)
		case "waiting":
			list.Waiting = append(list.Waiting, line)
		}
	}
	return answer(c, fiber.StatusOK, list)
}

type consent struct {
	Categories []string `json:"categories"`
}

// caregiverConsent is what a caregiver may see, and until when. Without `expires` that stays as it is; 0 is without an end.
type caregiverConsent struct {
	Categories []string `json:"categories,omitzero"`
	Expires    *int64   `json:"expires,omitzero"`
}

// setCaregiver is PUT /v1/records/{record}/caregivers/{account}: the person says what a caregiver sees from now on. A caregiver
// comes by a code; this changes what one has.
func (a *api) setCaregiver(c *fiber.Ctx, r *request) error {
	record, account, err := accountOf(c)
	if err != nil {
		return err
	}
	var in caregiverConsent
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Categories == nil {
		return fault.New(fault.Invalid, "mobileapi.setCaregiver", "Say which kinds of information the caregiver may see; none is an empty list.")
	}
	if err := a.Identity.SetCaregiver(r.ctx, r.who.Principal, record, account, in.Categories, in.Expires); err != nil {
		return err
	}
	a.Live.Changed(record)
	return done(c)
}

// confirmCaregiver is POST /v1/records/{record}/caregivers/{account}/confirm: the person's word that a caregiver who used a code is
// who they say. Until then nothing is shared.
func (a *api) confirmCaregiver(c *fiber.Ctx, r *request) error {
	record, account, err := accountOf(c)
	if err != nil {
		return err
	}
	var in caregiverConsent
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.ConfirmCaregiver(r.ctx, r.who.Principal, record, account, in.Categories, in.Expires); err != nil {
		return err
	}
	a.Live.Changed(record)
	return done(c)
}

// endCaregiver is DELETE /v1/records/{record}/caregivers/{account}.
func (a *api) endCaregiver(c *fiber.Ctx, r *request) error {
	record, account, err := accountOf(c)
	if err != nil {
		return err
	}
	return a.endAccess(c, r, record, identity.Grantee{Account: account})
}

// endAccess answers when the revocation lies in both places.
func (a *api) endAccess(c *fiber.Ctx, r *request, record syncing.RecordID, grantee identity.Grantee) error {
	if err := a.Identity.EndAccess(r.ctx, r.who.Principal, record, grantee); err != nil {
		return err
	}
	a.Live.Changed(record)
	return done(c)
}

// accountOf reads of whom a path speaks, and in which record.
func accountOf(c *fiber.Ctx) (record syncing.RecordID, account syncing.AccountID, err error) {
	if record, err = recordOf(c); err == nil {
		account.UUID, err = uuidOf(c, "account")
	}
	return record, account, err
}

// shareWithTeam is PUT /v1/records/{record}/teams/{team}. Without categories the team sees what its kind sees.
func (a *api) shareWithTeam(c *fiber.Ctx, r *request) error {
	record, team, err := sharedTeamOf(c)
	if err != nil {
		return err
	}
	var in consent
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.ShareWithTeam(r.ctx, r.who.Principal, record, team, in.Categories); err != nil {
		return err
	}
	if err := a.Card(r.ctx, record, team); err != nil {
		return err
	}
	a.Live.Changed(record)
	return done(c)
}

// endTeam is DELETE /v1/records/{record}/teams/{team}.
func (a *api) endTeam(c *fiber.Ctx, r *request) error {
	record, team, err := sharedTeamOf(c)
	if err != nil {
		return err
	}
	return a.endAccess(c, r, record, identity.Grantee{Team: team})
}

func sharedTeamOf(c *fiber.Ctx) (record syncing.RecordID, team syncing.TeamID, err error) {
	if record, err = recordOf(c); err == nil {
		team.UUID, err = uuidOf(c, "team")
	}
	return record, team, err
}
