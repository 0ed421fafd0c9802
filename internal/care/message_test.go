package care

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// reached verifies the contact points of teams.
func (p *place) reached(teams ...syncing.TeamID) {
	p.t.Helper()
	for _, team := range teams {
		p.system(string(CareTeamID(team)), fields{"contactVerifiedAt": p.now})
	}
}

// due does what time asks for.
func (p *place) passes(id syncing.DocID) {
	p.t.Helper()
	clock := NewClock(testConfig(p.t))
	require.NoError(p.t, p.engine.Follow(p.t.Context(), p.record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		return clock.Due(p.record, r, id, now)
	}))
}

// letter sends a message and gives its name and that of its receipt.
func (p *place) letter(by string, set fields, to ...syncing.TeamID) (message, receipt syncing.DocID) {
	p.t.Helper()
	message = syncing.DocID("message/" + p.id(set["body"].(string)))
	require.NoError(p.t, p.act(by, p.letterPatch(message, set, to...)))
	return message, ReceiptID(message)
}

func (p *place) letterPatch(message syncing.DocID, set fields, to ...syncing.TeamID) syncing.Patch {
	all := fields{"thread": p.id("thread"), "actionRequired": true}
	for name, value := range set {
		all[name] = value
	}
	patch := patchOf(message, all)
	for _, team := range to {
		patch.Add["recipient"] = append(patch.Add["recipient"], syncing.TextValue(team.String()))
	}
	return patch
}

func (p *place) task(name, team string, message syncing.DocID) syncing.Snapshot {
	return p.sees(name, TaskID(TaskMessage, team, message))
}

func TestAMessageGoesOnlyWhereSomebodyWouldReadIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	message := syncing.DocID("message/" + p.id("m"))
	elsewhere := syncing.TeamID{UUID: syncing.DerivedUUID("team", "elsewhere")}
	try := func(by string, set fields, to ...syncing.TeamID) error {
		return p.act(by, p.letterPatch(message, set, to...))
	}
	body := fields{"body": "Please look at the bloods."}
	require.ErrorContains(t, try("gp", body, oncologyTeam), "has not been verified")
	p.reached(oncologyTeam, practiceTeam, navigatorTeam)
	require.ErrorContains(t, try("gp", body, elsewhere), "does not look after this person")
	require.ErrorContains(t, try("gp", fields{"body": "x", "actionRequired": nil}, oncologyTeam), "no action is needed")
	require.ErrorContains(t, try("gp", fields{"body": "x", "fromTeam": oncologyTeam.String()}, oncologyTeam), "in the name of a team")
	require.ErrorContains(t, try("gp", fields{"body": "x", "audience": "clinicians"}, navigatorTeam), "Only oncology and the practice")
	require.ErrorContains(t, try("nina", fields{"body": "x", "audience": "clinicians"}, oncologyTeam), "not yours")
	require.ErrorContains(t, try("ada", fields{"body": "x", "kind": "advice-request"}, oncologyTeam), "Teams ask each other")
	require.ErrorContains(t, try("gp", fields{"body": "x", "kind": "advice-request"}, oncologyTeam), "by when")
	crowd := make([]syncing.TeamID, recipientsMax+1)
	for i := range crowd {
		crowd[i] = syncing.TeamID{UUID: syncing.DerivedUUID("crowd", string(syncing.IntValue(int64(i))))}
	}
	require.ErrorContains(t, try("gp", body, crowd...), "at most 16")
	p.must("nurse", string(CareTeamID(oncologyTeam)), fields{"status": "suspended"})
	require.ErrorContains(t, try("gp", body, oncologyTeam), "does not look after this person")
	p.must("nurse", string(CareTeamID(oncologyTeam)), fields{"status": "active"})
	require.NoError(t, try("gp", body, oncologyTeam))
	p.system(string(CareTeamID(oncologyTeam)), fields{"contactVerifiedAt": nil})
	require.NoError(t, try("gp", body, oncologyTeam), "what was sent stays sent, also when it comes again")
	require.Equal(t, StateDelivered, p.sees("nurse", ReceiptID(message)).Text(statePrefix+oncologyTeam.String()))
}

