package fhir

import (
	"encoding/json"
	"fmt"
	"time"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// ContentType is that of what Document writes.
const ContentType = "application/fhir+json"

// spoken is the language of titles and stock sentences. Whoever shows a document to people may say them in another: mobile-api/words has them.
const spoken = "en"

// document collects the entries of a bundle.
type document struct {
	id      syncing.UUID
	entries []any
	subject string
}

// add puts a resource in and gives the address by which others name it.
func (d *document) add(r resource) string {
	id := syncing.DerivedUUID("fhir", d.id.String(), fmt.Sprint(len(d.entries))).String()
	r["id"] = id
	d.entries = append(d.entries, map[string]any{"fullUrl": "urn:uuid:" + id, "resource": r})
	return "urn:uuid:" + id
}

// Document writes a summary as a FHIR R4 bundle of type document: the composition first, its sections with what is to be read first on
// top, then patient, conditions, allergies, medications, flags, teams and the care plan. A section that must be there and has nothing in
// it says so. Fault: Internal, for what is no JSON.
func Document(s Summary) ([]byte, error) {
	d := &document{id: s.ID, entries: []any{nil}} // the composition's place
	d.subject = d.add(patient(s))
	at := s.At.UTC().Format(time.RFC3339)
	composition := resource{
		"resourceType": "Composition", "id": syncing.DerivedUUID("fhir", s.ID.String(), "composition").String(), "status": "final", "type": coding(loinc, "60591-5"),
		"subject": reference(d.subject), "author": []any{reference(d.subject)}, "date": at, "title": "Emergency information", "section": d.sections(s), "language": spoken,
	}
	d.entries[0] = map[string]any{"fullUrl": "urn:uuid:" + composition["id"].(string), "resource": composition}
	text, err := json.Marshal(map[string]any{
		"resourceType": "Bundle", "type": "document", "timestamp": at, "entry": d.entries, "language": spoken,
		"identifier": map[string]any{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:" + s.ID.String()},
	})
	return text, fault.Wrap(err, fault.Internal, "fhir.Document", "The summary could not be written.")
}

// sections are in the order in which somebody in a hurry reads.
func (d *document) sections(s Summary) (list []any) {
	name := s.Name
	if name == "" {
		name = unknown
	}
	born := s.Born
	if born == "" {
		born = unknown
	}
	for _, part := range []section{
		d.findings(s),
		{title: "Person and treatment", lines: append([]string{name + ", born " + born}, s.Facts...)},
		d.contacts(s), d.problems(s), d.allergies(s), d.medications(s), d.plan(s),
	} {
		if len(part.lines) > 0 || part.without != "" {
			list = append(list, part.members())
		}
	}
	return list
}

func (d *document) findings(s Summary) section {
	part := section{title: "Read first: numbers that are expected", loinc: "104605-1"}
	for _, f := range s.Findings {
		part.lines = append(append(part.lines, f.Says), f.More...)
		part.entries = append(part.entries, d.add(finding(f, d.subject)))
	}
	return part
}

func (d *document) problems(s Summary) section {
	part := section{title: "Problems", loinc: "11450-4", without: "Unknown: no conditions are on this phone."}
	for _, c := range s.Conditions {
		part.lines = append(part.lines, c.line())
		part.entries = append(part.entries, d.add(condition(c, d.subject)))
	}
	return part
}

func (d *document) allergies(s Summary) section {
	part := section{title: "Allergies", loinc: "48765-2", without: "Unknown: nobody has recorded allergies, or that there are none."}
	if s.Allergies != "" {
		part.lines = []string{s.Allergies}
		part.entries = []string{d.add(allergy(s.Allergies, d.subject))}
	}
	return part
}

func (d *document) medications(s Summary) section {
	part := section{title: "Medications", loinc: "10160-0", without: "Unknown: no medicines are on this phone."}
	for _, m := range s.Medications {
		part.lines = append(part.lines, m.line())
		part.entries = append(part.entries, d.add(medication(m, d.subject)))
	}
	return part
}

func (d *document) contacts(s Summary) section {
	part := section{title: "Whom to call"}
	for _, c := range s.Contacts {
		part.lines = append(part.lines, c.line())
		part.entries = append(part.entries, d.add(team(c)))
	}
	return part
}

func (d *document) plan(s Summary) section {
	if s.Plan == 0 {
		return section{title: "Care plan", lines: []string{"No plan was published.", s.Updated}}
	}
	version := fmt.Sprintf("Care plan, version %d", s.Plan)
	return section{title: "Care plan", loinc: "18776-5", lines: []string{version + ".", s.Updated}, entries: []string{d.add(plan(version, d.subject))}}
}
