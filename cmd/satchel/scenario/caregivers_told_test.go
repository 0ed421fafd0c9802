package scenario

import (
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// toldPage is what a person's caregivers were told, as the server lists it.
type toldPage struct {
	Lines []care.CaregiverTold `json:"lines"`
	Next  int64                `json:"next"`
}

func (a *actor) caregiversTold(f family, query string) (page toldPage) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/records/"+f.record.UUID.String()+"/caregiver-notices"+query, &page))
	return page
}

// Each notification that a caregiver got is listed to the person, with who, what, and whether a device of theirs rang: on the server, on the phone
// without a network, and when the access has ended. Nobody else reads it.
func TestCaregivers_EachNotificationThatACaregiverGotIsListedToThePerson(t *testing.T) {
	t.Parallel()
	rung := &bell{rung: map[string][]notify.Kind{}}
	h := newHouse(t, withBell(rung))
	f := h.family()
	cleo := h.enrol(f.record, identity.KindCaregiver, "cleo")
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	f.carla.listens("carla")
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-24T14:00", nil))
	require.Empty(t, f.ada.caregiversTold(f, "").Lines)

	h.at("2026-11-24T11:00")
	h.at("2026-11-24T13:01")
	h.follow()
	page := f.ada.caregiversTold(f, "")
	require.Equal(t, 1, rung.count("carla", notify.Action)-1, "her reminder, and that one needs a look")
	told := map[string]care.CaregiverTold{}
	for _, line := range page.Lines {
		require.Equal(t, visit, line.Focus)
		require.Equal(t, "Clinic", line.About)
		told[line.Account+" "+line.Code] = line
	}
	require.Len(t, told, 4, "both of them both")
	carla, alone := f.carla.Tokens().Account.String(), cleo.Tokens().Account.String()
	look := told[carla+" "+care.NoticeNeedsALook]
	require.Equal(t, care.CodeWords(care.NoticeNeedsALook), look.Words)
	require.GreaterOrEqual(t, look.SentAt, look.At)
	require.NotEmpty(t, look.Name)
	require.Zero(t, told[alone+" "+care.NoticeNeedsALook].SentAt, "who has no device that rings found it in the app")
	h.shifts()
	for _, other := range []*actor{f.carla, cleo, h.olive, h.pia, h.otto} {
		h.refused(404, other.get("/v1/records/"+f.record.UUID.String()+"/caregiver-notices", nil))
		require.Empty(t, other.list(f.record, care.CaregiverNoticeType), other.name)
	}

	h.done(f.ada.put(caregiverPath(f.record, f.carla), set{"categories": []string{"schedule", "messages"}}, nil))
	h.done(f.carla.sync(f.record))
	h.olive.shift().sends(f.record, []jsontext.Value{syncing.TextValue(care.AccountRecipient(f.carla.Tokens().Account))}, set{"topic": "Can you drive?", "actionRequired": true})
	h.follow()
	asked := f.ada.caregiversTold(f, "?limit=1").Lines[0]
	require.Equal(t, []string{carla, "message", "Can you drive?"}, []string{asked.Account, asked.Code, asked.About})
	require.NotZero(t, asked.SentAt)
	page = f.ada.caregiversTold(f, "")

	h.done(f.ada.remove(caregiverPath(f.record, f.carla)))
	h.done(h.olive.shift().write(f.record, visit, set{"start": "2026-11-26T14:00"}))
	h.at("2026-11-26T13:01")
	h.follow()
	require.Equal(t, 3, rung.count("carla", notify.Action))
	after := f.ada.caregiversTold(f, "")
	require.Subset(t, after.Lines, page.Lines, "it stays, word for word")
	for _, line := range after.Lines[:len(after.Lines)-len(page.Lines)] {
		require.Equal(t, alone, line.Account, "nobody told her since")
	}
	h.done(phone.Sync(h.ctx))
	phone.net.off.Store(true)
	screen, err := phone.CaregiversTold(f.record)
	h.done(err)
	require.Contains(t, screen, look.Name+": "+look.Words+" It was about “Clinic”. It went out to a device Tuesday 24 November, 13:01.")
	require.Contains(t, screen, "It waited in the app; nothing rang.")
}

// The list comes in pages, the newest first; each line is on one of them.
func TestCaregivers_WhatTheyWereToldIsListedInPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.enrol(f.record, identity.KindCaregiver, "cleo")
	for _, start := range []string{"2026-11-24T10:00", "2026-11-24T12:00", "2026-11-24T16:00", "2026-11-25T10:00"} {
		h.olive.books(f, appointing(h.oncology, "Clinic", start, nil))
	}
	for range 30 {
		h.later(time.Hour)
	}
	all := f.ada.caregiversTold(f, "?limit=200")
	require.Greater(t, len(all.Lines), 6)
	require.Zero(t, all.Next)
	var paged []care.CaregiverTold
	query := "?limit=1"
	for pages := 0; ; pages++ {
		page := f.ada.caregiversTold(f, query)
		paged = append(paged, page.Lines...)
		if page.Next == 0 {
			require.Greater(t, pages, 2)
			break
		}
		query = "?limit=1&before=" + strconv.FormatInt(page.Next, 10)
	}
	require.Equal(t, all.Lines, paged)
	h.refused(400, f.ada.get("/v1/records/"+f.record.UUID.String()+"/caregiver-notices?limit=201", nil))
}
