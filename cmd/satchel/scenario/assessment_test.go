package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/instrument"
)

// feverOnTreatment is 38.4 °C nine days after the last dose.
var feverOnTreatment = set{"phy.fever": 6, "m.temp": "38.4", "phy.tired": 3}

// An assessment that is finished in airplane mode with a fever on treatment shows at once whom to call, without asking the network,
// and reaches both queues once, first in order, at the first sync, through a connection that is cut five times.
func TestAssessment_AFeverInAirplaneModeIsAnsweredAtOnceAndArrivesOnceThroughFiveCuts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.admit("Bea Example")
	bea := h.enrol(other, "patient", "bea")
	f := h.family()
	h.done(h.olive.write(f.record, care.ClinicalContextID(f.record), set{"sactLastDose": "2026-11-14"}))
	p := h.program(f.record, "ada's own phone")
	p.syncs()
	bea.reports(other, set{"phy.pain": 8}, nil)

	p.net.off.Store(true)
	before := p.net.tried.Load()
	doc := p.begins(f.record)
	p.fills(f.record, doc, feverOnTreatment)
	judged := p.completes(f.record, doc)
	require.Equal(t, instrument.Red, judged.Level)
	require.Contains(t, judged.Advice[0].Text, "Call 01632 960 111 now, day or night. Do not wait for a reply in this app.")
	require.Equal(t, before, p.net.tried.Load(), "nothing was asked of the network")
	require.Empty(t, h.olive.queue(h.oncology)[0].Record == f.record, "nothing has left the phone")
	require.NotContains(t, p.Standing(f.record), "has arrived")
	p.start()
	require.Contains(t, p.Standing(f.record), "saved on this phone", "switched off and on: it is still there, and not called sent")

	p.net.off.Store(false)
	for range 5 {
		p.net.deaf.Store(1)
		require.Error(t, p.Sync(h.ctx), "cut before the answer came back")
		require.NotContains(t, p.Standing(f.record), "has arrived", "and never called sent before it was answered")
	}
	p.syncs()
	require.Contains(t, p.Standing(f.record), "Everything you wrote has arrived")

	row := h.olive.queue(h.oncology)[0]
	require.Equal(t, f.record, row.Record, "first in order")
	require.Equal(t, "red", row.Level)
	require.Equal(t, 1, row.Reports)
	require.Equal(t, []string{"phy.fever", "phy.tired"}, h.olive.codes(f.record, h.olive.rowOf(h.oncology, f.record)))
	row = h.pia.queue(h.primary)[0]
	require.Equal(t, f.record, row.Record, "first in order there too")
	require.Equal(t, 1, row.Reports)
	require.Contains(t, row.Why, "Red: another team acts on it")
	require.Equal(t, []string{"phy.fever", "phy.tired"}, h.pia.codes(f.record, row), "the practice has the fever before it, and who acts on it")
	require.Empty(t, f.carla.list(f.record, "concern"))
	require.Empty(t, h.otto.list(f.record, "concern"))
}

// One assessment is completed on two phones without network, with different answers: one set of concerns, and an amendment.
func TestAssessment_OneDocumentCompletedOnTwoPhonesIsOneSetOfConcernsAndAnAmendment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	one, two := h.program(f.record, "ada's phone"), h.program(f.record, "ada's tablet")
	doc := one.begins(f.record)
	one.fills(f.record, doc, set{"phy.tired": 5})
	one.syncs()
	two.syncs()
	require.Equal(t, "5", string(two.DB.Document(f.record, doc).Fields["answers.phy.tired"]), "a draft is on all phones of its person")

	one.net.off.Store(true)
	two.net.off.Store(true)
	one.fills(f.record, doc, set{"phy.nausea": 5})
	one.completes(f.record, doc)
	two.fills(f.record, doc, set{"phy.tired": 6, "phy.breath": 8, "m.breathrest": false})
	require.Equal(t, instrument.Red, two.completes(f.record, doc).Level)
	one.net.off.Store(false)
	one.syncs()
	require.Equal(t, "green", h.olive.rowOf(h.oncology, f.record).Level)
	two.net.off.Store(false)
	two.syncs()

	report := h.olive.sees(f.record, doc)
	require.Equal(t, "amended", value(report, "status"))
	for code, want := range map[string]float64{"phy.tired": 6, "phy.nausea": 5, "phy.breath": 8} {
		require.Equal(t, want, value(report, "answers."+code), "nothing of either is lost")
		require.Equal(t, want, value(h.olive.concern(f.record, doc, code), "severity"), code)
	}
	require.Len(t, h.olive.list(f.record, "concern"), 3, "one set")
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, "red", row.Level)
	require.Equal(t, 1, row.Reports)
	one.syncs()
	two.syncs()
	for _, p := range []*program{one, two} {
		require.Equal(t, "amended", value(p.DB.Document(f.record, doc), "status"))
		require.Contains(t, p.Standing(f.record), "has arrived")
	}

	name := h.pia.note(f.record, doc, set{"answers.phy.tired": 1})
	h.done(h.pia.sync(f.record))
	require.Equal(t, "held", string(h.pia.outcome(f.record, name).Status), "nobody else changes what the person said")
}