func TestAReceiptOnlyGoesOn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.reached(oncologyTeam, practiceTeam)
	_, receipt := p.letter("gp", fields{"body": "Bloods?"}, oncologyTeam)
	state := statePrefix + oncologyTeam.String()
	p.refused("gp", string(receipt), fields{state: StateOpened}, "Only those to whom")
	p.refused("ada", string(receipt), fields{state: StateOpened}, "Only those to whom")
	p.refused("gp", string(receipt), fields{statePrefix + practiceTeam.String(): StateOpened}, "was not sent there")
	first, second := p.phone("nurse", "nurse's phone"), p.phone("colleague", "colleague's phone")
	second.write(string(receipt), time.Hour, fields{state: StateOpened})
	first.write(string(receipt), 2*time.Hour, fields{state: StateAcknowledged})
	require.Equal(t, syncing.Applied, first.sync()[0].Status)
	require.Equal(t, syncing.Applied, second.sync()[0].Status, "a colleague who opened it in a tunnel is not held")
	stands := p.sees("ada", receipt)
	require.Equal(t, StateAcknowledged, stands.Text(state))
	require.Equal(t, account("nurse").String(), stands.Text(openedByPrefix+oncologyTeam.String()))
	at, _ := stands.Int(openedAtPrefix + oncologyTeam.String())
	require.Equal(t, p.now-2*time.Hour.Milliseconds(), at, "when it was opened, not when that came in")
	p.refused("nurse", string(receipt), fields{state: StateSent}, "stays so")
	p.refused("nurse", string(receipt), fields{state: nil}, "stays so")
}

func TestAMessageThatNobodyOpensComesBackToItsSenderOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.reached(oncologyTeam)
	message, receipt := p.letter("gp", fields{"body": "Bloods?"}, oncologyTeam)
	practice, navigators := practiceTeam.String(), navigatorTeam.String()
	p.now += 24*time.Hour.Milliseconds() - 1
	p.passes(receipt)
	require.False(t, p.task("gp", practice, message).Exists(), "one millisecond before its time")
	p.now++
	p.passes(receipt)
	require.Equal(t, "requested", p.task("gp", practice, message).Text("status"))
	require.Equal(t, "requested", p.task("nina", navigators, message).Text("status"))
	require.False(t, p.task("ben", practice, message).Exists(), "a caregiver without the messages")
	head := p.sees("gp", receipt).Rev()
	p.passes(receipt)
	require.Equal(t, head, p.sees("gp", receipt).Rev(), "once")
	p.must("nurse", string(receipt), fields{statePrefix + oncologyTeam.String(): StateOpened})
	require.Equal(t, "cancelled", p.task("gp", practice, message).Text("status"))
	require.Equal(t, "cancelled", p.task("nina", navigators, message).Text("status"))

	message, receipt = p.letter("gp", fields{"body": "Goodbye"}, oncologyTeam)
	p.must("gp", string(CareTeamID(practiceTeam)), fields{"status": "inactive"})
	p.now += 24 * time.Hour.Milliseconds()
	p.passes(receipt)
	require.False(t, p.task("gp", practice, message).Exists(), "the sender has left")
	require.Equal(t, "requested", p.task("nina", navigators, message).Text("status"))
}

func TestWhatCliniciansAskStaysAmongThem(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.reached(oncologyTeam, practiceTeam)
	assessment := p.assess("ada", fields{"phy.sleep": 7}, nil)
	concern := string(ConcernID(assessment, "phy.sleep"))
	due := p.now + 3*time.Hour.Milliseconds()
	question, receipt := p.letter("gp", fields{
		"body": "OK to start amitriptyline?", "kind": "advice-request", "audience": "clinicians", "about": concern, "dueBy": due,
	}, oncologyTeam)
	for _, outside := range []string{"ada", "ben", "nina"} {
		require.False(t, p.sees(outside, question).Exists(), outside)
		require.False(t, p.sees(outside, receipt).Exists(), outside)
	}
	p.now = due
	p.passes(receipt)
	task := p.task("gp", practiceTeam.String(), question)
	require.Equal(t, "requested", task.Text("status"))
	require.False(t, p.task("ada", practiceTeam.String(), question).Exists(), "nor does the person see that somebody asked")
	require.False(t, p.task("nurse", navigatorTeam.String(), question).Exists())

	reply := fields{"body": "Yes, 10 mg at night.", "kind": "answer", "audience": "clinicians", "about": concern, "replyTo": string(question)}
	answer := syncing.DocID("message/" + p.id("answer"))
	with := func(name string, value any) fields {
		changed := fields{}
		for k, v := range reply {
			changed[k] = v
		}
		changed[name] = value
		return changed
	}
	require.ErrorContains(t, p.act("nurse", p.letterPatch(answer, with("audience", "everyone"))), "not in this thread")
	require.ErrorContains(t, p.act("nurse", p.letterPatch(answer, with("about", nil))), "is about what its question is about")
	require.ErrorContains(t, p.act("gp", p.letterPatch(answer, reply)), "Only the team that was asked")
	require.ErrorContains(t, p.act("ada", p.letterPatch(answer, fields{"body": "x", "replyTo": string(question)})), "not in this thread")
	require.NoError(t, p.act("nurse", p.letterPatch(answer, reply)))
	stands := p.sees("gp", receipt)
	require.Equal(t, string(answer), stands.Text("answer"))
	require.Equal(t, StateAcknowledged, stands.Text(statePrefix+oncologyTeam.String()), "who answers has read")
	require.Equal(t, "cancelled", p.task("gp", practiceTeam.String(), question).Text("status"))
	require.Equal(t, concern, p.sees("nurse", answer).Text("about"))
}

func TestAttachmentsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	attach := func(a attachment) error {
		patch := patchOf(syncing.DocID("message/"+p.id(a.Name+a.SHA256)), fields{"thread": p.id("t"), "body": "see this"})
		patch.Add["attachments"] = append(patch.Add["attachments"], canonicalOf(t, a))
		return p.act("gp", patch)
	}
	fits := attachment{Name: "scan.png", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Size: attachmentBytesMax, Type: "image/png"}
	require.NoError(t, attach(fits))
	for _, wrong := range []attachment{
		{Name: "a", SHA256: fits.SHA256, Size: attachmentBytesMax + 1, Type: "image/png"},
		{Name: "b", SHA256: fits.SHA256[1:], Size: 1, Type: "image/png"},
		{Name: "", SHA256: fits.SHA256, Size: 1, Type: "image/png"},
		{Name: "c", SHA256: fits.SHA256, Size: 1},
	} {
		require.ErrorContains(t, attach(wrong), "An attachment has a name")
	}
}

func TestAMessageHasAtMostTenAttachments(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	patch := patchOf(syncing.DocID("message/"+p.id("m")), fields{"thread": p.id("t"), "body": "see these"})
	for i := range attachmentsMax + 1 {
		sum := sha256.Sum256([]byte{byte(i)})
		patch.Add["attachments"] = append(patch.Add["attachments"], canonicalOf(t, attachment{"scan.png", hex.EncodeToString(sum[:]), 1, "image/png"}))
	}
	require.ErrorContains(t, p.act("gp", patch), "at most 10 attachments")
	patch.Add["attachments"] = patch.Add["attachments"][1:]
	require.NoError(t, p.act("gp", patch))
}

func TestUnreadCountsAMessageOnceForAllWhoAreAsked(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.reached(oncologyTeam, practiceTeam)
	message, receipt := p.letter("gp", fields{"body": "Bloods?"}, oncologyTeam)
	unread := func(by string, owner bool, teams ...syncing.TeamID) (list []syncing.DocID) {
		who := Onlooker{Record: p.record, Account: account(by), Owner: owner}
		require.NoError(t, p.engine.Read(t.Context(), syncing.Principal{Account: account(by)}, p.record, func(_ syncing.Scope, r syncing.Reader) (err error) {
			list, err = Unread(who, teams, BinderOf(r))
			return err
		}))
		return list
	}
	require.Equal(t, []syncing.DocID{message}, unread("nurse", false, oncologyTeam))
	require.Empty(t, unread("gp", false, practiceTeam), "what one sends one need not read")
	require.Empty(t, unread("ada", true), "it is not for her")
	p.must("colleague", string(receipt), fields{statePrefix + oncologyTeam.String(): StateOpened})
	require.Empty(t, unread("nurse", false, oncologyTeam), "a colleague has read it for the team")
}

func TestTheTimesOfMessagesAreChecked(t *testing.T) {
	t.Parallel()
	_, err := loadMessageTimes(messageTimesFile)
	require.NoError(t, err)
	for _, broken := range []string{
		`{}`, `{"id":"messages"}`,
		`{"id":"messages","version":"1","review":"draft","source":"x","openWithinHours":{"advice-request":{"hours":24,"source":"x"},"action-required":{"hours":12,"source":"x"},"information":{"hours":336,"source":"x"}}}`,
	} {
		_, err := loadMessageTimes([]byte(broken))
		require.Error(t, err)
	}
}

func canonicalOf(t *testing.T, v any) jsontext.Value {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}
