package syncing

import (
	"strconv"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestWholeNumbersAreThoseThatEveryClientReadsExactly(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, safeIntegerMax, -safeIntegerMax} {
		read, ok := intOf(IntValue(n))
		require.True(t, ok, n)
		require.Equal(t, n, read)
	}
	for _, text := range []string{strconv.Itoa(safeIntegerMax + 1), strconv.Itoa(-safeIntegerMax - 1), "1.5", `"1"`, "99999999999999999999"} {
		_, ok := intOf(jsontext.Value(text))
		require.False(t, ok, text)
	}
}

func TestDecimalsAreOrderedAsNumbers(t *testing.T) {
	t.Parallel()
	rising := []string{"-10", "-9.5", "-9.05", "-0.1", "0", "0.1", "0.11", "9", "10", "100.01"}
	for i, a := range rising {
		for j, b := range rising {
			require.Equal(t, min(1, max(-1, i-j)), compareDecimals(a, b), "%s %s", a, b)
		}
	}
	for _, zero := range []string{"0", "-0", "0.0", "-0.00"} {
		require.Zero(t, compareDecimals("0", zero))
		require.Positive(t, compareDecimals("1", zero))
		require.Negative(t, compareDecimals(zero, "1"))
		require.Negative(t, compareDecimals("-1", zero))
		require.Positive(t, compareDecimals(zero, "-1"))
	}
}

func TestAMutationSpeaksOfEachFieldThatItSetsAddsToOrRemovesFrom(t *testing.T) {
	t.Parallel()
	e := func(name, elem string) element { return element{name: name, elem: elem} }
	m := Mutation{Sets: []assignment{{name: "title"}}, Adds: []element{e("tags", "a"), e("tags", "b")}, Drops: []element{e("tags", "c"), e("readers", "d")}}
	require.Equal(t, []string{"title", "tags", "readers"}, m.fields())
}

func TestAnElementIsNamedOnceInAMutation(t *testing.T) {
	t.Parallel()
	a, b := element{name: "tags", elem: "a"}, element{name: "tags", elem: "b"}
	require.False(t, repeats([]element{a}, []element{b}))
	require.True(t, repeats([]element{a, a}, nil))
	require.True(t, repeats([]element{a}, []element{b, a}), "neither added and removed at once")
}

func TestWhatWasRemovedTakesNoRoom(t *testing.T) {
	t.Parallel()
	w := Write{Origin: &Origin{}}
	doc := &Document{Fields: []Field{{Name: "tags"}, {Name: "tags", Elem: `"here"`, Writes: []Write{w}}, {Name: "tags", Elem: `"removed"`}}}
	require.Equal(t, len("tags")+len(`"here"`), shownBytes(doc))
}

func TestWhatARuleOfCareWritesIsJournaledAsTheMutationItStandsFor(t *testing.T) {
	t.Parallel()
	raw := rawOfPatch(Patch{
		Doc: "thing/1", Set: map[string]jsontext.Value{"title": TextValue("x"), "note": nil},
		Add:    map[string][]jsontext.Value{"tags": {TextValue("a"), TextValue("b")}},
		Remove: map[string][]jsontext.Value{"readers": {TextValue("c")}},
	})
	require.JSONEq(t, `{"doc": "thing/1", "set": {"title": "x", "note": null}, "add": {"tags": ["a", "b"]}, "remove": {"readers": ["c"]}}`, string(raw))
	require.JSONEq(t, `{"doc": "thing/1"}`, string(rawOfPatch(Patch{Doc: "thing/1"})))
}

func TestTheSchemaTellsTheMembersOfAnObject(t *testing.T) {
	t.Parallel()
	object := FieldSpec{Name: "call", Kind: Object, Rule: CAS, Fields: []FieldSpec{{Name: "by", Kind: Text}, {Name: "at", Kind: Instant}}}
	told := describeField(&object, true)
	require.Len(t, told.Fields, 2)
	require.Equal(t, Text, told.Fields["by"].Kind)
	require.Equal(t, Instant, told.Fields["at"].Kind)
	require.Nil(t, describeField(&object.Fields[0], true).Fields)
}

func TestAPatchIsReadWithEveryElementItNames(t *testing.T) {
	t.Parallel()
	p, err := PatchOf("thing/1", jsontext.Value(`{"set": {"title": "x"}, "add": {"tags": ["a", "b"]}, "remove": {"tags": ["c", "d"], "readers": ["e"]}}`))
	require.NoError(t, err)
	require.Len(t, p.Set, 1)
	require.Len(t, p.Add["tags"], 2)
	require.Len(t, p.Remove["tags"], 2)
	require.Len(t, p.Remove["readers"], 1)
}
