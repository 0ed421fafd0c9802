package ward

import (
	"slices"
	"strings"

	syncing "satchel/sync"
)

// Who may see what, written by hand from the pages on consent (MODEL.md 3.3) and on roles, beside a plain log of what was given and
// ended. Nothing here asks identity.

var (
	ofThePerson = strings.Fields(`person team schedule plan results assessments concerns.physical concerns.practical concerns.emotional
		concerns.sensitive messages medication triage`)
	ofKind = map[string][]string{
		"oncology":     append(slices.Clone(ofThePerson), "messages.clinical"),
		"primary-care": append(slices.Clone(ofThePerson), "messages.clinical"),
		"navigation":   strings.Fields("person team schedule plan concerns.practical messages triage"),
		"specialist": strings.Fields(`person team schedule plan results assessments concerns.physical concerns.practical concerns.emotional
			messages medication`),
	}
	inEmergency = strings.Fields("person team schedule plan results assessments concerns.physical medication")
	concerns    = strings.Fields("concerns.physical concerns.practical concerns.emotional concerns.sensitive")
)

const (
	sensitive     = "concerns.sensitive"
	oncologyAlone = "concerns.sensitive.oncology"
	practiceAlone = "concerns.sensitive.practice"
	shared        = ".shared"
)

// permitted is what an account may see of a record now.
type permitted struct {
	account    syncing.AccountID
	active     bool
	owner      bool
	settles    bool // what others wrote and was held, beside its own
	categories []string
}

func everyCategory() []string {
	all := append(slices.Clone(ofThePerson), "messages.clinical", oncologyAlone, practiceAlone, syncing.OwnerAudience)
	for _, kind := range concerns {
		all = append(all, kind+shared)
	}
	return all
}

func (w way) stands(now int64) bool { return w.active && (w.expires == 0 || now < w.expires) }

// permits works out what an account may see of a record at a time by the server's clock.
func (o *oracle) permits(record syncing.RecordID, account syncing.AccountID, now int64) permitted {
	p := permitted{account: account}
	locked, known := o.life.accounts[account]
	if locked || !known {
		return p
	}
	if way := o.life.ways[wayKey{record: record, account: account}]; way.stands(now) {
		p.active = true
		if way.owner {
			p.owner, p.settles = true, true
			p.categories = append(p.categories, everyCategory()...)
			p.categories = slices.DeleteFunc(p.categories, func(c string) bool { return c == "messages.clinical" })
		} else {
			p.categories = append(p.categories, way.categories...)
			for _, kind := range concerns {
				p.categories = append(p.categories, kind+shared)
			}
		}
	}
	works := false
	for key := range o.life.members {
		if key.account != account {
			continue
		}
		works = true
		way := o.life.ways[wayKey{record: record, team: key.team}]
		if !way.stands(now) {
			continue
		}
		p.active, p.settles = true, true
		p.categories = append(p.categories, ofTeam(o.life.kinds[key.team], way.categories)...)
	}
	if e, opened := o.life.emergencies[emergencyKey{record, account}]; works && !p.active && opened && now < e.until && now >= e.at-60_000 {
		p.active = true
		p.categories = append(p.categories, inEmergency...)
		p.categories = append(p.categories, "concerns.physical"+shared)
	}
	return p
}

// ofTeam is what the members of a team see of what was shared with it: with a kind of concern also those that the person shows to
// caregivers too, and with what is sensitive also what the other team may not see.
func ofTeam(kind string, given []string) []string {
	all := slices.Clone(given)
	for _, concern := range concerns {
		if slices.Contains(given, concern) {
			all = append(all, concern+shared)
		}
	}
	switch {
	case !slices.Contains(given, sensitive):
	case kind == "oncology":
		all = append(all, oncologyAlone)
	case kind == "primary-care":
		all = append(all, practiceAlone)
	}
	return all
}

// may and must say whether somebody is shown a paper: for a held one that may lie in several places they differ.
func (p permitted) may(x *paper) bool  { return p.sees(x, true) }
func (p permitted) must(x *paper) bool { return p.sees(x, false) }

func (p permitted) sees(x *paper, unsure bool) bool {
	if !p.active {
		return false
	}
	in := slices.ContainsFunc(x.categories, func(c string) bool {
		return slices.Contains(p.categories, c) && (c != syncing.OwnerAudience || p.owner)
	})
	if x.unsure {
		in = unsure
	}
	if x.id.Type() == syncing.HeldType {
		return x.by == p.account.String() || in && p.settles
	}
	return in
}

// ending is one access that ended, or became less.
type ending struct {
	way     wayKey
	left    []string // nil: nothing
	expires int64
	member  memberKey
	locked  syncing.AccountID
}

func (o *oracle) grantsOwner(record syncing.RecordID, account syncing.AccountID) {
	o.life.ways[wayKey{record: record, account: account}] = way{owner: true, active: true}
}

