package ward

import (
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// handovers are what each role makes of it beside.
var handovers = map[syncing.Role][]string{
	"oncology": {"dischargePlan"}, "patient": {"rapidReaccess"}, "caregiver": {"rapidReaccess"}, "primary": {"rapidReaccess"},
}

// fitsHandover is fits for what is handed over between the teams.
func (w *world) fitsHandover(ours, other *team, shown []*replica.Document, c *replica.Change) (replica.Change, bool) {
	set := func(field, value string) { c.Set[field] = syncing.TextValue(value) }
	switch c.Doc.Type() {
	case "phaseTransition":
		set("fromTeam", ours.id.String())
		set("toTeam", other.id.String())
		set("status", pick(w, "draft", "offered"))
		return w.about(c, "plan", "carePlan", shown)
	case "caseNote":
		set("text", "What helped against the numb fingers?")
		return w.about(c, "regimen", "regimen", shown)
	case "dischargePlan":
		set("status", "draft")
	case "regimen":
		maps.DeleteFunc(c.Set, func(name string, _ jsontext.Value) bool { return strings.Contains(name, ".") })
		set("status", "draft")
	}
	set("team", ours.id.String())
	delete(c.Set, "version")
	return *c, true
}

// answersReminder is what a person says to a reminder, mostly to one of something that they have.
func (w *world) answersReminder(c *replica.Change, record syncing.RecordID, shown []*replica.Document) {
	c.Set["reminder"], c.Set["minutes"] = syncing.TextValue("notice/"+record.String()), syncing.IntValue(30)
	if about := pick(w, "appointment", "labOrder", "assessmentRequest", "assessmentRequest", ""); about != "" {
		w.about(c, "focus", about, shown)
		c.Set["what"] = syncing.TextValue(pick(w, "done", "cannot"))
	}
}
