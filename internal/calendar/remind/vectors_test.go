package remind_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
)

var rewrite = flag.Bool("rewrite", false, "write down what the rules say now, for reading the difference")

const vectorsFile = "testdata/vectors.v1.json"

// vector is one case, for programs in any language.
type vector struct {
	Name  string            `json:"name"`
	Input remind.Input      `json:"input"`
	Want  []remind.Reminder `json:"want"`
}

func vectors(t *testing.T) (list []vector) {
	t.Helper()
	data, err := os.ReadFile(vectorsFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &list, json.RejectUnknownMembers(true)))
	return list
}

func TestTheVectorsThatEveryClientSharesHold(t *testing.T) {
	list := vectors(t)
	for i, v := range list {
		got, err := remind.Own.List(v.Input)
		require.NoError(t, err, v.Name)
		if *rewrite {
			list[i].Want = got
			continue
		}
		require.Equal(t, v.Want, got, v.Name)
	}
	if *rewrite {
		var out bytes.Buffer
		require.NoError(t, json.MarshalWrite(&out, list, jsontext.WithIndent(" "), json.Deterministic(true)))
		require.NoError(t, os.WriteFile(vectorsFile, append(out.Bytes(), '\n'), 0o644))
	}
}

// The times that REMINDERS 2 names, so that no rewriting of the vectors changes them.
func TestTheNamedClockChangesHold(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"London, 01:30 on 29 March 2026 does not exist: it rings at 02:30 BST":            {"2026-03-29T02:30 gap 2026-03-29T01:30:00Z"},
		"London, 01:30 on 25 October 2026 happens twice: it rings once, at the first":     {"2026-10-25T01:30 overlap 2026-10-25T00:30:00Z"},
		"New York, 02:30 on 8 March 2026 does not exist: it rings at 03:30 EDT":           {"2026-03-08T03:30 gap 2026-03-08T07:30:00Z"},
		"London, 09:00 before and after the clock jumps":                                  {"2026-03-28T09:00 once 2026-03-28T09:00:00Z", "2026-03-29T09:00 once 2026-03-29T08:00:00Z", "2026-03-30T06:00 once 2026-03-30T05:00:00Z", "2026-03-30T09:00 once 2026-03-30T08:00:00Z"},
		"Lord Howe jumps by half an hour":                                                 {"2026-10-04T02:45 gap 2026-10-03T15:45:00Z"},
		"Apia, 30 December 2011 does not exist: it rings a day later":                     {"2011-12-31T12:00 gap 2011-12-30T22:00:00Z"},
		"Casablanca, the clock goes back before Ramadan: once, at the first":              {"2024-03-10T02:30 overlap 2024-03-10T01:30:00Z"},
		"Casablanca, the clock goes forward after Ramadan":                                {"2024-04-14T03:30 gap 2024-04-14T02:30:00Z"},
		"an early appointment rings the evening before":                                   {"2026-11-25T18:00 once 2026-11-25T18:00:00Z"},
		"an appointment with a long way: a week, two days, and hours before with the way": {"2026-11-19T14:00 once 2026-11-19T14:00:00Z", "2026-11-24T14:00 once 2026-11-24T14:00:00Z", "2026-11-26T09:30 once 2026-11-26T09:30:00Z"},
	}
	for _, v := range vectors(t) {
		lines, named := want[v.Name]
		if !named {
			continue
		}
		got, err := remind.Own.List(v.Input)
		require.NoError(t, err)
		var said []string
		for _, m := range got {
			said = append(said, m.Wall+" "+string(m.Fit)+" "+rfc(m.At))
		}
		require.Equal(t, lines, said, v.Name)
		delete(want, v.Name)
	}
	require.Empty(t, want, "named, and not among the vectors")
}
