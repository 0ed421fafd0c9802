package syncing_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/storetest"
)

// story is one transcript under way: a world of one record, and the phones that its people carry.
type story struct {
	*world
	line    string // the command in hand, for what goes wrong
	out     strings.Builder
	begin   int64 // server now when the story began
	devices map[string]*device
	short   map[string]string // ids to the names that the transcript gives them
	backups map[string]storetest.Snapshot
	reader  string // whose account asks `why`
	lives   int    // epochs that the store had
}

// device is one phone: a local database, whoever is signed in, and a clock that may be wrong.
type device struct {
	s       *story
	name    string
	account string
	names   int // replica names that it gave itself
	db      *replica.Replica
	skew    int64
}

func newStory(t *testing.T) *story {
	s := &story{world: newWorld(t), devices: map[string]*device{}, short: map[string]string{}, backups: map[string]storetest.Snapshot{}, lives: 1}
	s.begin = s.now
	s.short[syncing.NewDocID("thing", syncing.DerivedUUID("doc", "1")).ID()] = "first"
	return s
}

func (s *story) wrong(format string, args ...any) {
	s.t.Helper()
	require.FailNow(s.t, fmt.Sprintf(format, args...), "in the command: %s", s.line)
}

// command carries out one line: `name: ...` by a phone, anything else by the world around them.
func (s *story) command(line string) {
	s.t.Helper()
	args := words(line)
	if name, isPhone := strings.CutSuffix(args[0], ":"); isPhone {
		d := s.devices[name]
		if d == nil || len(args) < 2 {
			s.wrong("there is no phone %q, or it is told nothing", name)
		}
		d.command(args[1], args[2:])
		return
	}
	switch verb, args := args[0], args[1:]; {
	case verb == "grant" && len(args) >= 2:
		s.grant(args[0], args[1], args[2:])
	case verb == "phone" && len(args) == 1: // of somebody who has no access
		s.device(args[0], args[0])
	case verb == "phone" && len(args) == 3 && args[1] == "of":
		s.device(args[0], args[2])
	case verb == "copy" && len(args) == 3 && args[1] == "to":
		s.copyPhone(args[0], args[2])
	case verb == "clock" && len(args) == 1:
		s.now += s.duration(args[0])
	case verb == "backup" && len(args) == 1:
		s.backups[args[0]] = s.store.Snapshot()
	case verb == "safe" && len(args) == 0:
		s.store.SetDurability(s.store.Sequence(), s.store.Sequence())
	case verb == "restore" && len(args) == 1:
		s.restore(args[0])
		s.lives++
		s.boot(fmt.Sprintf("%016x", 0x99+0x11*s.lives))
	case verb == "lose" && len(args) == 3 && strings.Join(args[:2], " ") == "back to":
		s.restore(args[2]) // in the same epoch: nobody knows that anything is gone
	case verb == "due" && len(args) == 0:
		changed, more, err := s.engine.Due(s.t.Context())
		require.NoError(s.t, err)
		require.False(s.t, more)
		fmt.Fprintf(&s.out, "due %d\n", changed)
	case verb == "why" && len(args) == 2:
		s.why(s.doc(args[0]), args[1])
	default:
		s.wrong("nobody knows this command")
	}
}

func (s *story) duration(text string) int64 {
	d, err := time.ParseDuration(strings.TrimPrefix(text, "+"))
	if err != nil {
		s.wrong("no duration: %s", text)
	}
	return d.Milliseconds()
}

func (s *story) restore(name string) {
	backup, ok := s.backups[name]
	if !ok {
		s.wrong("there is no backup %s", name)
	}
	s.store.Restore(backup)
}

