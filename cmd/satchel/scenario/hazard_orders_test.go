package scenario

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

// Both teams order the same scan at the same moment: one order stands, the other is told of it. Through sync it is held, and said so.
func TestHazard_H14_OfTwoOrdersAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	for round, day := range []string{"2026-12-01", "2027-03-01", "2027-06-01"} {
		var wait sync.WaitGroup
		errs := make([]error, 2)
		docs := []syncing.DocID{newDoc("labOrder"), newDoc("labOrder")}
		for i, a := range []*actor{h.olive, h.pia} {
			order := ordering(h.oncology, "ct", "CT scan", day, nil)
			if a == h.pia {
				order = ordering(h.primary, "pet", "PET scan", day, nil)
			}
			wait.Go(func() { errs[i] = a.orders(f.record, docs[i], order, "chest") })
		}
		wait.Wait()
		late := 0
		if errs[0] == nil {
			late = 1
		}
		h.done(errs[1-late])
		matches := h.mayRepeat(errs[late])
		require.Equal(t, docs[1-late], matches[0].ID, "round %d", round)
		require.Len(t, f.ada.list(f.record, "labOrder"), round+1)
	}
	doc := newDoc("labOrder")
	c := changeOf(h.pia, doc, ordering(h.primary, "mri", "MRI scan", "2026-12-02", nil), "bodySite", "chest")
	name := h.pia.change(f.record, c)
	h.done(h.pia.sync(f.record))
	require.Equal(t, []any{syncing.Held, syncing.Stale}, []any{h.pia.outcome(f.record, name).Status, h.pia.outcome(f.record, name).Reason})
	require.Contains(t, h.pia.detail(f.record, name), "If it is needed all the same, order it again and say why")
	require.NotContains(t, h.pia.detail(f.record, name), "CT", "what stands is not told in a sentence that may lie in a log")
}

// For every test, image and procedure that may be a duplicate one step is enough to have it all the same. What is only worth knowing,
// and what has no window, needs no step at all.
func TestHazard_H15_OneStepOverridesForEveryGroup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	asked := 0
	record := h.admit("Ada Example")
	for _, code := range lab.OwnWindows.Codes() {
		h.done(h.olive.orders(record, newDoc("labOrder"), ordering(h.oncology, code, "First "+code, "2026-12-01", set{"overrideReason": "protocol"}), "breast"))
		doc := newDoc("labOrder")
		order := ordering(h.primary, code, "Second "+code, "2026-12-01", nil)
		if err := h.pia.orders(record, doc, order, "breast"); err != nil {
			asked++
			h.mayRepeat(err)
			h.done(h.pia.orders(record, doc, joined(order, set{"overrideReason": "clinical-change"}), "breast"))
		}
		require.Equal(t, "active", value(h.pia.sees(record, doc), "status"), code)
	}
	require.Greater(t, asked, 15)
	for _, code := range []string{"vital.temp", "ultrasound", "chem.mg"} {
		for range 2 {
			h.done(h.pia.orders(record, newDoc("labOrder"), ordering(h.primary, code, "Again", "2026-12-01", nil)))
		}
	}
}
