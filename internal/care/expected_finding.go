package care

import (
	syncing "satchel/sync"
)

const expectedFindingName = "expectedFinding"

// The states of an expected finding.
const (
	findingDraft  = "draft"
	findingSigned = "signed"
)

// expectedFindingType says which numbers will come, when, and why: a white count of 50 after a growth factor is no surprise to those
// who gave it. A pharmacist or a nurse may draft it; it counts when an oncology prescriber has signed it, and is never changed then.
func (w *ward) expectedFindingType() *syncing.Type {
	drafted := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, doctors, doc, more...)
	}
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: expectedFindingName, Category: CategoryResults, Creators: doctors,
		Doc: "A result that is expected, within bounds and dates, and why. It gives more time to acknowledge one, and never silence.",
		Fields: []syncing.FieldSpec{
			drafted("code", syncing.Code, "test group, such as cbc.wbc", required),
			drafted("low", syncing.Decimal, "from which number"),
			drafted("high", syncing.Decimal, "to which number"),
			drafted("unit", syncing.Text, "unit of both, UCUM", required, upTo(lineMax)),
			drafted("validFrom", syncing.Date, "first civil date at the person's home on which a sample counts", required),
			drafted("validTo", syncing.Date, "last one; afterwards it speaks of nothing, and a phone hides it", required),
			drafted("because", syncing.Text, "why", required, upTo(noteMax)),
			drafted("drug", syncing.Text, "the drug that causes it", upTo(lineMax)),
			drafted("doseDate", syncing.Date, "its last dose"),
			field("exclusions", syncing.Code, syncing.Set, doctors, "what must not be the case; asked of those who know, and each open one is shown as a question above the note", codes(w.lab.Exclusions()...)),
			drafted("ifOutside", syncing.Text, "what to do if it is otherwise", required, upTo(noteMax)),
			drafted("patientText", syncing.Text, "the note for the person, in plain words; shown above the number", required, upTo(noteMax)),
			drafted("clinicianText", syncing.Text, "the note for clinicians, also those who have never seen the person", required, upTo(noteMax)),
			drafted("supersedes", syncing.Reference, "the finding whose place this one takes when it is signed"),
			field("status", syncing.Code, syncing.FSM, doctors, "seen by the person and in an emergency once it is signed", required,
				moves(first(findingDraft), from(findingDraft, findingSigned, resultMistake), from(findingSigned, "superseded", resultMistake),
					from("superseded"), from(resultMistake))),
			told("author", syncing.Text, "who drafted it, as colleagues know them", upTo(lineMax)),
			told("signedBy", syncing.Text, "the prescriber who signed it", upTo(lineMax)),
			told("signedAt", syncing.Instant, "when"),
		},
		Categorise: func(s syncing.Snapshot) string {
			if s.Has("signedAt") {
				return CategoryResults
			}
			return CategoryClinical
		},
		Apart:  func(func(string) string) string { return CategoryClinical },
		Allow:  w.allowExpectedFinding,
		Derive: w.deriveExpectedFinding,
	}
}
