package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
)

// The practice enters few neutrophils. They stand in oncology's queue before the practice does anything else, and both teams read who
// says what follows. A picture by the person is grey and answers no date.
func TestSeed_A13d_APracticesResultIsBeforeOncologyAtOnceAndBothSeeWhoAcknowledged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	order := h.everyTwiceAWeek(f)
	photo := newDoc("result")
	f.ada.writes(f.record, photo, h.count("0.4", "10*9/L", set{"code": "cbc.anc", "source": "patient-photo"}))
	require.Nil(t, value(h.olive.sees(f.record, photo), "answersDate"))
	require.True(t, h.olive.reads(f.record, photo, true).Grey)
	require.Equal(t, 1, h.olive.queue(h.oncology)[0].Results, "a nurse looks at it all the same")
	h.done(h.olive.decides(f.record, photo, h.oncology, set{"decision": "repeat", "note": "We measure it today."}))
	require.Empty(t, h.olive.queue(h.oncology))

	result := h.pia.enters(f.record, h.count("0.4", "10*9/L", set{"code": "cbc.anc", "order": string(order), "labFlag": "LL"}))
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, []any{"red", 1}, []any{row.Level, row.Results})
	require.Contains(t, row.Why, "1 result waits to be acknowledged")
	require.Empty(t, h.pia.queue(h.primary))
	read := h.olive.reads(f.record, result, true)
	require.Contains(t, read.Number, "Neutrophils: 0.4 x10^9/L, the laboratory's flag: LL")
	require.Equal(t, "2026-11-23", value(h.olive.sees(f.record, result), "answersDate"))
	require.Equal(t, string(order), value(f.ada.sees(f.record, result), "answersOrder"))

	h.refused(403, h.pia.decides(f.record, result, h.primary, set{"decision": "no-action"}))
	h.done(h.pia.decides(f.record, result, h.primary, nil))
	require.Zero(t, h.olive.reads(f.record, result, true).Acknowledged, "seen is not acknowledged")
	h.refused(422, h.olive.closes(h.oncology, f.record, "no-action", "Nothing to do."))
	h.done(h.olive.decides(f.record, result, h.oncology, set{
		"decision": "contact-patient", "note": "Stay away from people with a cold.", "patientInformedAt": h.clock.Now().UnixMilli(), "patientInformedHow": "phone",
	}))
	require.Empty(t, h.olive.queue(h.oncology))
	for _, a := range []*actor{h.olive, h.pia, f.ada} {
		says := a.reads(f.record, result, a != f.ada).Says
		require.Contains(t, says[0], "Acknowledged by Synthetic olive, Riverside Oncology", a.name)
		require.Contains(t, says[0], "the team calls the person", a.name)
	}

	require.Nil(t, f.carla.sees(f.record, result), "the caregiver sees the schedule and no result")
	require.Nil(t, h.nils.sees(f.record, result), "a navigator arranges, and reads no result")
	h.refused(403, h.nils.write(f.record, newDoc("result"), h.count("5", "10*9/L", nil)))
	h.refused(403, h.nils.write(f.record, result, set{"value": "4"}))
	h.nothingFor(h.otto, f, result)
	again := h.pia.enters(f.record, h.count("0.6", "10*9/L", set{"code": "cbc.anc"}))
	require.Equal(t, "2026-11-23", value(h.olive.sees(f.record, again), "answersDate"), "of the same sample: the date is answered once")
}

