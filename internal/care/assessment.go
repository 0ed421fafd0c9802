package care

import (
	"encoding/json"
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const (
	assessmentName = "assessment"
	answersPrefix  = "answers."
)

// The urgencies that a person may ask for, lowest first.
var urgencies = []string{"next-visit", "this-week", "today", "now"}

// adviceActions are what a person can have done about advice.
var adviceActions = []string{"called-emergency", "called-line", "went-to-ed", "not-yet", "disagree"}

// levelCodes are the levels, lowest first.
var levelCodes = []string{"info", "green", "amber", "red", "emergency"}

// assessmentType is FHIR's QuestionnaireResponse. It is a draft until it is completed; then it is judged, and what its author
// writes later amends it. Completed without an answer it says "nothing to report".
func (w *ward) assessmentType() *syncing.Type {
	return &syncing.Type{
		Name: assessmentName, Category: CategoryAssessments, Creators: family, SealedAt: "completed",
		Doc: "A needs assessment (FHIR QuestionnaireResponse). Frozen once completed; its author can amend it.",
		Fields: []syncing.FieldSpec{
			field("questionnaire", syncing.Code, syncing.CAS, family, "name and version that is answered, such as hna|1.0.0; never changed", required),
			field("status", syncing.Code, syncing.FSM, family, "FHIR status", required, moves(first("in-progress", "completed"),
				from("in-progress", "completed", "stopped"), from("completed", "amended", "entered-in-error"),
				from("amended", "entered-in-error"), from("stopped"), from("entered-in-error"))),
			field("answeredBy", syncing.Code, syncing.LWW, family, "who answers; a caregiver says so (hazard H20)", codes("patient", "caregiver")),
			field(answersPrefix+"*", syncing.Answer, syncing.LWW, family,
				"answer to an item (0 to 10, or true and false) or to a follow-up question (m.*); codes that nobody knows are kept"),
			field("wantToTalk.*", syncing.Bool, syncing.LWW, family, "the person wants to talk about this item"),
			field(whoCanSeePrefix+"*", syncing.Code, syncing.LWW, person,
				"who may see what the person says of this item: caregiver adds their caregivers, the others leave out whoever they do not name", codes(choices...)),
			field("itemNote.*", syncing.Text, syncing.LWW, family, "what the person says about this item", upTo(noteMax)),
			field("note", syncing.Text, syncing.LWW, family, "anything else, in the person's words", upTo(pageMax)),
			field("urgency", syncing.Code, syncing.Max, family, "how soon the person needs to hear from someone", codes(urgencies...)),
			field("phoneLevel", syncing.Code, syncing.Max, family, "level that the phone worked out at once", codes(levelCodes...)),
			field("phoneRules", syncing.Code, syncing.Set, family, "ids of the rules that fired on the phone"),
			field("phoneHash", syncing.Text, syncing.LWW, family, "SHA-256 of the rules file on the phone, in hex", upTo(lineMax)),
			field("phoneRulesAt", syncing.Instant, syncing.LWW, family, "when that phone last asked the server whether its rules file is still the one, by its own clock"),
			field("wordsIn", syncing.Code, syncing.LWW, family, "language in which the phone asked and advised, where that was not English, such as es"),
			field("wordsDraft", syncing.Bool, syncing.LWW, family, "those words were a translation that nobody had signed off"),
			field("adviceShownAt", syncing.Instant, syncing.LWW, family, "when the phone showed its advice"),
			field("adviceAction", syncing.Code, syncing.LWW, family, "what the person did then",
				codes(adviceActions...)),
			field("reportedAt", syncing.Instant, syncing.LWW, nobody, "when it was completed, by the server's clock"),
			field("serverLevel", syncing.Code, syncing.Max, nobody, "level that the server worked out; the higher of both stands", codes(levelCodes...)),
			field("upgraded", syncing.Bool, syncing.Max, nobody, "the server judged higher than the phone that showed its advice: show the higher level now"),
			field("possibleDuplicate", syncing.Reference, syncing.Set, nobody, "assessments of the same questionnaire that were completed within minutes of this one"),
			field("careTeams", syncing.Reference, syncing.Set, nobody, "teams that looked after the person when it came in; their figures count it"),
		},
		Categorise: w.categoriseAssessment,
		Allow:      w.allowAssessment,
		Derive:     w.deriveAssessment,
		Index:      indexAssessment,
	}
}

// categoriseAssessment keeps a draft of the person between their own devices: nobody sees it begin, or vanish when something sensitive
// is ticked in it. What is reported, and what a caregiver answers for the person, is for those who may see all of it.
func (w *ward) categoriseAssessment(s syncing.Snapshot) string {
	if !isReported(s) && s.Text("status") != "entered-in-error" && s.Text("answeredBy") != "caregiver" {
		return syncing.OwnerAudience
	}
	return w.contentCategory(s)
}

// contentCategory hides the whole document from those who may not see one of the items that are ticked in it: sensitive
// ones, and those that the person hid. A code that we do not know may be sensitive.
func (w *ward) contentCategory(s syncing.Snapshot) string {
	questionnaire := w.rulesFor(s.Text("questionnaire")).Questionnaire()
	private, oncology, practice := false, false, false
	for _, family := range []string{answersPrefix, "itemNote.", "wantToTalk."} {
		for _, name := range s.Fields(family) {
			code := name[len(family):]
			_, isItem := questionnaire.Item(code)
			if isItem && saysNo(s, name) {
				continue
			}
			choice := choiceFor(s, code)
			oncology, practice = oncology || choice == seenByOncology, practice || choice == seenByPractice
			private = private || choice == seenByTreating || !questionnaire.Asks(code) || questionnaire.Sensitive(code)
		}
	}
	return narrowest(private, oncology, practice)
}

// saysNo reports whether an answer ticks nothing.
func saysNo(s syncing.Snapshot, name string) bool {
	value := string(s.Value(name))
	return value == "0" || value == "false" || value == `""`
}

// neverByProxy are items that only the person answers, and the follow-up questions that are asked for them: whoever helps to
// fill in the form may be the reason for the answer.
var neverByProxy = []string{"emo.selfharm", "rel.unsafe", "m.harmnow", "m.unsafenow", "cg.unsafe"}

func (w *ward) allowAssessment(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	if pinned := c.Before.Text("questionnaire"); pinned != "" && c.After.Text("questionnaire") != pinned {
		return refuse(syncing.Invalid, "The version of the questionnaire stays as it was when the answers began.")
	}
	answeredBy := c.After.Text("answeredBy")
	if c.By.Owner() {
		return allowChoice(c)
	}
	for _, code := range neverByProxy {
		if wroteAny(c, answersPrefix+code, "itemNote."+code, "wantToTalk."+code) {
			return refuse(syncing.Forbidden, "Only the person themselves can answer this question.")
		}
	}
	if c.By.Has(RoleCaregiver) && c.After.Exists() && answeredBy != "caregiver" {
		return refuse(syncing.Invalid, "Please say that you are answering for somebody else.")
	}
	return nil
}

// isReported reports whether an assessment says something that counts.
func isReported(s syncing.Snapshot) bool {
	status := s.Text("status")
	return status == "completed" || status == "amended"
}

// reports reports whether the change completes an assessment, or amends what it says.
func reports(c syncing.Change) bool {
	if !isReported(c.After) {
		return false
	}
	if !isReported(c.Before) {
		return true
	}
	for _, name := range c.Fields {
		if family, _, _ := strings.Cut(name, "."); family != "status" && !isAboutAdvice(family) {
			return true
		}
	}
	return false
}

// isAboutAdvice reports whether a field says what the phone showed and what the person did then.
func isAboutAdvice(field string) bool { return field == "adviceShownAt" || field == "adviceAction" }

// answersOf gives the answers as the instrument reads them.
func answersOf(s syncing.Snapshot) instrument.Answers {
	answers := instrument.Answers{}
	for _, name := range s.Fields(answersPrefix) {
		answers[name[len(answersPrefix):]] = json.RawMessage(s.Value(name))
	}
	return answers
}

// previousOf finds the last reported assessment before this one; for an amendment too, before this one was completed.
func previousOf(c syncing.Change, r syncing.Reader, s surroundings) (*instrument.Previous, error) {
	docs, err := r.Documents(assessmentName)
	if err != nil {
		return nil, err
	}
	var found *instrument.Previous
	latest, completed := int64(-1), c.Effective
	if at, amends := c.After.Int("reportedAt"); amends {
		completed = min(completed, at)
	}
	for _, doc := range docs {
		if doc.ID() == c.After.ID() || !isReported(doc) {
			continue
		}
		at := reportedAt(doc)
		if at > latest && at <= completed {
			found, latest = &instrument.Previous{Answers: answersOf(doc), Completed: s.dateOf(at)}, at
		}
	}
	return found, nil
}

// reportedAt is when an assessment was completed, by the server's clock.
func reportedAt(assessment syncing.Snapshot) int64 {
	if at, stated := assessment.Int("reportedAt"); stated {
		return at
	}
	_, at, _ := assessment.Written("status")
	return at
}
