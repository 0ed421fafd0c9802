package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	syncing "satchel/sync"
)

// Oncology has a colonoscopy that was done two months ago. The practice asks for one: it is told, with the report, whose it was. With a
// reason it is ordered all the same; oncology is told once, the history names who and why, and the phone says that it was done already.
func TestSeed_A04_AnExaminationThatWasDoneIsSeenBeforeItIsOrderedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	report := h.olive.sends(f.record, toPerson(f.record), set{"topic": "Colonoscopy report", "actionRequired": false})
	first := newDoc("labOrder")
	h.done(h.olive.orders(f.record, first, ordering(h.oncology, "colonoscopy", "Colonoscopy", "2026-09-22", set{"place": "Riverside Endoscopy"})))
	h.done(h.olive.write(f.record, first, set{"status": "completed", "performedOn": "2026-09-22", "report": report}))

	again := newDoc("labOrder")
	order := ordering(h.primary, "colonoscopy", "Colonoscopy", "2026-12-01", nil)
	matches := h.mayRepeat(h.pia.orders(f.record, again, order))
	require.Len(t, matches, 1)
	require.Equal(t, first, matches[0].ID)
	require.Equal(t, report, matches[0].Result, "the earlier report")
	require.Equal(t, h.oncology.ID.String(), matches[0].Team)
	require.Equal(t, []any{"2026-09-22", "resulted", "Riverside Endoscopy"}, []any{matches[0].Date, matches[0].Status, matches[0].Place})
	require.EqualValues(t, "confirm", matches[0].Severity)
	require.Nil(t, h.pia.sees(f.record, again), "a refused order leaves nothing behind")
	require.Empty(t, h.olive.work(h.oncology, "duplicate"))

	h.refused(422, h.pia.orders(f.record, again, joined(order, set{"overrideReason": "other"})))
	plain := order
	order = joined(order, set{"overrideReason": "clinical-change", "overrideNote": "Bleeding since Friday"})
	h.done(h.pia.orders(f.record, again, order))
	h.done(h.pia.orders(f.record, again, set{"reason": "Bleeding since Friday"})) // nobody is asked twice, or told twice
	line := h.olive.work(h.oncology, "duplicate")
	require.Len(t, line, 1)
	require.Equal(t, again, line[0].Focus)
	require.Equal(t, "Ordered again: the person's state has changed. Bleeding since Friday", line[0].Note)
	require.Empty(t, h.pia.work(h.primary, "duplicate"), "whoever orders knows it")
	require.Equal(t, []string{"order-repeated"}, h.olive.noticesFor(f.record, "team", h.oncology.ID.String()))
	third := newDoc("labOrder")
	h.mayRepeat(h.pia.orders(f.record, third, plain))
	h.done(h.pia.orders(f.record, third, order))
	require.Len(t, h.olive.work(h.oncology, "duplicate"), 2)
	require.Empty(t, h.pia.work(h.primary, "duplicate"), "nor is a team told that it repeats an order of its own")
	h.done(h.pia.write(f.record, third, set{"status": "revoked"}))
	entry := h.olive.history(f.record, again, "overrideReason")
	require.Equal(t, "Synthetic pia", entry.Author.Name)
	require.Equal(t, "primary", entry.Author.Role)
	require.InDelta(t, h.clock.Now().UnixMilli(), entry.Effective, float64(time.Minute.Milliseconds()))

	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	text, err := phone.Tests(f.record)
	h.done(err)
	require.Contains(t, text, "Colonoscopy, ordered by Riverside Oncology. Done on Tuesday 22 September 2026 at Riverside Endoscopy.")
	require.Contains(t, text, "Colonoscopy, ordered by Millbrook nurses. It was already done on Tuesday 22 September 2026 at Riverside Endoscopy. "+
		"It is ordered again because the person's state has changed.")
	require.Empty(t, h.otto.list(f.record, "labOrder"))
}

