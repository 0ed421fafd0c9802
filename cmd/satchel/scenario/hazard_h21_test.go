package scenario

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// quince is what must not be found on a phone that was lost.
const quince = "CANARY-quince-2108"

// holds reports whether a word lies in any file of the phone.
func (s *handset) holds(word string) bool {
	s.h.t.Helper()
	files, err := os.ReadDir(s.home)
	require.NoError(s.h.t, err)
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(s.home, file.Name()))
		require.NoError(s.h.t, err)
		var parts map[string][]byte // what the database is kept as
		_ = json.Unmarshal(text, &parts)
		for _, part := range append(slices.Collect(maps.Values(parts)), text) {
			if bytes.Contains(part, []byte(word)) {
				return true
			}
		}
	}
	return false
}

// writes writes a note on the phone, with or without network.
func (s *handset) writes(record syncing.RecordID, text string) syncing.DocID {
	s.h.t.Helper()
	doc, err := s.NewDoc("note")
	require.NoError(s.h.t, err)
	s.h.done(s.Write(record, replica.Change{Doc: doc, Set: set{"text": text}.values(s.h.olive)}))
	return doc
}

// signOut ends the device of that name, from another device of the same account.
func (a *actor) signOut(name string) {
	a.h.t.Helper()
	var list struct {
		Devices []struct {
			ID   syncing.UUID `json:"id"`
			Name string       `json:"name"`
		} `json:"devices"`
	}
	a.h.done(a.get("/v1/devices", &list))
	for _, d := range list.Devices {
		if d.Name == name {
			a.h.done(a.remove("/v1/devices/" + d.ID.String()))
			return
		}
	}
	require.Fail(a.h.t, "there is no such device", name)
}

// A lost phone is refused at its next request and told to delete what it holds; the phone does. What it had handed in stays with the teams,
// the person's other phone goes on, and the lost one opens again by a new code alone.
func TestHazard_H21_ALostPhoneIsRefusedAndDeletesWhatItHolds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	lost := h.handset(f.record, identity.KindPatient, "lost")
	arrived := lost.writes(f.record, quince+" arrived")
	h.done(lost.Sync(h.ctx))
	lost.writes(f.record, quince+" unsent")
	require.True(t, lost.holds(quince), "or this shows nothing")

	f.ada.signOut("phone of lost")
	err := lost.Sync(h.ctx)
	h.refused(401, err)
	require.True(t, phone.Wiped(err))
	require.False(t, lost.holds(quince))
	require.Empty(t, lost.Records())
	require.Empty(t, lost.DB.Records())
	require.False(t, lost.Enrolled())
	lost.restart()
	require.False(t, lost.Enrolled(), "also when it is switched off and on")
	require.False(t, lost.holds(f.record.UUID.String()))

	require.NotNil(t, f.ada.sees(f.record, arrived), "what had arrived is kept, and the other phone goes on")
	require.NotNil(t, h.olive.sees(f.record, arrived))
	lost.enrol(f.record, identity.KindPatient, "found")
	h.done(lost.Sync(h.ctx))
	require.NotNil(t, lost.DB.Document(f.record, arrived))
}

// devicesOf is where those who look after the person see an account's devices.
func devicesOf(record syncing.RecordID, account syncing.AccountID) string {
	return "/v1/records/" + record.UUID.String() + "/accounts/" + account.String() + "/devices"
}

