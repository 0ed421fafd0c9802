package scenario

import (
	"encoding/json"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// regimenFields are a whole regimen sheet.
func regimenFields(team identity.Team, but set) set {
	all := set{
		"title": "EC-paclitaxel", "plain": "Chemotherapy against breast cancer", "team": team.ID, "status": "active",
		"drug.epirubicin": set{"name": "Epirubicin", "how": "90 mg/m2 day 1", "plain": "A red drip"},
		"startedOn":       "2026-11-02", "cycle": 1, "cycles": 4, "cycleDays": 21, "cycleStartedOn": "2026-11-16",
		"expect.nausea": set{"fromWeek": 1, "toWeek": 1, "effect": "Nausea", "plain": "Feeling sick", "whatToDo": "Take the tablets early.", "callWhen": "Nothing stays down for a day."},
		"expect.nadir":  set{"fromWeek": 2, "toWeek": 2, "effect": "Neutropenia", "plain": "Low defences", "whatToDo": "Keep away from infections.", "callWhen": "Fever of 38 or more."},
		"test.cbc":      set{"test": "Blood count", "frequency": "every week", "until": "2027-01-10", "team": team.ID},
		"test.echo":     set{"test": "Heart scan", "frequency": "once", "until": "2026-11-20", "team": team.ID},
		"whenToCall":    "A fever, day or night.", "phone": "01632 960 111",
		"learningLink.sheet": set{"title": "EC for practices", "url": "https://learn.example.org/ec"},
	}
	maps.Copy(all, but)
	return all
}

// The practice opens the person, and the first screen answers: on what, since when, what to expect this week, which tests until when,
// whom to call. The phone says the same with no network.
func TestSeed_B10_TheFirstScreenAnswersWhatAPracticeAsks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	sheet := newDoc("regimen")
	h.refused(403, h.pia.write(f.record, sheet, regimenFields(h.oncology, nil)))
	h.refused(422, h.olive.write(f.record, sheet, regimenFields(h.oncology, set{"test.cbc": set{"test": "Blood count", "frequency": "every week", "team": h.oncology.ID}})))
	h.refused(422, h.olive.write(f.record, sheet, regimenFields(h.oncology, set{"expect.nadir": set{"fromWeek": 2, "toWeek": 2, "effect": "Neutropenia"}})))
	h.done(h.olive.write(f.record, sheet, regimenFields(h.oncology, nil)))

	now := h.pia.handover(f.record).Now
	require.NotNil(t, now)
	require.Equal(t, []string{"Epirubicin: 90 mg/m2 day 1"}, now.Drugs)
	require.Equal(t, 2, now.Week, "23 November is day 8")
	require.Len(t, now.Expect, 1, "what belongs to this week alone")
	require.Equal(t, "Fever of 38 or more.", now.Expect[0].CallWhen)
	require.Len(t, now.Tests, 1, "a test whose last day has passed is not to be done")
	require.Equal(t, "2027-01-10", now.Tests[0].Until)
	for _, words := range []string{
		"On EC-paclitaxel since 2026-11-02.", "Week 2 of cycle 1 (of 4).", "Low defences", "Keep away from infections.", "Blood count, every week, until 2027-01-10, Riverside Oncology",
		"Call Riverside Oncology, 01632 960 111: A fever, day or night.",
	} {
		require.Contains(t, now.Says, words)
	}

	require.Empty(t, f.carla.list(f.record, "regimen"))
	require.Empty(t, h.otto.list(f.record, "regimen"))
	ada := h.handset(f.record, identity.KindPatient, "ada's phone")
	ada.net.off.Store(true)
	screen, err := ada.Regimen(f.record)
	h.done(err)
	require.Equal(t, now.Says, screen)
	require.Contains(t, ada.Show(f.record), "EC-paclitaxel")
	require.NotContains(t, ada.Show(f.record), "measureReport", "what is counted is nothing to read")
	h.later(7 * 24 * time.Hour)
	screen, err = ada.Regimen(f.record)
	h.done(err)
	require.Contains(t, screen, "Week 3 of cycle 1")
	require.Contains(t, screen, "Nothing in particular is expected this week.")
}

// Links to learn more are plain data: whoever sees the sheet follows them, with no sign-in here and nothing of the person in them.
func TestSeed_B11_LearningLinksOpenWithoutASignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	sheet := newDoc("regimen")
	for _, bad := range []string{h.base + "/v1/records", "https://ada:pw@learn.example.org/", "https://learn.example.org/?record=" + f.record.UUID.String(), "javascript:alert(1)"} {
		h.refused(422, h.olive.write(f.record, sheet, regimenFields(h.oncology, set{"learningLink.sheet": set{"title": "EC", "url": bad}})))
	}
	h.done(h.olive.write(f.record, sheet, regimenFields(h.oncology, nil)))
	for _, a := range []*actor{f.ada, h.pia, h.olive} {
		links := a.handover(f.record).Now.LearningLinks
		require.Len(t, links, 1, a.name)
		link, err := url.Parse(links[0].URL)
		h.done(err)
		require.Equal(t, "https", link.Scheme)
		server, err := url.Parse(h.base)
		h.done(err)
		require.NotEqual(t, server.Host, link.Host, "no door of ours stands before it")
		require.Empty(t, link.RawQuery)
	}
	h.done(f.ada.sync(f.record))
	f.ada.net.off.Store(true)
	var link struct {
		URL string `json:"url"`
	}
	h.done(json.Unmarshal(f.ada.shows(f.record, sheet).Fields["learningLink.sheet"], &link))
	require.Equal(t, "https://learn.example.org/ec", link.URL, "it lies on the phone")
}

