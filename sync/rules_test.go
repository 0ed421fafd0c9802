package syncing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// What a rule derives and cannot be written is left out, for the person's own words must not wait for it; but it is told.
func TestWhatARuleCannotWriteIsLeftOutAndTold(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	var told []string
	w.engine = syncing.New(w.store, testSchema(), w.grants, syncing.Options{
		Epoch: "00000000000000aa", Now: func() int64 { return w.now },
		RuleRefused: func(kind string, reason syncing.Reason) { told = append(told, kind+" "+string(reason)) },
	})
	thing := w.id("thing")
	patch := func(status string) syncing.Patch {
		return syncing.Patch{Doc: thing, Set: map[string]jsonValue{"title": syncing.TextValue("x"), "status": syncing.TextValue(status)}}
	}
	require.NoError(t, w.engine.System(t.Context(), w.record, []syncing.Patch{patch("closed")}))
	require.Equal(t, []string{"thing transition"}, told)
	require.Equal(t, "missing", a.do(thing, set("draft", "y"))["reason"], "nothing of it is there")
	require.NoError(t, w.engine.System(t.Context(), w.record, []syncing.Patch{patch("open")}))
	require.Len(t, told, 1)
}

// A form that is handed in late decides upon what stands when it comes: a person's decision between its base and its coming is no reason to
// lose what follows from it, and whoever decides after it must have seen it.
func TestWhatSystemDecidesIsDecidedUponWhatStands(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	everyone := []syncing.Role{patient, nurse}
	word := func(name string) syncing.FieldSpec {
		return syncing.FieldSpec{Name: name, Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone}
	}
	thing := w.id("thing")
	schema := syncing.NewSchema(
		1,
		&syncing.Type{Name: "thing", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			word("decided"), {Name: "waits", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
		}},
		&syncing.Type{Name: "form", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{word("says")}, Derive: func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
			return []syncing.Patch{{
				Doc: thing, Set: map[string]jsonValue{"decided": syncing.TextValue(c.After.Text("says"))}, Remove: map[string][]jsonValue{"waits": {syncing.TextValue("x")}},
			}}, nil
		}},
	)
	var told []string
	w.engine = syncing.New(w.store, schema, w.grants, syncing.Options{
		Epoch: "00000000000000aa", Now: func() int64 { return w.now },
		RuleRefused: func(kind string, reason syncing.Reason) { told = append(told, kind+" "+string(reason)) },
	})
	form := w.id("form")
	require.Equal(t, "applied", a.do(form, set("says", "by a form"))["status"])
	b.send()
	require.Equal(t, "applied", b.do(thing, object{"set": object{"decided": "by hand"}, "add": object{"waits": []any{"x", "y"}}})["status"])
	late := b.mutation(thing, set("decided", "by another hand"))
	require.Equal(t, "applied", a.do(form, set("says", "by a later form"))["status"], "its base is from before the hand")
	require.Empty(t, told)
	require.Equal(t, "by a later form", b.shown(thing, "decided"))
	require.Equal(t, []any{"y"}, b.shown(thing, "waits"))
	require.Equal(t, "stale", outcome(b.send(late), b.n)["reason"], "system decided meanwhile")
}
