package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A caregiver's browser, sealed by a PIN: canary words are in what is sealed, and in nothing that is readable. Access ends while there is no
// network; at the next connection the copy is gone from the database and the caches, sealed or not, and the note that nobody had sent is held for
// the person, who finds it.
func TestChromium_ARevokedCaregiversCopyIsGoneAndTheirUnsentNoteIsHeld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "yrntitle clinic", "2027-03-02T09:30", nil))
	canaries := []string{"yrntitle", "yrnnote"}
	play := chromium.Start(t, "caregiver.mjs", h.base, set{
		"code": h.codeFor(f.record, identity.KindCaregiver), "birthDate": birthday, "canaries": canaries, "pin": "three brown birds", "visit": visit, "record": f.record.UUID,
	})
	var account string
	play.Hears(&account)
	path := "/v1/records/" + f.record.UUID.String() + "/caregivers/" + account
	h.done(f.ada.post(path+"/confirm", map[string]any{}, nil))

	var kept struct{ Sealed, Readable []string }
	play.Asks(set{"go": "confirmed"}, &kept)
	require.Equal(t, canaries[:1], kept.Sealed, "it is there, for whoever has the PIN")
	require.Empty(t, kept.Readable)
	var said string
	play.Hears(&said)
	h.done(f.ada.remove(path))

	var left []string
	play.Asks(set{"go": "revoked"}, &left)
	require.Empty(t, left)
	h.done(f.ada.sync(f.record))
	held := ""
	for _, d := range f.ada.list(f.record, "held") {
		for _, value := range d.Fields {
			held += string(value)
		}
	}
	require.Equal(t, 1, strings.Count(held, canaries[1]), "once")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}

// In the companion a person makes a passkey: it opens what is on the device with no network, also after the page was loaded anew; leaving takes
// everything off the device but how it looks; and the passkey signs in again, without a code, until it is taken away.
func TestChromium_APasskeyOpensTheCompanionWithoutANetworkAndSignsInAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	play := chromium.Start(t, "passkey-app.mjs", h.pages(), set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "title": "Nurse visit"})
	var said string
	play.Hears(&said)
	require.Equal(t, "opened with no network", said)
	var left []string
	play.Hears(&left)
	require.Empty(t, left, "nothing of it stays")
	play.Hears(&said)
	require.Equal(t, "signed in again", said)
	play.Hears(&said)
	require.NotEmpty(t, said)
	for _, complaint := range play.Ends() {
		require.Regexp(t, "ERR_INTERNET_DISCONNECTED|status of 401", complaint, "nothing but the network that was away, and the passkey that was taken away")
	}
}

// Whoever helps with the questions may be the reason for an answer: in the companion they are not asked what is for the person alone, and are told so. The person is
// asked all of it.
func TestHazard_H26_TheCompanionAsksACaregiverNothingThatIsForThePersonAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": []string{"schedule", "assessments"}}, nil))
	play := chromium.Start(t, "proxy.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "person": h.browsing(f.ada.Tokens().Account), "caregiver": h.browsing(f.carla.Tokens().Account),
	})
	private := []string{
		"Thoughts of hurting myself or not wanting to be alive", "I do not feel safe with someone at home", "Changes in my sex life or closeness",
		"Having children in the future", "Alcohol or other drugs",
	}
	const told = "Some questions are for the person alone"
	var person, caregiver struct{ Before, Asked, Plan string }
	play.Hears(&person)
	play.Hears(&caregiver)
	require.Contains(t, caregiver.Plan, "This is not shared with you.", "nothing is offered that leads only to a refusal")
	require.NotContains(t, person.Plan, "not shared")
	for _, question := range private {
		require.Contains(t, person.Asked, question)
		require.NotContains(t, caregiver.Asked, question)
	}
	require.NotContains(t, person.Before, told)
	require.Contains(t, caregiver.Before, told)
	require.Contains(t, caregiver.Asked, "Feeling hot, shivery or feverish", "the rest is asked")
	require.Empty(t, play.Ends())
}

