package care

import (
	"slices"
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// actedStates are what a team says of one concern before it closes the row: what became of it.
var actedStates = []string{"managed-by-nurse", "escalated", "referred", "self-care", "no-action"}

func routeMoves() option {
	list := []move{
		from("new", append([]string{"seen", "in-progress", "closed"}, actedStates...)...),
		from("seen", append([]string{"new", "in-progress", "closed"}, actedStates...)...),
		from("in-progress", append([]string{"seen", "closed"}, actedStates...)...),
	}
	for _, state := range actedStates {
		list = append(list, from(state, "closed", "in-progress"))
	}
	return moves(first("new"), append(list, from("closed", "new"))...)
}

// allowConcern lets each team say for itself where it stands, and the person open again what was closed.
func allowConcern(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	for _, name := range c.Fields {
		family, team, _ := strings.Cut(name, ".")
		if family += "."; family != routeStatusPrefix && family != routeNotePrefix {
			continue
		}
		state := c.After.Text(routeStatusPrefix + team)
		switch {
		case !slices.Contains(c.Before.Texts("routes"), team):
			return refuse(syncing.Invalid, "This concern did not go to that team.")
		case c.By.Has(RolePatient) && c.By.Owner():
			if family == routeStatusPrefix && c.Before.Text(name) != "closed" {
				return refuse(syncing.Forbidden, "The team says where it stands with this. You can open it again once it is closed.")
			}
		case !actsForTeam(c, team):
			return refuse(syncing.Forbidden, "Each team says for itself where it stands with a concern.")
		case state == "closed" && c.Before.Text(routeStatusPrefix+team) != "closed":
			return refuse(syncing.Invalid, "A concern is closed with its row, and with what came of it.")
		case state == "escalated" && c.Before.Text(routeStatusPrefix+team) != "escalated" && (!c.Wrote(routeNotePrefix+team) || c.After.Text(routeNotePrefix+team) == ""):
			return refuse(syncing.Invalid, "Please say why a doctor should look at this.")
		}
	}
	return nil
}

// deriveConcern tells what a team said of one concern, and puts a concern that was opened again back into the row of its team.
func (w *ward) deriveConcern(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	concern := newDraft(c.After.ID(), c.After)
	drafts := []*draft{concern}
	for _, name := range c.Fields {
		team, isRoute := strings.CutPrefix(name, routeStatusPrefix)
		before, after := c.Before.Text(name), c.After.Text(name)
		again := before == "new" && after == "new" // said of a closing that was lost here, and that may still come
		if !isRoute || before == after && !again {
			continue
		}
		told := stepOf(c, team, stepStated)
		switch {
		case again, before == "closed" && after == "new":
			told.What = stepReopened
			concern.clear(routeOutcomePrefix + team)
			row, err := w.reopened(c, r, team)
			if err != nil {
				return nil, err
			}
			drafts = append(drafts, row)
		case after == "seen":
			told.What = stepSeen
		default:
			told.Outcome, told.Note = outcomeOf[after], c.After.Text(routeNotePrefix+team)
		}
		concern.step(told)
	}
	return patches(drafts...), nil
}

// reopened puts the concern into the row of the team once more, with a clock of its own. What waits says that it was opened again: a
// closing that had not seen that is held, and the concern does not fall out of its row.
func (w *ward) reopened(c syncing.Change, r syncing.Reader, team string) (*draft, error) {
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	level, _ := instrument.ParseLevel(c.After.Text("level"))
	sensitive, _ := c.After.Bool("sensitive")
	choice := c.After.Text("seenBy")
	part := partOf(sensitive, choice)
	return w.rowDraft(c, r, around.zone, rowReport{team: team, part: part, audience: part.audience(choice), waiting: waiting{
		Assessment: c.After.Text("assessment"), Concerns: []string{string(c.After.ID())}, Level: level, ReopenedAt: c.Effective,
	}})
}
