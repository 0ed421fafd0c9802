package healthlink_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/healthlink"
	syncing "satchel/sync"
	"satchel/sync/storetest/memory"
)

// desk is a room of links over a store in memory, with people who have what the test gives them.
type desk struct {
	*healthlink.Service
	t      *testing.T
	store  *memory.Store
	now    time.Time
	mu     sync.Mutex
	hashed int
	people map[syncing.AccountID]syncing.Grant
	record syncing.RecordID
	ada    syncing.Principal
}

func (d *desk) Scope(_ syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	return syncing.NewScope(d.people[who.Account]), nil
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, store: memory.New(), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), people: map[syncing.AccountID]syncing.Grant{}}
	d.record = syncing.RecordID{UUID: syncing.DerivedUUID("record")}
	d.ada = d.person("ada", syncing.Grant{Owner: true, Active: true, Roles: []syncing.Role{"patient"}})
	var err error
	d.Service, err = healthlink.New(healthlink.Config{
		Store: d.store, Access: d, Rand: rand.Reader, Now: func() time.Time { return d.now }, Cost: healthlink.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1},
		Blind: func(purpose string, value []byte) []byte {
			mac := hmac.New(sha256.New, []byte("a key"))
			mac.Write(append([]byte(purpose+"\x00"), value...))
			return mac.Sum(nil)
		},
		Hashed: func(string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.hashed++
		},
	})
	require.NoError(t, err)
	return d
}

func (d *desk) person(name string, g syncing.Grant) syncing.Principal {
	g.Account = syncing.AccountID{UUID: syncing.DerivedUUID("account", name)}
	d.people[g.Account] = g
	return syncing.Principal{Account: g.Account}
}

const (
	right  = "correct horse"
	sealed = "e30..aXY.Y2lwaGVy.dGFn"
	base   = "https://satchel.example"
)

func (d *desk) makes(flags string) (made healthlink.Made, secret string) {
	d.t.Helper()
	req := healthlink.Request{Flags: flags, Base: base, Content: sealed}
	if strings.Contains(flags, "P") {
		req.Passcode = right
	}
	made, err := d.Make(d.t.Context(), d.ada, d.record, req)
	require.NoError(d.t, err)
	require.LessOrEqual(d.t, len(made.URL), 128)
	secret, found := strings.CutPrefix(made.URL, base+"/v1/links/")
	require.True(d.t, found)
	require.Len(d.t, secret, 43, "256 bits")
	return made, secret
}

func (d *desk) tries(secret, passcode string) (healthlink.Answer, error) {
	return d.Open(d.t.Context(), healthlink.Try{Secret: secret, Recipient: "Riverside ED", Passcode: passcode})
}

func (d *desk) only() healthlink.Link {
	d.t.Helper()
	list, err := d.List(d.t.Context(), d.ada, d.record)
	require.NoError(d.t, err)
	require.Len(d.t, list, 1)
	return list[0]
}

func TestHazard_H28_AHundredWrongPasscodesAtOnceAreCountedExactlyToTheCap(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.makes("P")
	lefts := make(chan int, 100)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			_, err := d.tries(secret, "wrong passcode")
			var wrong *healthlink.WrongPasscodeError
			switch {
			case errors.As(err, &wrong) && fault.Is(err, fault.Unauthenticated):
				lefts <- wrong.Left
			case fault.Is(err, fault.NotFound):
			default:
				t.Errorf("neither wrong nor over: %v", err)
			}
		})
	}
	group.Wait()
	close(lefts)
	seen := map[int]int{}
	for left := range lefts {
		seen[left]++
	}
	require.Len(t, seen, healthlink.TriesMax, "each number from 9 to 0 once: %v", seen)
	for left := range healthlink.TriesMax {
		require.Equal(t, 1, seen[left], "%d left", left)
	}
	_, err := d.tries(secret, right)
	require.True(t, fault.Is(err, fault.NotFound), "the right passcode comes too late")
	link := d.only()
	require.Equal(t, "locked", link.State)
	require.Len(t, link.Reads, healthlink.TriesMax)
	require.Equal(t, 100-healthlink.TriesMax+1, link.Refused)
}

