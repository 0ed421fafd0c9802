package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A survivorship plan that says nothing of late effects is not published, unless oncology says that none is known.
func TestSeed_A03_APlanWithoutLateEffectsIsRefusedUnlessNoneIsKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, set{"lateEffects.heart": nil}))
	require.Equal(t, []string{"lateEffects"}, h.lacking(h.olive.publishesDraft(f.record, plan, 1)))
	require.Empty(t, f.ada.list(f.record, "summaryVersion"))
	h.done(h.olive.write(f.record, plan, set{"lateEffects.heart": set{"effect": "Cardiomyopathy", "plain": ""}}))
	require.ElementsMatch(t, []string{"lateEffects.heart.onset", "lateEffects.heart.watch", "lateEffects.heart.handledBy", "lateEffects.heart.plain"},
		h.lacking(h.olive.publishesDraft(f.record, plan, 1)), "each says when, what to watch and who handles it, and in plain words")
	h.done(h.olive.write(f.record, plan, set{"lateEffects.heart": nil, "noneKnown": true}))
	h.done(h.olive.publishesDraft(f.record, plan, 1))
	for _, a := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		require.Len(t, a.list(f.record, "summaryVersion"), 1, a.name)
	}
	require.Contains(t, string(h.pia.handover(f.record).Papers[0].Content), `"healthyLiving":[{"code":"move"`)
	for _, a := range []*actor{f.carla, h.otto} {
		require.Empty(t, a.list(f.record, "summaryVersion"), a.name)
		h.refused(404, a.get("/v1/records/"+f.record.UUID.String()+"/handover", nil))
	}
	h.refused(403, h.pia.publishesDraft(f.record, plan, 2))
}

// What a plan speaks of is tagged with topics of our own list.
func TestSeed_A19_APlanListsItsTopicsFromOurCodeList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, nil))
	change := addTo(plan, "topics", "nccn-surv-1")
	require.Contains(t, h.refused(422, h.olive.act(f.record, "write", map[string]any{"doc": change.Doc, "add": change.Add}, nil)), "topics")
	h.done(h.olive.act(f.record, "write", map[string]any{"doc": plan, "remove": set{"topics": []string{"heart", "healthy-living"}}}, nil))
	require.Equal(t, []string{"topics"}, h.lacking(h.olive.publishesDraft(f.record, plan, 1)))
	h.done(h.olive.act(f.record, "write", map[string]any{"doc": plan, "add": set{"topics": []string{"heart", "fear-of-recurrence"}}}, nil))
	h.done(h.olive.publishesDraft(f.record, plan, 1))
	var content struct {
		Topics []string `json:"topics"`
	}
	h.done(json.Unmarshal(h.pia.handover(f.record).Papers[0].Content, &content))
	require.ElementsMatch(t, []string{"heart", "fear-of-recurrence"}, content.Topics)
}

// A treatment summary says what primary care should do, and says it in plain words too; without it it is not published.
func TestSeed_B31_ASummarySaysWhatPrimaryCareShouldDo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	summary := h.olive.drafted(f.record, "treatmentSummary", summaryFields(h.oncology, set{"primaryCare": nil}))
	require.Equal(t, []string{"primaryCare"}, h.lacking(h.olive.publishesDraft(f.record, summary, 1)))
	h.done(h.olive.write(f.record, summary, set{"primaryCare": "Blood pressure every 3 months.", "primaryCarePlain": nil}))
	require.Equal(t, []string{"primaryCarePlain"}, h.lacking(h.olive.publishesDraft(f.record, summary, 1)))
	h.done(h.olive.write(f.record, summary, set{"primaryCarePlain": "Your practice looks after your blood pressure.", "surgeries.wide": nil}))
	require.Equal(t, []string{"surgeries"}, h.lacking(h.olive.publishesDraft(f.record, summary, 1)), "there was an operation, and nobody says which")
	h.done(h.olive.write(f.record, summary, set{"surgery": false}))

	h.olive.isHeld(f.record, summary, set{"version": 1}, syncing.Forbidden) // it is published with a connection
	h.done(h.olive.publishesDraft(f.record, summary, 1))
	h.refused(409, h.olive.publishesDraft(f.record, summary, 1))
	version := care.SummaryVersionID(summary, 1)
	require.Equal(t, []string{h.oncology.ID.String(), h.primary.ID.String()}, h.pia.handover(f.record).Papers[0].WaitingFor)
	h.refused(403, h.olive.acknowledges(f, version, h.primary))
	h.refused(403, h.nils.acknowledges(f, version, h.navigation))
	h.done(h.olive.acknowledges(f, version, h.oncology))
	h.done(h.pia.acknowledges(f, version, h.primary))
	require.Empty(t, h.olive.handover(f.record).Papers[0].WaitingFor)

	// Nobody changes a version; what changed afterwards is in the next.
	h.done(h.olive.write(f.record, summary, set{"stage": "pT3 pN1 M0"}))
	require.Contains(t, string(h.pia.handover(f.record).Papers[0].Content), "pT2 pN1 M0")
	h.refused(403, h.olive.write(f.record, version, set{"section.stage": set{"stage": "pT3"}}))
	h.done(h.olive.publishesDraft(f.record, summary, 2))
	paper := h.pia.handover(f.record).Papers[0]
	require.Equal(t, int64(2), paper.Number)
	require.Contains(t, string(paper.Content), "pT3 pN1 M0")
	sum := sha256.Sum256(paper.Content)
	require.Equal(t, hex.EncodeToString(sum[:]), paper.Hash, "whoever holds a copy can tell that it is whole")
}

