package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// A red flag on a phone reaches the team, through cuts before and after the server had it and a phone that is switched off in between,
// once; the phone never calls it sent before it was answered, and nothing that was held stands in its way.
func TestHazard_H02_ARedFlagArrivesOnceAndIsNeverCalledSentBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.olive.write(f.record, care.ClinicalContextID(f.record), set{"sactLastDose": "2026-11-14"}))
	p := h.program(f.record, "ada's own phone")
	p.syncs()
	p.net.off.Store(true)
	h.done(p.Write(f.record, replica.Change{Doc: newDoc("labOrder"), Set: set{"status": "active"}.values(f.ada)})) // not hers to write
	doc := p.begins(f.record)
	p.fills(f.record, doc, feverOnTreatment)
	p.completes(f.record, doc)

	for _, cut := range []func(){func() { p.net.off.Store(true) }, func() { p.net.deaf.Store(1) }, func() { p.net.off.Store(true) }, func() { p.net.deaf.Store(2) }} {
		p.net.off.Store(false)
		p.net.deaf.Store(0)
		cut()
		require.Error(t, p.Sync(h.ctx))
		require.NotContains(t, p.Standing(f.record), "has arrived")
		require.Contains(t, p.Standing(f.record), "saved on this phone")
		p.start()
	}
	p.net.deaf.Store(0)
	p.syncs()
	require.Contains(t, p.Standing(f.record), "Everything you wrote has arrived")

	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, "red", row.Level)
	require.Equal(t, 1, row.Reports)
	require.Len(t, h.olive.list(f.record, "assessment"), 1)
	held := f.ada.heldOf(f.record)
	require.Len(t, held, 1, "what was not hers to write is held, once, and stopped nothing")
	require.Equal(t, "forbidden", value(held[0], "reason"))
	require.Empty(t, f.carla.list(f.record, "assessment"))
	require.Empty(t, h.otto.list(f.record, "assessment"))
}

// Two devices edit without network, three hours apart, with clocks that are wrong by two days in either direction: nothing is lost,
// and what was written later counts, whatever the clocks say.
func TestHazard_H03_TwoDevicesWithWrongClocksLoseNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	tablet := f.ada.secondPhone(f.record)
	draft, note, shared := newDoc("assessment"), newDoc("note"), newDoc("note")
	f.ada.writes(f.record, draft, set{"questionnaire": "hna|1.0.0", "status": "in-progress", "answeredBy": "patient", "answers.phy.pain": 1})
	f.ada.writes(f.record, note, set{"text": "as it was", "audience": "everyone"})
	f.ada.writes(f.record, shared, set{"text": "to be thrown away", "audience": "everyone"})
	h.done(tablet.sync(f.record))

	f.ada.net.off.Store(true)
	tablet.net.off.Store(true)
	f.ada.skew, tablet.skew = 48*time.Hour, -48*time.Hour
	f.ada.note(f.record, draft, set{"answers.phy.tired": 4, "answers.phy.sleep": 3})
	f.ada.note(f.record, note, set{"text": "written first, by a clock two days ahead"})
	f.ada.note(f.record, shared, set{"text": "no, keep it"})
	h.later(3 * time.Hour)
	tablet.note(f.record, draft, set{"answers.phy.tired": 7, "answers.phy.nausea": 2})
	tablet.note(f.record, note, set{"text": "written later, by a clock two days behind"})
	tablet.change(f.record, replica.Change{Doc: shared, Delete: true})
	tablet.net.off.Store(false)
	h.done(tablet.sync(f.record))
	h.later(time.Hour)
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))
	require.Nil(t, h.olive.sees(f.record, draft), "a draft is the person's own")
	h.done(tablet.sync(f.record))
	tablet.writes(f.record, draft, set{"status": "completed"})

	for _, a := range []*actor{f.ada, tablet, h.olive, h.pia} {
		d := a.sees(f.record, draft)
		for code, want := range map[string]float64{"phy.pain": 1, "phy.sleep": 3, "phy.nausea": 2, "phy.tired": 7} {
			require.Equal(t, want, value(d, "answers."+code), "%s, for %s", code, a.name)
		}
		require.Len(t, d.Siblings["answers.phy.tired"], 1, "the other answer stands beside it")
		require.Equal(t, "4", string(d.Siblings["answers.phy.tired"][0].Value))
		words := a.sees(f.record, note)
		require.Equal(t, "written later, by a clock two days behind", value(words, "text"))
		require.Contains(t, string(words.Siblings["text"][0].Value), "written first")
		require.Equal(t, "no, keep it", value(a.sees(f.record, shared), "text"), "an edit that the deletion had not seen brings it back")
	}
	require.Equal(t, "written later, by a clock two days behind", value(f.carla.sees(f.record, note), "text"))
	require.Nil(t, f.carla.sees(f.record, draft))
	require.Nil(t, h.otto.sees(f.record, note))

	var page struct {
		Entries []syncing.HistoryEntry `json:"entries"`
	}
	h.done(h.olive.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(draft)+"/history", &page))
	found := map[string]bool{}
	for _, e := range page.Entries {
		found[e.Field+"="+string(e.Value)] = true
	}
	require.True(t, found["answers.phy.tired=4"] && found["answers.phy.tired=7"], "both are in the history")

	h.pia.isHeld(f.record, draft, set{"answers.phy.tired": 0}, "forbidden")
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(draft)+"/history", nil))
}

// What nobody has stated counts as a risk: a fever is red until oncology says that nothing raises one, and nobody else can say so.
func TestHazard_H06_AFeverIsRedUntilOncologySaysThatNothingRaisesARisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	fever := set{"phy.fever": 3, "m.temp": "37.8"}
	p := h.program(f.record, "ada's own phone")
	doc := p.begins(f.record)
	p.fills(f.record, doc, fever)
	require.Equal(t, "red", p.completes(f.record, doc).Level.String(), "the phone knows no treatment date, and neither does anybody")
	p.syncs()
	require.Equal(t, "red", h.olive.rowOf(h.oncology, f.record).Level)
	require.Equal(t, "red", value(h.pia.concern(f.record, doc, "phy.fever"), "level"))
	require.Nil(t, f.carla.concern(f.record, doc, "phy.fever"))
	require.Nil(t, h.otto.concern(f.record, doc, "phy.fever"))

	context := care.ClinicalContextID(f.record)
	h.refused(403, h.pia.write(f.record, context, set{"transplantOrCarT": false}))
	f.ada.isHeld(f.record, context, set{"transplantOrCarT": false}, "forbidden")
	other := h.admit("Bea Example")
	bea := h.enrol(other, "patient", "bea")
	(family{record: other}).settled(h)
	h.done(bea.sync(other))
	require.Equal(t, "info", value(bea.concern(other, bea.reports(other, fever, nil), "phy.fever"), "level"), "stated by oncology, it is no risk")
	h.done(h.olive.write(other, care.ClinicalContextID(other), set{"sactLastDose": nil}))
	require.Equal(t, "red", value(bea.concern(other, bea.reports(other, fever, nil), "phy.fever"), "level"), "and taken back it is one again")
}
