package care

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// folder is a record of papers as a phone holds them.
type folder map[syncing.DocID]map[string]any

func (f folder) binder() Binder {
	return func(kind string) (list []Paper, err error) {
		for id, fields := range f {
			if id.Type() != kind {
				continue
			}
			values := map[string]jsontext.Value{}
			for name, value := range fields {
				if values[name], err = json.Marshal(value); err != nil {
					return nil, err
				}
			}
			list = append(list, WirePaper(id, 1, values))
		}
		return list, nil
	}
}

func (f folder) add(kind, name string, fields map[string]any) folder {
	f[syncing.NewDocID(kind, syncing.DerivedUUID(name))] = fields
	return f
}

// springDay is noon of 8 May 2026, which is a summer day in London and in Denver.
var springDay = time.Date(2026, time.May, 8, 12, 0, 0, 0, time.UTC)

func cardOf(t *testing.T, f folder) EmergencyCard {
	t.Helper()
	cfg, err := Default()
	require.NoError(t, err)
	c, err := NewWords(cfg).EmergencyCard(springDay, springDay.UnixMilli(), f.binder())
	require.NoError(t, err)
	return c
}

func lymphoma() folder {
	return folder{}.
		add("person", "p", map[string]any{"name": "Ada Example", "birthDate": "1961-05-24", "homeZone": "America/Denver", "phone": "canaryPhone", "pronouns": "canaryPronouns"}).
		add("careTeam", "o", map[string]any{"kind": "oncology", "status": "active", "name": "Riverside Oncology", "phone": "01632 960 111", "is24h": true, "about": "canaryAbout"}).
		add("careTeam", "c", map[string]any{"kind": "primary-care", "status": "active", "name": "Millbrook nurses", "phone": "01632 960 222"}).
		add("clinicalContext", "x", map[string]any{
			"sactRegimen": "R-CHOP", "sactLastDose": "2026-04-30", "gcsfLastDose": "2026-05-01", "gcsfKind": "pegylated", "centralLine": true, "anticoagulated": false,
			"transplantOrCarT": false, "allergies": "Penicillin: rash", "proposal": "canaryProposal",
		}).
		add("expectedFinding", "f", map[string]any{
			"code": "cbc.wbc", "low": "20", "high": "60", "unit": "10*9/L", "validFrom": "2026-05-02", "validTo": "2026-05-12", "status": "signed",
			"because": "pegfilgrastim on 1 May", "ifOutside": "Call oncology at once.", "exclusions": []string{"spleen-pain", "fever"}, "patientText": "canaryPatient",
		})
}

func TestHazard_H09_TheNoteOfAnExpectedNumberStandsAboveEverythingElseOnTheCard(t *testing.T) {
	t.Parallel()
	c := cardOf(t, lymphoma())
	for _, text := range []string{c.Screen(), c.Text()} {
		require.True(t, strings.HasPrefix(text, "NOTE: WBC 20-60 x10^9/L expected until 12 May; call if fever, >60, or abdominal/shoulder-tip pain\n"), text)
		for _, line := range []string{
			"Because: pegfilgrastim on 1 May", "Ada Example, born 1961-05-24", "Cancer treatment in progress.", "Risk of neutropenic sepsis: yes", "Regimen: R-CHOP",
			"Last dose of treatment: 2026-04-30", "Last dose of growth factor (G-CSF): 2026-05-01 (pegylated)", "Central line or port: yes", "Allergies: Penicillin: rash",
			"Blood thinner: no", "Day and night: 01632 960 111. Emergency: 999.", "Riverside Oncology: 01632 960 111", "Millbrook nurses: 01632 960 222",
			"No plan was published.", "Last updated 8 May 2026, 06:00.",
		} {
			require.Contains(t, text, line)
		}
	}
}

func TestHazard_H09_AFindingThatIsNotSignedOrDoesNotHoldTodayIsNotOnTheCard(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"a draft": {"status": "draft"}, "superseded": {"status": "superseded"}, "a mistake": {"status": "entered-in-error"},
		"over": {"validTo": "2026-05-07"}, "not yet": {"validFrom": "2026-05-09"}, "without a date": {"validTo": ""},
	} {
		f := lymphoma()
		for field, value := range change {
			f[syncing.NewDocID("expectedFinding", syncing.DerivedUUID("f"))][field] = value
		}
		require.Empty(t, cardOf(t, f).Findings, name)
	}
	last := lymphoma()
	last[syncing.NewDocID("expectedFinding", syncing.DerivedUUID("f"))]["validTo"] = "2026-05-08"
	require.Len(t, cardOf(t, last).Findings, 1, "its last day counts, at home")
}

func TestHazard_H09_WhatNobodyStatedIsUnknownAndNeverAbsent(t *testing.T) {
	t.Parallel()
	text := cardOf(t, folder{}).Screen()
	for _, line := range []string{
		"unknown, born unknown", "Cancer treatment: unknown whether in progress. Treat as if it is.", "Risk of neutropenic sepsis: unknown. Treat as at risk.", "Regimen: unknown",
		"Central line or port: unknown", "Allergies: unknown", "Blood thinner: unknown", "Day and night: unknown",
	} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, ": no")

	f := folder{}.add("clinicalContext", "x", map[string]any{"sactLastDose": "2025-01-01"})
	require.Equal(t, []Stated{No, NotStated}, []Stated{cardOf(t, f).Treatment, cardOf(t, f).Sepsis}, "nobody said that there was no transplant")
	f = folder{}.add("clinicalContext", "x", map[string]any{"sactLastDose": "2025-01-01", "transplantOrCarT": false})
	require.Equal(t, []Stated{No, No}, []Stated{cardOf(t, f).Treatment, cardOf(t, f).Sepsis})
	f = folder{}.add("clinicalContext", "x", map[string]any{"transplantOrCarT": true}).add("carePlan", "y", map[string]any{"status": "active", "phase": "active-treatment"})
	require.Equal(t, []Stated{Yes, Yes}, []Stated{cardOf(t, f).Treatment, cardOf(t, f).Sepsis})
}