// Nobody acknowledges. The backup is told, then whoever leads, then the other team and the navigators, each once, also by a server that
// was off meanwhile.
func TestSeed_A13e_AResultThatNobodyAcknowledgesGoesUpTheLadder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	result := h.pia.enters(f.record, h.count("0.4", "10*9/L", set{"code": "cbc.anc"}))
	h.later(59 * time.Minute)
	require.Empty(t, h.rungs(result, f))
	calm := h.pia.enters(f.record, h.count("5", "10*9/L", nil))
	listed := h.olive.toAcknowledge(h.oncology)
	require.Equal(t, []any{result, calm}, []any{listed[0].Doc, listed[1].Doc}, "what is due first, and what can wait a week and is in no queue")
	require.Equal(t, "Ada Example", listed[0].Person.Name)
	require.Equal(t, &care.ResultFacts{
		Code: "cbc.anc", Value: "0.4", Unit: "10*9/L", Normalised: "0.4", NormalisedUnit: "10*9/L", Status: "final", ReceivedAt: listed[0].Facts.ReceivedAt,
	}, listed[0].Facts, "a board says it in its own language")
	require.Empty(t, h.pia.toAcknowledge(h.primary))
	h.refused(404, h.pia.get("/v1/teams/"+h.oncology.ID.String()+"/results", nil))
	h.done(h.olive.decides(f.record, calm, h.oncology, set{"decision": "no-action"}))
	require.Len(t, h.olive.toAcknowledge(h.oncology), 1)
	h.later(2 * time.Minute)
	require.Equal(t, []any{"backup"}, h.rungs(result, f))
	row := h.olive.rowOf(h.oncology, f.record)
	require.True(t, row.Overdue)
	require.Contains(t, row.Why, "The backup nurse was told")
	require.Contains(t, h.olive.reads(f.record, result, true).Says[0], "overdue since")
	h.later(time.Hour)
	require.Equal(t, []any{"backup", "lead"}, h.rungs(result, f))
	require.Empty(t, h.pia.work(h.primary, care.TaskResult))
	h.done(h.olive.decides(f.record, result, h.oncology, set{"decision": "admit"}))
	h.later(9 * time.Hour)
	require.Equal(t, []any{"backup", "lead"}, h.rungs(result, f), "it stops when somebody has decided")
}

func TestHazard_H11_AnUnacknowledgedCriticalResultReachesTheThirdStepOnceAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	result := h.pia.enters(f.record, h.count("0.4", "10*9/L", set{"code": "cbc.anc"}))
	h.later(61 * time.Minute)
	h.restart(f.ada, f.carla)
	h.later(3 * time.Hour)
	h.follow()
	require.Equal(t, []any{"backup", "lead", "navigator", "other-team"}, h.rungs(result, f))
	for _, team := range []struct {
		nurse *actor
		of    identity.Team
	}{{h.pia, h.primary}, {h.nils, h.navigation}} {
		work := team.nurse.work(team.of, care.TaskResult)
		require.Len(t, work, 1, team.nurse.name)
		require.Equal(t, result, work[0].Focus)
	}
	require.Empty(t, h.otto.list(f.record, "task"))

	// Another team takes it over only by accepting, and then acknowledges in its place.
	h.refused(403, h.pia.decides(f.record, result, h.primary, set{"decision": "admit"}))
	h.done(h.olive.decides(f.record, result, h.oncology, set{"decision": "transfer-responsibility", "to": h.primary.ID, "note": "She is with you now."}))
	require.NotEmpty(t, h.olive.queue(h.oncology), "until they accept it is oncology's")
	h.done(h.pia.decides(f.record, result, h.primary, set{"answer": "accepted"}))
	require.Empty(t, h.olive.queue(h.oncology))
	require.Equal(t, "red", h.pia.rowOf(h.primary, f.record).Level)
	h.done(h.pia.decides(f.record, result, h.primary, set{"decision": "admit"}))
	require.Empty(t, h.pia.queue(h.primary))
	require.Empty(t, h.nils.work(h.navigation, care.TaskResult))

	// A correction makes what was said void, and the ladder begins anew.
	h.done(h.pia.write(f.record, result, set{"value": "0.3", "status": "corrected"}))
	require.Contains(t, f.ada.reads(f.record, result, false).Says[0], "before, it said 0.4 10*9/L")
	h.later(61 * time.Minute)
	require.Len(t, h.rungs(result, f), 5)
}

// A pharmacist drafts; nobody but the two teams sees that, and it counts for nothing before a prescriber of oncology signs.
func TestSeed_B07_APharmacistDraftsAndAPrescriberSigns(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	petra, omar := h.hireAs("pharmacist", "petra", h.primary), h.hireAs("oncologist", "omar", h.oncology)
	h.done(f.ada.lets(f.record, f.carla, "schedule", "results"))
	_, err := petra.drafts(f.record, pegfilgrastim(set{"high": "200"}))
	h.refused(422, err)
	finding, err := petra.drafts(f.record, pegfilgrastim(nil), "fever")
	h.done(err)
	h.done(h.otto.emergency(f))
	for _, a := range []*actor{f.ada, f.carla, h.otto, h.nils} {
		require.Nil(t, a.sees(f.record, finding), a.name)
	}
	require.NotNil(t, h.olive.sees(f.record, finding))
	for _, a := range []*actor{petra, h.olive, h.pia} {
		h.refused(403, a.write(f.record, finding, set{"status": "signed"}))
	}
	result := h.pia.enters(f.record, h.count("50000", "/uL", nil))
	require.Equal(t, []any{"critical", nil}, h.class(h.olive, f, result), "a draft gives no time")

	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	for _, a := range []*actor{f.ada, f.carla, h.otto, h.olive, h.pia} {
		require.Equal(t, "signed", value(a.sees(f.record, finding), "status"), a.name)
	}
	require.Equal(t, []any{"Synthetic petra", "Synthetic omar"}, []any{value(f.ada.sees(f.record, finding), "author"), value(f.ada.sees(f.record, finding), "signedBy")})
	h.refused(409, petra.write(f.record, finding, set{"high": "90"}))
	h.refused(403, h.olive.write(f.record, finding, set{"status": "entered-in-error"}))
	h.done(omar.write(f.record, finding, set{"status": "entered-in-error"}))
	require.Empty(t, h.pia.reads(f.record, result, true).Note, "what was taken back is shown above nothing")
}

