package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// Practice and cancer centre write in threads about one person, from where there is no network too, and see how far each word has come.
func TestSeed_B01_BothTeamsWriteInOneThreadAndSeeHowFarEachMessageHasCome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	me := h.pia.onlooker(f.record)
	h.pia.net.off.Store(true)
	message := h.pia.message(to(h.oncology), set{"topic": "Home visit", "actionRequired": true})
	name := h.pia.change(f.record, message)
	require.Equal(t, care.StateQueued, h.pia.stateNow(f.record, message.Doc, h.oncology.ID.String()), "it has not left the phone")
	h.tells(h.pia.timeline(me), "“Home visit” waits on this phone for Riverside Oncology. It is sent when there is a network.")
	h.later(3 * time.Hour)
	h.pia.net.off.Store(false)
	h.done(h.pia.sync(f.record))
	require.Equal(t, syncing.Applied, h.pia.outcome(f.record, name).Status)
	oncology := h.oncology.ID.String()
	require.Equal(t, care.StateDelivered, h.pia.state(f.record, message.Doc, oncology))
	h.done(h.olive.sync(f.record))
	h.olive.opens(f.record, message.Doc, oncology, care.StateOpened)
	require.Equal(t, care.StateOpened, h.pia.state(f.record, message.Doc, oncology))
	h.olive.opens(f.record, message.Doc, oncology, care.StateAcknowledged)
	require.Equal(t, care.StateAcknowledged, h.pia.state(f.record, message.Doc, oncology))
	h.tells(f.ada.timelineOf(f.record),
		"Synthetic pia, Millbrook nurses, sent “Home visit” to Riverside Oncology, who must act on it.",
		"Synthetic olive, Riverside Oncology, opened “Home visit”.", "Riverside Oncology acknowledged “Home visit”.")

	h.refused(403, h.pia.posts(f.record, to(h.oncology), set{"fromTeam": h.oncology.ID, "actionRequired": true}))
	h.refused(404, h.otto.posts(f.record, to(h.oncology), set{"actionRequired": true}))
	require.Empty(t, h.otto.list(f.record, "message"))
	require.Empty(t, f.carla.list(f.record, "message"))
	h.olive.isHeld(f.record, care.ReceiptID(message.Doc), set{"state." + oncology: care.StateDelivered}, syncing.Transition)
}

// Trust comes from seeing that the teams talk, and when they do not.
func TestSeed_B04_TheTimelineTellsThePersonAlsoWhatDidNotHappen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	me := f.ada.onlooker(f.record)
	f.ada.writes(f.record, newDoc("assessment"), set{
		"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.phy.nausea": 4, "answers.emo.lonely": 3,
	})
	h.done(h.olive.act(f.record, "claim", map[string]any{"triage": h.olive.queue(h.oncology)[0].Doc}, nil))
	letter := h.pia.sends(f.record, to(h.oncology), set{"topic": "Please review the tablets", "actionRequired": true})
	h.later(25 * time.Hour)
	f.ada.pulls(f.record)
	f.ada.net.off.Store(true)
	told := f.ada.timeline(me)
	h.tells(told,
		"Synthetic pia, Millbrook nurses, sent “Please review the tablets” to Riverside Oncology, who must act on it.",
		"“Please review the tablets” was not opened in time by Riverside Oncology. It went back to Millbrook nurses.")
	require.Contains(t, told[0], "Monday 23 November, 09:00: You reported: ")
	require.Contains(t, told[1], "That reached ")
	require.Contains(t, told[2], "Synthetic olive, Riverside Oncology, is dealing with it.", "what the teams did about what she said, by whom and when")
	f.ada.net.off.Store(false)
	require.Contains(t, h.nils.shift().timelineOf(f.record)[0], "sent “Please review the tablets”", "the navigator is told of the message, and not of what they may not see")
	require.Empty(t, f.carla.timelineOf(f.record))
	require.Empty(t, h.otto.shift().timelineOf(f.record))
	f.ada.isHeld(f.record, care.ReceiptID(letter), set{"openedAt." + h.oncology.ID.String(): 1}, syncing.Forbidden)
}

