package identity

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func reception(id syncing.UUID) ContactPoint {
	return ContactPoint{ID: id, System: ContactPhone, Value: "01632 960 222", Hours: []OpenHours{{Days: []string{"mon"}, From: "08:00", To: "24:00"}}}
}

func (h *house) verifiedAt(team Team) int64 {
	h.t.Helper()
	page, err := h.Page(h.ctx, team.ID)
	require.NoError(h.t, err)
	require.Len(h.t, page.Contacts, 1)
	return page.Contacts[0].VerifiedAt
}

func TestAContactIsVerifiedByACodeThatComesBackFromSomebodyElseInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team, id := h.team(TeamPrimary), h.id()
	one, two, stranger := h.member(team), h.member(team), h.member(h.team(TeamOncology))
	require.NoError(t, h.SetContact(h.ctx, one, team.ID, reception(id)))
	challenge := func(by syncing.Principal) string {
		c, err := h.ChallengeContact(h.ctx, by, team.ID, id)
		require.NoError(t, err)
		require.Len(t, c.Code, challengeDigits)
		return c.Code
	}
	verify := func(by syncing.Principal, code string) error { return h.VerifyContact(h.ctx, by, team.ID, id, code) }

	code := challenge(one)
	isFault(t, fault.Refused, verify(one, code))       // one alone could copy it
	isFault(t, fault.NotFound, verify(stranger, code)) // another team's contacts are not here
	isFault(t, fault.Refused, verify(two, "1"+code))
	require.Zero(t, h.verifiedAt(team))
	require.NoError(t, verify(h.admin, code), "an administrator may take the call")
	require.Equal(t, h.clock.now().UnixMilli(), h.verifiedAt(team))
	isFault(t, fault.Refused, verify(two, code)) // once is once

	code = challenge(one)
	h.clock.forward(challengeLives)
	isFault(t, fault.Refused, verify(two, code))
	code = challenge(one)
	for range challengeTriesMax {
		isFault(t, fault.Refused, verify(two, "wrong"))
	}
	isFault(t, fault.Refused, verify(two, code)) // guessed too often
	require.NoError(t, verify(two, challenge(one)))

	same := reception(id)
	same.Label = "Reception"
	require.NoError(t, h.SetContact(h.ctx, two, team.ID, same))
	require.NotZero(t, h.verifiedAt(team), "another name for it reaches the same people")
	code = challenge(one)
	other := same
	other.Value = "01632 960 223"
	require.NoError(t, h.SetContact(h.ctx, two, team.ID, other))
	require.Zero(t, h.verifiedAt(team), "another number does not")
	isFault(t, fault.Refused, verify(two, code)) // that code went to the number before
	isFault(t, fault.NotFound, h.SetContact(h.ctx, stranger, team.ID, other))
	require.NoError(t, h.RemoveContact(h.ctx, two, team.ID, id))
	_, err := h.ChallengeContact(h.ctx, one, team.ID, id)
	isFault(t, fault.NotFound, err)
}

func TestAContactIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team := h.team(TeamPrimary)
	who := h.member(team)
	for what, bad := range map[string]func(c *ContactPoint){
		"no digits":          func(c *ContactPoint) { c.Value = "call me" },
		"too few digits":     func(c *ContactPoint) { c.Value = "9-9-9" },
		"no address":         func(c *ContactPoint) { c.System = ContactEmail },
		"a name and address": func(c *ContactPoint) { c.System, c.Value = ContactEmail, "Us <us@example.org>" },
		"a fax":              func(c *ContactPoint) { c.System = "fax" },
		"an unknown zone":    func(c *ContactPoint) { c.Zone = "Mars/Olympus" },
		"no day":             func(c *ContactPoint) { c.Hours[0].Days = nil },
		"an unknown day":     func(c *ContactPoint) { c.Hours[0].Days = []string{"someday"} },
		"over midnight":      func(c *ContactPoint) { c.Hours[0].From, c.Hours[0].To = "22:00", "06:00" },
		"no wall time":       func(c *ContactPoint) { c.Hours[0].From = "8:00" },
		"always, and hours":  func(c *ContactPoint) { c.Is24h = true },
	} {
		c := reception(h.id())
		bad(&c)
		require.True(t, fault.Is(h.SetContact(h.ctx, who, team.ID, c), fault.Invalid), what)
	}
	for range contactsMax {
		require.NoError(t, h.SetContact(h.ctx, who, team.ID, reception(h.id())))
	}
	isFault(t, fault.Refused, h.SetContact(h.ctx, who, team.ID, reception(h.id())))
}

