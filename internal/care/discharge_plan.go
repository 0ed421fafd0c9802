package care

import (
	syncing "satchel/sync"
)

const dischargePlanName = "dischargePlan"

// dischargePlanType is what somebody goes home with (seed A13g): what happened, what changed, what to do, whom to call. Published, with a
// connection, it stands still, the practice is asked to acknowledge it and the sender hears if nobody opens it, and it becomes a version
// of the plan as soon as nothing is missing there. The person carries it.
func (w *ward) dischargePlanType() *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, oncology, doc, more...)
	}
	told := func(name string, kind syncing.Kind, doc string) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc)
	}
	return &syncing.Type{
		Name: dischargePlanName, Category: CategoryPlan, Creators: oncology, SealedAt: "published",
		Doc: "What somebody goes home with after a stay in hospital. Published, it stands still, and the practice is asked to acknowledge it.",
		Fields: []syncing.FieldSpec{
			says("title", syncing.Text, "the stay, in plain words", required, upTo(lineMax)),
			says("team", syncing.Reference, "id of the team that discharges", required),
			says("dischargedOn", syncing.Date, "the day"),
			says("whatHappened", syncing.Text, "what happened, for clinicians", upTo(pageMax)),
			says("plain", syncing.Text, "the same in plain words, for the person", upTo(pageMax)),
			says("medicines", syncing.Text, "what was begun, changed or stopped, and why", upTo(pageMax)),
			says("followUp", syncing.Text, "what is to be done now, by whom and when", upTo(pageMax)),
			says("pending", syncing.Text, "results that were not there yet, and who looks at them", upTo(pageMax)),
			says("whenToCall", syncing.Text, "when to call at once", upTo(noteMax)),
			says("phone", syncing.Text, "the number to call", upTo(lineMax)),
			says("status", syncing.Code, "where it stands", required, asStatus, moves(first("draft"), from("draft", "published", "withdrawn"), from("published"), from("withdrawn"))),
			told("publishedAt", syncing.Instant, "when"),
			told("version", syncing.Reference, "version of the plan that it made"),
		},
		Allow:  allowDischarge,
		Derive: w.deriveDischarge,
	}
}

// dischargeParts are what a discharge plan cannot be without.
var dischargeParts = []string{"dischargedOn", "whatHappened", "plain", "followUp", "whenToCall", "phone"}

func allowDischarge(c syncing.Change) *syncing.Refusal {
	team := belongsTo(c, "team")
	switch {
	case bySystem(c):
		return nil
	case !actsForTeam(c, team):
		return refuse(syncing.Forbidden, "Only the team that discharges can write this.")
	case c.After.Text("status") != "published" || c.Before.Text("status") == "published":
		return nil
	}
	for _, name := range dischargeParts {
		if c.After.Text(name) == "" {
			return refuse(syncing.Invalid, "Before it is published it says on which day, what happened, the same in plain words, what is to be done now, when to call, and which number.")
		}
	}
	return refuseOffline(c)
}

func (w *ward) deriveDischarge(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.After.Text("status") != "published" || c.Before.Text("status") == "published" {
		return nil, nil
	}
	own := newDraft(c.After.ID(), c.After)
	own.integer("publishedAt", c.Now)
	drafts, err := w.practiceUpdate(c, r, updateText{
		cause: "discharge", about: c.After.ID(), action: true, topic: "A discharge plan: please acknowledge it",
		body: "There is a discharge plan. It says what happened, what is to be done now and by whom, and when to call. Please read it and acknowledge this message; if nobody opens it within a day, we hear of it.",
	})
	if err != nil {
		return nil, err
	}
	version, err := w.reviewDrafts(c, r)
	return patches(append(append([]*draft{own}, version...), drafts...)...), err // the message last: its rev is the head of what came
}
