package ward

import (
	"fmt"
	"slices"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// someCategories are what a person could share with a caregiver; mostly more than the schedule.
func (w *world) someCategories() []string {
	list := []string{"schedule"}
	for _, c := range ofThePerson {
		if c != "schedule" && c != sensitive && w.chance(45) {
			list = append(list, c)
		}
	}
	return list
}

// soon is when an access could end: minutes or days from now, or never.
func (w *world) soon() int64 {
	return pick(w, 0, 0, w.serverNow()+int64(w.rnd.IntN(int(2*hour)))+1, w.serverNow()+int64(w.rnd.IntN(int(6*day)))+1)
}

// consents lets somebody decide who sees what.
func (w *world) consents() {
	i := w.rnd.IntN(2)
	id, owner := w.records[i], w.ownerOf(i)
	if !w.oracle.maySpeak(owner.account) {
		return
	}
	caregiver := pick(w, w.people[3], w.people[3], w.people[5])
	key := wayKey{record: id, account: caregiver.account}
	stands := w.oracle.life.ways[key].stands(w.serverNow())
	switch roll := w.rnd.IntN(100); {
	case roll < 35 && stands:
		w.setCaregiver(i, caregiver)
	case roll < 45 && stands:
		who := pick(w, owner, caregiver)
		if !w.oracle.maySpeak(who.account) {
			return
		}
		w.must("an access ends", w.identity.EndAccess(w.ctx, w.principal(who), id, identity.Grantee{Account: caregiver.account}))
		w.oracle.ends(key)
		w.note("revoked")
		w.tell("%s ends what %s sees of record %d", who.name, caregiver.name, i)
	case roll < 60:
		w.grantCaregiver(i, caregiver, w.someCategories(), 0)
	case roll < 85:
		w.shares(i, owner)
	default:
		w.endsTeam(i, owner)
	}
}

func (w *world) ownerOf(i int) *person { return w.people[6*i] }

func (w *world) setCaregiver(i int, caregiver *person) {
	categories, expires := w.someCategories(), w.soon()
	w.must("a consent changes", w.identity.SetCaregiver(w.ctx, w.principal(w.ownerOf(i)), w.records[i], caregiver.account, categories, &expires))
	w.oracle.narrows(w.records[i], caregiver.account, categories, expires)
	w.note("consent changed")
	w.tell("%s may now see %v of record %d, until %d", caregiver.name, categories, i, expires)
}

// grantCaregiver gives an account that is there what a person consents to.
func (w *world) grantCaregiver(i int, caregiver *person, categories []string, expires int64) {
	id, owner := w.records[i], w.principal(w.ownerOf(i))
	w.must("a consent is given", w.machine.Update(w.ctx, id, func(tx syncing.Tx) error {
		return w.identity.GrantCaregiver(tx, owner, caregiver.account, categories)
	}))
	w.oracle.grantsCaregiver(id, caregiver.account, categories, expires)
	w.tell("%s may see %v of record %d", caregiver.name, categories, i)
}

// shares lets a team see a record, or see less or more of it.
func (w *world) shares(i int, owner *person) {
	id, t := w.records[i], pick(w, w.teams[0], w.teams[1], w.teams[1], w.teams[2], w.teams[2], w.teams[4])
	var categories []string
	if w.chance(50) {
		categories = []string{}
		for _, c := range ofKind[string(t.kind)] {
			if w.chance(80) {
				categories = append(categories, c)
			}
		}
	}
	w.must("a team is let in", w.identity.ShareWithTeam(w.ctx, w.principal(owner), id, t.id, categories))
	w.oracle.grantsTeam(id, t.id, categories)
	w.note("shared")
	w.tell("the %s team may see %v of record %d", t.name, categories, i)
}

func (w *world) endsTeam(i int, owner *person) {
	id, t := w.records[i], pick(w, w.teams[1], w.teams[2], w.teams[2], w.teams[4])
	key := wayKey{record: id, team: t.id}
	err := w.identity.EndAccess(w.ctx, w.principal(owner), id, identity.Grantee{Team: t.id})
	if fault.Is(err, fault.NotFound) {
		return // it never had any
	}
	w.must("a team's access ends", err)
	w.oracle.ends(key)
	w.note("revoked")
	w.tell("the %s team no longer sees record %d", t.name, i)
}

// newCaregiver is the way in two steps: a code, used by somebody who then waits until the person confirms who it is.
func (w *world) newCaregiver() {
	i := w.rnd.IntN(2)
	id, owner := w.records[i], w.ownerOf(i)
	if !w.oracle.maySpeak(owner.account) || len(w.people) >= 14 {
		return
	}
	categories, expires := w.someCategories(), w.soon()
	code, err := w.identity.CreateCode(w.ctx, w.principal(owner), id, identity.CodeRequest{
		Kind: identity.KindCaregiver, BirthDate: birthDate, Categories: categories, Expires: expires,
	})
	if fault.Is(err, fault.Refused) {
		return // as many wait as may
	}
	w.must("a code", err)
	p := &person{name: fmt.Sprintf("guest%d", len(w.people)), role: identity.RoleCaregiver, kind: identity.KindCaregiver}
	tokens, err := w.identity.Redeem(w.ctx, identity.Redemption{
		Code: code.Text, BirthDate: birthDate, Name: p.name, RequestID: "redeem " + w.id().String(), Address: address, Device: identity.DeviceFacts{Kind: "ios", Name: p.name},
	})
	w.must("a code is used", err)
	p.account = tokens.Account
	w.oracle.newAccount(p.account)
	w.people = append(w.people, p)
	w.newPhone(p, p.name+"'s phone")
	w.phones[len(w.phones)-1].session.tokens = tokens
	w.note("waits")
	w.tell("%s used a code for record %d, and waits", p.name, i)
	if w.chance(25) {
		return
	}
	w.lookNow(p) // before anybody has confirmed anything
	err = w.identity.ConfirmCaregiver(w.ctx, w.principal(owner), id, p.account, nil, nil)
	if fault.Is(err, fault.Invalid) && expires != 0 && expires <= w.serverNow() {
		return
	}
	w.must("a caregiver is confirmed", err)
	w.oracle.grantsCaregiver(id, p.account, categories, expires)
	w.tell("%s is confirmed, and may see %v", p.name, categories)
}

// lookNow lets a person's first phone speak at once.
func (w *world) lookNow(p *person) {
	for _, ph := range w.phones {
		if ph.owner == p && !ph.gone {
			w.converse(ph)
			return
		}
	}
}

// staff changes who works where, locks an account, or signs a device out; and the one who lost something asks at once.
func (w *world) staff() {
	p := pick(w, w.people[1], w.people[2], w.people[7], w.people[8])
	member := w.oracle.life.members[memberKey{p.account, p.team.id}]
	switch roll := w.rnd.IntN(100); {
	case roll < 25 && member && p != w.people[1]:
		w.must("somebody leaves", w.identity.EndMember(w.ctx, w.administrator(), p.team.id, p.account))
		w.oracle.leaves(p.account, p.team.id)
		w.note("left")
		w.tell("%s leaves the %s team", p.name, p.team.name)
	case roll < 60:
		w.must("somebody joins", w.identity.AddMember(w.ctx, w.administrator(), p.team.id, p.account))
		w.oracle.joins(p.account, p.team.id)
	case roll < 80:
		p = pick(w, w.people[2], w.people[3], w.people[5])
		if w.chance(50) && !w.oracle.life.accounts[p.account] {
			w.must("an account is locked", w.identity.LockAccount(w.ctx, w.administrator(), p.account))
			w.oracle.locks(p.account, true)
			w.note("locked")
			w.tell("%s is locked", p.name)
		} else {
			w.must("an account is unlocked", w.identity.UnlockAccount(w.ctx, w.administrator(), p.account))
			w.oracle.locks(p.account, false)
		}
	default:
		w.signsOut()
	}
	w.lookNow(p)
}

func (w *world) signsOut() {
	ph := w.anyPhone()
	device := ph.session.tokens.Device
	if device.IsZero() || !w.oracle.maySpeak(ph.owner.account) {
		return
	}
	err := w.identity.RevokeDevice(w.ctx, w.principal(ph.owner), ph.owner.account, device, syncing.RecordID{})
	if fault.Is(err, fault.NotFound) {
		return // put back to before it signed in
	}
	w.must("a device is signed out", err)
	w.oracle.revoked[device] = true
	w.note("signed out")
	w.tell("%s is signed out", ph.name)
}

// administrator is the one who looks after accounts and teams.
func (w *world) administrator() syncing.Principal { return syncing.Principal{Account: w.admin} }

// opensInEmergency lets a clinician from elsewhere read for an hour; the person and both teams are told first.
func (w *world) opensInEmergency() {
	p, id := pick(w, w.people[4], w.people[4], w.people[8], w.people[2]), w.records[w.rnd.IntN(2)]
	who, ok, err := w.identity.Principal(w.ctx, p.account)
	w.must("a principal", err)
	if !ok || len(who.Teams) == 0 || w.identity.MayOpenInEmergency(w.ctx, who, id) != nil {
		return
	}
	var at, until int64
	w.must("an emergency is told", w.engine.Follow(w.ctx, id, func(r syncing.Reader, now int64) (patches []syncing.Patch, err error) {
		patches, at, until, err = care.EmergencyPatches(r, care.Emergency{
			ID: care.EmergencyID(p.account, fmt.Sprint(w.step)), Account: p.account, Name: p.name, Team: p.team.name, Organisation: "elsewhere",
			Reason: care.EmergencyReasons[0], Why: "They were brought in and cannot speak.", Minutes: identity.EmergencyMinutes,
		}, now)
		return patches, err
	}))
	w.must("a record is opened in an emergency", w.identity.OpenInEmergency(w.ctx, who, id, at, until))
	w.oracle.opens(id, p.account, at, until)
	w.note("emergency")
	w.tell("%s opens a record in an emergency", p.name)
	w.look()
	w.lookNow(p)
}

// invites a clinician from outside to a record, who accepts for their own team.
func (w *world) invites() {
	i, sam := w.rnd.IntN(2), w.people[8]
	owner := w.ownerOf(i)
	if !w.oracle.maySpeak(owner.account) || !w.oracle.life.members[memberKey{sam.account, sam.team.id}] {
		return
	}
	code, err := w.identity.Invite(w.ctx, w.principal(owner), w.records[i], identity.InvitationRequest{As: identity.TeamSpecialist, For: "Dr Sam"})
	if fault.Is(err, fault.Refused) {
		return
	}
	w.must("an invitation", err)
	_, err = w.identity.Accept(w.ctx, w.principal(sam), code.Text, sam.team.id, address)
	if err != nil {
		w.broken("d: an invitation is not taken: %v", err)
	}
	before := w.oracle.life.ways[wayKey{record: w.records[i], team: sam.team.id}]
	if !before.stands(w.serverNow()) { // who sees it already keeps what the person decided
		given := slices.DeleteFunc(slices.Clone(ofKind["specialist"]), func(c string) bool { return c == sensitive })
		w.oracle.grantsTeam(w.records[i], sam.team.id, given)
	}
	w.note("invited")
	w.tell("sam was invited to record %d", i)
}
