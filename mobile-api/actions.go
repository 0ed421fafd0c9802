package mobileapi

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// deed is one action: it decodes its own body, and hands one patch to the engine.
type deed func(a *api, c *fiber.Ctx, r *request, record syncing.RecordID) error

// deeds are all actions by name. openapi.yaml names the same, and a test sees to it.
var deeds = map[string]deed{
	"write":             (*api).write,
	"re-route":          (*api).reroute,
	"accept-re-route":   answerReroute("accepted"),
	"decline-re-route":  answerReroute("rejected"),
	"withdraw-re-route": answerReroute("withdrawn"),
	"seen":              (*api).seenRow,
	"attempt":           (*api).attemptRow,
	"sign-off":          (*api).signOffRow,
	"take-over":         (*api).takeOverRow,
	"claim": func(a *api, c *fiber.Ctx, r *request, record syncing.RecordID) error {
		var in rowNamed
		return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.ClaimPatch(in.Triage, r.who.Account) })
	},
	"hand-back": func(a *api, c *fiber.Ctx, r *request, record syncing.RecordID) error {
		var in rowNamed
		return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.HandBackPatch(in.Triage) })
	},
	"close": func(a *api, c *fiber.Ctx, r *request, record syncing.RecordID) error {
		var in rowClosing
		return a.rowAction(c, r, record, &in, func() syncing.Patch { return care.CloseSeen(in.Triage, in.Seen, in.Outcome, in.Note) })
	},
	"attach-result": (*api).attachResult,
	"take-task":     (*api).takeTask,
	"return-task":   (*api).returnTask,
	"complete-task": (*api).completeTask,
	"accept":        (*api).acceptOffer,
	"decline":       (*api).declineOffer,
	"counter":       (*api).counterOffer,
	"take-activity": (*api).takeActivity,
	"publish":       (*api).publish,
	"acknowledge":   (*api).acknowledge,
}

// act is POST /v1/records/{record}/actions/{action}: a mutation that needs a connection. It is applied or refused.
func (a *api) act(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	do, known := deeds[c.Params("action")]
	if !known {
		return notHere("mobileapi.act")
	}
	return do(a, c, r, record)
}

// writing is the body of the action write: a patch of one document.
type writing struct {
	Doc    string                      `json:"doc"`
	Set    map[string]jsontext.Value   `json:"set,omitzero"`
	Add    map[string][]jsontext.Value `json:"add,omitzero"`
	Remove map[string][]jsontext.Value `json:"remove,omitzero"`
	Base   string                      `json:"base,omitzero"`
}

func (a *api) write(c *fiber.Ctx, r *request, record syncing.RecordID) error {
	var in writing
	if err := decode(c, &in); err != nil {
		return err
	}
	doc, err := syncing.ParseDocID(in.Doc)
	if err != nil {
		return fault.New(fault.Invalid, "mobileapi.write", "`doc` names no document as type/id, the id as a UUID in lower case.")
	}
	err = a.applyUpon(c, r, record, in.Base, syncing.Patch{Doc: doc, Set: in.Set, Add: in.Add, Remove: in.Remove})
	if fault.Is(err, fault.Refused) && doc.Type() == care.CarePlanType && in.Set["phase"] != nil {
		return a.withHandoverLacks(r.ctx, r.who.Principal, record, doc, err)
	}
	return err
}

// seesRow asks first whether the row is there for the caller at all: missing and hidden are one answer.
func (a *api) seesRow(ctx context.Context, who syncing.Principal, record syncing.RecordID, row syncing.DocID) error {
	return a.seesDocument(ctx, who, record, row, care.TriageType)
}

// seesDocument is NotFound unless the caller sees a document of that type under that id.
func (a *api) seesDocument(ctx context.Context, who syncing.Principal, record syncing.RecordID, doc syncing.DocID, kind string) error {
	if _, err := syncing.ParseDocID(string(doc)); err != nil || doc.Type() != kind {
		return notHere("mobileapi.seesDocument")
	}
	return a.Engine.Read(ctx, who, record, func(_ syncing.Scope, reader syncing.Reader) error {
		found, err := reader.Document(doc)
		if err == nil && !found.Exists() {
			err = notHere("mobileapi.seesDocument")
		}
		return err
	})
}

// apply hands the patch to the engine under the caller's key, upon what stands now, and answers what became of it.
func (a *api) apply(c *fiber.Ctx, r *request, record syncing.RecordID, patch syncing.Patch) error {
	return a.applyUpon(c, r, record, "", patch)
}

// applyUpon is apply upon what the caller had seen: what somebody else decided since is not written over.
func (a *api) applyUpon(c *fiber.Ctx, r *request, record syncing.RecordID, base string, patch syncing.Patch) error {
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	outcome, err := a.Engine.Act(r.ctx, r.who.Principal, record, syncing.Action{Key: key, Patch: patch, Base: base})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, struct {
		Outcome syncing.Outcome `json:"outcome"`
	}{outcome})
}
