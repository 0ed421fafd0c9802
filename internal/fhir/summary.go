package fhir

import (
	"time"

	syncing "satchel/sync"
)

// Summary is what a document is made of. Dates are civil, as 2026-11-22; "" is unknown.
type Summary struct {
	ID   syncing.UUID // of the document; the ids of its resources follow from it
	At   time.Time    // when it was made
	Name string
	Born string

	Conditions  []Condition
	Allergies   string // in words; "" is unknown, and said so
	Medications []Medication
	Findings    []Finding
	Facts       []string // what must be known of the treatment, a line each
	Contacts    []Contact
	Plan        int64  // version of the care plan; 0: none was published
	Updated     string // how old the copy is of which the summary was made, as a sentence
}

// Condition is one that is not refuted and not resolved.
type Condition struct {
	Text         string
	ICD10        string // "" if it is in words alone
	Clinical     string // FHIR condition clinical status
	Verification string // FHIR condition verification status
	Onset        string
}

// Medication is one that the person should take.
type Medication struct {
	Display string
	Dose    string
	Status  string // FHIR medication statement status
	Started string
	Says    string // what the person says of it, as a sentence
}

// Finding is a number that is expected, and until when.
type Finding struct {
	Says     string
	More     []string // why, and what to do if it is otherwise
	From, To string
}

// Contact is a team, or a line that is answered day and night.
type Contact struct {
	Name  string
	Phone string // "" is unknown
}
