package care

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const triageName = "triage"

// outcomes are how a row may be closed (NEEDS 4.5).
var outcomes = []string{"advice-given", "managed-by-nurse", "escalated-doctor", "referred", "admitted", "unable-to-reach", "no-action"}

// TriageID names the row of a record in a team's queue; private names the second row, of sensitive concerns alone.
func TriageID(record syncing.RecordID, team string, private bool) syncing.DocID {
	kind := "open"
	if private {
		kind = "private"
	}
	return syncing.NewDocID(triageName, syncing.DerivedUUID(triageName, record.String(), team, kind))
}

// triageType is the row of a record in the queue of one team. What waits there is a set: each report adds an element, and a
// closing takes away those that the nurse has seen, so what comes in meanwhile is never closed unseen.
func (w *ward) triageType() *syncing.Type {
	return &syncing.Type{
		Name: triageName, Category: CategoryTriage, Creators: nobody,
		Doc: "The row of a record in one team's queue, made by the rules. Open while something waits in it.",
		Fields: []syncing.FieldSpec{
			field("team", syncing.Reference, syncing.CAS, nobody, "id of the team whose queue it is", required),
			field("private", syncing.Bool, syncing.CAS, nobody, "holds sensitive concerns alone, for those who may see them"),
			field("audience", syncing.Code, syncing.CAS, nobody, "category of the row, where one team alone may see what waits in it"),
			field("waiting", syncing.Object, syncing.Set, staff, "reports that wait for the team. A closing removes those that were seen; only the rules add", members(
				member("adviceAction", syncing.Code, "what the person did when the phone showed its advice", codes(adviceActions...)),
				member("adviceShownAt", syncing.Instant, "when the phone showed it, by the server's clock"),
				member("assessment", syncing.Reference, "where it comes from"),
				member("concerns", syncing.Reference, "what it is about", listOf(syncing.Reference)),
				member("deviceAt", syncing.Instant, "when it was written by the phone's own clock, where that is wrong"),
				member("dueBy", syncing.Instant, "when the team should have reached the person; absent: nothing is promised"),
				member("duplicates", syncing.Reference, "reports of the same questionnaire within minutes of it", listOf(syncing.Reference)),
				member("late", syncing.Bool, "it came in long after it was written"),
				member("level", syncing.Code, "how urgent it is", codes(levelCodes...)),
				member("receivedAt", syncing.Instant, "when it came in"),
				member("reportedAt", syncing.Instant, "when it was written, by the server's clock"),
				member("review", syncing.Code, "why a nurse should look at the phone's rules: see the words of a row", listOf(syncing.Code)),
				member("unread", syncing.Int, "answers that the rules could not read"),
				member("upgraded", syncing.Bool, "the server judged higher than the phone that showed its advice"),
				member("urgency", syncing.Code, "how soon the person needs to hear from someone", codes(urgencies...)))),
			field("overdue", syncing.Bool, syncing.Max, nobody, "the time has passed"),
			field("status", syncing.Code, syncing.FSM, staff, "where the team stands",
				moves(first("new"), from("new", "in-progress", "closed"), from("in-progress", "new", "closed"), from("closed", "new"))),
			field("claimedBy", syncing.Reference, syncing.CAS, staff, "account that has it; the first wins, null hands it back"),
			field("claimedAt", syncing.Instant, syncing.LWW, nobody, "since when"),
			field("outcome", syncing.Code, syncing.CAS, staff, "what came of it; given with the closing", codes(outcomes...)),
			field("outcomeNote", syncing.Text, syncing.CAS, staff, "in plain words, for the person and both teams", upTo(noteMax)),
		},
		Categorise: func(s syncing.Snapshot) string {
			if audience := s.Text("audience"); audience != "" {
				return audience
			}
			if private, _ := s.Bool("private"); private {
				return CategorySensitive
			}
			return CategoryTriage
		},
		Allow:  allowTriage,
		Derive: deriveTriage,
		Index:  indexTriage,
	}
}

// waiting is an element of a row. Its members stand in the order of canonical JSON.
type waiting struct {
	AdviceAction  string           `json:"adviceAction,omitzero"`
	AdviceShownAt int64            `json:"adviceShownAt,omitzero"`
	Assessment    string           `json:"assessment"`
	Concerns      []string         `json:"concerns"`
	DeviceAt      int64            `json:"deviceAt,omitzero"`
	DueBy         int64            `json:"dueBy,omitzero"`
	Duplicates    []string         `json:"duplicates,omitempty"`
	Late          bool             `json:"late"`
	Level         instrument.Level `json:"level"`
	ReceivedAt    int64            `json:"receivedAt"`
	ReportedAt    int64            `json:"reportedAt"`
	Review        []string         `json:"review,omitempty"`
	Unread        int              `json:"unread,omitzero"`
	Upgraded      bool             `json:"upgraded,omitzero"`
	Urgency       string           `json:"urgency,omitzero"`
}

func (e waiting) value() (jsontext.Value, error) { return json.Marshal(e) }

// waitingIn lists what waits in a row. An element that cannot be read still waits, at the lowest level.
func waitingIn(row syncing.Snapshot) []waiting {
	var list []waiting
	for _, elem := range row.Elems("waiting") {
		var e waiting
		if json.Unmarshal(elem, &e) != nil {
			e = waiting{}
		}
		list = append(list, e)
	}
	return list
}

// rowReport is what a report puts into one row.
type rowReport struct {
	team     string
	part     rowPart
	audience string // of the row, if one team alone may see it
	twins    []string
	settle   func(waiting) waiting // takes out of what waits what waits elsewhere now; nil: nothing does
	waiting
}