// What is on its way counts too, whoever ordered it; what was called off does not, nor what nobody came to.
func TestSeed_A04_WhatWasCalledOffOrNeverDoneRepeatsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	scan := newDoc("labOrder")
	h.done(h.olive.orders(f.record, scan, ordering(h.oncology, "ct", "CT scan", "2026-12-10", nil), "chest", "abdomen"))
	mri := func(site string) error {
		return h.pia.orders(f.record, newDoc("labOrder"), ordering(h.primary, "mri", "MRI scan", "2026-12-20", nil), site)
	}
	require.Equal(t, "planned", h.mayRepeat(mri("chest"))[0].Status)
	h.mayRepeat(mri("whole-body"))
	h.done(mri("leg"))
	h.done(h.olive.write(f.record, scan, set{"status": "revoked"}))
	h.done(mri("chest"))

	blood := newDoc("labOrder")
	h.done(h.olive.orders(f.record, blood, ordering(h.oncology, "cbc.diff", "Blood test", "2026-11-24", nil)))
	count := func(day string, more set) (syncing.DocID, error) {
		doc := newDoc("labOrder")
		return doc, h.pia.orders(f.record, doc, ordering(h.primary, "cbc.wbc", "White cells", day, more))
	}
	_, err := count("2026-11-25", nil)
	h.mayRepeat(err)
	h.later(7 * 24 * time.Hour)
	h.pia.shift()
	_, err = count("2026-11-25", nil)
	h.done(err) // nobody took blood on the 24th: nothing is repeated
	taken := newDoc("collection")
	h.dora.shift()
	h.done(h.olive.shift().put("/v1/records/"+f.record.UUID.String()+"/teams/"+h.nursing.ID.String(), map[string]any{}, nil))
	h.dora.writes(f.record, taken, set{"order": blood, "collectedAt": h.clock.Now().UnixMilli(), "site": "At home"})
	_, err = count("2026-12-01", nil)
	matches := h.mayRepeat(err)
	require.Equal(t, []any{"done", "At home", "2026-11-30"}, []any{matches[0].Status, matches[0].Place, matches[0].Date})
}

// What was found counts where nobody knows of an order: a result from elsewhere is named to whoever orders the test again, unless they
// may not read results, or nobody has checked it.
func TestSeed_A04_AResultFromElsewhereCountsAsDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	enter := func(a *actor, code string, more set) syncing.DocID {
		doc := newDoc("result")
		fields := set{"code": code, "value": "50", "unit": "10*9/L", "effective": h.clock.Now().UnixMilli(), "source": "clinician-entry", "status": "final"}
		h.done(a.write(f.record, doc, joined(fields, more)))
		return doc
	}
	psa := enter(h.olive, "tm.psa", set{"value": "4.1", "unit": "ug/L", "askedTeam": h.oncology.ID, "performer": "Farfield laboratory"})
	enter(f.ada, "tm.cea", set{"value": "4.1", "unit": "ug/L", "source": "patient-photo"})
	order := func(code string, more set) error {
		return h.pia.orders(f.record, newDoc("labOrder"), ordering(h.primary, code, "Blood test", "2026-12-10", more))
	}
	matches := h.mayRepeat(order("tm.psa", nil))
	require.Equal(t, []any{psa, psa, "resulted", "2026-11-23", "Farfield laboratory"},
		[]any{matches[0].ID, matches[0].Result, matches[0].Status, matches[0].Date, matches[0].Place})
	h.done(order("tm.cea", nil)) // a picture that nobody has checked answers for nothing
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/teams/"+h.primary.ID.String(), map[string]any{"categories": []string{"person", "team", "schedule"}}, nil))
	h.done(order("tm.psa", nil)) // who may not read results is told of none
	require.Empty(t, h.olive.work(h.oncology, "duplicate"))
}

func joined(a, b set) set {
	all := set{}
	for _, part := range []set{a, b} {
		for name, v := range part {
			all[name] = v
		}
	}
	return all
}