// grant gives, changes or ends somebody's access. The first grant to a person gives a phone as well, the patient's begins the
// record.
func (s *story) grant(name, role string, categories []string) {
	account := syncing.AccountID{UUID: syncing.DerivedUUID("account", name)}
	s.short[account.String()] = name
	_, before := s.grants.held[account]
	switch {
	case role == "ended":
		s.grants.held[account] = syncing.Grant{Known: true}
	case before || role != "patient": // join begins a record for a patient
		s.join(name, syncing.Role("nobody"))
		grant := syncing.Grant{Roles: []syncing.Role{syncing.Role(role)}, Categories: categories, Owner: role == "patient", Active: true}
		if role == "nurse" {
			grant.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("team")}}
		}
		s.grants.held[account] = grant
	default:
		s.join(name, patient, categories...)
		s.reader = name
	}
	if s.devices[name] == nil {
		s.device(name, name)
	}
}

func (s *story) device(name, account string) *device {
	if s.devices[name] != nil {
		s.wrong("there is a phone %s already", name)
	}
	d := &device{s: s, name: name, account: account}
	s.short[syncing.DerivedUUID("account", account).String()] = account
	db, err := replica.Open(replica.Options{Schema: 1, NewID: d.newName})
	require.NoError(s.t, err)
	d.db, s.devices[name] = db, d
	return d
}

func (s *story) copyPhone(from, to string) {
	original := s.devices[from]
	if original == nil || s.devices[to] != nil {
		s.wrong("there is nothing to copy, or a phone %s already", to)
	}
	parts, err := original.db.MarshalState()
	require.NoError(s.t, err)
	d := &device{s: s, name: to, account: original.account, names: 1}
	d.db, err = replica.OpenState(replica.Options{Schema: 1, NewID: d.newName}, parts)
	require.NoError(s.t, err)
	s.devices[to] = d
}

// heldNamed is how many held mutations of a replica a transcript can name.
const heldNamed = 20

// newName gives a database its names: ann, then ann.2 and so on.
func (d *device) newName() syncing.UUID {
	d.names++
	name := d.name
	if d.names > 1 {
		name += "." + strconv.Itoa(d.names)
	}
	id := syncing.DerivedUUID("replica", name)
	d.s.short[id.String()] = name
	for n := range heldNamed {
		d.s.short[heldDoc(id, n+1).ID()] = fmt.Sprintf("%s-%d", name, n+1)
	}
	return id
}

// heldDoc is the name that the server gives the document of a held mutation.
func heldDoc(replica syncing.UUID, n int) syncing.DocID {
	return syncing.NewDocID(syncing.HeldType, syncing.DerivedUUID(syncing.HeldType, replica.String(), strconv.Itoa(n)))
}

// doc expands a short name: thing/1 to an id made from the name, held/ann-1 to the document of ann's first mutation, and
// thing/first, the one with which the record begins.
func (s *story) doc(name string) syncing.DocID {
	kind, short, ok := strings.Cut(name, "/")
	if !ok {
		s.wrong("no document: %s", name)
	}
	if kind == syncing.HeldType {
		owner, number, _ := strings.Cut(short, "-")
		n, err := strconv.Atoi(number)
		require.NoError(s.t, err, s.line)
		return heldDoc(syncing.DerivedUUID("replica", owner), n)
	}
	if short == "first" {
		return syncing.NewDocID(kind, syncing.DerivedUUID("doc", "1"))
	}
	doc := syncing.NewDocID(kind, syncing.DerivedUUID("doc", name))
	s.short[doc.ID()] = short
	if kind == "form" { // its follow-up, see testSchema
		s.short[syncing.DerivedUUID("follow", string(doc)).String()] = "after-form-" + short
	}
	return doc
}

// value reads JSON; what is not JSON is a text, and text*n is a text n times.
func value(text string) jsontext.Value {
	if v := jsontext.Value(text); v.IsValid() {
		return v
	}
	if word, times, ok := strings.Cut(text, "*"); ok {
		if n, err := strconv.Atoi(times); err == nil {
			text = strings.Repeat(word, n)
		}
	}
	return syncing.TextValue(text)
}