// A survivorship plan without one of its four sections is not published; the practice writes its own part, the person what matters.
func TestSeed_B37_FourSectionsArePresentOrPublishingIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	for section, element := range map[string]string{
		"surveillance": "surveillance.mammogram", "followUp": "followUp.clinic", "lateEffects": "lateEffects.heart", "healthyLiving": "healthyLiving.move",
	} {
		plan := h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, set{element: nil}))
		require.Equal(t, []string{section}, h.lacking(h.olive.publishesDraft(f.record, plan, 1)))
	}
	plan := h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, nil))
	h.done(h.olive.write(f.record, plan, set{"surveillance.mammogram": set{"test": "Mammogram", "team": h.oncology.ID, "plain": "A picture", "until": "2031-11-20"}}))
	require.Equal(t, []string{"surveillance.mammogram.frequency"}, h.lacking(h.olive.publishesDraft(f.record, plan, 1)), "a test says how often")
	h.done(h.olive.write(f.record, plan, set{"surveillance.mammogram": survivorshipFields(h.oncology, nil)["surveillance.mammogram"]}))

	h.pia.writes(f.record, plan, set{"comorbidity.bp": set{"text": "Hypertension, ramipril 5 mg", "plain": "Blood pressure: your practice"}})
	h.refused(403, h.olive.write(f.record, plan, set{"comorbidity.bp": set{"text": "Ours", "plain": "Ours"}}))
	h.refused(403, h.pia.write(f.record, plan, set{"noneKnown": true}))
	f.ada.writes(f.record, plan, set{"whatMatters": "Playing the organ again"})
	h.refused(403, h.olive.write(f.record, plan, set{"whatMatters": "Adherence"}))
	h.done(h.olive.publishesDraft(f.record, plan, 1))
	version := care.SummaryVersionID(plan, 1)
	content := string(h.pia.handover(f.record).Papers[0].Content)
	for _, words := range []string{"Playing the organ again", "ramipril 5 mg", "A picture of the breast every year"} {
		require.Contains(t, content, words)
	}

	// What the person finds wrong is a comment of theirs, and a task of those whose word it is.
	f.ada.writes(f.record, newDoc("correction"), set{"about": string(version), "text": "The clinic told me every 3 months"})
	require.Contains(t, h.olive.work(h.oncology, "correction")[0].Note, "every 3 months")
}

// What is made for the person is in plain words and with what matters to them, on a phone with no network.
func TestSeed_T09_ThePlanIsInPlainWordsWithWhatMattersToThePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.olive.drafted(f.record, "survivorshipPlan", survivorshipFields(h.oncology, nil))
	f.ada.writes(f.record, plan, set{"whatMatters": "Playing the organ again"})
	h.done(h.olive.publishesDraft(f.record, plan, 1))
	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	shown := f.ada.shows(f.record, care.SummaryVersionID(plan, 1))
	content, err := care.SurvivorshipJSON(care.WirePaper(shown.ID, shown.Rev, shown.Fields))
	h.done(err)
	var read map[string]any
	h.done(json.Unmarshal(content, &read))
	require.Equal(t, "Playing the organ again", read["whatMatters"])
	for _, section := range []string{"followUp", "surveillance", "lateEffects", "healthyLiving"} {
		require.NotEmpty(t, read[section])
		for _, element := range read[section].([]any) {
			require.NotEmpty(t, element.(map[string]any)["plain"], section)
		}
	}
	f.ada.net.off.Store(false)
	require.JSONEq(t, string(h.pia.handover(f.record).Papers[0].Content), string(content), "phone and server write the same")
}

