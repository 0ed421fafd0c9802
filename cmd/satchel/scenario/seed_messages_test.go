package scenario

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// The seed's complaint is that doctors are not talking and that patients feel abandoned. The person reads, with no network, what
// was sent to whom and who opened it.
func TestSeed_A06_ThePersonReadsOfflineWhatWasSentToWhomAndWhoOpenedIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	ada, carla := f.ada.onlooker(f.record), f.carla.onlooker(f.record)
	summary := h.olive.sends(f.record, append(to(h.primary), toPerson(f.record)...), set{"topic": "Treatment summary", "actionRequired": false})
	h.later(25 * time.Hour)
	h.done(h.paul.shift().sync(f.record))
	h.paul.opens(f.record, summary, h.primary.ID.String(), care.StateOpened)
	f.ada.pulls(f.record)
	f.carla.pulls(f.record)

	f.ada.net.off.Store(true)
	tried := f.ada.net.tried.Load()
	h.tells(f.ada.timeline(ada),
		"Monday 23 November, 09:00: Synthetic olive, Riverside Oncology, sent “Treatment summary” to Millbrook nurses and you. No action is needed.",
		"Tuesday 24 November, 10:00: Synthetic paul, Millbrook nurses, opened “Treatment summary”.")
	require.Equal(t, tried, f.ada.net.tried.Load(), "the timeline asks nobody")
	f.ada.net.off.Store(false)
	require.Equal(t, care.StateDelivered, h.olive.shift().state(f.record, summary, f.record.UUID.String()), "it is on Ada's phone")
	require.Contains(t, h.pia.shift().timelineOf(f.record), "Ada Example has “Treatment summary” on the phone.")
	require.Empty(t, f.carla.timeline(carla), "a caregiver who sees the schedule alone is told nothing of it")
	require.Empty(t, h.otto.shift().timelineOf(f.record))

	f.ada.isHeld(f.record, care.ReceiptID(summary), set{"state." + h.primary.ID.String(): care.StateAcknowledged}, syncing.Forbidden)
	h.olive.isHeld(f.record, care.ReceiptID(summary), set{"state." + h.primary.ID.String(): care.StateAcknowledged}, syncing.Forbidden)
	require.Equal(t, care.StateOpened, f.ada.state(f.record, summary, h.primary.ID.String()), "nobody says for others that they have read")
}

// Faxes went to wrong numbers and nobody knew. A message goes only to a contact point that was tried, and one that nobody opens
// comes back to whoever sent it.
func TestSeed_A11_AMessageThatNobodyOpensComesBackToItsSenderAndAnUnverifiedContactIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(h.olive.put("/v1/records/"+f.record.UUID.String()+"/teams/"+h.elsewhere.ID.String(), map[string]any{}, nil))
	h.follow()
	sentence := h.refused(422, h.olive.posts(f.record, to(h.elsewhere), set{"topic": "Bloods", "actionRequired": true}))
	require.Contains(t, sentence, "does not look after this person")
	h.done(h.otto.sync(f.record))
	h.done(h.otto.write(f.record, careTeam(h.elsewhere), set{"status": "active"}))
	sentence = h.refused(422, h.olive.posts(f.record, to(h.elsewhere), set{"topic": "Bloods", "actionRequired": true}))
	require.Contains(t, sentence, "Farfield nurses has not been verified")
	for _, a := range []*actor{f.ada, h.pia, h.otto} {
		require.Empty(t, a.list(f.record, "message"), "what was refused reached nobody")
	}

	bloods := h.olive.sends(f.record, to(h.primary), set{"topic": "Bloods before cycle 3", "actionRequired": true})
	require.Equal(t, care.StateDelivered, h.olive.state(f.record, bloods, h.primary.ID.String()))
	h.later(23 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, care.TaskMessage), "not yet")
	h.later(2 * time.Hour)
	sender, navigators := h.olive.shift().work(h.oncology, care.TaskMessage), h.nils.shift().work(h.navigation, care.TaskMessage)
	require.Len(t, sender, 1)
	require.Len(t, navigators, 1)
	require.Equal(t, bloods, sender[0].Focus)
	require.Empty(t, h.pia.shift().work(h.primary, care.TaskMessage), "it goes back to whoever sent it, not to those who did not look")
	h.refused(404, h.otto.shift().get("/v1/teams/"+h.oncology.ID.String()+"/work", nil))
	h.tells(f.ada.timelineOf(f.record), "“Bloods before cycle 3” was not opened in time by Millbrook nurses. It went back to Riverside Oncology.")
	require.Empty(t, f.carla.timelineOf(f.record))

	h.done(h.pia.sync(f.record))
	h.pia.opens(f.record, bloods, h.primary.ID.String(), care.StateAcknowledged)
	require.Empty(t, h.olive.work(h.oncology, care.TaskMessage), "it goes away by itself")
	require.Empty(t, h.nils.work(h.navigation, care.TaskMessage))
	require.Equal(t, care.StateAcknowledged, f.ada.state(f.record, bloods, h.primary.ID.String()))
}