// The list of what may be in the payload is a list, here too: a new member of the card is a decision.
func TestHazard_H27_TheCardHasTheseMembersAndNoOther(t *testing.T) {
	t.Parallel()
	f := lymphoma().
		add("condition", "c", map[string]any{"text": "Lymphoma", "code": "C83.3", "clinicalStatus": "active", "stage": "canaryStage", "recorder": "canaryTeam"}).
		add("condition", "gone", map[string]any{"text": "canaryResolved", "clinicalStatus": "resolved"}).
		add("condition", "wrong", map[string]any{"text": "canaryMistake", "clinicalStatus": "active", "verificationStatus": "entered-in-error"}).
		add("medication", "m", map[string]any{"display": "Apixaban 5 mg", "dose": "twice a day", "status": "active", "takingNote": "canaryTaking"}).
		add("medication", "old", map[string]any{"display": "canaryStopped", "status": "stopped"}).
		add("carePlan", "p", map[string]any{"status": "active", "phase": "palliative", "title": "canaryTitle"}).
		add("concern", "s", map[string]any{"code": "rel.unsafe", "note": "canaryConcern"}).
		add("message", "s", map[string]any{"body": "canaryMessage"}).add("goal", "s", map[string]any{"text": "canaryGoal"}).
		add("note", "s", map[string]any{"text": "canaryNote"}).add("assessment", "s", map[string]any{"note": "canaryAssessment"})
	c := cardOf(t, f)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	for _, said := range []string{string(text), c.Screen(), c.Text()} {
		require.NotContains(t, said, "canary")
		require.NotContains(t, said, "palliative")
	}
	require.Len(t, c.Conditions, 1)
	require.Len(t, c.Medications, 1)
	var members map[string]any
	require.NoError(t, json.Unmarshal(text, &members))
	require.ElementsMatch(t, strings.Fields(`findings name birthDate treatment sepsis facts line emergency teams planVersion updatedAt zone today conditions medications`), keysOf(members))
}

// What is not on the list is not there for whoever makes a card: no type, no field, by no way of reading it.
func TestHazard_H27_PapersOfAnEmergencyHoldWhatIsOnTheListAndNothingElse(t *testing.T) {
	t.Parallel()
	f := folder{}
	for _, kind := range Schema(testConfig(t)).Types() {
		fields := map[string]any{}
		for _, field := range kind.Fields {
			fields[strings.Replace(field.Name, "*", "x", 1)] = []string{"canary"}
			if field.Kind != syncing.SetOf {
				fields[strings.Replace(field.Name, "*", "x", 1)] = "canary"
			}
		}
		f.add(kind.Name, kind.Name, fields)
		papers, err := EmergencyPapers(f.binder())(kind.Name)
		require.NoError(t, err)
		if emergencyFields[kind.Name] == nil {
			require.Empty(t, papers, kind.Name)
			continue
		}
		require.Len(t, papers, 1, kind.Name)
		for name := range fields {
			family, _, open := strings.Cut(name, ".")
			listed := slices.Contains(emergencyFields[kind.Name], name) || open && slices.Contains(emergencyFields[kind.Name], family+".*")
			require.Equal(t, listed, slices.Contains(papers[0].Fields(""), name), "%s %s", kind.Name, name)
			require.Equal(t, listed, papers[0].Value(name) != nil || papers[0].Text(name) != "" || papers[0].Texts(name) != nil, "%s %s", kind.Name, name)
		}
	}
	require.NotContains(t, emergencyFields, prognosisName)
}

// What the companion makes its card of is the same list.
func TestHazard_H27_TheCompanionsCardIsMadeOfTheSameFieldsAndNoOther(t *testing.T) {
	t.Parallel()
	const program = `import { listed } from "../../web/sdk/src/emergency/papers.js"; console.log(JSON.stringify(Object.fromEntries(listed)));`
	list, err := exec.Command("node", "--input-type=module", "-e", program).Output()
	require.NoError(t, err)
	var fields map[string][]string
	require.NoError(t, json.Unmarshal(list, &fields))
	require.Equal(t, emergencyFields, fields)
}

func keysOf(m map[string]any) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

func TestTheTextOfAQRFitsWhateverStandsInTheRecord(t *testing.T) {
	t.Parallel()
	for _, long := range []string{strings.Repeat("a", pageMax), strings.Repeat("ä ", pageMax), strings.Repeat("漢", pageMax)} {
		f := lymphoma()
		for id, fields := range f {
			for name, value := range fields {
				if _, isText := value.(string); isText && !strings.HasPrefix(name, "valid") && name != "kind" && name != "status" && name != "homeZone" && name != "birthDate" &&
					!strings.HasSuffix(name, "Dose") && name != "low" && name != "high" {
					f[id][name] = long
				}
			}
		}
		for i := range 5 {
			f.add("expectedFinding", fmt.Sprint(i), f[syncing.NewDocID("expectedFinding", syncing.DerivedUUID("f"))])
		}
		text := cardOf(t, f).Text()
		require.LessOrEqual(t, len(text), EmergencyTextMax, text)
		require.True(t, strings.HasPrefix(text, "NOTE: "))
		require.Contains(t, text, "[cut: ask]")
		require.Contains(t, text, "And 4 more expected finding(s): see the phone.")
		require.Contains(t, text, "born 1961-05-24")
	}
	require.NotContains(t, cardOf(t, lymphoma()).Text(), "[cut", "an ordinary record is not cut")
}