// TestCardsReachEveryRecordOfATeamThoughTheFollowerDiesAnywhere: each turn looks at a bounded number, and goes on where it was.
func TestCardsReachEveryRecordOfATeamThoughTheFollowerDiesAnywhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team, other := h.team(TeamOncology), h.team(TeamPrimary)
	who := h.member(team)
	var records []syncing.RecordID
	for range 7 {
		records = append(records, h.record(team, who))
	}
	h.record(other, h.member(other))
	died := errors.New("the process died")
	got := map[syncing.RecordID]int{}
	calls := 0
	deliver := func(_ context.Context, record syncing.RecordID, id syncing.TeamID) error {
		calls++
		if calls%3 == 0 {
			return died
		}
		if id == team.ID {
			got[record]++
		}
		return nil
	}
	rounds := func() {
		for turn := 0; ; turn++ {
			require.Less(t, turn, 60, "it comes to an end")
			before := calls
			more, err := h.DeliverCards(h.ctx, 2, deliver)
			require.LessOrEqual(t, calls-before, 2, "a turn is bounded")
			if err != nil {
				require.ErrorIs(t, err, died)
				h.restart()
				continue
			}
			if !more {
				return
			}
		}
	}
	rounds()
	for _, record := range records {
		require.GreaterOrEqual(t, got[record], 1, "a record that was given a team is owed its card")
	}
	clear(got)
	h.clock.forward(time.Second)
	require.NoError(t, h.DescribeTeam(h.ctx, who, team.ID, "We are here.", []string{"pain"}, nil))
	rounds()
	require.Len(t, got, 7, "and a page that changed to all of them")
	before := calls
	_, err := h.DeliverCards(h.ctx, 2, deliver)
	require.NoError(t, err)
	require.Equal(t, before, calls, "then nothing is owed")
}

func TestAShareOwesTheNewTeamsCardAndNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.team(TeamOncology), h.team(TeamPrimary)
	who := h.member(one)
	record := h.record(one, who)
	owed := func() (got []syncing.TeamID) {
		for more := true; more; {
			var err error
			more, err = h.DeliverCards(h.ctx, 2, func(_ context.Context, _ syncing.RecordID, id syncing.TeamID) error {
				got = append(got, id)
				return nil
			})
			require.NoError(t, err)
		}
		return got
	}
	require.NotEmpty(t, owed())
	require.Empty(t, owed())
	h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, who, two.ID, nil) })
	require.Equal(t, []syncing.TeamID{two.ID}, owed(), "though nothing about that team is new")
	h.in(record, func(tx syncing.Tx) error {
		return h.GrantCaregiver(tx, who, syncing.AccountID{UUID: syncing.DerivedUUID("caregiver")}, nil)
	})
	require.Empty(t, owed(), "a caregiver has no card")
}

func TestOnlyTheAdministratorsOfAnOrganisationSeeItsStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	elsewhere, err := h.Seed().Organisation(h.ctx, "tribal", "Blue Lake Health")
	require.NoError(t, err)
	team := h.team(TeamOncology)
	nurse := h.member(team)
	local := func(name string, organisation syncing.UUID) syncing.Principal {
		account, err := h.Seed().Staff(h.ctx, Staff{Kind: KindAdministrator, Name: "A", SignInName: name, Password: staffPassword, Organisation: organisation})
		require.NoError(t, err)
		return h.who(account)
	}
	ours, theirs := local("ours", h.center.ID), local("theirs", elsewhere.ID)
	for _, who := range []syncing.Principal{h.admin, ours} {
		staff, err := h.StaffOf(h.ctx, who, h.center.ID)
		require.NoError(t, err)
		require.Len(t, staff, 1)
		require.Len(t, staff[0].People, 1)
	}
	for _, who := range []syncing.Principal{theirs, nurse} {
		_, err := h.StaffOf(h.ctx, who, h.center.ID)
		isFault(t, fault.NotFound, err)
	}
	isFault(t, fault.Forbidden, h.LockAccount(h.ctx, theirs, nurse.Account)) // the whole installation is not theirs
	_, err = h.CreateTeam(h.ctx, ours, h.center.ID, TeamPrimary, "More")
	isFault(t, fault.Forbidden, err)
	isFault(t, fault.NotFound, h.DescribeTeam(h.ctx, theirs, team.ID, "", nil, nil))
	require.NoError(t, h.DescribeTeam(h.ctx, ours, team.ID, "Ours", nil, nil))
	_, err = h.Seed().Staff(h.ctx, Staff{Kind: KindClinician, Name: "B", SignInName: "bbb", Password: staffPassword, Organisation: h.center.ID})
	isFault(t, fault.Invalid, err)
}
