package phone

import (
	"time"

	"satchel/internal/care"
	"satchel/internal/fhir"
	syncing "satchel/sync"
)

// summaryOf is a card as what a link carries: the same facts, in the words of FHIR.
func summaryOf(card care.EmergencyCard, id syncing.UUID, at time.Time) fhir.Summary {
	s := fhir.Summary{ID: id, At: at, Name: card.Name, Born: card.BirthDate, Plan: card.PlanVersion, Updated: card.Updated(), Facts: card.Lines()}
	for _, f := range card.Findings {
		s.Findings = append(s.Findings, fhir.Finding{Says: f.Says, More: f.More(), From: f.From, To: f.To})
	}
	for _, fact := range card.Facts {
		if fact.Code == care.FactAllergies {
			s.Allergies = fact.Value
		}
	}
	for _, c := range card.Conditions {
		s.Conditions = append(s.Conditions, fhir.Condition{Text: c.Text, ICD10: c.Code, Clinical: c.Status, Verification: c.Verify, Onset: c.Onset})
	}
	says := map[string]string{"taking": "The person says: taking it.", "not-taking": "The person says: not taking it."}
	for _, m := range card.Medications {
		s.Medications = append(s.Medications, fhir.Medication{Display: m.Display, Dose: m.Dose, Status: m.Status, Started: m.Started, Says: says[m.Taking]})
	}
	s.Contacts = []fhir.Contact{{Name: "Day and night", Phone: card.Line}, {Name: "Emergency number", Phone: card.Emergency}}
	for _, t := range card.Teams {
		s.Contacts = append(s.Contacts, fhir.Contact{Name: t.Name, Phone: t.Phone})
	}
	return s
}