// Clinicians discuss a case beside the sheet, without whom it was: what identifies the person is refused at writing.
func TestSeed_B50_ACaseIsDiscussedWithoutWhomItWas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	sheet := newDoc("regimen")
	h.done(h.olive.write(f.record, sheet, regimenFields(h.oncology, nil)))
	h.done(h.olive.write(f.record, care.PersonID(f.record), set{"phone": "01632 960 777"}))
	note := func(text string) set { return set{"regimen": string(sheet), "text": text} }
	for _, identifies := range []string{
		"Mrs Example asks whether she may swim", "ADA is worried", "born 1961-05-24", "born 24 May 1961", "call 01632 960 777", "NHS 943 476 5919", "write to ada@example.org", "lives in SW1A 1AA",
	} {
		said := h.refused(422, h.pia.write(f.record, newDoc("caseNote"), note(identifies)))
		require.NotContains(t, said, "Example", "the refusal does not say which word it was")
	}
	question := newDoc("caseNote")
	h.done(h.pia.write(f.record, question, note("A woman in her sixties, numb fingertips since day 8 of cycle 2. Would you wait?")))
	answer := newDoc("caseNote")
	h.done(h.oscar.write(f.record, answer, set{"regimen": string(sheet), "text": "Yes, up to grade 1. A good sign: it eases before the next cycle.", "replyTo": string(question)}))
}

// The practice learns beside the person in front of it: links and a thread stand on the same sheet, and nobody else reads the thread.
func TestSeed_T04_ThePracticeLearnsBesideTheSheet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	sheet := newDoc("regimen")
	h.done(h.olive.write(f.record, sheet, regimenFields(h.oncology, nil)))
	require.NotEmpty(t, h.pia.handover(f.record).Now.LearningLinks)
	note := newDoc("caseNote")
	h.pia.writes(f.record, note, set{"regimen": string(sheet), "text": "What would you do about nausea in week one?"})
	reply := newDoc("caseNote")
	h.olive.writes(f.record, reply, set{"regimen": string(sheet), "replyTo": string(note), "text": "Tablets before the drip."})
	require.Equal(t, "Tablets before the drip.", value(h.pia.sees(f.record, reply), "text"))
	for _, a := range []*actor{f.ada, f.carla, h.nils, h.otto} {
		require.Empty(t, a.list(f.record, "caseNote"), a.name)
	}
	h.refused(403, f.ada.write(f.record, newDoc("caseNote"), set{"regimen": string(sheet), "text": "And me?"}))
	h.pia.isHeld(f.record, note, set{"text": "Changed"}, syncing.SealedDoc)
	h.pia.isHeld(f.record, newDoc("caseNote"), set{"regimen": string(sheet), "text": "Ada Example, born 1961-05-24"}, syncing.Invalid)
	for _, a := range []*actor{f.ada, f.carla, h.nils} {
		h.knowsNothingOf(a, f.record, note, "born 1961-05-24")
	}
}

// The practice hears by itself of a new regimen, another cycle, an admission, a result that it must act on and a new phase: once each.
func TestSeed_B33_EachEventIsOneUpdateForThePractice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	sheet := newDoc("regimen")
	heard := func() int {
		n := 0
		for _, list := range h.pia.updates(f.record, h.primary) {
			n += len(list)
		}
		return n
	}
	h.done(h.olive.write(f.record, sheet, regimenFields(h.oncology, set{"status": "draft"})))
	require.Zero(t, heard(), "a draft is nobody's news")
	h.done(h.olive.write(f.record, sheet, set{"status": "active"}))
	require.Equal(t, 1, heard())
	h.done(h.olive.write(f.record, sheet, set{"cycle": 2, "cycleStartedOn": "2026-12-07"}))
	require.Equal(t, 2, heard())
	h.done(h.olive.write(f.record, sheet, set{"whenToCall": "A fever, day or night, or a rash."}))
	require.Equal(t, 2, heard(), "not each word is an event")
	h.done(h.olive.write(f.record, plan, set{"phase": "palliative", "followUpLead": h.oncology.ID}))
	require.Equal(t, 3, heard())
	for about, list := range h.pia.updates(f.record, h.primary) {
		for _, body := range list {
			require.NotContains(t, body, "EC-paclitaxel", "whoever may read messages need not be allowed to read %s", about)
		}
	}
	require.Len(t, h.pia.digest(h.primary), 1, "they roll up by the week")

	// What cannot wait for a letter stands in the practice's queue, once, and is no letter too.
	require.Empty(t, h.pia.queue(h.primary))
	h.olive.writes(f.record, newDoc("healthEvent"), set{"type": "admission", "at": h.clock.Now().UnixMilli(), "place": "Riverside"})
	require.Equal(t, 1, h.pia.rowOf(h.primary, f.record).Reports)
	h.olive.enters(f.record, h.count("0.6", "10*9/L", set{"askedTeam": h.primary.ID}))
	require.Equal(t, 2, h.pia.rowOf(h.primary, f.record).Reports)
	require.Equal(t, 3, heard())
	require.Empty(t, h.otto.list(f.record, "message"))
	h.follow()
	require.Equal(t, 3, heard())
	require.Equal(t, 2, h.pia.rowOf(h.primary, f.record).Reports)
}
