package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// A practice has little time. Ten things to know in a day are one digest; one thing to do is one ring.
func TestSeed_B16_TenThingsToKnowAreOneDigestAndOneThingToDoIsOneRing(t *testing.T) {
	t.Parallel()
	b := &bell{rung: map[string][]notify.Kind{}}
	h := newHouse(t, withBell(b))
	f := h.family()
	h.pia.listens("board of pia")
	f.ada.listens("phone of ada")
	for _, topic := range topics(10, "For your records") {
		h.olive.sends(f.record, to(h.primary), set{"topic": topic, "actionRequired": false})
	}
	weeks := h.pia.digest(h.primary)
	require.Len(t, weeks, 1)
	require.Equal(t, 10, weeks[0].Count)
	require.Len(t, weeks[0].Records, 1, "one summary a person")
	require.Zero(t, h.pia.inbox(h.primary).Action)
	within := func(holds func() bool) { require.Eventually(t, holds, 20*time.Second, 10*time.Millisecond) }
	within(func() bool { return b.count("board of pia", notify.Sync) > 0 })

	todo := h.olive.sends(f.record, to(h.primary), set{"topic": "Please take bloods on Friday", "actionRequired": true})
	within(func() bool { return b.count("board of pia", notify.Action) == 1 })
	before := b.count("board of pia", notify.Sync)
	h.olive.sends(f.record, to(h.primary), set{"topic": "One more", "actionRequired": false})
	within(func() bool { return b.count("board of pia", notify.Sync) > before })
	require.Equal(t, 1, b.count("board of pia", notify.Action), "it rings once, whatever else comes in")
	require.Zero(t, b.count("phone of ada", notify.Action), "nor does it ring for those of whom nothing is asked")
	require.Equal(t, "Please open the app.", notify.Action.Words(), "a ring names nobody and nothing")

	h.done(h.pia.sync(f.record))
	require.Equal(t, todo, h.pia.inbox(h.primary).Letters[0].Message, "for you to act on comes first")
	for _, a := range []*actor{h.otto, f.ada, f.carla} {
		h.refused(404, a.get("/v1/teams/"+h.primary.ID.String()+"/digest", nil))
	}
	require.Empty(t, f.carla.list(f.record, "message"))
}

// The wall of letters: each says whether somebody must do something, and what asks for nothing waits for the end of the week.
func TestSeed_B32_AnInboxShowsWhatAsksForActionAndTheRestRollsUpByTheWeek(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	other := h.admit("Ben Example")
	sentence := h.refused(422, h.olive.posts(f.record, to(h.primary), set{"topic": "Clinic letter"}))
	require.Contains(t, sentence, "no action is needed", "whoever writes says so explicitly")
	letter := h.olive.sends(f.record, to(h.primary), set{"topic": "Clinic letter", "actionRequired": false})
	h.olive.sends(other, to(h.primary), set{"topic": "Clinic letter", "actionRequired": false})
	h.olive.sends(f.record, to(h.primary, h.navigation), set{"topic": "Stop the tablets", "actionRequired": true})
	inbox := h.pia.inbox(h.primary)
	require.Equal(t, []int{1, 2, 3}, []int{inbox.Action, inbox.Information, inbox.Unread})
	require.Len(t, inbox.Letters, 1)
	require.Equal(t, "Stop the tablets", inbox.Letters[0].Topic)
	require.Equal(t, 1, h.nils.inbox(h.navigation).Unread, "each team has what is for it, and nothing else")
	require.Zero(t, h.olive.inbox(h.oncology).Unread)
	require.False(t, h.pia.digest(h.primary)[0].Ended)

	h.later(7 * 24 * time.Hour)
	h.olive.shift().sends(f.record, to(h.primary), set{"topic": "Scan result", "actionRequired": false})
	weeks := h.pia.shift().digest(h.primary)
	require.Equal(t, []string{"2026-11-23", "2026-11-30"}, []string{weeks[0].Week, weeks[1].Week})
	require.True(t, weeks[0].Ended)
	require.Len(t, weeks[0].Records, 2, "one part a person")
	require.False(t, weeks[1].Ended)
	h.done(h.pia.sync(f.record))
	h.pia.opens(f.record, letter, h.primary.ID.String(), care.StateOpened)
	require.Equal(t, 1, h.paul.shift().digest(h.primary)[0].Count, "what one has read nobody else of the team has to")
	require.Equal(t, "No action is needed.", lastWords(h.pia.timelineOf(f.record)[0]), "the timeline says so in words")

	h.refused(404, h.pia.get("/v1/teams/"+h.oncology.ID.String()+"/inbox", nil))
	h.refused(404, h.otto.shift().get("/v1/teams/"+h.primary.ID.String()+"/inbox", nil))
	h.refused(404, f.ada.get("/v1/teams/"+h.primary.ID.String()+"/inbox", nil))
	require.Empty(t, f.carla.list(f.record, "message"))
	require.Len(t, f.ada.list(f.record, "message"), 3)
}

func lastWords(line string) string { return line[max(0, len(line)-len("No action is needed.")):] }

