package care

import (
	"satchel/internal/lab"
	syncing "satchel/sync"
)

const resultName = "result"

// ResultType is the document type of what a test has shown.
const ResultType = resultName

// Where a result comes from.
const (
	sourceClinician = "clinician-entry"
	sourceEHR       = "ehr"
	sourcePhoto     = "patient-photo" // by the person or a caregiver: nobody has checked it
	sourcePaper     = "paper"
)

// The states of a result that count for nothing any more.
const (
	resultCancelled = "cancelled"
	resultMistake   = "entered-in-error"
)

// measured are the fields that make a number what it is: whoever changes one writes another version of the result.
var measured = []string{"code", "loinc", "value", "unit", "effective", "referenceLow", "referenceHigh", "labFlag", "blasts", "conclusion"}

// resultType is FHIR's Observation (a number) and DiagnosticReport (words): what a test has shown, as the laboratory said it, and beside
// it what follows from that: the number in the unit of its group, how urgent it is, and who has to say what they make of it.
func (w *ward) resultType() *syncing.Type {
	enter := append([]syncing.Role{RolePatient, RoleCaregiver}, doctors...)
	said := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, enter, doc, more...)
	}
	byStaff := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: resultName, Category: CategoryResults, Creators: enter,
		Doc: "What a test has shown (FHIR Observation, DiagnosticReport). What the person sends is unverified: it is shown grey and answers no date of an order.",
		Fields: append([]syncing.FieldSpec{
			said("code", syncing.Code, "test group, such as cbc.wbc, or the kind of a report, such as ct", required),
			said("loinc", syncing.Code, "LOINC code, as the laboratory sent it"),
			said("value", syncing.Decimal, "the number as it was sent"),
			said("unit", syncing.Text, "its unit as it was sent, UCUM", upTo(lineMax)),
			said("referenceLow", syncing.Decimal, "lower end of the laboratory's normal range, in that unit"),
			said("referenceHigh", syncing.Decimal, "upper end of it"),
			said("labFlag", syncing.Text, "the laboratory's own flag, word for word", upTo(lineMax)),
			said("conclusion", syncing.Text, "what a report says, or what the person has copied from paper", upTo(pageMax)),
			field("photo", syncing.Code, syncing.Set, enter, "SHA-256 of pictures of it, kept as blobs of the record"),
			byStaff("blasts", syncing.Bool, "the laboratory saw blasts; without it nobody has said"),
			said("effective", syncing.Instant, "when the sample was taken, or the picture", required),
			said("issued", syncing.Instant, "when the laboratory gave it out"),
			said("performer", syncing.Text, "who measured it", upTo(lineMax)),
			said("source", syncing.Code, "how it came here; the person's own is patient-photo", required, codes(sourceClinician, sourceEHR, sourcePhoto, sourcePaper)),
			byStaff("verified", syncing.Bool, "somebody of a team, or the laboratory, stands for it"),
			said("order", syncing.Reference, "the order that it belongs to, if it is known"),
			byStaff("askedTeam", syncing.Reference, "team that acts on it, where there is no order"),
			byStaff("holdUntil", syncing.Date, "not shown to the person before this day: a narrow kind of report, where the law allows it"),
			byStaff("holdReason", syncing.Text, "why", upTo(noteMax)),
			field("status", syncing.Code, syncing.FSM, enter, "FHIR observation status", required,
				moves(first("preliminary", "final"), from("preliminary", "final", "amended", "corrected", resultCancelled, resultMistake),
					from("final", "amended", "corrected", resultCancelled, resultMistake), from("amended", "corrected", resultCancelled, resultMistake),
					from("corrected", "amended", resultCancelled, resultMistake), from(resultCancelled, resultMistake), from(resultMistake))),
		}, followingResult()...),
		Categorise: categoriseResult,
		Apart: func(text func(field string) string) string {
			if text("holdUntil") != "" {
				return CategoryClinical
			}
			return ""
		},
		Allow:   w.allowResult,
		Require: w.requireResult,
		Derive:  w.deriveResult,
		Index:   w.indexResult,
	}
}

