package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/internal/notify"
)

const room = "https://meet.example/room-17"

// From the diagnosis on the practice is invited to the meeting about the person, by video. What came of it is one message, with what each
// team does: the plan has it, each thing with its team.
func TestSeed_B06_ThePracticeTakesPartInTheMeetingAndEachTeamKnowsWhatItDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	h.plan(f, "diagnosis")
	meeting := h.olive.books(f, appointing(h.oncology, "Tumour board", "2026-11-26T08:00", set{"type": "mdt"}))
	h.done(h.olive.links(f, meeting, room, "clinicians"))
	invited := h.pia.work(h.primary, "invitation")
	require.Len(t, invited, 1)
	require.Equal(t, meeting, invited[0].Focus)
	require.Equal(t, "Ada Example", h.olive.work(h.oncology, "meeting")[0].Person.Name, "the list of cases")
	require.Equal(t, room, h.pia.link(f, meeting))
	h.refused(403, h.olive.write(f.record, meeting, set{"response." + h.primary.ID.String(): "accepted"}))
	h.done(h.pia.write(f.record, meeting, set{"response." + h.primary.ID.String(): "accepted"}))
	require.Empty(t, h.pia.work(h.primary, "invitation"))
	for _, a := range []*actor{f.ada, f.carla, h.nils, h.otto} {
		require.Nil(t, a.sees(f.record, meeting), "%s: it is between clinicians", a.name)
		require.Nil(t, a.link(f, meeting), a.name)
	}

	h.later(2 * day)
	among := set{"audience": "clinicians"}
	agreed := []set{
		action(h.oncology.ID, "Order the PET scan", "2026-12-04"), action(h.primary.ID, "Look after the blood pressure", "2026-12-11"),
		action(f.record.UUID, "Walk every day", "2026-12-31"),
	}
	h.shifts()
	require.Contains(t, h.refused(422, h.olive.concludes(f, meeting, nil, among, agreed...)), "every team that took part")
	h.refused(422, h.olive.concludes(f, meeting, to(h.primary), nil, agreed...))
	h.refused(422, h.olive.concludes(f, meeting, to(h.primary), among, action(h.elsewhere.ID, "Nobody knows us", "")))
	h.refused(422, h.olive.concludes(f, meeting, to(h.primary), among, action("", "Nobody does this", "")))
	h.refused(403, h.nils.concludes(f, meeting, to(h.primary), nil))
	h.refused(404, h.otto.concludes(f, meeting, to(h.primary), nil))
	require.Len(t, h.olive.work(h.oncology, "meeting"), 1)
	h.done(h.olive.concludes(f, meeting, to(h.primary), among, agreed...))
	require.Empty(t, h.olive.work(h.oncology, "meeting"))
	require.Equal(t, "What we agreed", h.pia.inbox(h.primary).Letters[0].Topic)

	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	require.Equal(t, "Look after the blood pressure: Millbrook nurses (asked, has not answered yet), by Friday 11 December 2026.\n"+
		"Order the PET scan: Riverside Oncology, by Friday 4 December 2026.\nWalk every day: you, with Riverside Oncology, by Thursday 31 December 2026.\n", phone.agreed(f.record))
	offer := h.pia.work(h.primary, "offer")
	require.Len(t, offer, 1)
	h.pia.accepts(f, offer[0].Focus)
	phone.net.off.Store(false)
	h.done(phone.Sync(h.ctx))
	require.Contains(t, phone.agreed(f.record), "Look after the blood pressure: Millbrook nurses, by Friday 11 December 2026.\n")
	require.Empty(t, f.carla.list(f.record, "activity"), "the plan is not hers to read")
	require.Empty(t, f.ada.list(f.record, "message"), "what was said stays between clinicians; what is to be done is in the plan")
}

