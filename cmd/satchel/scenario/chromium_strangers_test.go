package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/fhir"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// What may stand on a screen in the same words in both languages: words that are the same, and what somebody wrote or is called.
var (
	same = []string{"Plan", "No", "Normal", "Diabetes", "Satchel", "Español (borrador)", "English", "CEA", "PSA", "LDH", "CA 125", "CA 15-3", "CA 19-9"}
	data = regexp.MustCompile(`Words that somebody wrote here, of an( ordinary length\.|…)|Words, \d+|(phone|board) of \w+|who asks for the key of the rules|Synthetic \w+|Browser|` +
		`Millbrook (nurses|Practice)|Farfield (nurses|Practice)|Hillside (district nurses|Community Health)|Riverside (Oncology|Cancer Centre|Hospital)|Bridge (navigators|Advocacy)|Ada Example|R-CHOP|Red Mesa Clinic|Blood count|Lymphoma|Ramipril 5 mg, once a day|Penicillin: rash`)
	letters = regexp.MustCompile(`\pL`)
	english = regexp.MustCompile(`(?i)\b(the|and|your|you|with|from|is|are|not|this|by|was|of|for|or)\b`) // no words of Spanish
)

// noEnglishIn looks at what stands on screens in Spanish, by where, and at what of it stands there in the same words in English.
func noEnglishIn(t *testing.T, spanish map[string]string, alike []string) {
	t.Helper()
	require.NotEmpty(t, spanish)
	for words, where := range spanish {
		ours := data.ReplaceAllString(words, "")
		left := english.MatchString(ours) || slices.Contains(alike, words) && letters.MatchString(ours)
		assert.False(t, left && !slices.Contains(same, words), "%q, on %s", words, where)
	}
}

// stockSummaries are summaries that hold, between them, whatever a summary says in its own words.
func (h *house) stockSummaries() (list []json.RawMessage) {
	h.t.Helper()
	wrote := "Words that somebody wrote here, of an ordinary length."
	add := func(s fhir.Summary) {
		s.ID, s.At = syncing.DerivedUUID("a summary", fmt.Sprint(len(list))), h.clock.Now()
		text, err := fhir.Document(s)
		h.done(err)
		list = append(list, text)
	}
	add(fhir.Summary{Updated: care.EmergencyCard{}.Updated(), Contacts: []fhir.Contact{{Name: "Day and night"}, {Name: "Emergency number"}}, Facts: care.EmergencyCard{Treatment: care.No, Sepsis: care.No}.Lines()})
	for _, stated := range []care.Stated{care.Yes, care.No, care.NotStated} {
		card := care.EmergencyCard{Treatment: stated, Sepsis: stated, UpdatedAt: h.clock.Now().UnixMilli(), Zone: "Europe/London"}
		for _, label := range []string{"Regimen", "Last dose of treatment", "Last dose of growth factor (G-CSF)", "Central line or port", "Allergies", "Blood thinner"} {
			card.Facts = append(card.Facts, care.EmergencyFact{Label: label, Value: map[care.Stated]string{care.Yes: "yes", care.No: wrote}[stated]})
		}
		s := fhir.Summary{Name: wrote, Born: birthday, Plan: 3, Updated: card.Updated(), Facts: card.Lines()}
		for _, says := range []string{"The person says: taking it.", "The person says: not taking it.", ""} {
			s.Medications = append(s.Medications, fhir.Medication{Display: wrote, Status: "active", Says: says}, fhir.Medication{Display: wrote, Dose: wrote, Status: "on-hold", Says: says})
		}
		for _, clinical := range []string{"active", "recurrence", "remission"} {
			for _, verified := range []string{"confirmed", "provisional"} {
				s.Conditions = append(s.Conditions, fhir.Condition{Text: wrote, ICD10: "C83.3", Clinical: clinical, Verification: verified, Onset: "2026-01-07"})
			}
		}
		for _, f := range []string{
			expectedNote, "Neutrophils up to 60 x10^9/L expected until 12 May; call if >60, blasts in the film, breathlessness, or no date of a growth factor",
			"Platelets from 20 x10^9/L expected until 1 August; call if <20", "Hb 80-90 g/L expected until 1 January; call if fever, or <80", "Lymphocytes up to 3 x10^9/L expected until 2 March; call if >3",
		} {
			s.Findings = append(s.Findings, fhir.Finding{Says: f, More: care.EmergencyFinding{Because: wrote, Outside: wrote}.More(), From: birthday, To: birthday})
		}
		add(s)
	}
	return list
}

// Whoever has no account and reads Spanish, in an emergency department or a laboratory, finds no English on what they are shown, but what somebody wrote: not in
// the summary, whose document is in English, and not in what is answered to whoever sends something wrongly.
func TestNoPageInSpanishForPeopleWithoutAnAccountHasEnglishLeftOnIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.lymphoma(f.record)
	ada := h.handset(f.record, identity.KindPatient, "ada")
	h.done(ada.Sync(h.ctx))
	link, err := ada.MakeLink(h.ctx, f.record, phone.LinkOptions{Open: true})
	h.done(err)
	order := h.orders(f, h.primary, set{"performerTeam": nil, "performerSite": "Red Mesa Clinic", "anchor": "2026-11-26", "fasting": true})
	sheets := set{}
	var made struct{ Code, Page string }
	for _, lang := range []string{"en", "es"} {
		h.done(f.ada.post("/v1/records/"+f.record.UUID.String()+"/papers", set{"order": string(order), "host": "satchel.example.org", "language": lang}, &made))
		sheets[lang] = made.Page
	}
	play := chromium.Start(t, "strangers.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "link": link.Link, "summaries": h.stockSummaries(), "code": made.Code, "born": birthday, "wrong": "1961-05-25", "sheets": sheets,
	})
	var said struct {
		Spanish map[string]string
		Same    []string
	}
	play.Hears(&said)
	require.NotEmpty(t, said.Same, "what is left can be seen")
	for _, words := range []string{
		"Lea primero: cifras que se esperan", "Leucocitos 20-60 x10^9/L: se espera hasta el 4 de diciembre; llame si hay fiebre, >60 o dolor abdominal o en la punta del hombro",
		"Alergias: Penicillin: rash", "Última dosis de factor de crecimiento (G-CSF): 2026-11-20 (pegilado)", "Riesgo de sepsis neutropénica: sí", "Número de emergencias: no se sabe", "Traducción en borrador, no aprobada clínicamente. Lo que alguien escribió está como lo escribió.",
		"Este código y esta fecha de nacimiento no abren nada. Compruebe los dos en la hoja o llame al equipo que figura en ella.", "jueves, 26 de noviembre de 2026",
	} {
		require.Contains(t, said.Spanish, words)
	}
	noEnglishIn(t, said.Spanish, said.Same)
	for _, complaint := range play.Ends() {
		require.Regexp(t, "status of (400|422)", complaint, "a browser's own words about what was sent wrongly")
	}
}
