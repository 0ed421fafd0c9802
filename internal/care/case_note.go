package care

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

const caseNoteName = "caseNote"

// caseNoteType is a word in the discussion of a case, beside the regimen sheet (seed B50): what clinicians learn from it, without whom it
// was. It lies between the treating teams. What identifies the person is refused at writing, as far as a rule can tell; see
// identifies.
func (w *ward) caseNoteType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: caseNoteName, Category: CategorySensitive, Event: true, Creators: doctors,
		Doc: "A word in the discussion of a case beside a regimen sheet, without what identifies the person. Written once; between the treating teams.",
		Fields: []syncing.FieldSpec{
			once("regimen", syncing.Reference, "the regimen sheet, as type/id", required),
			once("text", syncing.Text, "what is asked, or what can be learned", required, upTo(pageMax)),
			once("replyTo", syncing.Reference, "the note that it answers"),
		},
		Categorise: func(syncing.Snapshot) string { return CategoryClinical },
		Apart:      func(func(string) string) string { return CategoryClinical },
		Require:    requireAnonymous,
	}
}

// requireAnonymous refuses what identifies the person. Its sentence does not say which word did.
func requireAnonymous(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	sheet, err := r.Document(syncing.DocID(c.After.Text("regimen")))
	if err != nil {
		return nil, err
	}
	if !sheet.Exists() || sheet.ID().Type() != regimenName {
		return refuse(syncing.Invalid, "A case is discussed beside a regimen sheet. Name one."), nil
	}
	who, err := r.Document(PersonID(c.Record))
	if err != nil {
		return nil, err
	}
	if identifies(c.After.Text("text"), who) {
		return refuse(syncing.Invalid, "Something in this could identify the person: a name, a number, a date or an address. Leave it out: an age in decades and \"day 8 of cycle 2\" are enough."), nil
	}
	return nil, nil
}

var (
	digitsForm = regexp.MustCompile(`[0-9][0-9 ./-]{4,}[0-9]`) // a telephone, a number of a patient, a whole date
	mailForm   = regexp.MustCompile(`\S@\S`)
	dateForm   = regexp.MustCompile(`(?i)\b[0-9]{1,2}(st|nd|rd|th)?\.? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`)
	placeForm  = regexp.MustCompile(`\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b`) // a postcode
)

// identifies reports whether a text names the person, or holds what could lead to them. It cannot know a rare story: who writes still
// answers for that.
func identifies(text string, who syncing.Snapshot) bool {
	if digitsForm.MatchString(text) || mailForm.MatchString(text) || dateForm.MatchString(text) || placeForm.MatchString(text) {
		return true
	}
	words := wordsOf(text)
	for _, name := range strings.Fields(strings.ToLower(who.Text("name"))) {
		if name = strings.TrimFunc(name, notLetter); len(name) > 1 && words[name] {
			return true
		}
	}
	plain := strings.ToLower(text)
	for _, known := range append(numbersOf(who), who.Text("phone"), who.Text("email")) {
		if len(known) > 2 && strings.Contains(plain, strings.ToLower(known)) {
			return true
		}
	}
	return false
}

func numbersOf(who syncing.Snapshot) (list []string) {
	for _, elem := range who.Elems("identifier") {
		var one struct {
			Value string `json:"value"`
		}
		if json.Unmarshal(elem, &one) == nil {
			list = append(list, one.Value)
		}
	}
	return list
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), notLetter) {
		words[word] = true
	}
	return words
}
