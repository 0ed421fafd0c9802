package care

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// waiting is an element of a row: what one report asks of one team. Its members stand in the order of canonical JSON.
type waiting struct {
	AdviceAction  string           `json:"adviceAction,omitzero"`
	AdviceShownAt int64            `json:"adviceShownAt,omitzero"`
	Assessment    string           `json:"assessment"`
	Concerns      []string         `json:"concerns"`
	Dates         []string         `json:"dates,omitempty"`
	DeviceAt      int64            `json:"deviceAt,omitzero"`
	DueBy         int64            `json:"dueBy,omitzero"`
	Duplicates    []string         `json:"duplicates,omitempty"`
	Elsewhere     instrument.Level `json:"elsewhere,omitzero"`
	Event         string           `json:"event,omitzero"`
	Late          bool             `json:"late"`
	Level         instrument.Level `json:"level"`
	ReceivedAt    int64            `json:"receivedAt"`
	ReopenedAt    int64            `json:"reopenedAt,omitzero"`
	ReportedAt    int64            `json:"reportedAt"`
	Review        []string         `json:"review,omitempty"`
	Unread        int              `json:"unread,omitzero"`
	Upgraded      bool             `json:"upgraded,omitzero"`
	Urgency       string           `json:"urgency,omitzero"`
}

func waitingMembers() option {
	return members(
		member("adviceAction", syncing.Code, "what the person did when the phone showed its advice", codes(adviceActions...)),
		member("adviceShownAt", syncing.Instant, "when the phone showed it, by the server's clock"),
		member("assessment", syncing.Reference, "where it comes from"),
		member("concerns", syncing.Reference, "what it is about", listOf(syncing.Reference)),
		member("dates", syncing.Date, "of an order, that were missed", listOf(syncing.Date)),
		member("deviceAt", syncing.Instant, "when it was written by the phone's own clock, where that is wrong"),
		member("dueBy", syncing.Instant, "when the team should have reached the person; absent: nothing is promised"),
		member("duplicates", syncing.Reference, "reports of the same questionnaire within minutes of it", listOf(syncing.Reference)),
		member("elsewhere", syncing.Code, "level of what another team acts on; this team is told because it is urgent", codes(levelCodes...)),
		member("event", syncing.Code, "what happened to the person, where that is what waits", codes(healthEvents...)),
		member("late", syncing.Bool, "it came in long after it was written"),
		member("level", syncing.Code, "how urgent is what this team acts on", codes(levelCodes...)),
		member("receivedAt", syncing.Instant, "when it came in"),
		member("reopenedAt", syncing.Instant, "when a concern of it that was closed was last opened again"),
		member("reportedAt", syncing.Instant, "when it was written, by the server's clock"),
		member("review", syncing.Code, "why a nurse should look at the phone's rules: see the words of a row", listOf(syncing.Code)),
		member("unread", syncing.Int, "answers that the rules could not read"),
		member("upgraded", syncing.Bool, "the server judged higher than the phone that showed its advice"),
		member("urgency", syncing.Code, "how soon the person needs to hear from someone", codes(urgencies...)),
	)
}

func (e waiting) value() (jsontext.Value, error) { return json.Marshal(e) }

// shown is the level at which the report stands in a queue: of what the team acts on, or of what it is told.
func (e waiting) shown() instrument.Level { return max(e.Level, e.Elsewhere) }

// answered reports whether somebody of the team has spoken with the person since the report came in.
// A result is answered by acknowledging it, and by nothing else.
func (e waiting) answered(contactedAt int64) bool { return !isResult(e) && e.ReceivedAt <= contactedAt }

// waitingIn lists what waits in a row. An element that cannot be read still waits, at the lowest level.
func waitingIn(row syncing.Snapshot) []waiting {
	var list []waiting
	for _, elem := range row.Elems("waiting") {
		list = append(list, readWaiting(elem))
	}
	return list
}

func readWaiting(elem jsontext.Value) waiting {
	var e waiting
	if json.Unmarshal(elem, &e) != nil {
		return waiting{}
	}
	return e
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

// rowDraft puts a report into its row now: the clock starts when the server has it.
func (w *ward) rowDraft(c syncing.Change, r syncing.Reader, zone string, report rowReport) (*draft, error) {
	report.ReportedAt, report.ReceivedAt = c.Effective, c.Now
	report.DueBy, report.Late = w.levels.due(report.Level, c.Now, zone), w.levels.late(report.shown(), c.Effective, c.Now)
	return rowDraftOf(c.Record, r, report)
}

// rowDraftOf makes the row or opens it. A report of the same assessment that still waits there is replaced by both together: the
// level only rises and the clock keeps running.
func rowDraftOf(record syncing.RecordID, r syncing.Reader, report rowReport) (*draft, error) {
	id := triageOf(record, report.team, report.part)
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
	contacted, _ := stands.Int("contactedAt")
	var replaced []jsontext.Value
	for i, old := range waitingIn(stands) {
		if old.Assessment == e.Assessment {
			if report.settle != nil {
				old = report.settle(old)
			}
			e = together(old, e, old.answered(contacted))
			replaced = append(replaced, stands.Elems("waiting")[i])
		}
	}
	pair(&e, stands, report.twins)
	value, err := e.value()
	if err != nil {
		return nil, err
	}
	replaceWaiting(d, value, replaced)
	d.waitAgain(e, value)
	return d, nil
}

// waitAgain lets a row wait for somebody again: one that was closed, and one in which what was seen is not all there is any more.
func (d *draft) waitAgain(e waiting, value jsontext.Value) {
	fresh := !contains(d.stands.Elems("waiting"), value)
	if fresh {
		d.removeValues("opened", syncing.TextValue(e.Assessment)) // what was amended has to be looked at again
	}
	if status := d.stands.Text("status"); status == "" || status == "closed" || status == "seen" && fresh {
		d.text("status", "new")
	}
}

// urgencyRank orders urgencies; no answer is below every answer.
func urgencyRank(urgency string) int { return slices.Index(urgencies, urgency) }
