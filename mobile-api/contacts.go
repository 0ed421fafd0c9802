package mobileapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// call is GET /v1/records/{record}/call: whom the person calls about a topic at an instant, by the record as the caller sees it. A
// phone answers the same by itself, without a network. Without a topic it answers for all: what is private is asked only so, because
// an address is written down on its way.
func (a *api) call(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	at := a.Now()
	if text := c.Query("at"); text != "" {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return fault.New(fault.Invalid, "mobileapi.call", "`at` is written as 2026-11-24T02:00:00Z.")
		}
	}
	topics := care.CallTopics()
	if asked := c.Query("topic"); asked != "" {
		topic, known := care.CallTopicOf(asked)
		if !known || topic.Private {
			return fault.New(fault.Invalid, "mobileapi.call", "This is no topic that can be asked for by name. Without `topic` all are answered.")
		}
		topics = []care.CallTopic{topic}
	}
	calls := []care.Call{}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) error {
		for _, topic := range topics {
			answer, _, err := a.Words.WhoToCall(topic.Code, at, care.BinderOf(reader))
			if err != nil {
				return err
			}
			calls = append(calls, answer)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Calls []care.Call `json:"calls"`
	}{calls})
}

// contactBody is the body of PUT /v1/teams/{team}/contacts/{contact}.
type contactBody struct {
	System string               `json:"system"`
	Value  string               `json:"value"`
	Label  string               `json:"label,omitzero"`
	Is24h  bool                 `json:"is24h,omitzero"`
	Hours  []identity.OpenHours `json:"hours,omitzero"`
	Zone   string               `json:"zone,omitzero"`
}

// setContact is PUT /v1/teams/{team}/contacts/{contact}.
func (a *api) setContact(c *fiber.Ctx, r *request) error {
	team, contact, err := contactOf(c)
	if err != nil {
		return err
	}
	var in contactBody
	if err := decode(c, &in); err != nil {
		return err
	}
	err = a.Identity.SetContact(r.ctx, r.who.Principal, team, identity.ContactPoint{
		ID: contact, System: in.System, Value: in.Value, Label: in.Label, Is24h: in.Is24h, Hours: in.Hours, Zone: in.Zone,
	})
	if err != nil {
		return err
	}
	return done(c)
}

// removeContact is DELETE /v1/teams/{team}/contacts/{contact}.
func (a *api) removeContact(c *fiber.Ctx, r *request) error {
	team, contact, err := contactOf(c)
	if err != nil {
		return err
	}
	if err := a.Identity.RemoveContact(r.ctx, r.who.Principal, team, contact); err != nil {
		return err
	}
	return done(c)
}

// challengeContact is POST /v1/teams/{team}/contacts/{contact}/challenge: a code to be read out there, or written there.
func (a *api) challengeContact(c *fiber.Ctx, r *request) error {
	team, contact, err := contactOf(c)
	if err != nil {
		return err
	}
	made, err := a.Identity.ChallengeContact(r.ctx, r.who.Principal, team, contact)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, struct {
		Code    string `json:"code"`
		System  string `json:"system"`
		Value   string `json:"value"`
		Expires int64  `json:"expires"`
	}{made.Code, made.Contact.System, made.Contact.Value, made.Expires})
}

// verifyContact is POST /v1/teams/{team}/contacts/{contact}/verify: the code came back, from somebody else than who asked for it.
func (a *api) verifyContact(c *fiber.Ctx, r *request) error {
	team, contact, err := contactOf(c)
	if err != nil {
		return err
	}
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := a.Identity.VerifyContact(r.ctx, r.who.Principal, team, contact, in.Code); err != nil {
		return err
	}
	return done(c)
}

func contactOf(c *fiber.Ctx) (team syncing.TeamID, contact syncing.UUID, err error) {
	if team.UUID, err = uuidOf(c, "team"); err == nil {
		contact, err = uuidOf(c, "contact")
	}
	return team, contact, err
}