// rowDraft puts a report into its row, making or opening it. A report of the same assessment that still waits there is
// replaced by both together: the level only rises and the clock keeps running.
func (w *ward) rowDraft(c syncing.Change, r syncing.Reader, zone string, report rowReport) (*draft, error) {
	id := triageOf(c.Record, report.team, report.part)
	stands, err := r.Document(id)
	if err != nil {
		return nil, err
	}
	d := newDraft(id, stands)
	d.textOnce("team", report.team)
	d.ifNone("private", syncing.BoolValue(report.part != partOpen))
	if report.part == partAlone {
		d.textOnce("audience", report.audience)
	}
	e := report.waiting
	e.ReportedAt, e.ReceivedAt = c.Effective, c.Now
	e.DueBy, e.Late = w.levels.due(e.Level, c.Now, zone), w.levels.late(e.Level, c.Effective, c.Now)
	var replaced []jsontext.Value
	for i, old := range waitingIn(stands) {
		if old.Assessment == e.Assessment {
			if report.settle != nil {
				old = report.settle(old)
			}
			e = together(old, e)
			replaced = append(replaced, stands.Elems("waiting")[i])
		}
	}
	successors, err := pair(&e, stands, report.twins)
	if err != nil {
		return nil, err
	}
	value, err := e.value()
	if err != nil {
		return nil, err
	}
	replaceWaiting(d, value, replaced)
	for _, old := range slices.Sorted(maps.Keys(successors)) {
		replaceWaiting(d, successors[old], []jsontext.Value{jsontext.Value(old)})
	}
	if status := stands.Text("status"); status == "" || status == "closed" {
		d.text("status", "new")
	}
	return d, nil
}

// urgencyRank orders urgencies; no answer is below every answer.
func urgencyRank(urgency string) int { return slices.Index(urgencies, urgency) }

// allowTriage keeps a row in the hands of its team: the first who claims it has it, and a closing says what came of it.
func allowTriage(c syncing.Change) *syncing.Refusal {
	if bySystem(c) || !c.Before.Exists() {
		return nil
	}
	if !actsForTeam(c, c.Before.Text("team")) {
		return refuse(syncing.Forbidden, "Only members of the team whose queue this is can do that.")
	}
	if refusal := allowClaim(c); refusal != nil {
		return refusal
	}
	before, after := c.Before.Elems("waiting"), c.After.Elems("waiting")
	closes := c.After.Text("status") == "closed" && c.Before.Text("status") != "closed"
	switch {
	case slices.ContainsFunc(after, func(v jsontext.Value) bool { return !contains(before, v) }):
		return refuse(syncing.Forbidden, "Reports come into the queue only from the person.")
	case !closes && (len(after) < len(before) || wroteAny(c, "outcome", "outcomeNote")):
		return refuse(syncing.Invalid, "What waits here leaves the queue only by closing it with an outcome.")
	case c.Before.Text("status") == "closed" && c.After.Text("status") == "new":
		return refuse(syncing.Transition, "To take this up again, open the concern again.")
	case closes && (!c.Wrote("outcome") || c.After.Text("outcome") == ""):
		return refuse(syncing.Invalid, "Please say what came of it before closing.")
	case closes && len(after) > 0:
		return refuse(syncing.Stale, "Something new came in that you have not seen. Look at it, then close.")
	}
	return nil
}

func allowClaim(c syncing.Change) *syncing.Refusal {
	had, has, me := c.Before.Text("claimedBy"), c.After.Text("claimedBy"), c.By.Account().String()
	closes := c.After.Text("status") == "closed"
	switch {
	case has != "" && has != had && has != me:
		return refuse(syncing.Forbidden, "Nobody can take this for somebody else.")
	case has != "" && had != "" && had != has:
		return refuse(syncing.Stale, "A colleague has taken this already. They can hand it back.")
	case c.After.Text("status") == "in-progress" && has == "":
		return refuse(syncing.Invalid, "Somebody has to take this, or it goes back to the queue.")
	case closes && had != "" && had != me:
		return refuse(syncing.Stale, "A colleague has taken this. Hand it back before you close it.")
	}
	return nil
}

// deriveTriage tells the concerns what the team does with them.
func deriveTriage(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	closes := c.After.Text("status") == "closed" && c.Before.Text("status") != "closed"
	row := newDraft(c.After.ID(), c.After)
	switch claimed := c.After.Text("claimedBy"); {
	case closes:
		row.clear("claimedBy")
		row.clear("claimedAt")
		row.clear("overdue")
	case claimed == "":
		row.clear("claimedAt")
	case claimed != c.Before.Text("claimedBy"):
		row.set("claimedAt", syncing.IntValue(c.Effective))
	}
	drafts := []*draft{row}
	for _, e := range waitingIn(c.Before) {
		for _, id := range e.Concerns {
			concern, err := r.Document(syncing.DocID(id))
			if err != nil {
				return nil, err
			}
			if d := followRow(c, concern, closes); d != nil {
				drafts = append(drafts, d)
			}
		}
	}
	return patches(drafts...), nil
}

// followRow moves a concern's status for the team along with the row.
func followRow(c syncing.Change, concern syncing.Snapshot, closes bool) *draft {
	if !concern.Exists() {
		return nil
	}
	d := newDraft(concern.ID(), concern)
	team := c.Before.Text("team")
	status := concern.Text(routeStatusPrefix + team)
	switch {
	case closes && status != "":
		d.text(routeStatusPrefix+team, "closed")
		d.text(routeOutcomePrefix+team, c.After.Text("outcome"))
	case c.After.Text("claimedBy") != "" && (status == "new" || status == "seen"):
		d.text(routeStatusPrefix+team, "in-progress")
	}
	return d
}
