package care

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// Identifier is a number of a person in some system, such as a hospital's; or, with the system `birthDate`, their date of birth.
type Identifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

// BirthDate is the system of an Identifier that is a date of birth.
const BirthDate = "birthDate"

// UnmatchedResult is a result that came in for a person whom nobody has made out yet, with what the sender says of them. A name is for
// reading: nothing is ever filed by it (hazard H12).
type UnmatchedResult struct {
	Name        string                    `json:"name,omitzero"`
	Identifiers []Identifier              `json:"identifiers"`
	Set         map[string]jsontext.Value `json:"set"` // fields of the result
}

// unmatchedFields are what a sender may say of a result.
var unmatchedFields = []string{
	"code", "loinc", "value", "unit", "referenceLow", "referenceHigh", "labFlag", "conclusion", "blasts", "effective", "issued", "performer", "source", "status",
}

// identifiersMax is how many identifiers are read of one person.
const identifiersMax = 8

// Check refuses what could never become a result, with the sentences of a result that is entered. Its fault is Refused.
func (u UnmatchedResult) Check() error {
	const op = "care.UnmatchedResult"
	if len(u.Identifiers) > identifiersMax {
		return fault.New(fault.Refused, op, "Name up to 8 identifiers of the person.")
	}
	for field := range u.Set {
		if !slices.Contains(unmatchedFields, field) {
			return fault.New(fault.Refused, op, "A result that has no person yet says what was measured, when and by whom, and nothing else.")
		}
	}
	d := newDraft("", syncing.Snapshot{})
	d.patch.Set = u.Set
	if refusal := allowMeasured(lab.OwnLimits, d.shown()); refusal != nil {
		return fault.New(fault.Refused, op, refusal.Detail)
	}
	if source, status := d.shown().Text("source"), d.shown().Text("status"); source == "" || source == sourcePhoto || status != "preliminary" && status != "final" || number(d.shown(), "effective") == 0 {
		return fault.New(fault.Refused, op, "Say when the sample was taken, where the result comes from, and whether it is final.")
	}
	return nil
}

// AttachPatch makes a result of this person of one that came in without. Whoever attaches it names two identifiers of the person, not
// their name, that are both as the record has them; and nothing that the sender said may speak against it. Its fault is Refused.
func (u UnmatchedResult) AttachPatch(id syncing.UUID, person syncing.Snapshot, named []Identifier) (syncing.Patch, error) {
	const op = "care.AttachPatch"
	kinds := map[string]bool{}
	for _, one := range named {
		if has, fits := knows(person, one); !has || !fits {
			return syncing.Patch{}, fault.New(fault.Refused, op, "This is not what the record says. Look at the person again: it may be somebody else.")
		}
		kinds[one.System] = true
	}
	if len(kinds) < 2 {
		return syncing.Patch{}, fault.New(fault.Refused, op, "Name two identifiers of the person, such as the date of birth and a number. A name is none.")
	}
	for _, said := range u.Identifiers {
		if has, fits := knows(person, said); has && !fits {
			return syncing.Patch{}, fault.New(fault.Refused, op, "The laboratory says something else of the person than the record does. Ask them before you file it.")
		}
	}
	d := newDraft(syncing.NewDocID(resultName, id), syncing.Snapshot{})
	for field, value := range u.Set {
		d.set(field, value)
	}
	return d.patch, nil
}

// knows says whether a record has an identifier of that system, and whether it is this one.
func knows(person syncing.Snapshot, one Identifier) (has, fits bool) {
	if one.System == BirthDate {
		born := person.Text("birthDate")
		return born != "", born != "" && born == one.Value
	}
	for _, known := range identifiersOf(person) {
		if plainNumber(known.System) == plainNumber(one.System) {
			has = true
			fits = fits || plainNumber(known.Value) == plainNumber(one.Value)
		}
	}
	return has, fits
}

// plainNumber is a number as it is compared: spaces, hyphens and case do not matter.
func plainNumber(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, s))
}
