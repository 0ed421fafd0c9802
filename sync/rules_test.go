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

// Words that waited for their document come after a later decision of the same phone. What follows from them is decided when they come (ward
// seed 4271: a row was closed with a report waiting in it, for the row had to open again because of words that were older than the closing).
func TestWhatFollowsFromWordsThatWaitedIsNotTakenForOlder(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	everyone := []syncing.Role{patient, nurse}
	thing, form := w.id("thing"), w.id("form")
	state := syncing.FieldSpec{
		Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone,
		Moves: map[string][]string{"": {"open", "closed"}, "open": {"closed"}, "closed": {"open"}},
	}
	schema := syncing.NewSchema(
		1,
		&syncing.Type{Name: "thing", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "decided", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone}, state,
		}},
		&syncing.Type{Name: "form", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "title", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
			{Name: "says", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone},
		}, Derive: func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
			if c.After.Text("says") == "" {
				return nil, nil
			}
			return []syncing.Patch{{Doc: thing, Set: map[string]jsonValue{"decided": syncing.TextValue("by a form"), "status": syncing.TextValue("open")}}}, nil
		}},
	)
	w.engine = syncing.New(w.store, schema, w.grants, syncing.Options{Epoch: "00000000000000aa", Now: func() int64 { return w.now }})
	require.Equal(t, "missing", a.do(form, set("says", "x"))["reason"])
	require.Equal(t, "applied", a.do(thing, object{"set": object{"decided": "by hand", "status": "closed"}})["status"])
	require.Equal(t, "applied", b.do(form, set("title", "y"))["status"], "now the words have their document")
	require.Equal(t, "x", b.shown(form, "says"))
	require.Equal(t, "open", b.shown(thing, "status"))
	require.Equal(t, "by a form", b.shown(thing, "decided"))
}