// A person rings the nurse because the phone was lost, and has no other one: the nurse finds it in the list and signs it out. It deletes
// what it holds, and the person reads in the access log who did it. Nobody else can: not a caregiver, not a team that does not know this
// person, not for somebody who has nothing to do with this record, and not for a caregiver whose access has ended.
func TestHazard_H21_ANurseSignsOutThePhoneThatAPersonHasLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	lost := h.handset(f.record, identity.KindPatient, "lost")
	lost.writes(f.record, quince)
	h.done(lost.Sync(h.ctx))
	path := devicesOf(f.record, f.ada.Tokens().Account)
	var list struct {
		Devices []struct {
			ID      syncing.UUID `json:"id"`
			Name    string       `json:"name"`
			Current bool         `json:"current"`
		} `json:"devices"`
	}
	h.done(h.olive.get(path, &list))
	var phoneOfLost string
	for _, d := range list.Devices {
		require.False(t, d.Current)
		if d.Name == "phone of lost" {
			phoneOfLost = "/" + d.ID.String()
		}
	}
	require.NotEmpty(t, phoneOfLost)

	for name, stranger := range map[string]*actor{"a caregiver": f.carla, "the person, who has a list of their own": f.ada, "another team": h.otto, "an administrator": h.amos} {
		h.refused(404, stranger.get(path, nil))
		require.Error(t, stranger.remove(path+phoneOfLost), name)
	}
	staff := devicesOf(f.record, h.oscar.Tokens().Account)
	h.refused(404, h.olive.get(staff, nil))
	h.refused(404, h.olive.remove(staff+"/"+h.oscar.Tokens().Device.String()))
	h.refused(404, h.olive.remove(path+"/"+f.carla.Tokens().Device.String()))
	h.done(lost.Sync(h.ctx))

	h.done(h.olive.remove(path + phoneOfLost))
	h.done(h.olive.remove(path + phoneOfLost)) // the answer was lost
	err := lost.Sync(h.ctx)
	h.refused(401, err)
	require.True(t, phone.Wiped(err))
	require.False(t, lost.holds(quince))
	h.done(f.ada.sync(f.record))
	type named struct {
		Account syncing.AccountID `json:"account"`
	}
	type line struct {
		Kind string `json:"kind"`
		By   named  `json:"by"`
		Whom named  `json:"whom"`
	}
	var log struct {
		Lines []line `json:"lines"`
	}
	h.done(f.ada.get("/v1/records/"+f.record.UUID.String()+"/access-log", &log))
	at := slices.IndexFunc(log.Lines, func(l line) bool { return l.Kind == identity.AuditDeviceRevoked })
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, h.olive.Tokens().Account, log.Lines[at].By.Account)
	require.Equal(t, f.ada.Tokens().Account, log.Lines[at].Whom.Account)

	h.done(f.ada.remove("/v1/records/" + f.record.UUID.String() + "/caregivers/" + f.carla.Tokens().Account.String()))
	ended := devicesOf(f.record, f.carla.Tokens().Account)
	h.refused(404, h.olive.get(ended, nil))
	h.refused(404, h.olive.remove(ended+"/"+f.carla.Tokens().Device.String()))
}

// The refusal beside it: a phone whose sign-in has only run out, or whose token is not its own, is told to sign in, never to delete.
func TestHazard_H21_WhoeverMustOnlySignInAgainKeepsEveryWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	away := h.handset(f.record, identity.KindPatient, "away")
	away.writes(f.record, quince)
	h.later(400 * 24 * time.Hour)
	err := away.Sync(h.ctx)
	h.refused(401, err)
	require.False(t, phone.Wiped(err))
	require.True(t, away.holds(quince))
	require.Equal(t, 1, away.DB.Unanswered(f.record))

	forged := client.New(h.base, client.Tokens{AccessToken: "a.b.c", RefreshToken: "nonsense"})
	wiped := false
	forged.Wipe = func() error { wiped = true; return nil }
	err = forged.Do(h.ctx, "GET", "/v1/records", nil, nil)
	h.refused(401, err)
	require.False(t, phone.Wiped(err) || wiped, "a stranger is not told which devices were lost")
}

// A caregiver whose access was ended while their phone was in a tunnel hands in what they wrote: it is kept aside for the person, they see
// nothing any more, and it is still kept when the person's own phone is lost after it.
func TestHazard_H21_WhatAnEndedCaregiverHandsInIsKeptAside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	words := f.carla.note(f.record, newDoc("note"), set{"text": "she fell on the stairs"})
	h.done(f.ada.remove("/v1/records/" + f.record.UUID.String() + "/caregivers/" + f.carla.Tokens().Account.String()))
	h.done(f.carla.sync(f.record))
	require.Equal(t, syncing.Held, f.carla.outcome(f.record, words).Status, "it was taken in")
	require.Empty(t, f.carla.db.View(f.record), "and nothing is shown")

	kept := func(a *actor) (n int) {
		var held syncing.HeldList
		h.done(a.get("/v1/records/"+f.record.UUID.String()+"/held", &held))
		return len(held.Items)
	}
	require.Equal(t, 1, kept(f.ada), "the person decides what becomes of it")
	require.Zero(t, kept(h.olive))
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/held", nil))
	other := h.enrol(f.record, identity.KindPatient, "other")
	other.signOut("phone of ada")
	h.refused(401, f.ada.get("/v1/records", nil))
	require.Equal(t, 1, kept(other), "what waits is with the record, not with a device")
}
