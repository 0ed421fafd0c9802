package fhir

// resource is a FHIR resource on its way into a document: its members, as they are written.
type resource map[string]any

// Systems of codes.
const (
	loinc          = "http://loinc.org"
	icd10          = "http://hl7.org/fhir/sid/icd-10"
	clinicalCodes  = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	verifyCodes    = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
	allergyCodes   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
	allergyVerify  = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
	emptyCodes     = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
	categoryCodes  = "http://terminology.hl7.org/CodeSystem/condition-category"
	narrativeSpace = "http://www.w3.org/1999/xhtml"
)

func coding(system, code string) map[string]any {
	return map[string]any{"coding": []any{map[string]any{"system": system, "code": code}}}
}

func words(text string) map[string]any { return map[string]any{"text": text} }

func reference(url string) map[string]any { return map[string]any{"reference": url} }

// with adds a member unless its value is empty: FHIR knows no empty text.
func (r resource) with(name, value string) resource {
	if value != "" {
		r[name] = value
	}
	return r
}

func patient(s Summary) resource {
	name := s.Name
	if name == "" {
		name = unknown
	}
	return resource{"resourceType": "Patient", "name": []any{words(name)}}.with("birthDate", s.Born)
}

func condition(c Condition, subject string) resource {
	code := words(c.Text)
	if c.ICD10 != "" {
		code["coding"] = []any{map[string]any{"system": icd10, "code": c.ICD10}}
	}
	return resource{
		"resourceType": "Condition", "code": code, "subject": reference(subject), "category": []any{coding(categoryCodes, "problem-list-item")},
		"clinicalStatus": coding(clinicalCodes, c.Clinical), "verificationStatus": coding(verifyCodes, c.Verification),
	}.with("onsetDateTime", c.Onset)
}

func allergy(text, subject string) resource {
	return resource{
		"resourceType": "AllergyIntolerance", "code": words(text), "patient": reference(subject),
		"clinicalStatus": coding(allergyCodes, "active"), "verificationStatus": coding(allergyVerify, "unconfirmed"),
	}
}

func medication(m Medication, subject string) resource {
	r := resource{
		"resourceType": "MedicationStatement", "status": m.Status, "medicationCodeableConcept": words(m.Display), "subject": reference(subject),
	}
	if m.Dose != "" {
		r["dosage"] = []any{words(m.Dose)}
	}
	if m.Started != "" {
		r["effectivePeriod"] = map[string]any{"start": m.Started}
	}
	if m.Says != "" {
		r["note"] = []any{words(m.Says)}
	}
	return r
}

// finding is a Flag: a warning for whoever gives care, for as long as it holds.
func finding(f Finding, subject string) resource {
	return resource{
		"resourceType": "Flag", "status": "active", "code": words(f.Says), "subject": reference(subject),
		"period": map[string]any{"start": f.From, "end": f.To},
	}
}

func team(c Contact) resource {
	r := resource{"resourceType": "Organization", "name": c.Name}
	if c.Phone != "" {
		r["telecom"] = []any{map[string]any{"system": "phone", "value": c.Phone}}
	}
	return r
}

// plan points to the care plan by its version; what stands in it is not shared.
func plan(version, subject string) resource {
	return resource{"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": reference(subject), "title": version}
}
