package scenario

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// The direct line of each team, its hours and when it was last tried lie on the phone. It takes a code that went to the contact and
// came back from somebody else; after 180 days the phone says that nobody knows any more.
func TestSeed_T02_TheDirectLineOfATeamIsOnThePhoneWithItsHoursAndSinceWhenItIsKnownToWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()

	f.ada.net.off.Store(true)
	line := f.ada.calls(f.record, "fever").Contacts[0]
	require.Equal(t, []string{"01632 960 111", "Advice line", ""}, []string{line.Value, line.Label, line.Warning})
	require.Equal(t, "01632 960 222", f.ada.calls(f.record, "fit-note").Contacts[0].Value)
	f.ada.net.off.Store(false)
	for _, doctor := range []*actor{h.olive, h.pia, h.nils} {
		doctor.isHeld(f.record, careTeam(h.oncology), set{"contactVerifiedAt": 1}, syncing.Forbidden)
	}
	h.refused(403, h.pia.write(f.record, careTeam(h.oncology), set{"phone": "01632 960 999"}))
	require.Nil(t, value(h.otto.shows(f.record, careTeam(h.oncology)), "name"), "whoever works elsewhere sees nothing")

	contact := uuid.NewString()
	path := "/v1/teams/" + h.primary.ID.String() + "/contacts/" + contact
	body := map[string]any{"system": "phone", "value": "01632 960 223", "label": "Nurses", "hours": []any{map[string]any{"days": []string{"mon"}, "from": "08:00", "to": "12:00"}}}
	h.refused(404, h.olive.put(path, body, nil)) // another team's to say
	h.refused(404, f.ada.put(path, body, nil))
	h.refused(400, h.pia.put(path, map[string]any{"system": "phone", "value": "call me"}, nil))
	h.done(h.pia.put(path, body, nil))
	h.follow()
	require.Contains(t, string(f.ada.sees(f.record, careTeam(h.primary)).Fields["contacts."+contact]), "01632 960 223")
	id := uuid.MustParse(contact)
	h.refused(422, h.verify(h.primary, syncing.UUID(id), h.pia, h.pia)) // one alone could copy the code without calling anybody
	h.refused(422, h.pia.post(path+"/verify", map[string]any{"code": "000000x"}, nil))
	h.done(h.verify(h.primary, syncing.UUID(id), h.pia, h.paul))
	h.follow()
	require.Contains(t, string(f.ada.sees(f.record, careTeam(h.primary)).Fields["contacts."+contact]), "verifiedAt")

	h.later(181 * 24 * time.Hour)
	require.Contains(t, f.ada.calls(f.record, "fever").Contacts[0].Warning, "last checked on")
	for _, a := range []*actor{h.olive, h.pia, h.paul} { // they were signed out long ago
		_, err := a.SignIn(h.ctx, a.name, passphrase, "board of "+a.name)
		h.done(err)
	}
	reception := h.pia.page(h.primary).Contacts[0]
	h.done(h.verify(h.primary, reception.ID, h.paul, h.pia))
	h.follow()
	again := h.enrol(f.record, identity.KindPatient, "ada")
	h.done(again.sync(f.record))
	require.Empty(t, again.calls(f.record, "fit-note").Contacts[0].Warning)
	require.NotEmpty(t, again.calls(f.record, "fever").Contacts[0].Warning, "oncology's is as old as before")
}

// "Who do I call?" is answered by the phone alone, by topic and by the hour at home; a board is told the same.
func TestSeed_B13_WhoToCallIsAnsweredOfflineByTopicAndHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.clock.pass(17 * time.Hour) // two in the morning, Tuesday
	f.ada.net.off.Store(true)

	fever := f.ada.calls(f.record, "fever")
	require.Equal(t, "01632 960 111", fever.Contacts[0].Value, fever.Says)
	require.Equal(t, care.Open, fever.Contacts[0].Open)
	note := f.ada.calls(f.record, "fit note")
	require.Equal(t, "01632 960 222", note.Contacts[0].Value, note.Says)
	require.Equal(t, "2026-11-24T08:00", note.Contacts[0].Opens)
	require.Contains(t, note.Says, "opens at 08:00")
	require.Equal(t, "999", f.ada.calls(f.record, "chest-pain").Contacts[0].Value, "an emergency goes first to the emergency number")

	for _, reader := range []*actor{h.olive, h.pia} {
		told := reader.asks(f.record, "topic=fit-note&at=2026-11-24T02:00:00Z")
		require.Equal(t, note.Contacts[0].Opens, told.Contacts[0].Opens, reader.name)
		require.Equal(t, "01632 960 222", told.Contacts[0].Value, reader.name)
	}
	require.Equal(t, care.Open, h.pia.asks(f.record, "topic=fit-note&at=2026-11-24T10:00:00Z").Contacts[0].Open)
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/call?topic=fever", nil))
	h.refused(400, h.olive.get("/v1/records/"+f.record.UUID.String()+"/call?topic=unicorns", nil))
	h.refused(400, h.olive.get("/v1/records/"+f.record.UUID.String()+"/call?topic=self-harm", nil)) // never in an address
	carla := f.carla.calls(f.record, "fit-note")
	require.Empty(t, carla.Contacts, "the caregiver sees the schedule alone until Ada shares more")

	f.ada.net.off.Store(false)
	activity := newDoc("activity")
	h.done(h.olive.write(f.record, activity, set{
		"title": "Blood pressure at each visit", "kind": "monitoring", "topic": "bp", "accountableTeam": h.oncology.ID, "proposedBy": h.oncology.ID, "status": "accepted",
	}))
	h.done(f.ada.sync(f.record))
	pressure := f.ada.calls(f.record, "bp")
	require.Equal(t, "01632 960 111", pressure.Contacts[0].Value, "the plan names another team than the usual one")
	require.Contains(t, pressure.Says, "answers for this in the plan")
}