// grantsTeam shares a record with a team; nil categories are what its kind sees.
func (o *oracle) grantsTeam(record syncing.RecordID, team syncing.TeamID, categories []string) {
	if categories == nil {
		categories = ofKind[o.life.kinds[team]]
	}
	o.life.ways[wayKey{record: record, team: team}] = way{active: true, categories: categories}
}

// grantsCaregiver is the person's decision; what is sensitive is never part of it.
func (o *oracle) grantsCaregiver(record syncing.RecordID, account syncing.AccountID, categories []string, expires int64) {
	if slices.Contains(categories, sensitive) {
		o.fault("a: a caregiver is given what is sensitive")
	}
	o.life.ways[wayKey{record: record, account: account}] = way{active: true, categories: categories, expires: expires}
}

// narrows is grantsCaregiver for one who is there: what is taken away stays away after a restore.
func (o *oracle) narrows(record syncing.RecordID, account syncing.AccountID, categories []string, expires int64) {
	o.grantsCaregiver(record, account, categories, expires)
	o.note(ending{way: wayKey{record: record, account: account}, left: append([]string{}, categories...), expires: expires})
}

func (o *oracle) ends(key wayKey) {
	way := o.life.ways[key]
	way.active = false
	o.life.ways[key] = way
	o.note(ending{way: key})
}

// endsExpired: what had come to its end is over for good, also if the clock goes back.
func (o *oracle) endsExpired(now int64) {
	for key, way := range o.life.ways {
		if way.active && way.expires != 0 && way.expires <= now {
			way.active = false
			o.life.ways[key] = way
		}
	}
}

func (o *oracle) joins(account syncing.AccountID, team syncing.TeamID) {
	o.life.members[memberKey{account, team}] = true
}

func (o *oracle) leaves(account syncing.AccountID, team syncing.TeamID) {
	delete(o.life.members, memberKey{account, team})
	o.note(ending{member: memberKey{account, team}})
}

func (o *oracle) locks(account syncing.AccountID, locked bool) {
	o.life.accounts[account] = locked
	if locked {
		o.note(ending{locked: account})
	}
}

func (o *oracle) note(e ending) {
	o.ended = append(o.ended, e)
	o.life.seen = len(o.ended)
}

// restores brings an older life back: what ended since it was kept stays ended.
func (o *oracle) restores(old *life) {
	o.life, o.restored = old.clone(), true
	for _, e := range o.ended[o.life.seen:] {
		way, given := o.life.ways[e.way]
		switch {
		case !e.locked.IsZero():
			if _, known := o.life.accounts[e.locked]; known {
				o.life.accounts[e.locked] = true
			}
		case !e.member.team.IsZero():
			delete(o.life.members, e.member)
		case given && e.left == nil:
			way.active = false
			o.life.ways[e.way] = way
		case given:
			way.categories = slices.DeleteFunc(slices.Clone(way.categories), func(c string) bool { return !slices.Contains(e.left, c) })
			if e.expires != 0 && (way.expires == 0 || e.expires < way.expires) {
				way.expires = e.expires
			}
			o.life.ways[e.way] = way
		}
	}
	o.life.seen = len(o.ended)
}

// lessens takes over where somebody sees less than is believed; never more.
func (o *oracle) lessens(key wayKey, over bool, left []string, expires int64) {
	way := o.life.ways[key]
	before := len(way.categories)
	way.active = way.active && !over
	way.categories = slices.DeleteFunc(slices.Clone(way.categories), func(c string) bool { return !slices.Contains(left, c) })
	if expires != 0 && (way.expires == 0 || expires < way.expires) {
		way.expires = expires
	}
	if way.active != o.life.ways[key].active || len(way.categories) != before {
		o.covered["less after a restore"]++
	}
	o.life.ways[key] = way
}

// spoke: a token lets in its own account, until it expires, until its device is signed out, and while the account stands.
func (o *oracle) spoke(owner, account syncing.AccountID, device syncing.UUID, expires, now int64) {
	locked, known := o.life.accounts[account]
	switch {
	case owner != account:
		o.fault("a: a token lets in somebody else")
	case locked || !known:
		o.fault("a: a locked account is let in")
	case o.revoked[device]:
		o.fault("a: a device that was signed out is let in")
	case expires <= now:
		o.fault("a: a token lets in after it expired")
	}
}

// maySpeak reports whether an account may sign in.
func (o *oracle) maySpeak(account syncing.AccountID) bool {
	locked, known := o.life.accounts[account]
	return known && !locked
}

// opens notes an emergency; an earlier end never shortens a later one.
func (o *oracle) opens(record syncing.RecordID, account syncing.AccountID, at, until int64) {
	key := emergencyKey{record, account}
	if o.life.emergencies[key].until < until {
		o.life.emergencies[key] = span{at, until}
	}
}
