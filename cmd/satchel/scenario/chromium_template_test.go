package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// What the template of the phase proposes is read at the desk before it is put into the plan, and says that it is a draft. What it put there is changed as anything
// else: its days, and which teams help and are told, which two nurses do at the same time without taking anything from each other.
func TestChromium_WhatATemplateProposesIsSeenFirstAndThenChangedByTwoAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	play := chromium.Start(t, "template.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
		"record": f.record.UUID, "navigator": h.navigation.Name, "oncology": h.oncology.Name,
	})
	var seen struct{ Head, Proposed, Made, Tools string }
	play.Hears(&seen)
	inOrder(t, seen.Head, "Diagnosed on Thursday 1 October.", "The plan begins on Tuesday 1 December.", "The plan ends on", "By version 1.1.0 of the template. (draft, not clinically approved)")
	inOrder(t, seen.Proposed, "What the template proposes: ", "Nobody has them until a team accepts", "draft, not clinically approved", "Look after side effects of treatment",
		h.oncology.Name+" is proposed.", "Look after blood pressure", h.primary.Name+" is proposed.", "Are told: "+h.oncology.Name)
	inOrder(t, seen.Made, "Look after blood pressure", h.primary.Name+" is proposed, and was not asked yet.", "Proposed by version 1.1.0 of the template.")
	require.NotContains(t, seen.Tools, "the template proposes", "nothing more is proposed")

	var changed struct {
		Wrong []string
		Card  string
	}
	play.Hears(&changed)
	require.Empty(t, changed.Wrong)
	inOrder(t, changed.Card, "Look after blood pressure", "From Monday 7 December.", "Help: "+h.navigation.Name)
	require.NotContains(t, changed.Card, "Are told")
	require.Empty(t, play.Ends())
	h.done(f.ada.sync(f.record))
	require.Equal(t, "2026-12-01", value(f.ada.sees(f.record, plan), "start"))
	for _, a := range f.ada.list(f.record, "activity") {
		if value(a, "topic") == "bp" {
			require.Equal(t, "2026-12-07", value(a, "startBy"))
			require.JSONEq(t, `["`+h.navigation.ID.String()+`"]`, string(a.Fields["supportTeams"]))
			require.Empty(t, a.Fields["informTeams"])
		}
	}
}
