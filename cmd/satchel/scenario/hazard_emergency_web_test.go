package scenario

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// cardAsked is a card that the companion is to make; cardSaid is what it says on it.
type (
	cardAsked struct {
		ID       string              `json:"id"`
		Docs     []*replica.Document `json:"docs"`
		Region   string              `json:"region"`
		At       int64               `json:"at"`
		Updated  int64               `json:"updatedAt"`
		Language string              `json:"language,omitempty"`
	}
	cardSaid struct {
		Screen, Code string
		Summary      json.RawMessage
	}
)

// companionsCards runs the companion's own function.
func (h *house) companionsCards(asked ...cardAsked) (said []cardSaid) {
	h.t.Helper()
	text, err := json.Marshal(asked)
	h.done(err)
	node := exec.CommandContext(h.ctx, "node", "../../../web/sdk/conformance/card.js")
	node.Stdin = bytes.NewReader(text)
	var complains bytes.Buffer
	node.Stderr = &complains
	out, err := node.Output()
	require.NoError(h.t, err, "%s", &complains)
	h.done(json.Unmarshal(out, &said))
	require.Len(h.t, said, len(asked))
	return said
}

// sameCard holds the companion's card, its code and its link to those of the phone in Go, and gives the screen of both.
func (s *handset) sameCard(record syncing.RecordID) string {
	s.h.t.Helper()
	s.h.done(s.Sync(s.h.ctx))
	link, err := s.MakeLink(s.h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode})
	s.h.done(err)
	p := s.h.payloadOf(link)
	bundle := s.h.decrypts(p, s.h.opensAt(p, emergencyPasscode))
	s.h.done(s.RevokeLink(s.h.ctx, record, link.ID))
	var made struct {
		Identifier struct{ Value string }
		Timestamp  time.Time
	}
	s.h.done(json.Unmarshal(bundle, &made))
	card, err := s.EmergencyCard(record)
	s.h.done(err)
	screen, err := s.EmergencyScreen(record)
	s.h.done(err)
	require.Contains(s.h.t, screen, card.Screen())
	said := s.h.companionsCards(cardAsked{
		ID: strings.TrimPrefix(made.Identifier.Value, "urn:uuid:"), Docs: s.DB.View(record), Region: "UK", At: made.Timestamp.UnixMilli(), Updated: s.Synced(),
	})[0]
	require.Equal(s.h.t, card.Screen(), said.Screen)
	require.Equal(s.h.t, card.Text(), said.Code)
	require.JSONEq(s.h.t, string(bundle), string(said.Summary))
	return said.Screen
}

// Of the same record the companion's emergency card, its code and its link say what the phone in Go says, word for word: what is expected and what has
// run out, what nobody stated, what a fever that was reported changes (nothing that reassures), a plan that was published, long and odd texts.
func TestHazard_H09_TheCompanionsCardSaysWhatThePhonesDoesWordForWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	unknown := h.admit("Nobody Known")
	require.Contains(t, h.handset(unknown, identity.KindPatient, "nobody").sameCard(unknown), "Risk of neutropenic sepsis: unknown. Treat as at risk.")

	ada := h.handset(f.record, identity.KindPatient, "ada")
	ada.sameCard(f.record)
	h.lymphoma(f.record)
	finding := h.draftsExpected(f.record)
	require.NotContains(t, ada.sameCard(f.record), "NOTE", "a draft is on no card")
	h.done(h.haematologist().write(f.record, finding, set{"status": "signed"}))
	require.True(t, strings.HasPrefix(ada.sameCard(f.record), "NOTE: "+expectedNote), "what is expected comes first")

	f.ada.reports(f.record, set{"phy.fever": 5, "m.temp": "38.1"}, nil)
	feverish := ada.sameCard(f.record)
	require.Contains(t, feverish, "call if fever")
	require.NotContains(t, feverish, "what your injection is for", "nothing that reassures")

	h.done(h.oscar.write(f.record, clinicalContext(f.record), set{"allergies": "Penicillin:\n  rash <b>&amp; \"itch\"</b> 'seen'", "transplantOrCarT": false, "centralLine": nil}))
	h.done(h.olive.write(f.record, newDoc("carePlan"), set{"title": "Plan", "overallLead": h.oncology.ID, "followUpLead": h.oncology.ID, "status": "active", "phase": "active-treatment"}))
	h.done(h.pia.write(f.record, newDoc("medication"), set{"display": "Apixaban 5 mg", "status": "on-hold", "started": "2026-10-01"}))
	require.Contains(t, ada.sameCard(f.record), "Cancer treatment in progress.")

	h.clock.pass(15 * 24 * time.Hour)
	require.NotContains(t, ada.sameCard(f.record), "NOTE", "what has run out is on no card")
}

