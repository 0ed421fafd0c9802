package ward

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// What must hold of care, in sentences that need no rule of it.

var levels = []string{"", "info", "green", "amber", "red", "emergency"}

func rank(level string) int { return slices.Index(levels, level) }

// writtenOnce are types whose words never change.
var writtenOnce = strings.Fields("message collection recurrenceReport rapidReaccess resultAck healthEvent caseNote reminderReply")

// mayGo are the types that somebody can delete.
var mayGo = strings.Fields("note preference")

// cares looks at the papers that are new or changed.
func (o *oracle) cares(id syncing.RecordID, before map[syncing.DocID]*paper) {
	c := o.life.charts[id]
	for _, doc := range slices.Sorted(maps.Keys(before)) {
		x, old := c.papers[doc], before[doc]
		o.covered["paper "+doc.Type()]++
		if x.gone {
			if !slices.Contains(mayGo, doc.Type()) {
				o.fault("f: %s was deleted", doc)
			}
			continue
		}
		if old != nil {
			o.stays(x, old)
		}
		o.says(x)
		switch doc.Type() {
		case "concern":
			o.oneOf(c, x, "assessment", "code")
			o.concern(c, x, old)
		case "receipt":
			o.oneOf(c, x, "message")
		case "task":
			if kind := x.text("kind"); kind != "escalation" && kind != "result" { // one for each report that waits, and each version of a result
				o.oneOf(c, x, "kind", "team", "focus", "cause")
			}
			o.unanswered(c, x)
		case "notice":
			o.oneOf(c, x, "code", "focus", "step", "audience", "team")
		case "triage":
			o.oneOf(c, x, "team", "private", "audience")
		case "planVersion":
			o.oneOf(c, x, "plan", "number")
		case "summaryVersion":
			o.oneOf(c, x, "of", "number")
		case "assessment":
			o.assessment(c, x)
			for _, task := range c.papers {
				o.unanswered(c, task)
			}
		case "assessmentRequest":
			for _, task := range c.papers {
				o.unanswered(c, task)
			}
		case "result":
			o.result(c, x, old)
		}
	}
}

// oneOf: of what the rules make there is one for each cause, in whatever order things came.
func (o *oracle) oneOf(c *chart, x *paper, fields ...string) {
	for _, other := range c.papers {
		if other == x || other.gone || other.id.Type() != x.id.Type() {
			continue
		}
		if !slices.ContainsFunc(fields, func(f string) bool { return other.fields[f] != x.fields[f] }) {
			o.fault("f: there are two documents of type %s for one cause: %s and %s", x.id.Type(), x.id, other.id)
		}
	}
}

// stays: what is written once stays as it is, a published plan too, and a level only rises while somebody has it open.
func (o *oracle) stays(x, old *paper) {
	kind := x.id.Type()
	for field, value := range old.fields {
		family, _, _ := strings.Cut(field, ".")
		switch {
		case x.fields[field] == value:
		case slices.Contains(writtenOnce, kind):
			o.fault("f: %s was written once, and %s of it changed", x.id, field)
		case (kind == "planVersion" || kind == "summaryVersion") && family != "ackBy" && family != "ackAt":
			o.fault("f: %s was published, and %s of it changed", x.id, field)
		case kind == "assessment" && field == "questionnaire", kind == "person" && field == "birthDate" && x.fields[field] == "":
			o.fault("f: %s of %s changed", field, x.id)
		case kind == "assessment" && family == "answers" && (old.text("status") == "completed" || old.text("status") == "amended") &&
			x.text("status") != "amended" && x.text("status") != "entered-in-error":
			o.fault("f: an answer of %s changed after it was reported, and nothing says so", x.id)
		}
	}
	if kind == "concern" && rank(x.text("level")) < rank(old.text("level")) && !allClosed(old) {
		o.fault("f: the level of %s fell from %s to %s while it was open", x.id, old.text("level"), x.text("level"))
	}
}

func allClosed(concern *paper) bool {
	for field, status := range concern.fields {
		if strings.HasPrefix(field, "routeStatus.") && unquoted(status) != "closed" {
			return false
		}
	}
	return true
}

// says: what ends says how.
func (o *oracle) says(x *paper) {
	lacks := func(field string) bool { return x.text(field) == "" }
	status := x.text("status")
	switch kind := x.id.Type(); {
	case kind == "triage" && status == "closed" && (lacks("outcome") || len(listOf(x.fields["waiting"])) > 0):
		o.fault("f: %s is closed as %q with %s waiting in it", x.id, x.text("outcome"), x.fields["waiting"])
	case kind == "task" && status == "completed" && lacks("outcome"):
		o.fault("f: %s is completed, and nobody said what came of it", x.id)
	case kind == "activity" && status == "declined" && lacks("statusReason"):
		o.fault("f: %s is declined without a reason", x.id)
	case kind == "message" && x.text("kind") == "advice-request" && (lacks("recipient") || lacks("dueBy")):
		o.fault("f: %s asks for advice, and nobody knows whom and by when", x.id)
	}
}

func listOf(value string) (list []jsontext.Value) {
	if value != "" && json.Unmarshal([]byte(value), &list) != nil {
		panic("ward: a set is no list: " + value)
	}
	return list
}

func textsOf(value string) (list []string) {
	for _, v := range listOf(value) {
		list = append(list, unquoted(string(v)))
	}
	return list
}