// Whoever may see the number reads why it is so high before they read the number.
func TestSeed_A13f_TheNoteStandsAboveTheNumberForThePersonAndBothTeams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada")
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil), "fever", "spleen-pain")
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	f.ada.reports(f.record, set{"phy.tired": 3}, nil)
	result := h.pia.enters(f.record, h.count("50000", "/uL", set{"labFlag": "HH"}))
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	screen, err := phone.Results(f.record)
	h.done(err)
	h.above(screen, "01632 960 111", "A high count is what your injection is for.", "pegfilgrastim on 20 November", "signed by Synthetic omar",
		"White blood cells: 50 x10^9/L (sent as 50000 /uL)", "HH", "looks after this result", "not clinically approved")
	require.NotContains(t, screen, "?", "the person has answered")
	for _, a := range []*actor{h.olive, h.pia} {
		read := a.reads(f.record, result, true)
		require.Contains(t, read.Note, "is expected after pegfilgrastim", a.name)
		require.Empty(t, read.Questions, a.name)
		require.Contains(t, read.Says[len(read.Says)-1], "expected", a.name)
	}
	require.Equal(t, "amber", h.olive.rowOf(h.oncology, f.record).Level)

	h.later(25 * time.Hour) // nobody has asked since
	phone.net.off.Store(false)
	screen, err = phone.Results(f.record)
	h.done(err)
	h.above(screen, "? Is there a fever", "? Is there pain high on the left", "A high count is what your injection is for.", "White blood cells: 50")
	later := h.pia.shift().enters(f.record, h.count("50.0", "10*9/L", nil))
	require.Equal(t, []any{"critical", "asks"}, h.class(h.olive.shift(), f, later), "and no more time is given")
	require.Len(t, h.olive.reads(f.record, later, true).Questions, 2)
}

// The person reads a result when the practice does, explained. A narrow kind of result is held back, where the law allows it, and shown
// in time.
func TestSeed_B27_ThePersonSeesAResultWhenThePracticeDoesWithTheNoteFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada")
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil))
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	result := h.olive.enters(f.record, h.count("50000", "/uL", nil))
	require.NotNil(t, h.pia.sees(f.record, result))
	require.Contains(t, f.ada.noticesFor(f.record, "patient", ""), "result-arrived")
	h.done(phone.Sync(h.ctx))
	screen, err := phone.Results(f.record)
	h.done(err)
	h.above(screen, "A high count is what your injection is for.", "White blood cells: 50")

	genes := set{"code": "genetic", "value": nil, "unit": nil, "conclusion": "No variant was found.", "holdReason": "We tell her ourselves on Friday."}
	h.refused(422, h.olive.write(f.record, newDoc("result"), h.count("", "", joinSets(genes, set{"holdUntil": "2027-01-30"}))))
	h.refused(422, h.olive.write(f.record, newDoc("result"), h.count("5", "10*9/L", set{"holdUntil": "2026-11-27", "holdReason": "It is high."})))
	held := h.olive.enters(f.record, h.count("", "", joinSets(genes, set{"holdUntil": "2026-11-27"})))
	require.NotNil(t, h.pia.sees(f.record, held))
	require.Nil(t, f.ada.sees(f.record, held))
	h.refused(422, h.olive.decides(f.record, held, h.oncology, set{"decision": "contact-patient", "note": "We tell her."}))
	h.done(h.olive.decides(f.record, held, h.oncology, set{"decision": "contact-patient", "note": "We tell her.", "held": true}))
	require.Empty(t, f.ada.list(f.record, "resultAck"), "nor what is said of it")
	require.Nil(t, h.otto.sees(f.record, held))
	h.later(4 * 24 * time.Hour)
	require.NotNil(t, f.ada.sees(f.record, held))
}