// A caregiver with two records on a phone sees on every screen whose is open, also where the person shares no name; turns to the other with no network; is told of each
// what is unsent, and of what is not shared that it is not. What they wrote offline arrives; what of it could not be used they throw away themselves.
func TestChromium_ACaregiverSeesWhoseRecordItIsTurnsToAnotherAndWhatTheyWroteOfflineArrives(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	own, err := f.carla.own(map[string]any{"helps": f.record, "kinds": []string{"navigation"}})
	h.done(err)
	play := chromium.Start(t, "helper.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "carla": h.browsing(f.carla.Tokens().Account), "visit": visit.ID()})
	type screen struct{ Header, Main string }
	var said struct {
		Unnamed, Seen, Both, Back string
		Lacks                     map[string]screen
		Own                       screen
		Wrong, Pairs              []string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Equal(t, []string{f.record.UUID.String() + " true", own.UUID.String() + " false"}, said.Pairs, "at no moment is one record's name above another's words")
	require.Contains(t, said.Unnamed, "Whose record: The person you help", "nobody is told a name that the person does not share")
	for path, one := range said.Lacks {
		require.Contains(t, one.Header, "Whose record: Mum", "%q", path)
		require.Equal(t, path != "", strings.Contains(one.Main, "This is not shared with you."), "%q: %s", path, one.Main)
	}
	require.Contains(t, said.Lacks["labs"].Main, "Results: This is not shared with you.")
	require.NotContains(t, said.Lacks["labs"].Main, "Add a copy")
	require.NotContains(t, said.Seen, "Mum")
	for _, id := range []string{f.record.UUID.String(), own.UUID.String()} {
		require.NotContains(t, said.Unnamed+said.Both, id)
	}
	require.Contains(t, said.Own.Header, "2 things that you wrote in another record are saved on this phone.")
	require.NotContains(t, said.Own.Main, "Nurse visit", "nothing of the other record is shown")
	require.Regexp(t, `(?s)Mum\s+2 things that you wrote here are still on this phone\.`, said.Both)
	require.Regexp(t, `(?s)Your own\s+Open now`, said.Both)
	require.Contains(t, said.Back, "2 things are saved on this phone.")

	h.done(f.ada.write(f.record, visit, set{"companion": "Nobody"}))
	var left string
	play.Asks(set{"go": "on"}, &left)
	require.NotContains(t, left, "Carla drives")
	met := f.ada.sees(f.record, visit)
	require.Equal(t, "Ask about the stairs.", value(met, "caregiverNote"))
	require.Equal(t, "Nobody", value(met, "companion"))
	thrown := f.ada.list(f.record, "held")
	require.Len(t, thrown, 1)
	require.Equal(t, "discarded", value(thrown[0], "status"))

	h.done(f.ada.remove(caregiverPath(f.record, f.carla)))
	var ended struct{ List, Left string }
	play.Asks(set{"go": "on"}, &ended)
	require.NotContains(t, ended.List, "Mum")
	for _, words := range []string{"Mum", "Nurse visit", "stairs"} {
		require.NotContains(t, ended.Left, words, "what is not open goes, too, with the name")
	}
	require.Contains(t, ended.Left, own.UUID.String())
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}

// Somebody who helps has one account for everybody whom they help: a code of one person more is used in the companion in which they are signed in.
func TestChromium_ADaughterHelpsBothHerParentsWithOneAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mother := h.family()
	h.olive.books(mother, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	father := family{record: h.admit("Otto Example")}
	father.ada = h.enrol(father.record, identity.KindPatient, "otto")
	h.olive.books(father, appointing(h.oncology, "Heart clinic", "2027-03-03T09:30", nil))
	play := chromium.Start(t, "helping.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "carla": h.browsing(mother.carla.Tokens().Account), "code": h.codeFor(father.record, identity.KindCaregiver), "birthDate": birthday,
	})
	var asked struct {
		Wrong           []string
		Refused, Before string
	}
	play.Hears(&asked)
	require.Empty(t, asked.Wrong)
	require.Contains(t, asked.Refused, "This code and birth date do not open anything.")
	require.NotContains(t, asked.Before, "Open: Person", "nobody has confirmed her")
	h.refused(404, mother.carla.get("/v1/records/"+father.record.UUID.String()+"/who", nil))

	h.done(father.ada.post(caregiverPath(father.record, mother.carla)+"/confirm", map[string]any{}, nil))
	var there struct{ His, Both string }
	play.Asks(set{"go": "confirmed"}, &there)
	require.NotContains(t, there.His, "Nurse visit")
	require.Regexp(t, `Person 1 whom you help`, there.Both)
	require.Regexp(t, `Person 2 whom you help`, there.Both)
	for _, complaint := range play.Ends() {
		require.Regexp(t, "422|ERR_INTERNET_DISCONNECTED", complaint, "the wrong code, and the network that was away")
	}
}

// In a record of their own whoever helps is the person: they are asked about themselves, and what they say goes to those whom they chose and to nobody else.
func TestChromium_SomebodyWhoHelpsSaysHowTheyAreThemselves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "own.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "carla": h.browsing(f.carla.Tokens().Account)})
	var said struct {
		Wrong                       []string
		Asked, Advice, People, List string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Contains(t, said.Asked, "My own health, which I put off")
	require.NotContains(t, said.Asked, "Feeling hot, shivery or feverish", "that is asked of the person whom they help")
	require.NotContains(t, said.List, "How I am myself", "it is there")
	require.Regexp(t, `(?s)Your own\s+Open now`, said.List)
	own := h.server.Identity().OwnRecord(f.carla.Tokens().Account)
	row := h.nils.rowOf(h.navigation, own)
	require.Equal(t, "amber", row.Level)
	require.Equal(t, []string{"cg.strain"}, h.nils.codes(own, row))
	require.Empty(t, h.pia.queue(h.primary), "the practice was not chosen")
	require.Empty(t, h.olive.queue(h.oncology))
	require.Empty(t, play.Ends())
	require.Contains(t, said.People, "Let somebody help you", "their record is theirs to share")
	require.Contains(t, said.Advice, "say that you look after somebody")
}