// assessment: whatever somebody ticked in a reported one is a concern.
func (o *oracle) assessment(c *chart, x *paper) {
	status := x.text("status")
	if status != "completed" && status != "amended" {
		return
	}
	o.covered["reported"]++
	for field, value := range x.fields {
		code, isAnswer := strings.CutPrefix(field, "answers.")
		if !isAnswer || !slices.Contains(items, code) || value == "0" || value == "false" || value == `""` {
			continue
		}
		found := false
		for _, concern := range c.papers {
			found = found || concern.id.Type() == "concern" && !concern.gone && concern.text("assessment") == string(x.id) && concern.text("code") == code
		}
		if !found {
			o.fault("f: %s says %s of %s, and there is no concern", x.id, value, code)
		}
	}
}

// unanswered: somebody is to call for answers only while they are asked for, of that day, and none has come since.
func (o *oracle) unanswered(c *chart, task *paper) {
	if task.id.Type() != "task" || task.text("kind") != "no-answers" || task.gone || task.text("status") == "completed" || task.text("status") == "cancelled" {
		return
	}
	o.covered["called for answers"]++
	request := c.papers[syncing.DocID(task.text("focus"))]
	if request == nil || request.text("status") != "active" || request.text("dueOn") != task.text("cause") {
		o.fault("f: %s asks somebody to call for answers that nobody waits for", task.id)
		return
	}
	for _, x := range c.papers {
		reported := x.id.Type() == "assessment" && (x.text("status") == "completed" || x.text("status") == "amended")
		if reported && number(x.fields["reportedAt"]) >= number(request.fields["askedAt"]) {
			o.fault("f: %s asks somebody to call for answers, and %s has come", task.id, x.id)
		}
	}
}

func number(value string) (n int64) {
	if value != "" && json.Unmarshal([]byte(value), &n) != nil {
		panic("ward: a time is no number: " + value)
	}
	return n
}

// concern: what is red waits in the queue of each team that must act, and where nothing in it is private both treating teams have it
// before them.
func (o *oracle) concern(c *chart, x, old *paper) {
	if rank(x.text("level")) < rank("red") {
		return
	}
	o.covered["red"]++
	teams := []string{}
	for _, team := range textsOf(x.fields["routes"]) {
		if x.text("routeStatus."+team) == "new" {
			teams = append(teams, team)
		}
	}
	if category := categoryOf(x); old == nil && len(teams) > 0 && category != sensitive && !strings.HasPrefix(category, sensitive+".") {
		teams = append(teams, c.treating()...)
	}
	for _, team := range teams {
		if !c.waits(team, x.text("assessment")) {
			o.fault("f: %s is %s, and does not wait with team %s", x.id, x.text("level"), team)
		}
	}
}

// result: what cannot wait is before the team that has to acknowledge it, and another number is another version.
func (o *oracle) result(c *chart, x, old *paper) {
	status := x.text("status")
	if old != nil && old.fields["value"] != x.fields["value"] && old.fields["version"] == x.fields["version"] {
		o.fault("f: %s says %s in place of %s, and is the same version", x.id, x.fields["value"], old.fields["value"])
	}
	if status == "cancelled" || status == "entered-in-error" || x.text("class") != "critical" || x.fields["acknowledgedVersion"] == x.fields["version"] {
		return
	}
	o.covered["critical"]++
	if team := x.text("responsibleTeam"); team != "" && categoryOf(x) == "results" && !c.waits(team, string(x.id)) {
		o.fault("f: %s is critical, and does not wait with team %s", x.id, team)
	}
}

// treating are the teams of oncology and of primary care that are here; of several of a kind the first by id acts.
func (c *chart) treating() (ids []string) {
	for _, kind := range []string{"oncology", "primary-care"} {
		first := ""
		for _, team := range c.papers {
			if team.id.Type() == "careTeam" && team.text("status") == "active" && team.text("kind") == kind && (first == "" || team.id.ID() < first) {
				first = team.id.ID()
			}
		}
		if first != "" {
			ids = append(ids, first)
		}
	}
	return ids
}

// waits reports whether a report waits in a row of a team.
func (c *chart) waits(team, assessment string) bool {
	for _, row := range c.papers {
		if row.id.Type() == "triage" && row.text("team") == team && strings.Contains(row.fields["waiting"], assessment) {
			return true
		}
	}
	return false
}

// queued: a row stands in the queue of its team exactly while something waits in it.
func (o *oracle) queued(id syncing.RecordID, rows map[syncing.DocID]syncing.TeamID) {
	for doc, x := range o.life.charts[id].papers {
		if doc.Type() != "triage" {
			continue
		}
		team, queued := rows[doc]
		if waits := len(listOf(x.fields["waiting"])) > 0; waits != queued || queued && team.String() != x.text("team") {
			o.fault("f: %s has %d reports waiting, and stands in the queue: %v", doc, len(listOf(x.fields["waiting"])), queued)
		}
		delete(rows, doc)
	}
	for doc := range rows {
		o.fault("f: %s stands in a queue, and is not there", doc)
	}
}

func rowOf(value []byte) syncing.DocID {
	var row struct {
		Doc syncing.DocID `json:"doc"`
	}
	if json.Unmarshal(value, &row) != nil {
		panic("ward: a row of a queue is no object")
	}
	return row.Doc
}

// rings: whoever is told that there is something sees the record, and is told of all that they see and of nothing after it.
func (o *oracle) rings(id syncing.RecordID, p permitted, told bool, head, loud syncing.Rev) {
	if told != p.active {
		o.fault("a: whether somebody is woken is %v, and must be %v", told, p.active)
	}
	if !told {
		return
	}
	c, least := o.life.charts[id], syncing.Rev(0)
	for _, x := range c.papers {
		if p.must(x) && !x.gone {
			least = max(least, x.rev)
		}
	}
	if head < least || head > c.rev || loud > head {
		o.fault("a: somebody who sees rev %d is told of rev %d, loudly of %d", least, head, loud)
	}
}