// Whatever stands in a record, the companion cuts it where the phone in Go does; and in Spanish the text of a code fits, too.
func TestHazard_H09_TheCompanionCutsACardWhereThePhoneDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := time.Date(2026, time.May, 8, 12, 0, 0, 0, time.UTC)
	cfg, err := care.Default()
	h.done(err)
	var asked []cardAsked
	var screens, codes []string
	for i, long := range []string{"", "short", strings.Repeat("a", 2000), strings.Repeat("ä ", 900), strings.Repeat("漢", 600), strings.Repeat("🙂\u00a0 \u0085", 250)} {
		docs := oddRecord(long, i)
		card, err := care.NewWords(cfg).EmergencyCard(at, int64(i)*at.UnixMilli(), binderOf(docs))
		h.done(err)
		screens, codes = append(screens, card.Screen()), append(codes, card.Text())
		ask := cardAsked{ID: newDoc("x").ID(), Docs: docs, Region: "UK", At: at.UnixMilli(), Updated: int64(i) * at.UnixMilli()}
		asked = append(asked, ask)
	}
	for i, said := range h.companionsCards(asked...) {
		require.Equal(t, screens[i], said.Screen)
		require.Equal(t, codes[i], said.Code)
		asked[i].Language = "es"
	}
	for _, said := range h.companionsCards(asked...) {
		require.LessOrEqual(t, len(said.Code), care.EmergencyTextMax, said.Code)
		require.NotRegexp(t, `\b(unknown|expected|treatment|cut: ask|undefined)\b`, said.Code)
	}
}

// oddRecord is a record with one text wherever somebody may write, and some more that is unusual.
func oddRecord(long string, n int) (docs []*replica.Document) {
	add := func(id syncing.DocID, fields set) {
		d := &replica.Document{ID: id, Rev: syncing.Rev(n + len(docs)), Fields: map[string]jsontext.Value{}}
		for name, value := range fields {
			text, err := json.Marshal(value)
			if err != nil {
				panic(err) // texts and numbers are JSON
			}
			d.Fields[name] = text
		}
		docs = append(docs, d)
	}
	add(newDoc("person"), set{"name": long, "birthDate": "1961-05-24", "homeZone": []string{"America/Denver", "Nowhere/There", "", "Asia/Kolkata"}[n%4]})
	for _, kind := range []string{"primary-care", "oncology", "oncology", "care-home"} {
		add(newDoc("careTeam"), set{"kind": kind, "status": "active", "name": kind + long, "region": []string{"", "US", "UK", "Nowhere"}[n%4], "phone": long, "is24h": n%2 == 0, "outOfHours": "1", "contacts.b": set{"system": "phone", "value": "2", "is24h": n > 2, "verifiedAt": 5}, "contacts.a": set{"system": "phone", "value": "3", "is24h": n > 3, "verifiedAt": 5}})
	}
	add(newDoc("clinicalContext"), set{"sactRegimen": long, "sactLastDose": "2026-04-30", "gcsfLastDose": long, "gcsfKind": long, "anticoagulated": n%2 == 0, "allergies": " " + long, "prognosis": long})
	for i := range 4 {
		add(newDoc("expectedFinding"), set{
			"code": []string{"cbc.wbc", "cbc.anc", long, "cbc.plt"}[i], "low": []string{"20", "", "1", "2"}[i], "high": []string{"60", "70", "", "3"}[i], "unit": "10*9/L" + long, "validFrom": "2026-05-02",
			"validTo": []string{"2026-05-12", "2026-05-08", "2026-05-31", "2026-05-07"}[i], "status": "signed", "because": long, "ifOutside": long,
			"exclusions": [][]string{{"spleen-pain", "fever"}, {"fever"}, {}, {"blasts", "some-thing", "no-gcsf-date"}}[(i+n)%4],
		})
	}
	add(newDoc("carePlan"), set{"status": "active", "phase": "palliative"})
	add(newDoc("planVersion"), set{"plan": docs[len(docs)-1].ID, "number": n})
	return docs
}

func binderOf(docs []*replica.Document) care.Binder {
	return func(kind string) (list []care.Paper, err error) {
		for _, d := range docs {
			if d.ID.Type() == kind {
				list = append(list, care.WirePaper(d.ID, d.Rev, d.Fields))
			}
		}
		return list, nil
	}
}
