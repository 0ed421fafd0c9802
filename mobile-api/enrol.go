package mobileapi

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// codeAsked is the body of POST /v1/records/{record}/codes.
type codeAsked struct {
	Kind       identity.Kind `json:"kind"`
	BirthDate  string        `json:"birthDate,omitzero"` // of who will use it; the patient's own is in the record
	Categories []string      `json:"categories,omitzero"`
	Expires    int64         `json:"expires,omitzero"` // when a caregiver's access ends by itself
	OwnPhone   bool          `json:"ownPhone,omitzero"`
}

// createCode makes an enrolment code. It is shown in this answer and never again.
func (a *api) createCode(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	var in codeAsked
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.BirthDate == "" && in.Kind == identity.KindPatient {
		if in.BirthDate, err = a.birthDateOf(r.ctx, r.who.Principal, record); err != nil {
			return err
		}
	}
	code, err := a.Identity.CreateCode(r.ctx, r.who.Principal, record, identity.CodeRequest{
		Kind: in.Kind, BirthDate: in.BirthDate, Categories: in.Categories, Expires: in.Expires, OwnPhone: in.OwnPhone,
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, struct {
		Code    string            `json:"code"`
		ID      syncing.UUID      `json:"id"`
		Account syncing.AccountID `json:"account"`
		Expires int64             `json:"expires"`
	}{code.Text, code.ID, code.Account, code.Expires})
}

// birthDateOf reads the person's birth date, as far as the caller sees it.
func (a *api) birthDateOf(ctx context.Context, who syncing.Principal, record syncing.RecordID) (date string, err error) {
	err = a.Engine.Read(ctx, who, record, func(_ syncing.Scope, reader syncing.Reader) error {
		person, err := reader.Document(care.PersonID(record))
		date = person.Text("birthDate")
		return err
	})
	return date, err
}

// cancelCode is DELETE /v1/records/{record}/codes/{code}: by its id, for the code itself is nowhere any more.
func (a *api) cancelCode(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	id, err := uuidOf(c, "code")
	if err != nil {
		return err
	}
	if err := a.Identity.CancelCode(r.ctx, r.who.Principal, record, id); err != nil {
		return err
	}
	return done(c)
}

// deviceFacts is what a device says of itself.
type deviceFacts struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func (d deviceFacts) facts() identity.DeviceFacts {
	return identity.DeviceFacts{Kind: d.Kind, Name: d.Name}
}

// enrolment is the body of POST /v1/enrol.
type enrolment struct {
	Code      string      `json:"code"`
	BirthDate string      `json:"birthDate"`
	Name      string      `json:"name,omitzero"` // of a caregiver: the person confirms that it is them
	RequestID string      `json:"requestId"`     // the same when it is sent again: the same answer
	Device    deviceFacts `json:"device"`
}

// enrol signs a phone in with a code and a birth date.
func (a *api) enrol(c *fiber.Ctx, r *request) error {
	var in enrolment
	if err := decode(c, &in); err != nil {
		return err
	}
	tokens, err := a.Identity.Redeem(r.ctx, identity.Redemption{
		Code: in.Code, BirthDate: in.BirthDate, Name: in.Name, RequestID: in.RequestID, Address: a.addressOf(c), Device: in.Device.facts(),
	})
	if err != nil {
		return err
	}
	return a.welcome(c, r, tokens)
}

// welcome answers a sign-in: the tokens, and the records with which the client may begin.
func (a *api) welcome(c *fiber.Ctx, r *request, tokens identity.Tokens) error {
	who, ok, err := a.Identity.Principal(r.ctx, tokens.Account)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Unauthenticated, "mobileapi.welcome", "Please sign in again.")
	}
	records, more, err := a.Identity.RecordsOf(r.ctx, who, syncing.RecordID{}, recordsPage)
	if err != nil {
		return err
	}
	waiting, err := a.waiting(r.ctx, tokens.Account)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		tokenAnswer
		Records []syncing.RecordID `json:"records"`
		More    bool               `json:"more"` // there are others: GET /v1/records
		// RulesKey is to be pinned: rules that it did not sign are not used. It comes with a sign-in and by no other way.
		RulesKey string `json:"rulesKey,omitzero"`
		// RulesDrafts is to be pinned with it: only of such an installation a phone takes rules that nobody signed off.
		RulesDrafts bool         `json:"rulesDrafts,omitzero"`
		Waiting     *waitingNote `json:"waiting,omitzero"`
	}{tokensOf(tokens), records, more, a.Instruments.key(), a.Instruments.drafts(), waiting})
}

// waitingNote says to a caregiver why there is nothing to see yet.
type waitingNote struct {
	Count  int    `json:"count"`
	Detail string `json:"detail"`
}

func (a *api) waiting(ctx context.Context, account syncing.AccountID) (*waitingNote, error) {
	n, err := a.Identity.Waiting(ctx, account)
	if err != nil || n == 0 {
		return nil, err
	}
	return &waitingNote{n, "The person who is to share with you must confirm first that it is you. Until then there is nothing to see."}, nil
}

// help is POST /v1/codes/accept: somebody who helps already uses a code of one person more, with the account that they have.
func (a *api) help(c *fiber.Ctx, r *request) error {
	var in struct {
		Code      string `json:"code"`
		BirthDate string `json:"birthDate"`
		Name      string `json:"name"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	err := a.Identity.Help(r.ctx, r.who.Principal, identity.Helping{Code: in.Code, BirthDate: in.BirthDate, Name: in.Name, Address: a.addressOf(c)})
	if err != nil {
		return err
	}
	waiting, err := a.waiting(r.ctx, r.who.Account)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Waiting *waitingNote `json:"waiting,omitzero"` // none: they have confirmed since
	}{waiting})
}
