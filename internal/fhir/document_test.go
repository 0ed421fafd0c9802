package fhir_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fhir"
	syncing "satchel/sync"
)

func whole() fhir.Summary {
	return fhir.Summary{
		ID: syncing.DerivedUUID("a summary"), At: time.Date(2026, time.May, 8, 12, 0, 0, 0, time.UTC), Name: "Ada <Example> & co", Born: "1961-05-24", Plan: 3, Updated: "Last updated 8 May 2026, 13:00.",
		Conditions: []fhir.Condition{
			{Text: "Lymphoma", ICD10: "C83.3", Clinical: "active", Verification: "confirmed", Onset: "2026-01-07"},
			{Text: "High blood pressure", Clinical: "active", Verification: "provisional"},
		},
		Allergies:   "Penicillin: rash",
		Medications: []fhir.Medication{{Display: "Apixaban 5 mg", Dose: "twice a day", Status: "active", Started: "2026-02-01", Says: "The person says: not taking it."}, {Display: "Ramipril", Status: "on-hold"}},
		Findings:    []fhir.Finding{{Says: "WBC 20-60 x10^9/L expected until 12 May", More: []string{"Because: pegfilgrastim on 1 May"}, From: "2026-05-02", To: "2026-05-12"}},
		Facts:       []string{"Cancer treatment in progress."},
		Contacts:    []fhir.Contact{{Name: "Day and night", Phone: "01632 960 111"}, {Name: "Millbrook nurses"}},
	}
}

type bundle struct {
	Type  string `json:"type"`
	Entry []struct {
		FullURL  string         `json:"fullUrl"`
		Resource map[string]any `json:"resource"`
	} `json:"entry"`
}

func read(t *testing.T, s fhir.Summary) (b bundle) {
	t.Helper()
	text, err := fhir.Document(s)
	require.NoError(t, err)
	again, err := fhir.Document(s)
	require.NoError(t, err)
	require.Equal(t, text, again, "the same summary is the same document")
	require.NoError(t, json.Unmarshal(text, &b))
	return b
}

// sections are those of the composition, by their LOINC code or their title.
func (b bundle) sections() map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, raw := range b.Entry[0].Resource["section"].([]any) {
		part := raw.(map[string]any)
		name := part["title"].(string)
		if code, ok := part["code"].(map[string]any); ok {
			name = code["coding"].([]any)[0].(map[string]any)["code"].(string)
		}
		found[name] = part
	}
	return found
}

func TestTheThreeRequiredSectionsAreThereAndSayWhyTheyAreEmpty(t *testing.T) {
	t.Parallel()
	full, none := read(t, whole()), read(t, fhir.Summary{ID: syncing.DerivedUUID("empty"), At: whole().At})
	require.Equal(t, "document", full.Type)
	for code, entries := range map[string]int{"11450-4": 2, "48765-2": 1, "10160-0": 2} {
		part := full.sections()[code]
		require.Len(t, part["entry"], entries, code)
		require.NotContains(t, part, "emptyReason", code)
		part = none.sections()[code]
		require.NotContains(t, part, "entry", code)
		reason := part["emptyReason"].(map[string]any)
		require.Equal(t, "unavailable", reason["coding"].([]any)[0].(map[string]any)["code"], code)
		require.True(t, strings.HasPrefix(reason["text"].(string), "Unknown"), "nothing is said to be absent that nobody stated: %v", reason)
	}
	first := full.Entry[0].Resource["section"].([]any)[0].(map[string]any)
	require.Contains(t, first["text"].(map[string]any)["div"], "WBC 20-60", "what is to be read first stands first")
}

func TestWordsOfARecordAreTextInTheNarrativeAndNeverMarkup(t *testing.T) {
	t.Parallel()
	text, err := fhir.Document(whole())
	require.NoError(t, err)
	var b bundle
	require.NoError(t, json.Unmarshal(text, &b))
	require.Contains(t, b.sections()["Person and treatment"]["text"].(map[string]any)["div"], "<p>Ada &lt;Example&gt; &amp; co, born 1961-05-24</p>")
}

// TestHazard_H27_ThePayloadHasTheseResourcesWithTheseMembersAndNoOther is the schema of what leaves by a link: a list. What is added to the
// payload is added here, by somebody who thought of who reads it.
func TestHazard_H27_ThePayloadHasTheseResourcesWithTheseMembersAndNoOther(t *testing.T) {
	t.Parallel()
	may := map[string]string{
		"Composition":         "resourceType id language status type subject author date title section",
		"Patient":             "resourceType id name birthDate",
		"Condition":           "resourceType id code subject category clinicalStatus verificationStatus onsetDateTime",
		"AllergyIntolerance":  "resourceType id code patient clinicalStatus verificationStatus",
		"MedicationStatement": "resourceType id status medicationCodeableConcept subject dosage effectivePeriod note",
		"Flag":                "resourceType id status code subject period",
		"Organization":        "resourceType id name telecom",
		"CarePlan":            "resourceType id status intent subject title",
	}
	seen := map[string]bool{}
	for _, e := range read(t, whole()).Entry {
		kind := e.Resource["resourceType"].(string)
		seen[kind] = true
		require.Contains(t, may, kind)
		for member := range e.Resource {
			require.Contains(t, strings.Fields(may[kind]), member, kind)
		}
	}
	require.Len(t, seen, len(may), "a whole summary has all of them")
}

// The golden file is what the checks of others are held against too (cmd/satchel/stranger).
func TestTheDocumentIsAsItWas(t *testing.T) {
	t.Parallel()
	text, err := fhir.Document(whole())
	require.NoError(t, err)
	const golden = "testdata/summary.json"
	kept, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.JSONEq(t, string(kept), string(text))
}