func TestARightPasscodeCostsNothingAndWrongOnesAreForLife(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.makes("P")
	for i := range healthlink.TriesMax - 1 {
		_, err := d.tries(secret, "wrong passcode")
		var wrong *healthlink.WrongPasscodeError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, healthlink.TriesMax-1-i, wrong.Left)
		answer, err := d.tries(secret, right)
		require.NoError(t, err)
		require.Equal(t, sealed, answer.Content)
		d.now = d.now.Add(time.Hour)
	}
	_, err := d.tries(secret, "")
	var wrong *healthlink.WrongPasscodeError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, 1, wrong.Left, "no passcode is no try")
	require.Equal(t, "active", d.only().State)
	_, err = d.tries(secret, "wrong passcode")
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "locked", d.only().State)
}

func TestWhatIsUnknownEndedOrOverIsAnsweredAlikeAfterTheSameWork(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, revoked := d.makes("P")
	require.NoError(t, d.Revoke(t.Context(), d.ada, d.record, first.ID))
	require.NoError(t, d.Revoke(t.Context(), d.ada, d.record, first.ID), "once more does no harm")
	_, expired := d.makes("P")
	d.now = d.now.Add(healthlink.LifeDefault)
	_, direct := d.makes("U")
	for name, secret := range map[string]string{"revoked": revoked, "expired": expired, "unknown": strings.Repeat("A", 43), "by another way": direct, "nonsense": "x"} {
		before := d.hashed
		_, err := d.tries(secret, right)
		require.True(t, fault.Is(err, fault.NotFound), name)
		require.Equal(t, "This is not here, or not shared with you.", fault.TextOf(err))
		require.Equal(t, 1, d.hashed-before, name)
	}
	before := d.hashed
	answer, err := d.Open(t.Context(), healthlink.Try{Secret: direct, Recipient: "Riverside ED", Direct: true})
	require.NoError(t, err)
	require.Equal(t, sealed, answer.Content)
	require.Equal(t, 1, d.hashed-before)
}

func TestALocationIsGoodForALittleWhileAndEndsWithItsLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made, secret := d.makes("")
	answer, err := d.tries(secret, "")
	require.NoError(t, err)
	ticket, found := strings.CutPrefix(answer.Location, made.URL+"/file/")
	require.True(t, found)
	fetch := func(secret, ticket string) error {
		content, err := d.File(t.Context(), secret, ticket)
		require.Equal(t, err == nil, content == sealed)
		return err
	}
	require.NoError(t, fetch(secret, ticket))
	require.Error(t, fetch(strings.Repeat("A", 43), ticket))
	other, otherSecret := d.makes("")
	require.Error(t, fetch(otherSecret, ticket), "it is this link's alone")
	require.Error(t, fetch(secret, ticket[:len(ticket)-1]+"A"+"A"))
	require.Error(t, fetch(secret, strings.Repeat("A", len(ticket))))
	d.now = d.now.Add(healthlink.FileLife)
	require.True(t, fault.Is(fetch(secret, ticket), fault.NotFound))

	short, err := d.Make(t.Context(), d.ada, d.record, healthlink.Request{Base: base, Content: sealed, Expires: d.now.Add(time.Minute).UnixMilli()})
	require.NoError(t, err)
	shortSecret := strings.TrimPrefix(short.URL, base+"/v1/links/")
	answer, err = d.tries(shortSecret, "")
	require.NoError(t, err)
	ticket = strings.TrimPrefix(answer.Location, short.URL+"/file/")
	require.NoError(t, fetch(shortSecret, ticket))
	d.now = d.now.Add(time.Minute)
	require.Error(t, fetch(shortSecret, ticket), "no location outlives its link")

	answer, err = d.tries(otherSecret, "")
	require.NoError(t, err)
	require.NoError(t, d.Revoke(t.Context(), d.ada, d.record, other.ID))
	require.Error(t, fetch(otherSecret, strings.TrimPrefix(answer.Location, other.URL+"/file/")))
}

