package lab

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

func ordered(t *testing.T, id, code, region string, dates ...string) Ordered {
	t.Helper()
	o := Ordered{ID: id, Code: code}
	if site, side, _ := strings.Cut(region, " "); site != "" {
		o.Sites, o.Side = strings.Split(site, "+"), side
	}
	for _, text := range dates {
		o.Dates = append(o.Dates, date(t, text))
	}
	o.Every = Interval(o.Dates)
	return o
}

func TestHazard_H14_WhatMayBeADuplicateIsSaidWithBothDates(t *testing.T) {
	t.Parallel()
	standing := []Ordered{
		ordered(t, "blood", "cbc.diff", "", "2026-05-04", "2026-05-07", "2026-05-11"),
		ordered(t, "scan", "ct", "chest", "2026-04-20"),
		ordered(t, "psa", "tm.psa", "", "2026-04-20"),
	}
	found := func(o Ordered) (list []string) {
		for _, d := range OwnWindows.Duplicates(o, standing) {
			list = append(list, d.Of+" "+string(d.Severity)+" "+d.Mine.String()+" "+d.Theirs.String())
		}
		return list
	}
	require.Equal(t, []string{"blood warn 2026-05-08 2026-05-07"}, found(ordered(t, "", "cbc.wbc", "", "2026-05-08")), "a part of a panel that is due")
	require.Empty(t, found(ordered(t, "", "cbc.wbc", "", "2026-05-09")), "half of what lies between two of its dates is over")
	require.Empty(t, found(ordered(t, "", "chem.cmp", "", "2026-05-07")), "another test")
	require.Equal(t, []string{"scan confirm 2026-06-01 2026-04-20"}, found(ordered(t, "", "pet", "chest", "2026-06-01")))
	require.Empty(t, found(ordered(t, "", "ct", "abdomen", "2026-05-01")), "another region")
	require.Empty(t, found(ordered(t, "", "ct", "chest", "2026-06-02")), "long enough ago")
	require.Equal(t, []string{"psa warn 2026-05-18 2026-04-20"}, found(ordered(t, "", "tm.psa", "", "2026-05-18")))
	require.Empty(t, found(ordered(t, "", "tm.psa", "", "2026-05-19")))
	require.Empty(t, found(ordered(t, "", "tm.cea", "", "2026-04-20")))
}

// What nobody said of a part of the body may be any part of it; the whole body holds each; a side is not the other.
func TestAnImageRepeatsAnotherOfTheSamePartOfTheBody(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		a, b   string
		repeat bool
	}{
		{"chest", "chest", true},
		{"chest", "abdomen", false},
		{"chest+abdomen+pelvis", "abdomen", true},
		{"whole-body", "abdomen", true},
		{"", "abdomen", true},
		{"breast left", "breast right", false},
		{"breast left", "breast bilateral", true},
		{"breast left", "breast", true},
	} {
		for _, pair := range [][2]string{{one.a, one.b}, {one.b, one.a}} {
			found := OwnWindows.Duplicates(ordered(t, "", "ct", pair[0], "2026-05-01"), []Ordered{ordered(t, "scan", "mri", pair[1], "2026-04-20")})
			require.Equal(t, one.repeat, len(found) == 1, "%s, %s", pair[0], pair[1])
		}
	}
	require.Len(t, OwnWindows.Duplicates(ordered(t, "", "chem.na", "", "2026-05-01"), []Ordered{ordered(t, "m", "chem.cmp", "", "2026-05-01")}), 1, "a part without a window of its own")
}

func TestTheNearestDatesAreFoundInOneWalk(t *testing.T) {
	t.Parallel()
	a := ordered(t, "", "", "", "2026-01-01", "2026-02-01", "2026-03-01").Dates
	b := ordered(t, "", "", "", "2026-01-20", "2026-02-10").Dates
	mine, theirs, apart, ok := nearest(a, b)
	require.True(t, ok)
	require.Equal(t, []any{date(t, "2026-02-01"), date(t, "2026-02-10"), 9}, []any{mine, theirs, apart})
	_, _, _, ok = nearest(a, []calendar.CivilDate{})
	require.False(t, ok)
}

func TestAFileThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown member": `{"id":"labduplicates","versoin":"1"}`,
		"no source":      `{"id":"labduplicates","version":"1","review":"draft","reasons":["other"]}`,
		"another file":   `{"id":"labgroups","version":"1","review":"draft","source":"s","reasons":["other"]}`,
		"unknown test":   `{"id":"labduplicates","version":"1","review":"draft","source":"s","reasons":["other"],"windows":[{"match":["nothing"],"days":1,"severity":"warn"}]}`,
		"no time":        `{"id":"labduplicates","version":"1","review":"draft","source":"s","reasons":["other"],"windows":[{"match":["tm.psa"],"severity":"warn"}]}`,
		"stands twice":   `{"id":"labduplicates","version":"1","review":"draft","source":"s","reasons":["other"],"windows":[{"match":["tm.psa","tm.psa"],"days":1,"severity":"warn"}]}`,
		"no severity":    `{"id":"labduplicates","version":"1","review":"draft","source":"s","reasons":["other"],"windows":[{"match":["tm.psa"],"days":1,"severity":"forbid"}]}`,
	} {
		_, err := ReadWindows([]byte(text), Own, OwnExaminations)
		require.Error(t, err, name)
	}
}

func TestAFileOfExaminationsThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	for _, change := range [][2]string{
		{`"version"`, `"versoin"`},
		{`"id": "examinations"`, `"id": "labgroups"`},
		{`{"code": "ct"`, `{"code": "mri"`},
		{`"title": "CT scan", "category": "imaging"`, `"title": "CT scan", "category": "magic"`},
		{`{"code": "head", "title": "head"}`, `{"code": "neck", "title": "head"}`},
		{`["left", "right", "bilateral"]`, `[]`},
	} {
		text := strings.Replace(string(examinationsFile), change[0], change[1], 1)
		require.NotEqual(t, string(examinationsFile), text, change[0])
		_, err := ReadExaminations([]byte(text))
		require.Error(t, err, change[1])
	}
	require.Equal(t, []string{CategoryImaging, CategoryProcedure, CategoryLaboratory},
		[]string{OwnExaminations.Category("ct"), OwnExaminations.Category("colonoscopy"), OwnExaminations.Category("cbc.panel")})
	for _, code := range OwnExaminations.Codes() {
		require.NotEmpty(t, OwnExaminations.Title(code))
		require.False(t, Own.Known(code), "a code is one thing")
	}
}
