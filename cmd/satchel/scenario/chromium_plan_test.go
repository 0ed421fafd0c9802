package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// handled is who answers for a topic, as the companion works it out.
type handled struct {
	Topic, State, Team, Asked, Ask string
	AgreedAt                       int64
}

// The plan in a real browser: what nobody has taken on stands on top with whom to call, who handles what is what the server says, and what
// the person says with no network arrives: that something is done, a note, and what matters to them.
func TestChromium_ThePlanSaysWhoHandlesWhatAndSomethingIsDoneInATunnel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "follow-up")
	h.pia.accepts(f, h.offer(h.olive, f, h.oncology, h.primary, nil))
	walk := newDoc("activity")
	h.done(h.pia.write(f.record, walk, set{
		"title": "Walk every day", "kind": "self-care", "proposedBy": h.primary.ID, "accountableTeam": h.primary.ID, "status": "accepted",
		"dueBy": "2026-12-01", "description": "Half an hour.\nRest when you need to.",
	}))
	h.done(h.olive.publishes(f, plan, 1))
	version := h.olive.shift().list(f.record, "planVersion")[0].ID
	h.done(h.olive.acknowledges(f, version, h.oncology))
	h.done(h.olive.write(f.record, newDoc("activity"), set{"title": "Sick notes", "kind": "appointment", "topic": "fit-note", "proposedBy": h.oncology.ID, "status": "proposed"}))
	h.offer(h.olive, f, h.oncology, h.primary, set{"title": "Look after pain", "topic": "pain"})

	play := chromium.Start(t, "plan.mjs", h.base, set{"birthDate": birthday, "code": h.codeFor(f.record, identity.KindPatient), "now": h.clock.Now().UnixMilli()})
	var read struct {
		Plan, Version, Handles string
		Wrong                  []string
		Who                    []handled
	}
	play.Hears(&read)
	require.Empty(t, read.Wrong)
	inOrder(t, read.Plan, "Treatment and recovery", "Follow-up", h.oncology.Name+" leads your plan.", "This plan has changed since both teams last looked at it.",
		"Nobody has this yet", "Sick notes", "Nobody has taken this on yet. Until then ask "+h.oncology.Name, "Call "+h.oncology.Name)
	inOrder(t, read.Plan, "What is to be done", "Walk every day", "By Tuesday 1 December", "What matters to you", "Who handles what", "Version 1")
	inOrder(t, read.Version, h.oncology.Name+" confirmed it on Monday 23 November.", "Half an hour.")
	require.Contains(t, read.Version, h.primary.Name+" has not confirmed it yet.")
	require.Equal(t, 2, strings.Count(read.Plan, "Sick notes"), "what nobody has is not listed as what is looked after, too: its heading, and the way to more of it")
	inOrder(t, read.Handles, "Pain", "This is being arranged. "+h.primary.Name+" was asked.", "Tiredness", "It is not written down here who looks after this. Ask "+h.oncology.Name, "Sick notes for work", "Nobody has taken this on yet.", "Call "+h.oncology.Name)
	var theirs []handled
	for _, r := range f.ada.who(f).Topics {
		theirs = append(theirs, handled{r.Topic, r.State, r.Team, r.Asked, r.Ask, r.AgreedAt})
	}
	require.Equal(t, theirs, read.Who, "as the server says it")

	var said struct {
		Wrong []string
		Title string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Equal(t, "Satchel", said.Title)
	done := h.pia.sees(f.record, walk)
	require.Equal(t, true, value(done, "patientDone"))
	require.Equal(t, "Twice round the pond <b>on Monday</b>", value(done, "patientNote"))
	require.Equal(t, "Dance at the wedding <i>in May</i>", value(h.pia.list(f.record, "goal")[0], "text"))
	h.done(f.ada.sync(f.record))
	require.Equal(t, string(version), value(f.ada.list(f.record, "reminderReply")[0], "focus"), "opened once: nobody reminds of it")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
