package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// canary is a word that stands in one place of a record, with those kinds of information of which any lets somebody see it.
type canary struct {
	word string
	of   []string
}

// What nobody consents to by name.
const (
	ofOwner         = "the person's own devices" // a draft, and what could not be applied
	ofOncologyAlone = "hidden from the practice"
	ofPracticeAlone = "hidden from oncology"
	ofNobody        = "another person's record"
)

// maySee is what each of those who knock may see of the linked record, as NEEDS and the consents of this world have it: written here by
// hand and not asked of the server. Whoever is not named sees nothing.
var maySee = map[string][]string{
	"patient": append(slices.DeleteFunc(slices.Clone(identity.AllCategories), func(c string) bool { return c == "messages.clinical" }),
		ofOwner, ofOncologyAlone, ofPracticeAlone),
	"caregiver":         allButSensitive,
	"caregiver-limited": {"schedule"},
	"oncology":          append(slices.Clone(identity.AllCategories), ofOncologyAlone),
	"oncology-lead":     append(slices.Clone(identity.AllCategories), ofOncologyAlone),
	"primary":           append(slices.Clone(identity.AllCategories), ofPracticeAlone),
	"navigator":         {"person", "team", "schedule", "plan", "concerns.practical", "messages", "triage"},
	"nursing":           {"person", "team", "schedule", "plan", "results", "messages"},
	"external":          {"person", "team", "schedule", "plan", "results", "assessments", "concerns.physical", "concerns.practical", "concerns.emotional", "messages", "medication"},
	"emergency":         {"person", "team", "schedule", "plan", "results", "assessments", "concerns.physical", "medication"},
}

// seen reports whether one of those who knock may see the canary.
func (c canary) seen(by string) bool {
	return slices.ContainsFunc(c.of, func(category string) bool { return slices.Contains(maySee[by], category) })
}

// nest collects the canaries of a world.
type nest struct {
	*accessWorld
	list []canary
}

// word makes a canary of those kinds of information.
func (n *nest) word(of ...string) string {
	letters := strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.Join(of, ""))
	c := canary{fmt.Sprintf("yrn%d%s", len(n.list), letters), of}
	n.list = append(n.list, c)
	return c.word
}

// id is a document whose id is a canary too.
func (n *nest) id(kind string, of ...string) syncing.DocID {
	doc := newDoc(kind)
	n.list = append(n.list, canary{doc.ID(), of})
	return doc
}

// plant puts canaries into each kind of information of the linked record, and into the records beside it.
func (w *accessWorld) plant() []canary {
	w.t.Helper()
	n := &nest{accessWorld: w}
	ada, record, h := w.ada, w.record, w.house
	ada.writes(record, care.PersonID(record), set{"pronouns": n.word("person")})
	h.done(h.olive.write(record, careTeam(h.oncology), set{"leadPractitioner": n.word("team")}))
	ada.writes(record, n.id("note", "schedule"), set{"text": n.word("schedule")})
	ada.writes(record, n.id("goal", "plan"), set{"text": n.word("plan")})
	h.done(h.olive.write(record, n.id("condition", "plan"), set{"text": n.word("plan"), "recorder": h.oncology.ID, "clinicalStatus": "active"}))
	h.done(h.olive.write(record, n.id("medication", "medication"), set{"display": n.word("medication"), "status": "active"}))
	n.results()
	n.messages()
	n.reports()
	ada.writes(record, n.id("assessment", ofOwner), set{"questionnaire": "hna|1.0.0", "status": "in-progress", "answeredBy": "patient", "note": n.word(ofOwner)})
	ada.isHeld(record, n.id("labOrder", ofOwner), set{"title": n.word(ofOwner)}, syncing.Forbidden)
	h.follow()

	for _, other := range []string{relNarrow, relUnlinked} {
		h.done(w.keepers[other].write(w.records[other], n.id("note", ofNobody), set{"text": n.word(ofNobody)}))
	}
	for _, row := range h.olive.list(record, "triage") {
		of := "triage"
		if value(row, "private") == true {
			of = "concerns.sensitive"
		}
		n.list = append(n.list, canary{row.ID.ID(), []string{of}})
	}
	return n.list
}

// results are one that everybody reads who may, one that is held back from the person, and a finding that nobody has signed.
func (n *nest) results() {
	report := func(code, of string, more set) {
		n.done(n.olive.write(n.record, n.id("result", of), joinSets(set{
			"code": code, "conclusion": n.word(of), "effective": n.clock.Now().UnixMilli(), "source": "clinician-entry", "status": "final",
		}, more)))
	}
	report("ct", "results", nil)
	until := n.clock.Now().Add(7 * 24 * time.Hour).Format(time.DateOnly)
	report("pathology", "messages.clinical", set{"holdUntil": until, "holdReason": n.word("messages.clinical")})
	n.done(n.olive.write(n.record, n.id("expectedFinding", "messages.clinical"), pegfilgrastim(set{"patientText": n.word("messages.clinical")})))
}

func (n *nest) messages() {
	thread := newDoc("message").ID()
	n.ada.writes(n.record, n.id("message", "messages"), set{"thread": thread, "body": n.word("messages")})
	n.done(n.olive.write(n.record, n.id("message", "messages.clinical"), set{
		"thread": newDoc("message").ID(), "audience": "clinicians", "body": n.word("messages.clinical"), "actionRequired": false,
	}))
	n.olive.isHeld(n.record, n.id("message", "messages.clinical"), set{ // in the name of a team that is not hers
		"thread": newDoc("message").ID(), "audience": "clinicians", "body": n.word("messages.clinical"), "actionRequired": false, "fromTeam": n.primary.ID.String(),
	}, syncing.Forbidden)
}

// reports are assessments, and the concerns that follow from them: the words about an item stand in both.
func (n *nest) reports() {
	for code, kind := range map[string]string{"phy.nausea": "concerns.physical", "day.travel": "concerns.practical", "emo.worry": "concerns.emotional"} {
		n.ada.reports(n.record, set{code: 8}, set{"note": n.word("assessments"), "itemNote." + code: n.word("assessments", kind)})
	}
	for code, of := range map[string]string{"rel.unsafe": "concerns.sensitive", "emo.low": ofPracticeAlone, "emo.anger": ofOncologyAlone} {
		more := set{"note": n.word(of), "itemNote." + code: n.word(of)}
		switch of {
		case ofPracticeAlone:
			more["whoCanSee."+code] = "practice"
		case ofOncologyAlone:
			more["whoCanSee."+code] = "oncology"
		}
		answer := any(8)
		if code == "rel.unsafe" {
			answer = true
		}
		report := n.id("assessment", of)
		n.ada.writes(n.record, report, answers(set{code: answer}, more))
		n.list = append(n.list, canary{care.ConcernID(report, code).ID(), []string{of}})
	}
}
