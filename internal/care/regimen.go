package care

import (
	"net/url"
	"slices"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

const (
	regimenName = "regimen"

	drugPrefix   = "drug."
	expectPrefix = "expect."
	testPrefix   = "test."
	linkPrefix   = "learningLink."
)

// regimenType is the regimen sheet: on what the person is, since when, what to expect in which week of a cycle and what to do about it,
// which tests until when, and whom to call (seed B10). It lies on the phone and with the practice. Links to learn more are plain data:
// whoever sees the sheet follows them without signing in anywhere here (seed B11).
func (w *ward) regimenType() *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, oncology, doc, more...)
	}
	return &syncing.Type{
		Name: regimenName, Category: CategoryPlan, Creators: oncology,
		Doc: "The regimen sheet: drugs, dates, what to expect week by week, what to do, tests with their end, whom to call. Written by oncology.",
		Fields: []syncing.FieldSpec{
			says("title", syncing.Text, "the regimen, by its usual name", required, upTo(lineMax)),
			says("plain", syncing.Text, "what it is, in plain words", required, upTo(noteMax)),
			says("team", syncing.Reference, "id of the oncology team that answers for it", required),
			says("status", syncing.Code, "FHIR request status", required, asStatus, requestMoves()),
			says(drugPrefix+"*", syncing.Object, "a medicine; its code after the dot", members(
				member("name", syncing.Text, "the medicine", upTo(lineMax)), member("how", syncing.Text, "dose and days, for clinicians", upTo(noteMax)),
				member("plain", syncing.Text, "in plain words", upTo(noteMax)))),
			says("startedOn", syncing.Date, "first day of the first cycle"),
			says("cycle", syncing.Int, "which cycle it is now, from 1"),
			says("cycleStartedOn", syncing.Date, "first day of that cycle"),
			says("cycleDays", syncing.Int, "days from one cycle to the next", unit("d")),
			says("cycles", syncing.Int, "how many there will be"),
			says("lastCycle", syncing.Date, "last day of the last cycle; the time for a treatment summary begins there"),
			says(expectPrefix+"*", syncing.Object, "something to expect; its code after the dot", members(
				member("fromWeek", syncing.Int, "from which week of a cycle, the first is 1"), member("toWeek", syncing.Int, "to which"),
				member("effect", syncing.Text, "the side effect", upTo(lineMax)), member("plain", syncing.Text, "in plain words", upTo(noteMax)),
				member("whatToDo", syncing.Text, "what to do about it", upTo(noteMax)), member("callWhen", syncing.Text, "when to call", upTo(noteMax)))),
			says(testPrefix+"*", syncing.Object, "a test; its code after the dot", members(
				member("test", syncing.Text, "the test", upTo(lineMax)), member("frequency", syncing.Text, "how often", upTo(lineMax)),
				member("until", syncing.Date, "the last day on which it is to be done"), member("team", syncing.Reference, "id of the team that sees to it"))),
			says("whenToCall", syncing.Text, "when to call at once, whatever the week", upTo(noteMax)),
			says("phone", syncing.Text, "the number to call", upTo(lineMax)),
			says(linkPrefix+"*", syncing.Object, "somewhere to learn more; its code after the dot", members(
				member("title", syncing.Text, "what it is", upTo(lineMax)), member("url", syncing.Text, "an https address that anybody can open", upTo(noteMax)))),
		},
		Allow:  allowRegimen,
		Derive: w.deriveRegimen,
	}
}

// regimenParts are the members that each element of a family must have, and at least how many an active sheet has.
var regimenParts = []struct {
	prefix  string
	least   int
	members []string
	says    string
}{
	{drugPrefix, 1, []string{"name", "plain"}, "Name each medicine, and say in plain words what it is."},
	{expectPrefix, 1, []string{"fromWeek", "toWeek", "effect", "plain", "whatToDo", "callWhen"}, "Say of each side effect from which week to which, in plain words, what to do, and when to call."},
	{testPrefix, 0, []string{"test", "frequency", "until", "team"}, "Say of each test how often, until when, and which team sees to it."},
	{linkPrefix, 0, []string{"title", "url"}, "A link has a title and an address."},
}

func allowRegimen(c syncing.Change) *syncing.Refusal {
	team := belongsTo(c, "team")
	switch {
	case bySystem(c):
		return nil
	case !actsForTeam(c, team):
		return refuse(syncing.Forbidden, "Only the team that answers for this regimen can write its sheet.")
	}
	for _, name := range c.After.Fields(linkPrefix) {
		if !isOpenLink(linkOf(c.After, name).URL) {
			return refuse(syncing.Invalid, "A link begins with https:// and names nobody: no sign-in, no question mark.")
		}
	}
	if c.After.Text("status") != "active" {
		return nil
	}
	for _, part := range regimenParts {
		elements := c.After.Fields(part.prefix)
		if len(elements) < part.least {
			return refuse(syncing.Invalid, part.says)
		}
		for _, name := range elements {
			if lacks := (schemaOfObject{Required: part.members}).lacksIn(c.After.Value(name)); len(lacks) > 0 {
				return refuse(syncing.Invalid, part.says)
			}
		}
	}
	if c.After.Text("whenToCall") == "" || c.After.Text("phone") == "" || c.After.Text("cycleStartedOn") == "" {
		return refuse(syncing.Invalid, "Say since when this cycle runs, when to call at once, and which number.")
	}
	return nil
}

// LearningLink is somewhere to learn more.
type LearningLink struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

func linkOf(sheet Paper, name string) (link LearningLink) {
	if json.Unmarshal(sheet.Value(name), &link) != nil {
		return LearningLink{}
	}
	return link
}

// isOpenLink reports whether an address can be opened by anybody, and says nothing of whoever opens it.
func isOpenLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// deriveRegimen tells the practice of a new regimen and of another cycle (seed B33), and lets the time for a treatment summary run from
// the last cycle (seed B36).
func (w *ward) deriveRegimen(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.After.Text("status") != "active" && c.After.Text("status") != "completed" {
		return nil, nil
	}
	var drafts []*draft
	begins := c.After.Text("status") == "active" && c.Before.Text("status") != "active"
	moved := slices.ContainsFunc([]string{"cycle", "cycleStartedOn", "cycles", "cycleDays"}, func(name string) bool {
		return string(c.Before.Value(name)) != string(c.After.Value(name))
	})
	u := updateText{about: c.After.ID()}
	switch {
	case begins:
		u.cause, u.topic = "regimen "+string(syncing.IntValue(int64(c.After.Rev()))), "A new regimen"
		u.body = "A new regimen has begun. The regimen sheet says on what, what to expect this week, which tests until when, and whom to call."
	case moved && c.After.Text("status") == "active":
		u.cause, u.topic = "cycle "+string(syncing.IntValue(int64(c.After.Rev()))), "Another cycle"
		u.body = "The cycles of the regimen have changed. The regimen sheet says where it stands and what to expect this week."
	}
	if u.cause != "" {
		told, err := w.practiceUpdate(c, r, u)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, told...)
	}
	if day := c.After.Text("lastCycle"); day != "" && day != c.Before.Text("lastCycle") {
		around, err := w.look(c.Record, r)
		if err != nil {
			return nil, err
		}
		m, err := measureOf(c.Record, r)
		if err != nil {
			return nil, err
		}
		w.treatmentEnds(m, day, around.zone)
		drafts = append(m.drafts(), drafts...) // the message stays last: its rev is the head of what came
	}
	return patches(drafts...), nil
}
