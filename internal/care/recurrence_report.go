package care

import (
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const recurrenceReportName = "recurrenceReport"

// recurrenceReportType is the event "I noticed one of these signs". It may be written with no network; the phone shows the protocol's
// advice at once, and the team that answers for it is told when it arrives.
func (w *ward) recurrenceReportType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, family, doc, more...)
	}
	return &syncing.Type{
		Name: recurrenceReportName, Category: CategoryAssessments, Event: true, Creators: family,
		Doc: "The person noticed a sign that their follow-up protocol names. Written once.",
		Fields: []syncing.FieldSpec{
			once("protocol", syncing.Reference, "the follow-up protocol, as type/id", required),
			once(signPrefix+"*", syncing.Bool, "a sign that was noticed, by its code in the protocol"),
			once("note", syncing.Text, "anything to say about it", upTo(noteMax)),
			once("answeredBy", syncing.Code, "who noticed it; a caregiver says so", codes("patient", "caregiver")),
			once("adviceShownAt", syncing.Instant, "when the phone showed the advice"),
		},
		Allow:  allowRecurrence,
		Derive: w.deriveRecurrence,
	}
}

func allowRecurrence(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	id, err := syncing.ParseDocID(c.After.Text("protocol"))
	switch {
	case err != nil || id.Type() != followUpProtocolName:
		return refuse(syncing.Invalid, "Say by which follow-up protocol you noticed this.")
	case len(c.After.Fields(signPrefix)) == 0 && c.After.Text("note") == "":
		return refuse(syncing.Invalid, "Say what you noticed.")
	case c.By.Has(RoleCaregiver) && !c.By.Owner() && c.After.Text("answeredBy") != "caregiver":
		return refuse(syncing.Invalid, "Please say that you are answering for somebody else.")
	}
	return nil
}

// deriveRecurrence puts the report into the queue of the team that answers for the protocol. One that has run out, was revoked or is
// not here still alerts: somebody who watches for a sign and sees it is not asked whether the paper is in order.
func (w *ward) deriveRecurrence(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() || !c.After.Exists() {
		return nil, nil
	}
	protocol, err := r.Document(syncing.DocID(c.After.Text("protocol")))
	if err != nil {
		return nil, err
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	level, known := instrument.ParseLevel(protocol.Text("level"))
	if !known || level < instrument.Amber {
		level = instrument.Amber
	}
	shown, ok := c.After.Int("adviceShownAt")
	if ok {
		shown = min(shown+c.Effective-c.At, c.Now) // by the phone's clock, as the rest of what it wrote
	}
	var drafts []*draft
	for _, team := range around.teams.answering(protocol.Text("team")) {
		d, err := w.rowDraft(c, r, around.zone, rowReport{team: team, waiting: waiting{
			Assessment: string(c.After.ID()), Concerns: []string{}, Level: level, AdviceShownAt: shown,
		}})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

// answering is the team, if it is still here for this person; else oncology, or whoever is.
func (t careTeams) answering(team string) []string {
	for _, here := range t.byKind {
		if here == team {
			return []string{team}
		}
	}
	return t.resolve([]instrument.Team{instrument.Oncology})
}

// isRecurrence reports whether what waits in a row is a sign that somebody was asked to watch for.
func isRecurrence(e waiting) bool { return strings.HasPrefix(e.Assessment, recurrenceReportName+"/") }
