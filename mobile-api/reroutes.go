package mobileapi

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// reroutesMax is how many open offers of a team one answer lists.
const reroutesMax = 100

// rerouting is the body of the action re-route.
type rerouting struct {
	rowNamed
	To       syncing.TeamID `json:"to"`
	Concerns []string       `json:"concerns"`
	Reason   string         `json:"reason"`
}

// reroute is the action re-route: concerns of a row are offered to another team of the record. The same key names the same offer.
func (a *api) reroute(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in rerouting
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	if err := a.seesRow(r.ctx, r.who.Principal, record, in.Triage); err != nil {
		return err
	}
	shares, err := a.Identity.Shares(r.ctx, r.who.Principal, record)
	if err != nil {
		return err
	}
	offer := syncing.NewDocID(care.RerouteType, syncing.DerivedUUID(care.RerouteType, record.String(), r.who.Account.String(), key))
	var patch syncing.Patch
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) error {
		if err := in.check(reader, offer, shares); err != nil {
			return err
		}
		row, err := reader.Document(in.Triage)
		patch = care.ReroutePatch(offer, row, in.To, in.Concerns, in.Reason)
		return err
	})
	if err != nil {
		return err
	}
	return a.apply(c, r, record, patch)
}

// check refuses what nobody could accept: concerns that do not wait here, and a team that is not here or would not see them. An
// offer that was made already was checked then.
func (in *rerouting) check(reader syncing.Reader, offer syncing.DocID, shares []identity.Share) error {
	made, err := reader.Document(offer)
	if err != nil || made.Exists() {
		return err
	}
	row, err := reader.Document(in.Triage)
	if err != nil {
		return err
	}
	waits, _ := care.RowOf(row)
	if len(in.Concerns) == 0 || slices.ContainsFunc(in.Concerns, func(id string) bool { return !slices.Contains(waits.Concerns, id) }) {
		return fault.New(fault.Refused, "mobileapi.reroute", "Name concerns that wait in this row.")
	}
	team, err := reader.Document(care.CareTeamID(in.To))
	if err != nil {
		return err
	}
	if team.Text("status") != "active" {
		return fault.New(fault.Refused, "mobileapi.reroute", "That team does not look after this person.")
	}
	for _, id := range in.Concerns {
		concern, err := reader.Document(syncing.DocID(id))
		if err != nil {
			return err
		}
		if !seesCategory(shares, in.To, care.ConcernCategory(concern)) {
			return fault.New(fault.Refused, "mobileapi.reroute", "That team may not see one of these. It stays with your team.")
		}
	}
	return nil
}

func seesCategory(shares []identity.Share, team syncing.TeamID, category string) bool {
	return slices.ContainsFunc(shares, func(s identity.Share) bool {
		return s.Grantee.Team == team && s.Until == 0 && slices.ContainsFunc(s.Categories, func(c string) bool {
			return c == category || strings.HasPrefix(category, c+".")
		})
	})
}

// rerouteNamed is the body of what is said to an offer.
type rerouteNamed struct {
	Reroute syncing.DocID `json:"reroute"`
	Answer  string        `json:"answer,omitzero"`
}

// answerReroute answers an offer of another team, or withdraws one's own.
func answerReroute(status string) deed {
	return func(a *api, c *fiber.Ctx, r *request, record syncing.RecordID) error {
		var in rerouteNamed
		if err := decode(c, &in); err != nil {
			return err
		}
		if err := a.seesDocument(r.ctx, r.who.Principal, record, in.Reroute, care.RerouteType); err != nil {
			return err
		}
		return a.apply(c, r, record, care.RerouteAnswer(in.Reroute, status, in.Answer))
	}
}

// rerouteLine is an open offer, as the list shows it.
type rerouteLine struct {
	Record    syncing.RecordID `json:"record"`
	Reroute   syncing.DocID    `json:"reroute"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Reason    string           `json:"reason"`
	Concerns  []string         `json:"concerns"`
	OfferedAt int64            `json:"offeredAt"`
	Person    *queuePerson     `json:"person"`
}

// listReroutes is GET /v1/teams/{team}/re-routes: what other teams ask of this one, and what it has asked, oldest first.
func (a *api) listReroutes(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	from, to := care.RerouteRange(team)
	var entries []syncing.IndexEntry
	err = a.Store.Scan(r.ctx, care.RerouteIndex, from, to, reroutesMax, func(e syncing.IndexEntry) bool {
		entries = append(entries, e)
		return true
	})
	if err != nil {
		return err
	}
	lines := []rerouteLine{}
	for _, e := range entries {
		err := a.Engine.Read(r.ctx, r.who.Principal, e.Record, func(_ syncing.Scope, reader syncing.Reader) error {
			offer, err := reader.Document(syncing.DocID(e.Value))
			if err != nil || offer.Text("status") != "requested" {
				return err
			}
			line := rerouteLine{Record: e.Record, Reroute: offer.ID(), From: offer.Text("from"), To: offer.Text("to"), Reason: offer.Text("reason"), Concerns: offer.Texts("concerns")}
			line.OfferedAt, _ = offer.Int("offeredAt")
			line.Person, err = personOf(reader, e.Record)
			lines = append(lines, line)
			return err
		})
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return answer(c, fiber.StatusOK, struct {
		Reroutes []rerouteLine `json:"reroutes"`
	}{lines})
}
