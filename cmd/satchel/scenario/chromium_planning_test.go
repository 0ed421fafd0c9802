package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// Two teams make a plan at their boards by the keyboard alone, and each sees without a reload what the other does: what nobody has stands there until a team
// accepts, what somebody wrote meanwhile is not written over, and it is agreed when both have said so.
func TestChromium_TwoTeamsMakeAPlanAtTheirBoardsAndNobodyWritesOverTheOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.note(f.record, newDoc("goal"), set{"text": "Dance at the wedding", "lifecycleStatus": "active"})
	h.done(f.ada.sync(f.record))
	play := chromium.Start(t, "planning.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
		"pia": h.browsing(h.pia.Tokens().Account), "record": f.record.UUID, "practice": h.primary.Name,
	})
	var made struct {
		Begun, Asked, Open, Refused, Accepted string
		Wrong                                 []string
	}
	play.Hears(&made)
	require.Empty(t, made.Wrong)
	inOrder(t, made.Begun, "Nothing is to be done yet.", "Nobody handles 23 of 23 topics", "There is no plan yet.")
	require.Equal(t, "Follow-up tests after treatment", made.Asked, "what nobody handles is settled from where it stands")
	inOrder(t, made.Open, "PSA every three months", h.primary.Name+" was asked, and has not answered yet.", "Nobody handles 22 of 23 topics",
		"It cannot be published yet:", "PSA every three months: the team that was asked has not accepted yet.")
	require.Contains(t, made.Refused, "This plan cannot be published yet")
	inOrder(t, made.Accepted, h.primary.Name+" does it.", "Follow-up tests after treatment", h.primary.Name+" looks after this. Both teams agreed on Monday 23 November.")
	require.NotContains(t, made.Accepted, "It cannot be published yet")

	play.Tells(set{"go": "both"})
	var agreed struct {
		Both, Agreed string
		Chosen       []string
		Wrong        []string
	}
	play.Hears(&agreed)
	require.Empty(t, agreed.Wrong)
	inOrder(t, agreed.Both, "The plan in plain words", "Synthetic olive, "+h.oncology.Name+" wrote meanwhile: Olive's words", "You wrote: Oscar's words")
	for _, page := range agreed.Chosen {
		require.Contains(t, page, "Olive's last words")
		require.NotContains(t, page, "Oscar's last words", "he kept what she wrote")
	}
	inOrder(t, agreed.Agreed, "Both teams agreed to this plan on Monday 23 November.", "Version 1")
	require.Contains(t, agreed.Agreed, h.oncology.Name+" agreed on Monday 23 November.")
	require.Contains(t, agreed.Agreed, h.primary.Name+" agreed on Monday 23 November.")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 422", "nothing but the plan that lacked something")
	}
	h.done(f.ada.sync(f.record))
	require.Equal(t, "Olive's last words", value(f.ada.list(f.record, "carePlan")[0], "description"))
	require.Len(t, f.ada.list(f.record, "activity"), 1)
	require.Equal(t, "accepted", value(f.ada.list(f.record, "activity")[0], "status"))
	goal := f.ada.list(f.record, "goal")[0]
	require.Len(t, goal.Siblings["targetSuggestion"], 1, "what each team wrote stays beside what the other wrote")
}

// Who writes upon what they saw does not write over what a colleague decided since; who looked again does.
func TestAnActionUponWhatWasSeenDoesNotWriteOverWhatSomebodyDecidedSince(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "follow-up")
	h.done(h.oscar.sync(f.record))
	seen := h.oscar.db.Base(f.record)
	require.NotEmpty(t, seen)
	upon := func(base string, words string) error {
		return h.oscar.act(f.record, "write", map[string]any{"doc": plan, "set": set{"description": words}, "base": base}, nil)
	}
	h.done(h.olive.write(f.record, plan, set{"description": "Olive's words"}))
	h.refused(409, upon(seen, "Oscar's words"))
	h.refused(409, upon("AQ", "Oscar's words")) // what nobody can read shows nothing
	require.Equal(t, "Olive's words", value(h.olive.sees(f.record, plan), "description"))
	h.done(h.oscar.sync(f.record))
	seen = h.oscar.db.Base(f.record)
	h.done(upon(seen, "Oscar's words"))
	h.done(upon(seen, "Oscar's own words again")) // what he wrote himself since is his
	h.done(h.olive.write(f.record, plan, set{"title": "Another name"}))
	h.done(upon(seen, "Another field is another matter"))

	goal := newDoc("goal")
	f.ada.note(f.record, goal, set{"text": "Dance", "lifecycleStatus": "active"})
	h.done(f.ada.sync(f.record))
	h.done(h.pia.sync(f.record))
	saw := h.pia.db.Base(f.record)
	h.done(h.olive.write(f.record, goal, set{"targetSuggestion": "Stand"}))
	h.done(h.pia.act(f.record, "write", map[string]any{"doc": goal, "set": set{"targetSuggestion": "Walk"}, "base": saw}, nil))
	require.Len(t, f.ada.sees(f.record, goal).Siblings["targetSuggestion"], 1)
}