// Two organisations write their plans apart, and both fit the one schema that the server gives out; a validator of others says so.
func TestSeed_T14_PlansOfTwoOrganisationsFitOneSchema(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	lakeside := h.team("cancer-centre", "Lakeside Cancer Centre", identity.TeamOncology, "Lakeside Oncology")
	lea := h.hire(identity.KindClinician, "lea", lakeside)
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	h.done(lea.Act(h.ctx, "/v1/records", client.NewRequestID(), map[string]any{
		"person": map[string]any{"name": "Bea Specimen", "birthDate": birthday, "homeZone": "Europe/London", "status": "active"}, "teams": []syncing.TeamID{lakeside.ID},
	}, &made))
	for _, org := range []struct {
		nurse  *actor
		team   identity.Team
		record syncing.RecordID
	}{{h.olive, h.oncology, f.record}, {lea, lakeside, made.Record}} {
		plan := org.nurse.drafted(org.record, "survivorshipPlan", survivorshipFields(org.team, set{"noneKnown": false}))
		summary := org.nurse.drafted(org.record, "treatmentSummary", summaryFields(org.team, nil))
		h.done(org.nurse.publishesDraft(org.record, plan, 1))
		h.done(org.nurse.publishesDraft(org.record, summary, 1))
		papers := org.nurse.handover(org.record).Papers
		require.Len(t, papers, 2)
		for _, paper := range papers {
			h.done(org.nurse.fits(paper.Content))
			require.Error(t, h.pia.fits([]byte(strings.Replace(string(paper.Content), `"plain":`, `"clear":`, 1))), "the validator does refuse")
		}
	}
	h.refused(404, h.olive.get("/v1/records/"+made.Record.UUID.String()+"/handover", nil))
	require.Error(t, h.pia.fits([]byte(`{"kind":"survivorship-plan"}`)))
}

// Prognosis is a document of its own: the treating teams see it, the person when oncology shares it, and nobody else ever.
func TestSeed_B35_PrognosisIsForCliniciansUntilOncologySharesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.refused(422, func() error {
		return h.olive.publishesDraft(f.record, h.olive.drafted(f.record, "treatmentSummary", summaryFields(h.oncology, set{"findings": nil})), 1)
	}())
	h.prognosisIsHidden(f, "five-year survival about 80 percent")
}

// Words of prognosis come to nobody unprepared: not to the person, a caregiver or an emergency view, on any device, by any way.
func TestHazard_H27_WordsOfPrognosisReachNobodyUnprepared(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(f.ada.put(caregiverPath(f.record, f.carla), set{"categories": []string{"schedule", "plan", "team", "messages"}}, nil))
	h.prognosisIsHidden(f, "median survival of eleven months")
}

// prognosisIsHidden writes words of prognosis and asks everybody what they see of them.
func (h *house) prognosisIsHidden(f family, words string) {
	h.t.Helper()
	_, err := h.otto.breaksGlass(client.NewRequestID(), set{"record": f.record})
	h.done(err)
	doc := newDoc("prognosis")
	fields := set{"text": words, "team": h.oncology.ID}
	h.refused(403, h.pia.write(f.record, newDoc("prognosis"), fields))
	h.refused(403, f.ada.write(f.record, newDoc("prognosis"), fields))
	h.done(h.olive.write(f.record, doc, fields))
	h.olive.isHeld(f.record, newDoc("prognosis"), set{"text": words, "team": h.primary.ID}, syncing.Forbidden)
	h.refused(403, h.pia.write(f.record, doc, set{"shareWithPatient": true}))
	h.refused(422, h.olive.write(f.record, doc, set{"shareWithPatient": true}))
	require.Equal(h.t, words, value(h.pia.sees(f.record, doc), "text"))
	for _, a := range []*actor{f.ada, f.carla, h.nils, h.otto} {
		h.knowsNothingOf(a, f.record, doc, words)
	}

	h.done(h.olive.write(f.record, doc, set{"plain": "Most people are well after five years", "shareWithPatient": true}))
	require.Equal(h.t, "Most people are well after five years", value(f.ada.sees(f.record, doc), "plain"))
	require.NotNil(h.t, h.pia.sees(f.record, doc))
	for _, a := range []*actor{f.carla, h.nils, h.otto} {
		h.knowsNothingOf(a, f.record, doc, words)
	}
	h.done(h.olive.write(f.record, doc, set{"shareWithPatient": false}))
	h.knowsNothingOf(f.ada, f.record, doc, words)
}

// knowsNothingOf: neither the device nor any answer about the record holds the words or the document.
func (h *house) knowsNothingOf(a *actor, record syncing.RecordID, doc syncing.DocID, words string) {
	h.t.Helper()
	h.done(a.sync(record))
	for _, d := range a.db.View(record) {
		require.NotEqual(h.t, doc, d.ID, a.name)
		for name, v := range d.Fields {
			require.NotContains(h.t, string(v), words, "%s reads it in %s of %s", a.name, name, d.ID)
		}
	}
	path := "/v1/records/" + record.UUID.String()
	h.refused(404, a.get(path+"/documents/"+string(doc)+"/history", nil))
	for _, way := range []string{"/handover", "/who", "/held"} {
		var got json.RawMessage
		if a.get(path+way, &got) == nil {
			require.NotContains(h.t, string(got), words, "%s by %s", a.name, way)
		}
	}
}