// A team page says who works there, as what, what the team does and what it does not; it is in the directory and on every phone.
func TestSeed_T05_ATeamSaysWhoItIsWhatItDoesAndWhatItDoesNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	path := "/v1/teams/" + h.primary.ID.String()
	says := map[string]any{"about": "We look after you near home.", "doesHandle": []string{"fit-note", "bp"}, "doesNotHandle": []string{"results"}}
	h.refused(404, h.olive.put(path, says, nil))
	h.refused(404, f.ada.put(path, says, nil))
	h.refused(400, h.pia.put(path, map[string]any{"doesHandle": []string{"bp"}, "doesNotHandle": []string{"bp"}}, nil))
	h.done(h.pia.put(path, says, nil))
	h.follow()

	page := h.pia.page(h.primary)
	require.Equal(t, []string{"bp", "fit-note"}, page.DoesHandle)
	require.Len(t, page.People, 2, "pia and paul")
	other := h.olive.page(h.primary)
	require.Equal(t, []string{"results"}, other.DoesNotHandle)
	require.Empty(t, other.People, "who works there is told by the records that are shared")
	require.Equal(t, other, h.otto.page(h.primary), "a directory is for everybody who works in a team")
	h.refused(404, f.ada.get(path, nil))

	f.ada.net.off.Store(true)
	for _, reader := range []*actor{h.olive, h.nils} {
		h.done(reader.sync(f.record))
	}
	f.ada.net.off.Store(false)
	for _, reader := range []*actor{f.ada, h.olive, h.pia, h.nils} {
		card := reader.sees(f.record, careTeam(h.primary))
		require.Equal(t, "We look after you near home.", value(card, "about"), reader.name)
		require.ElementsMatch(t, []any{"bp", "fit-note"}, value(card, "doesHandle"), reader.name)
		require.ElementsMatch(t, []any{"results"}, value(card, "doesNotHandle"), reader.name)
		require.Len(t, value(card, "people"), 2, reader.name)
	}
	require.Nil(t, f.carla.sees(f.record, careTeam(h.primary)), "the caregiver sees the schedule alone")

	h.hire(identity.KindClinician, "petra", h.primary)
	h.follow()
	require.Len(t, value(f.ada.sees(f.record, careTeam(h.primary)), "people"), 3, "who is new is on the phone with the next sync")
}

// The directory knows what organisations are, so that a person of a tribe finds its health service and a patient an advocate. It
// names no people: staff lists are for the administrators of that organisation alone.
func TestSeed_A18_TheDirectoryFindsOrganisationsByTypeAndNamesNoStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	service := h.team("ihs", "Red Mesa Service Unit", identity.TeamPrimary, "Red Mesa nurses")
	tribal := h.team("tribal", "Blue Lake Health", identity.TeamPrimary, "Blue Lake nurses")
	h.team("urban-indian", "Urban Health Center", identity.TeamPrimary, "Urban nurses")
	h.team("social-prescribing", "Link Workers", identity.TeamSocial, "Link workers")
	h.team("care-home", "Elm House", identity.TeamCareHome, "Elm House staff")
	h.team("community-palliative", "Hospice at Home", identity.TeamPalliative, "Hospice nurses")
	rosa := h.hire(identity.KindClinician, "rosa", service)

	type line struct{ ID, Type, Name string }
	find := func(who *actor, query string) (names []string) {
		var page struct {
			Organisations []line `json:"organisations"`
		}
		h.done(who.get("/v1/organisations?"+query, &page))
		for _, o := range page.Organisations {
			names = append(names, o.Name)
		}
		return names
	}
	for _, who := range []*actor{h.olive, h.nils, f.ada, f.carla, h.otto} {
		require.Equal(t, []string{"Red Mesa Service Unit"}, find(who, "type=ihs"), who.name)
		require.Equal(t, []string{"Blue Lake Health"}, find(who, "type=tribal"), who.name)
		require.Equal(t, []string{"Urban Health Center"}, find(who, "type=urban-indian"), who.name)
		require.Equal(t, []string{"Bridge Advocacy"}, find(who, "type=advocacy"), who.name)
		require.Equal(t, []string{"Link Workers"}, find(who, "type=social-prescribing"), who.name)
		require.Len(t, find(who, ""), 11, who.name)
	}
	h.refused(400, h.olive.get("/v1/organisations?type=unicorns", nil))

	mine, theirs := h.administer("mary", service), h.administer("theo", tribal)
	staff := "/v1/organisations/" + service.Organisation.String() + "/staff"
	var list struct {
		Staff []struct{ Name string } `json:"staff"`
	}
	h.done(mine.get(staff, &list))
	require.Len(t, list.Staff, 1)
	require.Equal(t, "Synthetic rosa", list.Staff[0].Name)
	for _, who := range []*actor{theirs, rosa, h.olive, f.ada, h.otto} {
		h.refused(404, who.get(staff, nil))
	}
	require.Empty(t, theirs.page(service).People, "nor through the page of a team")
}