// The important one must not drown in the others, and if it does somebody else finds it.
func TestHazard_H23_OneThingToDoAmongManyToKnowIsSeenFirstAndChasedAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	for _, topic := range topics(30, "Update") {
		h.olive.sends(f.record, to(h.primary), set{"topic": topic, "actionRequired": false})
	}
	todo := h.olive.sends(f.record, to(h.primary), set{"topic": "Potassium is high", "actionRequired": true})
	for _, topic := range topics(30, "Another update") {
		h.olive.sends(f.record, to(h.primary), set{"topic": topic, "actionRequired": false})
	}
	inbox := h.pia.inbox(h.primary)
	require.Len(t, inbox.Letters, 1)
	require.Equal(t, todo, inbox.Letters[0].Message)
	require.Equal(t, 60, inbox.Information)
	h.later(25 * time.Hour)
	work := h.olive.shift().work(h.oncology, care.TaskMessage)
	require.Len(t, work, 1, "what asks for nothing chases nobody after a day")
	require.Equal(t, todo, work[0].Focus)
	require.Len(t, h.nils.shift().work(h.navigation, care.TaskMessage), 1)
	h.later(14 * 24 * time.Hour)
	require.Len(t, h.olive.shift().work(h.oncology, care.TaskMessage), 20, "after two digests that nobody opened, the sender is told of those too: a page of them")

	require.Len(t, f.ada.list(f.record, "message"), 61)
	require.Empty(t, f.carla.list(f.record, "message"))
	require.Empty(t, h.otto.shift().list(f.record, "message"))
	h.refused(404, h.otto.get("/v1/teams/"+h.primary.ID.String()+"/inbox", nil))
	h.refused(403, h.olive.act(f.record, "complete-task", map[string]any{"task": h.nils.shift().work(h.navigation, care.TaskMessage)[0].Doc, "outcome": "reached"}, nil))
}

// A letter to a closed practice is a letter to nobody.
func TestHazard_H24_AMessageToAClosedOrUntriedContactPointIsRefusedAndASilentOneComesBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.pia.write(f.record, careTeam(h.primary), set{"status": "suspended"}))
	closed := set{"topic": "Chemotherapy started", "actionRequired": true}
	require.Contains(t, h.refused(422, h.olive.posts(f.record, to(h.primary), closed)), "does not look after this person now")
	message := h.olive.message(to(h.primary), closed)
	name := h.olive.change(f.record, message) // from a board without network, to which nobody could say so at once
	h.done(h.olive.sync(f.record))
	outcome := h.olive.outcome(f.record, name)
	require.Equal(t, syncing.Held, outcome.Status)
	require.Contains(t, h.olive.detail(f.record, name), "Choose another team, or call.")
	require.Len(t, h.olive.list(f.record, syncing.HeldType), 1, "the sender is shown that it did not go")
	for _, a := range []*actor{f.carla, h.otto} {
		require.Empty(t, a.list(f.record, syncing.HeldType), a.name)
	}
	require.Empty(t, f.ada.list(f.record, "message"))
	require.Contains(t, h.refused(422, f.ada.posts(f.record, to(h.nursing), set{"topic": "Help"})), "does not look after this person now")

	h.done(h.pia.write(f.record, careTeam(h.primary), set{"status": "active"}))
	sent := h.olive.sends(f.record, to(h.primary), closed)
	h.later(25 * time.Hour)
	h.follow()
	work := h.olive.shift().work(h.oncology, care.TaskMessage)
	require.True(t, slices.ContainsFunc(work, func(l workLine) bool { return l.Focus == sent }), "nobody opened it: it is back with who sent it")
	require.Len(t, work, 1)
	require.Empty(t, h.otto.shift().list(f.record, "task"))
}

// One record, and each word in it has a name, a role, an organisation and a time.
func TestSeed_B42_EveryFieldSaysWhoWroteItInWhichRoleForWhichOrganisationAndWhen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := newDoc("appointment")
	h.olive.writes(f.record, visit, set{
		"start": "2026-12-01T10:00", "zone": "Europe/London", "ownerTeam": h.oncology.ID, "title": "Clinic", "status": "booked",
	})
	h.done(f.ada.sync(f.record))
	f.ada.writes(f.record, visit, set{"patientNote": "I would like to ask about swimming."})
	f.carla.writes(f.record, visit, set{"transport": "My car"})
	h.done(h.pia.sync(f.record))
	h.pia.writes(f.record, visit, set{"instructions": "Bring the blue book."})
	written := h.clock.Now().UnixMilli()
	message := h.pia.sends(f.record, to(h.oncology), set{"topic": "The blue book", "actionRequired": false})

	for field, want := range map[string]author{
		"title":        {"Synthetic olive", "oncology", "Riverside Oncology", "Riverside Cancer Centre"},
		"instructions": {"Synthetic pia", "primary", "Millbrook nurses", "Millbrook Practice"},
		"patientNote":  {"Ada Example", "patient", "", ""},
		"transport":    {"", "caregiver", "", ""},
	} {
		for _, reader := range []*actor{f.ada, h.olive, h.pia} {
			line := reader.history(f.record, visit, field)
			require.Equal(t, want, line.Author, field)
			require.InDelta(t, written, line.Effective, float64(time.Minute.Milliseconds()), field)
		}
	}
	require.Empty(t, f.carla.history(f.record, visit, "patientNote").Author.Name, "a caregiver who sees the schedule alone is not told the name")
	require.Equal(t, author{"", "system", "", ""}, h.olive.history(f.record, care.ReceiptID(message), "state."+h.oncology.ID.String()).Author)
	for _, a := range []*actor{f.carla, h.otto} {
		h.refused(404, a.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(message)+"/history", nil))
	}
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(visit)+"/history", nil))
	h.pia.isHeld(f.record, visit, set{"title": "Something else"}, syncing.Forbidden)
	require.Equal(t, "Synthetic olive", h.pia.history(f.record, visit, "title").Author.Name, "nobody writes in somebody else's place")
}