// Practice and cancer centre write to each other directly, about this person. The count of what is unread comes back to 0, which
// it did not in OpenEMR (issue 13047).
func TestSeed_A12_TwoMessagesWithAnAttachmentAndNothingUnreadAfterReading(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	content := []byte("%PDF-1.7 a synthetic letter")
	sum, letter := attachment("letter.pdf", content)
	status, _ := h.pia.blob("PUT", f.record, sum, content)
	require.Equal(t, 200, status)
	status, _ = h.olive.blob("GET", f.record, sum, nil)
	require.Equal(t, 404, status, "no message names it yet")

	first := h.pia.message(to(h.oncology), set{"topic": "Blood pressure", "actionRequired": true})
	first.Add["attachments"] = []jsontext.Value{letter}
	name := h.pia.change(f.record, first)
	h.done(h.pia.sync(f.record))
	require.Equal(t, syncing.Applied, h.pia.outcome(f.record, name).Status, h.pia.detail(f.record, name))
	require.Equal(t, 1, h.olive.inbox(h.oncology).Unread)
	require.Zero(t, h.pia.inbox(h.primary).Unread)
	status, got := h.olive.blob("GET", f.record, sum, nil)
	require.Equal(t, 200, status)
	require.Equal(t, content, got)
	for _, a := range []*actor{f.carla, h.otto} {
		status, _ = a.blob("GET", f.record, sum, nil)
		require.Equal(t, 404, status, a.name)
	}

	h.done(h.olive.sync(f.record))
	h.olive.opens(f.record, first.Doc, h.oncology.ID.String(), care.StateOpened)
	require.Zero(t, h.olive.inbox(h.oncology).Unread, "read is read")
	require.Equal(t, 1, h.oscar.inbox(h.oncology).Action, "it still waits for somebody to act")
	reply := h.olive.sends(f.record, to(h.primary), set{
		"topic": "Re: Blood pressure", "actionRequired": false, "replyTo": first.Doc, "thread": value(h.olive.shows(f.record, first.Doc), "thread"),
	})
	require.Zero(t, h.oscar.inbox(h.oncology).Action, "a reply acknowledges")
	require.Equal(t, care.StateAcknowledged, h.pia.state(f.record, first.Doc, h.oncology.ID.String()))
	require.Equal(t, 1, h.paul.inbox(h.primary).Unread)
	h.done(h.paul.sync(f.record))
	h.paul.opens(f.record, reply, h.primary.ID.String(), care.StateOpened)
	h.paul.opens(f.record, reply, h.primary.ID.String(), care.StateOpened)
	require.Zero(t, h.pia.inbox(h.primary).Unread)
	require.Len(t, f.ada.list(f.record, "message"), 2, "the person reads what both teams write about them")
	require.Empty(t, f.carla.list(f.record, "message"))
	require.Empty(t, h.otto.list(f.record, "message"))
	h.refused(404, h.otto.get("/v1/teams/"+h.primary.ID.String()+"/inbox", nil))
	h.refused(404, f.ada.get("/v1/teams/"+h.primary.ID.String()+"/inbox", nil))
}