// A practice asks the cancer centre about a drug, says by when, and the answer stays with what it was about. The person's own
// thread is another one: what clinicians ask each other is theirs.
func TestSeed_B05_AnAdviceRequestHasATimeAndItsAnswerStaysWithTheConcern(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	assessment := newDoc("assessment")
	f.ada.writes(f.record, assessment, set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.phy.sleep": 7})
	concern := care.ConcernID(assessment, "phy.sleep")
	due := h.clock.Now().Add(4 * time.Hour).UnixMilli()
	ask := set{"topic": "OK to start amitriptyline?", "kind": "advice-request", "audience": "clinicians", "about": concern, "dueBy": due}
	h.refused(422, h.pia.posts(f.record, to(h.oncology), set{"kind": "advice-request", "audience": "clinicians", "about": concern}))
	h.refused(422, h.pia.posts(f.record, to(h.navigation), ask))
	question := h.pia.sends(f.record, to(h.oncology), ask)
	letters := h.oscar.inbox(h.oncology).Letters
	require.Len(t, letters, 1)
	require.Equal(t, "advice-request", letters[0].Urgency)
	require.Equal(t, "Millbrook nurses", letters[0].Sender)

	h.later(5 * time.Hour)
	require.True(t, h.oscar.inbox(h.oncology).Letters[0].Overdue)
	require.Len(t, h.paul.work(h.primary, care.TaskMessage), 1, "what is not answered in time goes back to who asked")
	require.Empty(t, h.nils.work(h.navigation, care.TaskMessage), "it is not for the navigator to see")

	h.done(h.oscar.sync(f.record))
	thread := value(h.oscar.shows(f.record, question), "thread")
	reply := set{"topic": "Yes, 10 mg at night", "kind": "answer", "audience": "clinicians", "replyTo": question, "thread": thread, "about": concern, "actionRequired": false}
	h.refused(422, h.oscar.posts(f.record, to(h.primary), set{"kind": "answer", "replyTo": question, "thread": thread, "about": concern, "actionRequired": false}))
	h.refused(403, h.paul.posts(f.record, to(h.oncology), reply))
	answer := h.oscar.sends(f.record, to(h.primary), reply)
	require.Equal(t, string(answer), value(h.pia.sees(f.record, care.ReceiptID(question)), "answer"))
	require.Equal(t, string(concern), value(h.pia.shows(f.record, answer), "about"))
	require.Empty(t, h.oscar.inbox(h.oncology).Letters, "answered")
	require.Empty(t, h.paul.work(h.primary, care.TaskMessage))
	for _, a := range []*actor{f.ada, f.carla, h.nils, h.dora, h.otto} {
		require.Empty(t, a.list(f.record, "message"), a.name)
		require.Empty(t, a.list(f.record, "receipt"), a.name)
	}
	for _, task := range f.ada.list(f.record, "task") {
		require.NotEqual(t, string(question), value(task, "focus"))
	}
	f.ada.isHeld(f.record, newDoc("message"), set{"thread": thread, "body": "Hello?", "audience": "clinicians"}, syncing.Forbidden)
}

// The person and a caregiver whom they let take part in the conversation.
func TestSeed_T03_ThePersonAndACaregiverTakePartInSharedThreadsWithReceipts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	carla := care.AccountRecipient(f.carla.Tokens().Account)
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.UUID.String(), map[string]any{"categories": []string{"schedule", "messages"}}, nil))
	h.done(f.carla.sync(f.record))

	question := f.ada.sends(f.record, to(h.oncology, h.primary), set{"topic": "May I swim?"})
	require.Equal(t, 1, h.olive.inbox(h.oncology).Action, "what a person asks is for somebody to act on")
	thread := value(f.carla.sees(f.record, question), "thread")
	f.carla.sends(f.record, to(h.oncology), set{"topic": "I can drive her to the pool", "thread": thread})
	h.done(h.olive.sync(f.record))
	answer := h.olive.sends(f.record, append(toPerson(f.record), syncing.TextValue(carla)), set{
		"topic": "Yes, from Monday", "thread": thread, "replyTo": question, "actionRequired": false,
	})
	person := f.record.UUID.String()
	require.Equal(t, care.StateSent, h.olive.state(f.record, answer, person), "sent, and on nobody's phone yet")
	require.Equal(t, []syncing.DocID{answer}, f.ada.unread(f.record))
	f.ada.pulls(f.record)
	f.carla.pulls(f.record)
	require.Equal(t, care.StateDelivered, h.olive.state(f.record, answer, person))
	require.Equal(t, care.StateDelivered, h.olive.state(f.record, answer, carla))
	f.ada.net.off.Store(true)
	f.ada.note(f.record, care.ReceiptID(answer), set{"state." + person: care.StateOpened})
	h.later(time.Hour)
	f.ada.net.off.Store(false)
	require.Empty(t, f.ada.unread(f.record))
	h.tells(h.pia.timelineOf(f.record), "Ada Example sent “May I swim?” to Millbrook nurses and Riverside Oncology, who must act on it.",
		"A caregiver sent “I can drive her to the pool” to Riverside Oncology, who must act on it.",
		"Ada Example has “Yes, from Monday” on the phone.", "Ada Example opened “Yes, from Monday”.")

	f.carla.isHeld(f.record, care.ReceiptID(answer), set{"state." + person: care.StateAcknowledged}, syncing.Forbidden)
	h.olive.sends(f.record, to(h.primary), set{"topic": "Between us", "audience": "clinicians", "actionRequired": false})
	require.Len(t, f.ada.list(f.record, "message"), 3, "what clinicians write among themselves is in no thread of hers")
	require.Len(t, f.carla.list(f.record, "message"), 3)
	require.Len(t, h.pia.list(f.record, "message"), 4)
	require.Empty(t, h.otto.list(f.record, "message"))
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.UUID.String(), map[string]any{"categories": []string{"schedule"}}, nil))
	require.Empty(t, f.carla.list(f.record, "message"), "taken back, it leaves her phone")
}