func TestOnlyThePersonAndWhomTheyAllowMakeSeeAndEndLinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made, secret := d.makes("P")
	all := func(name string, g syncing.Grant, holds func(err error)) {
		who := d.person(name, g)
		_, err := d.List(t.Context(), who, d.record)
		holds(err)
		_, err = d.Make(t.Context(), who, d.record, healthlink.Request{Base: base, Content: sealed})
		holds(err)
		holds(d.Revoke(t.Context(), who, d.record, made.ID))
	}
	for name, p := range map[string]struct {
		g    syncing.Grant
		code fault.Code
	}{
		"a stranger":              {syncing.Grant{}, fault.NotFound},
		"a caregiver who is over": {syncing.Grant{Known: true, Roles: []syncing.Role{"caregiver"}, Categories: []string{"ed-share"}}, fault.NotFound},
		"a caregiver":             {syncing.Grant{Active: true, Roles: []syncing.Role{"caregiver"}, Categories: []string{"plan"}}, fault.Forbidden},
		"a nurse":                 {syncing.Grant{Active: true, Roles: []syncing.Role{"oncology"}, Categories: []string{"plan", "ed-share"}}, fault.Forbidden},
	} {
		all(name, p.g, func(err error) { require.True(t, fault.Is(err, p.code), "%s: %v", name, err) })
		_, err := d.tries(secret, right)
		require.NoError(t, err, "%s has not ended it", name)
	}
	all("an allowed caregiver", syncing.Grant{Active: true, Roles: []syncing.Role{"caregiver"}, Categories: []string{"ed-share"}}, func(err error) { require.NoError(t, err) })
	_, err := d.tries(secret, right)
	require.Error(t, err)
	require.True(t, fault.Is(d.Revoke(t.Context(), d.ada, d.record, syncing.DerivedUUID("none")), fault.NotFound))
}

func TestWhatNobodyCouldOpenOrForTooLongIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, req := range map[string]healthlink.Request{
		"U with P":             {Flags: "PU", Passcode: right},
		"flags out of order":   {Flags: "PL", Passcode: right},
		"no such flag":         {Flags: "X"},
		"P without a passcode": {Flags: "P"},
		"a short passcode":     {Flags: "P", Passcode: "12345"},
		"a long passcode":      {Flags: "P", Passcode: strings.Repeat("a", 65)},
		"a passcode without P": {Passcode: right},
		"over already":         {Expires: d.now.UnixMilli()},
		"for too long":         {Expires: d.now.Add(healthlink.LifeMax).UnixMilli() + 1},
		"a long base":          {Base: "https://" + strings.Repeat("a", healthlink.BaseMax-7)},
		"no host":              {Base: "https://"},
		"a base of no web":     {Base: "file://x"},
		"a base with more":     {Base: base + "/?a=b"},
		"too much":             {Content: "a.b.c.d." + strings.Repeat("e", healthlink.ContentMax)},
		"no JWE":               {Content: "a.b.c"},
	} {
		if req.Base == "" {
			req.Base = base
		}
		if req.Content == "" {
			req.Content = sealed
		}
		_, err := d.Make(t.Context(), d.ada, d.record, req)
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
	}
	_, err := d.Open(t.Context(), healthlink.Try{Secret: "x"})
	require.True(t, fault.Is(err, fault.Invalid), "who asks says so")
	_, err = d.Open(t.Context(), healthlink.Try{Secret: "x", Recipient: strings.Repeat("a", 121)})
	require.True(t, fault.Is(err, fault.Invalid))
}

func TestFiveLinksCanBeReadAtOnceAndOldOnesAreForgotten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var last healthlink.Made
	for range 5 {
		last, _ = d.makes("")
	}
	_, err := d.Make(t.Context(), d.ada, d.record, healthlink.Request{Base: base, Content: sealed})
	require.True(t, fault.Is(err, fault.Refused))
	for range 60 {
		require.NoError(t, d.Revoke(t.Context(), d.ada, d.record, last.ID))
		d.now = d.now.Add(time.Minute)
		last, _ = d.makes("")
	}
	list, err := d.List(t.Context(), d.ada, d.record)
	require.NoError(t, err)
	require.Len(t, list, 55, "four that can be read, fifty that could, and the new one")
	require.Equal(t, "active", list[len(list)-1].State)
}

func TestNeitherSecretNorPasscodeIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.makes("P")
	_, err := d.tries(secret, right)
	require.NoError(t, err)
	require.NoError(t, d.store.View(t.Context(), d.record, func(tx syncing.ReadTx) error {
		return tx.Scan(syncing.TableIdentity, nil, nil, func(key, value []byte) (bool, error) {
			for _, word := range []string{secret, right} {
				require.False(t, bytes.Contains(key, []byte(word)) || bytes.Contains(value, []byte(word)))
			}
			return true, nil
		})
	}))
}