// The person, oncology and the practice meet by video. The link is with those who take part and nobody else, and in no
// ring; afterwards the phone says who does what.
func TestSeed_B21_AfterTheThreeMetThePhoneSaysWhoDoesWhat(t *testing.T) {
	t.Parallel()
	b := &bell{rung: map[string][]notify.Kind{}}
	h := newHouse(t, withBell(b))
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	f.ada.listens("phone of ada")
	h.nils.listens("board of nils")
	meeting := h.olive.books(f, appointing(h.oncology, "We three, by video", "2026-11-26T10:00", set{"type": "3-way"}), h.primary)
	for _, a := range []*actor{f.ada, f.carla, h.pia, h.nils} {
		require.NotNil(t, a.sees(f.record, meeting), a.name)
	}
	require.Len(t, h.pia.work(h.primary, "invitation"), 1)
	require.Eventually(t, func() bool { return b.count("phone of ada", notify.Sync) > 0 }, 20*time.Second, 10*time.Millisecond)

	h.refused(422, h.olive.links(f, meeting, "http://meet.example/room-17", "everybody"))
	h.refused(422, h.olive.links(f, meeting, room, "oncology"))
	h.refused(403, h.pia.links(f, meeting, room, "everybody"))
	h.refused(403, h.nils.links(f, meeting, room, "everybody"))
	h.done(h.olive.links(f, meeting, room, "everybody"))
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, room, a.link(f, meeting), a.name)
	}
	for _, a := range []*actor{f.carla, h.nils, h.otto} {
		require.Nil(t, a.link(f, meeting), "%s does not take part", a.name)
		a.silentAbout(f.record, "meet.example")
	}
	require.Equal(t, map[string]string{"k": "sync"}, notify.Push{Token: "phone of ada", Kind: notify.Sync}.Payload(), "a ring says nothing")

	h.later(3 * day)
	h.shifts()
	h.done(h.olive.write(f.record, meeting, set{"status": "fulfilled"}))
	require.Len(t, h.olive.work(h.oncology, "meeting"), 1, "nobody has written what came of it")
	everybody := append(to(h.primary), toPerson(f.record)...)
	h.done(h.olive.concludes(f, meeting, everybody, nil, action(h.primary.ID, "Blood pressure every week", "2026-12-11"), action(f.record.UUID, "Keep the diary", "")))
	require.Empty(t, h.olive.work(h.oncology, "meeting"))
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	require.Contains(t, phone.agreed(f.record), "Blood pressure every week: Millbrook nurses (asked, has not answered yet), by Friday 11 December 2026.")
	require.Contains(t, phone.agreed(f.record), "Keep the diary: you, with Riverside Oncology.")
	require.Len(t, f.ada.unread(f.record), 1)
}

// Oncology and the practice speak by video about somebody. Neither the person nor anybody else sees it until it is shared.
func TestSeed_B38_WhatIsBetweenCliniciansIsSeenByThePersonOnceItIsShared(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	call := h.pia.books(f, appointing(h.primary, "Call with oncology", "2026-11-26T10:00", set{"type": "video", "audience": "clinicians"}), h.oncology)
	h.done(h.pia.links(f, call, room, "clinicians"))
	require.Equal(t, room, h.olive.link(f, call))
	require.Len(t, h.olive.work(h.oncology, "invitation"), 1)
	hidden := func() {
		for _, a := range []*actor{f.ada, f.carla, h.nils, h.otto} {
			require.Nil(t, a.sees(f.record, call), a.name)
			require.Nil(t, a.link(f, call), a.name)
			a.silentAbout(f.record, "Call with oncology", "meet.example", "invitation")
		}
	}
	hidden()
	h.refused(422, h.pia.tryBook(f.record, newDoc("appointment"), appointing(h.primary, "With the navigators", "2026-11-26T11:00", set{"audience": "clinicians"}), h.navigation))
	h.refused(403, h.nils.tryBook(f.record, newDoc("appointment"), appointing(h.navigation, "Among us", "2026-11-26T11:00", set{"audience": "clinicians"})))
	h.nils.isHeld(f.record, newDoc("appointment"), appointing(h.navigation, "Among us", "2026-11-26T11:00", set{"audience": "clinicians"}), "forbidden")
	h.refused(403, h.olive.write(f.record, call, set{"audience": "everyone"}))
	hidden()

	h.done(h.pia.write(f.record, call, set{"audience": "everyone"}))
	for _, a := range []*actor{f.ada, f.carla, h.nils} {
		require.NotNil(t, a.sees(f.record, call), a.name)
	}
	require.Equal(t, room, f.ada.link(f, call), "she takes part now")
	require.Nil(t, f.carla.link(f, call))
	require.Nil(t, h.nils.link(f, call))
	require.Nil(t, h.otto.sees(f.record, call))
}