// Two assessments of one questionnaire within ten minutes: both are kept and marked, in one row, as one report.
func TestAssessment_TwoReportsWithinTenMinutesAreBothKeptAndMarked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	tablet := f.ada.secondPhone(f.record)
	first := f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	h.later(9 * time.Minute)
	second := tablet.reports(f.record, set{"phy.nausea": 6, "phy.mouth": 4}, nil)

	for here, there := range map[string]string{string(first): string(second), string(second): string(first)} {
		for _, actor := range []*actor{f.ada, h.olive, h.pia} {
			for _, d := range actor.list(f.record, "assessment") {
				if string(d.ID) == here {
					require.Equal(t, []any{there}, value(d, "possibleDuplicate"), "both directions, for %s", actor.name)
					require.Equal(t, "completed", value(d, "status"))
				}
			}
		}
	}
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, 1, row.Reports)
	require.Len(t, row.Concerns, 3, "nothing is merged away")
	require.Contains(t, row.Why, "Two reports within minutes may be one")

	h.later(11 * time.Minute)
	third := f.ada.reports(f.record, set{"phy.nausea": 6}, nil)
	require.Nil(t, value(h.olive.sees(f.record, third), "possibleDuplicate"), "later it is another report")
	require.Equal(t, 2, h.olive.rowOf(h.oncology, f.record).Reports)
	require.Empty(t, f.carla.list(f.record, "assessment"))
}

// What the phone advised and what the person did then is what a nurse reads first; a level that the server raised says so.
func TestAssessment_ARowSaysWhatWasAdvisedWhatWasDoneAndWhatTheServerRaised(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	red := set{"phy.breath": 8, "m.breathrest": false}
	f.ada.net.off.Store(true)
	report := newDoc("assessment")
	f.ada.note(f.record, report, answers(red, set{"phoneLevel": "green", "phoneHash": strings.Repeat("0", 64), "adviceShownAt": f.ada.now(), "adviceAction": "not-yet"}))
	h.later(3 * time.Hour)
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))

	row := h.olive.rowOf(h.oncology, f.record)
	require.True(t, row.Late)
	for _, words := range []string{
		"Reached us late: written 3 hours before. Call first, read later.", "Advice shown Monday 23 November, 09:0", "patient said: not called yet: call first, read later",
		"Upgraded after sync", "judged by rules that we do not know",
	} {
		require.Contains(t, row.Why, words)
	}
	require.Equal(t, true, value(f.ada.sees(f.record, report), "upgraded"), "the phone can show the higher level now")
	p := h.program(f.record, "ada's other phone")
	require.Contains(t, p.Show(f.record), "This is more urgent than your phone said at first. Call your 24-hour line now.")
	require.Equal(t, "red", value(f.ada.concern(f.record, report, "phy.breath"), "level"))
	f.ada.writes(f.record, report, set{"adviceAction": "called-line"})
	row = h.olive.rowOf(h.oncology, f.record)
	require.Contains(t, row.Why, "patient said: called the 24-hour line.")
	require.Equal(t, 1, row.Reports)

	calm := f.ada.reports(f.record, set{"phy.sleep": 3}, set{"phoneLevel": "info", "phoneHash": h.server.Library().Current().SHA256()})
	require.Nil(t, value(f.ada.sees(f.record, calm), "upgraded"), "where both agree nothing is said")
}

// "Nothing to report" is one tap and a completed assessment: no concern, no row, and the teams see that somebody has answered.
func TestAssessment_NothingToReportIsOneTap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	report := f.ada.reports(f.record, nil, nil)
	for _, nurse := range []*actor{h.olive, h.pia} {
		require.Equal(t, "completed", value(nurse.sees(f.record, report), "status"))
		require.Empty(t, nurse.list(f.record, "concern"))
	}
	require.Empty(t, h.olive.queue(h.oncology))
	require.Empty(t, h.pia.queue(h.primary))

	f.ada.writes(f.record, report, set{"answers.phy.nausea": 5, "wantToTalk.phy.nausea": true})
	require.Equal(t, true, value(h.olive.concern(f.record, report, "phy.nausea"), "wantToTalk"), "second thoughts amend it")
	require.Len(t, h.olive.queue(h.oncology), 1)
	h.pia.isHeld(f.record, report, set{"answers.phy.nausea": 0}, "forbidden")
}

// An amendment keeps each concern and takes back nothing that a nurse has not closed; once closed, it opens again at its own level.
func TestAssessment_AnAmendmentOnlyRaisesUntilANurseCloses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.settled(h)
	report := f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": false}, nil)
	f.ada.writes(f.record, report, set{"answers.phy.breath": 2, "answers.phy.mouth": 4})
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, "amended", value(a.sees(f.record, report), "status"))
		breath := a.concern(f.record, report, "phy.breath")
		require.EqualValues(t, 2, value(breath, "severity"), "what the person says now")
		require.Equal(t, "red", value(breath, "level"), "stands until a nurse has looked")
		require.Len(t, a.list(f.record, "concern"), 2)
	}
	require.Empty(t, f.carla.list(f.record, "concern"))
	require.Empty(t, h.otto.list(f.record, "concern"))
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, "red", row.Level)
	require.Equal(t, 1, row.Reports)

	h.done(h.olive.act(f.record, "close", map[string]any{"triage": row.Doc, "outcome": "advice-given", "seen": row.Waiting}, nil))
	f.ada.writes(f.record, report, set{"answers.phy.breath": 3})
	require.Equal(t, "info", value(h.olive.concern(f.record, report, "phy.breath"), "level"))
	f.ada.isHeld(f.record, report, set{"questionnaire": "hna|2.0.0"}, "invalid")
	h.olive.isHeld(f.record, report, set{"answers.phy.breath": 0}, "forbidden")
}
