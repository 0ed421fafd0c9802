package ward

import (
	"cmp"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// In which category a document lies, by hand from the ward's pages: fixed for most types, by content for some.

var fixedCategory = map[string]string{
	"person": "person", "preference": "person", "careTeam": "team", "emergencyAccess": "team",
	"referral": "schedule", "labOrder": "schedule", "collection": "schedule", "healthEvent": "schedule",
	"clinicalContext": "plan", "carePlan": "plan", "activity": "plan", "goal": "plan", "planVersion": "plan", "decision": "plan",
	"followUpProtocol": "plan", "recurrenceReport": "assessments",
	"condition": "plan", "medication": "medication", "treatmentSummary": "plan", "survivorshipPlan": "plan", "summaryVersion": "plan", "phaseTransition": "plan", "regimen": "plan", "dischargePlan": "plan", "rapidReaccess": "assessments", "caseNote": "messages.clinical", "measureReport": syncing.OwnerAudience, "caregiverNotice": syncing.OwnerAudience, "reminderClock": "clock", "assessmentRequest": "assessments",
}

// aboutCategory is that of what the person says about a document; of what is seen by its content it counts as sensitive.
var aboutCategory = map[string]string{
	"person": "person", "careTeam": "team", "appointment": "schedule", "referral": "schedule", "collection": "schedule", "healthEvent": "schedule", "labOrder": "schedule", "carePlan": "plan",
	"activity": "plan", "goal": "plan", "planVersion": "plan", "decision": "plan", "followUpProtocol": "plan", "clinicalContext": "plan",
	"assessment": "assessments", "condition": "plan", "medication": "medication", "treatmentSummary": "plan", "survivorshipPlan": "plan", "summaryVersion": "plan",
	"phaseTransition": "plan", "regimen": "plan", "dischargePlan": "plan",
}

// remindedApart is where answers to reminders of a type lie; those to all others lie with the schedule.
var remindedApart = map[string]string{"planVersion": "plan", "summaryVersion": "plan", "medication": "medication", "assessmentRequest": "assessments"}

// items are what people tick here in an assessment: urgent ones, ordinary ones, sensitive ones.
var items = strings.Fields("phy.fever phy.breath phy.pain phy.nausea phy.tired phy.intimacy emo.worry emo.low rel.partner day.home mny.work fut.alcohol inf.results")

// sensitiveItems are the items of the questionnaire that are nobody's business but the person's and their teams'.
var sensitiveItems = strings.Fields("phy.intimacy phy.fertility emo.selfharm rel.partner rel.unsafe bel.future fut.alcohol")

// ownAnswers are never shown to a caregiver, whatever was ticked.
var ownAnswers = strings.Fields("emo.selfharm rel.unsafe m.harmnow m.unsafenow cg.unsafe")

var concernCategory = map[string]string{
	"phy": "concerns.physical", "emo": "concerns.emotional", "rel": "concerns.emotional", "bel": "concerns.emotional",
	"day": "concerns.practical", "mny": "concerns.practical", "inf": "concerns.practical", "fut": "concerns.practical",
}

func unquoted(s string) string { return strings.Trim(s, `"`) }

func (x *paper) text(field string) string { return unquoted(x.fields[field]) }

// categoryOf says where a document lies by what is in it; "" for a type that nobody told the oracle of.
func categoryOf(x *paper) string {
	kind := x.id.Type()
	if c := fixedCategory[kind]; c != "" {
		return c
	}
	or := func(field, otherwise string) string {
		if x.text(field) != "" {
			return x.text(field)
		}
		return otherwise
	}
	private := x.fields["private"] == "true"
	switch {
	case kind == "notice" && x.text("audience") == "patient":
		return syncing.OwnerAudience
	case kind == "notice":
		return or("category", "schedule")
	case kind == "appointment":
		if x.text("audience") == "clinicians" || x.text("audience") == "" && x.text("type") == "mdt" {
			return "messages.clinical"
		}
		return "schedule"
	case kind == "virtualService":
		return map[string]string{"clinicians": "messages.clinical", "oncology": oncologyAlone, "practice": practiceAlone, "everybody": sensitive}[x.text("for")]
	case kind == "task":
		return or("audience", "plan")
	case kind == "triage" && x.text("audience") != "":
		return x.text("audience")
	case (kind == "triage" || kind == "reroute") && private:
		return sensitive
	case kind == "triage" || kind == "reroute":
		return "triage"
	case (kind == "message" || kind == "receipt") && x.text("audience") == "clinicians":
		return "messages.clinical"
	case kind == "message" || kind == "receipt", kind == "note" && x.text("audience") == "teams":
		return "messages"
	case kind == "note":
		return "schedule"
	case kind == "resultAck" && x.fields["held"] == "true":
		return "messages.clinical"
	case kind == "resultAck":
		return "results"
	case kind == "result" && x.fields["holdUntil"] != "" && x.fields["released"] != "true",
		kind == "expectedFinding" && x.fields["signedAt"] == "": // between the teams that treat the person
		return "messages.clinical"
	case kind == "result", kind == "expectedFinding":
		return "results"
	case kind == "reminderReply":
		about, _, _ := strings.Cut(x.text("focus"), "/")
		return cmp.Or(remindedApart[about], "schedule")
	case kind == "correction":
		about, _, _ := strings.Cut(x.text("about"), "/")
		if c := aboutCategory[about]; c != "" {
			return c
		}
		return sensitive
	case kind == "prognosis" && x.fields["shareWithPatient"] == "true":
		return sensitive
	case kind == "prognosis":
		return "messages.clinical"
	case kind == "concern":
		return categoryOfConcern(x)
	case kind == "assessment":
		return categoryOfAssessment(x)
	}
	return ""
}

func categoryOfConcern(x *paper) string {
	domain, _, _ := strings.Cut(x.text("code"), ".")
	category, private := concernCategory[domain], x.fields["sensitive"] == "true"
	if private || category == "" {
		category = sensitive
	}
	switch x.text("seenBy") {
	case "caregiver":
		return category + shared
	case "oncology":
		return oncologyAlone
	case "practice":
		return practiceAlone
	case "treating":
		return sensitive
	}
	return category
}

// categoryOfAssessment: a draft is between the person's own devices; afterwards whoever reads it may see every item in it.
func categoryOfAssessment(x *paper) string {
	status := x.text("status")
	if (status == "in-progress" || status == "stopped") && x.text("answeredBy") != "caregiver" {
		return syncing.OwnerAudience
	}
	var chosen []string
	private := false
	for field, value := range x.fields {
		family, code, _ := strings.Cut(field, ".")
		if family != "answers" && family != "itemNote" && family != "wantToTalk" {
			continue
		}
		isItem := slices.Contains(items, code)
		if isItem && (value == "0" || value == "false" || value == `""`) {
			continue
		}
		choice := x.text("whoCanSee." + code)
		if choice == "caregiver" && slices.Contains(ownAnswers, code) {
			choice = ""
		}
		chosen = append(chosen, choice)
		unknown := !isItem && code != "m.temp" // what nobody knows may be sensitive
		private = private || choice == "treating" || slices.Contains(sensitiveItems, code) || unknown
	}
	toOncology, toPractice := slices.Contains(chosen, "oncology"), slices.Contains(chosen, "practice")
	switch {
	case toOncology && toPractice:
		return syncing.OwnerAudience
	case toOncology:
		return oncologyAlone
	case toPractice:
		return practiceAlone
	case private:
		return sensitive
	}
	return "assessments"
}