// A tumour board with people who join from far away: what came of it reaches every team, and each thing has one.
func TestSeed_B39_WhatATumourBoardAgreedReachesEveryTeam(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	board := h.olive.books(f, appointing(h.oncology, "Tumour board", "2026-11-26T08:00", set{"type": "mdt", "zone": "America/Denver"}))
	h.done(h.olive.links(f, board, room, "clinicians"))
	require.Equal(t, room, h.pia.link(f, board), "the practice joins from where it is")
	among := set{"audience": "clinicians"}
	h.refused(422, h.pia.concludes(f, board, nil, among))
	h.done(h.pia.concludes(f, board, to(h.oncology), among, action(h.oncology.ID, "Ask genetics", "2026-12-04")))
	require.Equal(t, "What we agreed", h.olive.inbox(h.oncology).Letters[0].Topic)
	require.Len(t, h.olive.work(h.oncology, "offer"), 1, "nobody is given something to do without being asked")
	require.Len(t, f.ada.list(f.record, "activity"), 1)
	require.Empty(t, h.otto.list(f.record, "activity"))
}

// A visit by video is an appointment like any other: it says who takes part, and what came of it is a list with owners.
func TestSeed_B53_AVisitByVideoEndsInAListWithOwners(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	visit := h.olive.books(f, appointing(h.oncology, "Nurse by video", "2026-11-24T10:00", set{"type": "video"}))
	h.done(h.olive.links(f, visit, room, "oncology"))
	require.Equal(t, room, f.ada.link(f, visit))
	require.Nil(t, h.pia.link(f, visit), "the practice does not take part")
	h.done(h.olive.act(f.record, "write", map[string]any{"doc": visit, "add": map[string]any{"invited": to(h.primary)}}, nil))
	require.Equal(t, room, h.pia.link(f, visit), "now it does")
	h.refused(403, f.ada.concludes(f, visit, to(h.oncology), nil))
	h.done(h.olive.concludes(f, visit, append(to(h.primary), toPerson(f.record)...), nil, action(h.oncology.ID, "Send the diary", "2026-12-01")))
	h.done(phone.Sync(h.ctx))
	require.Equal(t, "Send the diary: Riverside Oncology, by Tuesday 1 December 2026.\n", phone.agreed(f.record))
}

// A meeting is planned at the diagnosis and the practice has not joined: it is missed on the navigator's list, and as soon as it is here it
// is invited.
func TestSeed_T01_APracticeThatJoinsIsInvitedToTheMeetingAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := family{record: h.admitWith("Ada Example", h.oncology, h.primary, h.navigation)}
	h.done(h.nils.write(f.record, careTeam(h.navigation), set{"status": "active"}))
	h.plan(f, "diagnosis")
	board := h.olive.books(f, appointing(h.oncology, "Tumour board", "2026-12-10T08:00", set{"type": "mdt"}))
	past := h.olive.books(f, appointing(h.oncology, "An earlier one", "2026-11-20T08:00", set{"type": "mdt"}))
	h.done(h.olive.write(f.record, past, set{"status": "fulfilled"}))
	require.Empty(t, h.pia.work(h.primary, "invitation"))
	h.later(7*day + time.Hour)
	h.shifts()
	require.Len(t, h.nils.work(h.navigation, "gap"), 1, "nobody of a practice is here")
	h.done(h.pia.write(f.record, careTeam(h.primary), set{"status": "active"}))
	require.Empty(t, h.nils.work(h.navigation, "gap"))
	invited := h.pia.work(h.primary, "invitation")
	require.Len(t, invited, 1)
	require.Equal(t, board, invited[0].Focus)
	h.refused(404, h.otto.write(f.record, board, set{"response." + h.primary.ID.String(): "accepted"}))
	h.done(h.pia.write(f.record, board, set{"response." + h.primary.ID.String(): "accepted"}))
	require.Empty(t, h.pia.work(h.primary, "invitation"))
}