// followingResult are the fields that nobody enters: what follows from the number, from what teams say of it, and from time.
func followingResult() []syncing.FieldSpec {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return []syncing.FieldSpec{
		field("version", syncing.Int, syncing.Max, nobody, "which version of it is to be acknowledged, from 1; an acknowledgement names it"),
		field("earlier", syncing.Object, syncing.Set, nobody, "what it said before it was corrected; both are shown", earlierMembers()),
		told("normalised", syncing.Decimal, "the number in the unit of its group"),
		told("normalisedUnit", syncing.Text, "that unit, UCUM", upTo(lineMax)),
		told("interpretation", syncing.Code, "FHIR interpretation: the laboratory's flag if it is one of these, else by the range", codes(interpretations...)),
		field("class", syncing.Code, syncing.Max, nobody, "how urgent it is; it only rises until it is acknowledged or corrected",
			codes(string(lab.Normal), string(lab.Action), string(lab.CriticalExpected), string(lab.Critical))),
		field("emergency", syncing.Bool, syncing.Max, nobody, "with signs of an infection: the team acts at once"),
		told("expected", syncing.Reference, "the signed finding that speaks of it"),
		told("match", syncing.Code, "what that means for it", codes(string(lab.Excluded), string(lab.Asks), string(lab.Matches))),
		told("answersOrder", syncing.Reference, "the order of which it answers a date"),
		told("answersDate", syncing.Date, "that date"),
		told("responsibleTeam", syncing.Reference, "the one team that has to acknowledge it"),
		told("receivedAt", syncing.Instant, "since when; its clock begins here"),
		told("dueBy", syncing.Instant, "by when it has to be acknowledged"),
		told("transferTo", syncing.Reference, "team that is asked to take it over; until it does, the responsible team stays so"),
		field("acknowledgedVersion", syncing.Int, syncing.Max, nobody, "the last version of which the responsible team said what it makes of it; of an older one nothing counts"),
		told("acknowledgedAt", syncing.Instant, "when the responsible team did"),
		told("acknowledgedBy", syncing.Text, "who did, as colleagues know them", upTo(lineMax)),
		told("acknowledgedTeam", syncing.Reference, "for which team"),
		told("decision", syncing.Code, "what was decided"),
		told("informedAt", syncing.Instant, "when the person was told by somebody"),
		told("released", syncing.Bool, "the day until which it was held back has come"),
		field("rungs", syncing.Object, syncing.Set, nobody, "who was told that nobody has acknowledged it, written by the clock", rungMembers()),
		stepsField(),
	}
}

// interpretations are FHIR's, the calmest first.
var interpretations = []string{"N", "L", "H", "A", "LL", "HH", "AA"}

// earlierMembers are what a version said that another has taken the place of. They stand in the order of canonical JSON.
func earlierMembers() option {
	return members(
		member("at", syncing.Instant, "until when it stood"),
		member("class", syncing.Code, "how urgent it was"),
		member("conclusion", syncing.Text, "what the report said", upTo(pageMax)),
		member("decision", syncing.Code, "what had been decided upon it"),
		member("status", syncing.Code, "its status"),
		member("unit", syncing.Text, "its unit as it was sent", upTo(lineMax)),
		member("value", syncing.Decimal, "the number as it was sent"),
		member("version", syncing.Int, "which version it was"),
	)
}

// rungMembers are a step of the ladder of a result that was reached.
func rungMembers() option {
	return members(
		member("at", syncing.Instant, "when"),
		member("to", syncing.Code, "who", codes(rungs...)),
		member("version", syncing.Int, "of which version of the result"),
	)
}

// categoriseResult: a result lies where both teams and the person read it at the same time, unless it is held back.
func categoriseResult(s syncing.Snapshot) string { return categoryOfResult(s) }

func categoryOfResult(p Paper) string {
	if p.Text("holdUntil") != "" && !truth(p, "released") {
		return CategoryClinical
	}
	return CategoryResults
}
