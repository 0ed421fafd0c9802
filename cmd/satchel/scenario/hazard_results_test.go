package scenario

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"

	syncing "satchel/sync"
)

// rungs are who was told that nobody has acknowledged a result, as oncology's board shows it.
func (h *house) rungs(result syncing.DocID, f family) (list []any) {
	h.t.Helper()
	rungs, _ := value(h.olive.sees(f.record, result), "steps").([]any)
	for _, order := range []string{"backup", "lead", "navigator", "other-team"} {
		for _, step := range rungs {
			one, _ := step.(map[string]any)
			if one["what"] == "escalated" && one["to"] == order {
				list = append(list, order)
			}
		}
	}
	return list
}

// class is how urgent a result is, and what an expected finding means for it, as somebody's device shows it.
func (h *house) class(a *actor, f family, result syncing.DocID) []any {
	h.t.Helper()
	d := a.sees(f.record, result)
	return []any{value(d, "class"), value(d, "match")}
}

// nothingFor asks that somebody sees nothing of a document, and can do nothing about it.
func (h *house) nothingFor(a *actor, f family, doc syncing.DocID) {
	h.t.Helper()
	require.Nil(h.t, a.sees(f.record, doc), a.name)
	h.refused(404, a.write(f.record, doc, set{"status": "final"}))
}

func joinSets(sets ...set) set {
	all := set{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}

// emergency opens a record as somebody who is on no team of the person.
func (a *actor) emergency(f family) error {
	a.h.t.Helper()
	return a.post("/v1/emergency-access", map[string]any{"record": f.record, "reason": "emergency-treatment", "why": "Brought in by ambulance, not speaking."}, nil)
}

// LABS 5.5 (c), (e), (f): what was expected gives more time, and nothing else does.
func TestHazard_H08_WhatWasExpectedGivesMoreTimeAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil), "fever", "spleen-pain", "breathlessness", "blasts", "no-gcsf-date")
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	f.ada.reports(f.record, set{"phy.tired": 3}, nil)

	c := h.pia.enters(f.record, h.count("50000", "/uL", set{"blasts": false}))
	require.Equal(t, []any{"critical-expected", "matches"}, h.class(h.olive, f, c))
	due, _ := value(h.olive.sees(f.record, c), "dueBy").(float64)
	received, _ := value(h.olive.sees(f.record, c), "receivedAt").(float64)
	require.InDelta(t, (4 * time.Hour).Milliseconds(), due-received, 1000)
	require.Equal(t, "amber", h.olive.rowOf(h.oncology, f.record).Level, "it waits all the same")
	h.done(h.olive.decides(f.record, c, h.oncology, set{"decision": "expected"}))

	beyond := h.pia.enters(f.record, h.count("72", "10*9/L", set{"blasts": false}))
	require.Equal(t, []any{"critical", nil}, h.class(h.olive, f, beyond))
	require.Contains(t, h.olive.reads(f.record, beyond, true).Note, "outside of what was expected")
	require.Contains(t, h.olive.reads(f.record, beyond, true).Says[0], "growth factors", "what the label says is added")
	require.Equal(t, "red", h.olive.rowOf(h.oncology, f.record).Level)
	h.done(h.olive.decides(f.record, beyond, h.oncology, set{"decision": "admit"}))

	quiet := h.pia.enters(f.record, h.count("50.0", "10*9/L", set{"blasts": false}))
	require.Equal(t, []any{"critical-expected", "matches"}, h.class(h.olive, f, quiet))
	f.ada.reports(f.record, set{"phy.fever": 5, "m.temp": "38.1"}, nil)
	require.Equal(t, []any{"critical", nil}, h.class(h.olive, f, quiet), "a fever makes it fully critical, at once")
	hot := h.pia.enters(f.record, h.count("50.0", "10*9/L", set{"blasts": false}))
	require.Equal(t, []any{"critical", nil}, h.class(h.olive, f, hot))

	h.later(17 * 24 * time.Hour) // 10 December: it has expired
	f.ada.reports(f.record, set{"phy.tired": 3}, nil)
	old := h.pia.shift().enters(f.record, h.count("50.0", "10*9/L", set{"blasts": false}))
	require.Equal(t, []any{"critical", nil}, h.class(h.olive.shift(), f, old))
	require.Empty(t, h.olive.reads(f.record, old, true).Note, "what has run out is shown above nothing")
}

// A fever makes a count that was expected one that was not: the phone says so, with no network, and does not say what reassures.
func TestHazard_H08_APhoneDoesNotReassureAboutACountOnceAFeverWasReported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada")
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil), "fever", "spleen-pain")
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	result := h.pia.enters(f.record, h.count("50000", "/uL", nil))
	f.ada.reports(f.record, set{"phy.fever": 5, "m.temp": "38.1"}, nil)
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	screen, err := phone.Results(f.record)
	h.done(err)
	h.above(screen, "Because of what was reported, this is not what was expected.", "Call the oncology line, day and night.", "White blood cells: 50")
	require.NotContains(t, screen, "A high count is what your injection is for.")
	read := h.olive.reads(f.record, result, true)
	require.Contains(t, read.Note, "this is not what was expected")
	require.NotContains(t, read.Note, "is expected after pegfilgrastim", "nor does a board")
}

// What is sent in another unit is converted exactly; what could be another thing is refused with what to do.
func TestHazard_H13_AResultInAnotherUnitIsConvertedAndAPercentIsNoCount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	result := h.pia.enters(f.record, h.count("50000", "/uL", nil))
	d := f.ada.sees(f.record, result)
	require.Equal(t, []any{"50000", "/uL", "50", "10*9/L"}, []any{value(d, "value"), value(d, "unit"), value(d, "normalised"), value(d, "normalisedUnit")})
	for _, wrong := range []struct {
		fields set
		says   string
	}{
		{h.count("45", "%", set{"code": "cbc.anc", "loinc": "770-8"}), "Send the absolute neutrophil count"},
		{h.count("45", "%", set{"code": "cbc.anc", "loinc": "26511-6"}), "Send the absolute neutrophil count"},
		{h.count("50", "cells", nil), "Use 10*9/L"},
		{h.count("50000", "10*9/L", nil), "Check the number, its unit and its code"},
		{h.count("7.9", "g/L", set{"code": "cbc.hb"}), "Check the number, its unit and its code"},
	} {
		err := h.pia.write(f.record, newDoc("result"), wrong.fields)
		h.refused(422, err)
		require.ErrorContains(t, err, wrong.says)
	}
	temp := h.pia.enters(f.record, h.count("100.4", "[degF]", set{"code": "vital.temp"}))
	require.Equal(t, "38", value(h.olive.sees(f.record, temp), "normalised"))
	hb := h.pia.enters(f.record, h.count("7.9", "g/dL", set{"code": "cbc.hb"}))
	require.Equal(t, []any{"79", "action"}, []any{value(h.olive.sees(f.record, hb), "normalised"), value(h.olive.sees(f.record, hb), "class")})
}
