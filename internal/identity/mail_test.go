package identity

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/sync"
)

const mailbox = "nurse@ward.example"

// postbox takes what is mailed, and answers as a test says.
type postbox struct {
	taken  []Mailing
	result MailResult
	wait   time.Duration
	err    error
}

func (p *postbox) send(_ context.Context, m Mailing) (MailResult, time.Duration, error) {
	if p.err == nil {
		p.taken = append(p.taken, m)
	}
	return p.result, p.wait, p.err
}

func (h *house) mails(p *postbox) MailTurn {
	h.t.Helper()
	turn, err := h.FollowMail(h.ctx, 100, p.send)
	require.NoError(h.t, err)
	return turn
}

// mailed is somebody with a verified address.
func (h *house) mailed(who syncing.Principal, c DigestChoice) {
	h.t.Helper()
	_, err := h.SetMail(h.ctx, who, mailbox)
	require.NoError(h.t, err)
	var p postbox
	h.mails(&p)
	_, err = h.VerifyMail(h.ctx, who, fmt.Sprintf("%06d", p.taken[len(p.taken)-1].Code))
	require.NoError(h.t, err)
	_, err = h.ChooseDigest(h.ctx, who, c)
	require.NoError(h.t, err)
}

func (h *house) mail(who syncing.Principal) MailSettings {
	h.t.Helper()
	m, err := h.Mail(h.ctx, who)
	require.NoError(h.t, err)
	return m
}

// indexed counts the entries of what is to be mailed.
func (h *house) indexed() (n int) {
	h.t.Helper()
	require.NoError(h.t, h.Store.Scan(h.ctx, indexMail, nil, nil, 100, func(syncing.IndexEntry) bool { n++; return true }))
	return n
}

var daily = DigestChoice{Rhythm: DigestDaily, Hour: 8, Zone: "Europe/London"}

func TestAnAddressCountsOnceItsCodeCameBack(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	var p postbox
	require.Equal(t, MailSettings{State: MailNone, Rhythm: DigestOff}, h.mail(nurse))
	for _, bad := range []string{"", "nobody", "a@b@c", "Nurse <" + mailbox + ">", mailbox + "\r\nBcc: x@y.example", "nürse@ward.example", "a@[127.0.0.1]", strings.Repeat("a", 120) + "@b.example"} {
		_, err := h.SetMail(h.ctx, nurse, bad)
		isFault(t, fault.Invalid, err)
	}
	patient := h.who(h.patient(nurse, record).Account)
	_, err := h.SetMail(h.ctx, patient, mailbox)
	isFault(t, fault.Forbidden, err)
	isFault(t, fault.Forbidden, h.EndMail(h.ctx, patient))
	m, err := h.SetMail(h.ctx, nurse, " "+mailbox+" ")
	require.NoError(t, err)
	require.Equal(t, MailCode, m.State)
	_, err = h.ChooseDigest(h.ctx, nurse, daily)
	require.NoError(t, err)

	h.mails(&p)
	h.mails(&p)
	require.Len(t, p.taken, 1, "the code goes out once")
	require.True(t, p.taken[0].IsCode)
	code := fmt.Sprintf("%06d", p.taken[0].Code)
	other := h.member(Team{ID: nurse.Teams[0].Team})
	_, err = h.VerifyMail(h.ctx, other, code)
	isFault(t, fault.Refused, err)
	for range mailTriesMax {
		_, err = h.VerifyMail(h.ctx, nurse, "x")
		isFault(t, fault.Refused, err)
	}
	_, err = h.VerifyMail(h.ctx, nurse, code)
	isFault(t, fault.Refused, err)
	h.clock.forward(24 * time.Hour)
	h.mails(&p)
	require.Len(t, p.taken, 1, "no digest goes where nobody has shown that it is theirs")

	_, err = h.SetMail(h.ctx, nurse, mailbox)
	require.NoError(t, err)
	h.mails(&p)
	again := fmt.Sprintf("%06d", p.taken[1].Code)
	require.NotEqual(t, p.taken[0].ID, p.taken[1].ID)
	h.clock.forward(mailCodeLives)
	_, err = h.VerifyMail(h.ctx, nurse, again)
	isFault(t, fault.Refused, err)
	_, err = h.SetMail(h.ctx, nurse, mailbox)
	require.NoError(t, err)
	h.mails(&p)
	m, err = h.VerifyMail(h.ctx, nurse, fmt.Sprintf("%06d", p.taken[2].Code))
	require.NoError(t, err)
	require.Equal(t, MailSettings{Address: mailbox, State: MailVerified, Rhythm: DigestDaily, Hour: 8, Zone: "Europe/London", Next: h.mail(nurse).Next}, m)
	require.NotZero(t, m.Next)
	_, err = h.SetMail(h.ctx, nurse, mailbox)
	require.NoError(t, err)
	h.mails(&p)
	require.Len(t, p.taken, 3, "what is verified stays so when it is named again")
	set := 0
	for ; err == nil; set++ {
		require.LessOrEqual(t, set, int(mailNamed.burst))
		_, err = h.SetMail(h.ctx, nurse, fmt.Sprintf("other%d@ward.example", set))
		require.NotEqual(t, MailVerified, h.mail(nurse).State, "the one before ends at once")
	}
	isFault(t, fault.TooMany, err)
	require.Greater(t, set, 1)
}

// TestADigestIsDueOnceADay at its hour on the wall, whatever the clock of a zone does, and on no day twice.
func TestADigestIsDueOnceADay(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Phoenix"} {
		for _, from := range []string{"2011-12-20", "2026-03-01", "2026-10-01"} {
			for _, hour := range []int{0, 1, 2, 3, 23} {
				t.Run(fmt.Sprintf("%s %s %d", zone, from, hour), func(t *testing.T) {
					t.Parallel()
					first, err := calendar.ParseDate(from)
					require.NoError(t, err)
					begin, _, err := calendar.Resolve(first.At(0, 0), zone)
					require.NoError(t, err)
					for _, rhythm := range []string{DigestDaily, DigestWeekdays} {
						row := mailRow{Address: mailbox, Verified: 1, Rhythm: rhythm, Hour: hour, Zone: zone}
						require.NoError(t, row.dueAfter(begin.UnixMilli()-1))
						for range 50 {
							at, err := calendar.In(time.UnixMilli(row.Due), zone)
							require.NoError(t, err)
							require.Greater(t, at.Date.String(), row.Day)
							gone := first
							if row.Day != "" {
								gone, err = calendar.ParseDate(row.Day)
								require.NoError(t, err)
								gone = gone.AddDays(1)
							}
							for ; gone != at.Date; gone = gone.AddDays(1) { // what was passed over
								weekend := gone.Weekday() == time.Saturday || gone.Weekday() == time.Sunday
								require.True(t, rhythm == DigestWeekdays && weekend || zone == "Pacific/Apia" && gone.String() == "2011-12-30", "%s had none", gone)
							}
							row.Day = row.dayDue()
							require.NoError(t, row.dueAfter(row.Due))
						}
					}
				})
			}
		}
	}
}

// TestWhatIsMailedWaitsForItsServerAndIsNotDoubled: a server that is away leaves everything as it is; a mailing that waits is sent under the
// same id; one that is late is not sent; an address at which nobody is reached is set aside, and its holder sees that.
func TestWhatIsMailedWaitsForItsServerAndIsNotDoubled(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	h.mailed(nurse, daily)
	first := h.mail(nurse).Next
	p := postbox{err: fault.New(fault.Busy, "test", "away")}
	h.clock.ms.Store(first)
	for range 3 {
		_, err := h.FollowMail(h.ctx, 100, p.send)
		isFault(t, fault.Busy, err)
	}
	require.Equal(t, first, h.mail(nurse).Next, "nothing is lost")
	_, err := h.ChooseDigest(h.ctx, nurse, daily)
	require.NoError(t, err)
	require.Equal(t, first, h.mail(nurse).Next, "not by saying again what is said")
	h.clock.forward(time.Hour)
	p = postbox{result: MailWaits, wait: 5 * time.Minute}
	h.mails(&p)
	h.mails(&p)
	require.Len(t, p.taken, 1)
	require.Zero(t, p.taken[0].Tries)
	h.clock.forward(5 * time.Minute)
	p.result = MailSent
	h.mails(&p)
	h.mails(&p)
	require.Len(t, p.taken, 2)
	require.Equal(t, 1, p.taken[1].Tries)
	require.Equal(t, p.taken[0].ID, p.taken[1].ID)
	require.Equal(t, nurse.Teams, p.taken[1].Who.Teams)
	require.Equal(t, first+24*time.Hour.Milliseconds(), h.mail(nurse).Next)
	_, err = h.ChooseDigest(h.ctx, nurse, DigestChoice{Rhythm: DigestDaily, Hour: 23, Zone: "Europe/London"})
	require.NoError(t, err)
	require.Equal(t, first+(24+15)*time.Hour.Milliseconds(), h.mail(nurse).Next, "this day had its own")

	h.clock.ms.Store(h.mail(nurse).Next + mailLate.Milliseconds())
	require.Equal(t, 1, h.mails(&p).Late)
	require.Len(t, p.taken, 2)
	h.clock.ms.Store(h.mail(nurse).Next)
	p.result = MailNothing
	h.mails(&p)
	h.mails(&p)
	require.Len(t, p.taken, 3, "a day on which nothing waits is done, too")
	require.NotEqual(t, p.taken[1].ID, p.taken[2].ID)
	h.clock.ms.Store(h.mail(nurse).Next)
	p.result = MailGone
	h.mails(&p)
	require.Equal(t, MailSettings{Address: mailbox, State: MailSetAside, Rhythm: DigestDaily, Hour: 23, Zone: "Europe/London"}, h.mail(nurse))
	require.Zero(t, h.indexed())
	p.result = MailSent
	h.clock.forward(48 * time.Hour)
	h.mails(&p)
	require.Len(t, p.taken, 4, "nothing more goes there")
	h.mailed(nurse, daily)
	require.Equal(t, MailVerified, h.mail(nurse).State, "until it is shown anew to be theirs")
}

// TestAClockThatWasFastHoldsUpNoMail: what was worked out by it, for a digest, its day, a code or a next try, is worked out anew.
func TestAClockThatWasFastHoldsUpNoMail(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	mate := h.member(Team{ID: nurse.Teams[0].Team})
	h.mailed(nurse, daily)
	right := h.clock.ms.Load()
	h.clock.forward(90 * 24 * time.Hour)
	h.mailed(mate, daily)
	var p postbox
	h.clock.ms.Store(h.mail(mate).Next) // of nurse the day of today is late, and she has none tomorrow
	h.mails(&p)
	_, err := h.SetMail(h.ctx, nurse, "other@ward.example")
	require.NoError(t, err)
	p.result, p.wait = MailWaits, time.Hour
	h.mails(&p)

	h.clock.ms.Store(right)
	p = postbox{}
	h.mails(&p)
	require.Less(t, h.mail(mate).Next, right+48*time.Hour.Milliseconds())
	h.clock.ms.Store(h.mail(mate).Next)
	h.mails(&p)
	require.Len(t, p.taken, 2)
	require.True(t, p.taken[0].IsCode, "of an address that begins in the days to come, and whose next try would")
	require.Equal(t, mate.Account, p.taken[1].Who.Account)
	require.Zero(t, h.stored(nurse).Due)
	require.Len(t, h.stored(mate).Day, len("2026-11-23"))
	require.Less(t, h.stored(mate).Day, "2026-11-25")
}

// TestWhatEndsAnAccountEndsItsAddress, at the same moment and after a restore; and one that was forgotten by its holder stays forgotten.
func TestWhatEndsAnAccountEndsItsAddress(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(h *house, who syncing.Principal) error{
		"locked": func(h *house, who syncing.Principal) error { return h.LockAccount(h.ctx, h.admin, who.Account) },
		"left the last team": func(h *house, who syncing.Principal) error {
			return h.EndMember(h.ctx, h.admin, who.Teams[0].Team, who.Account)
		},
		"forgotten": func(h *house, who syncing.Principal) error { return h.EndMail(h.ctx, who) },
		"another": func(h *house, who syncing.Principal) error {
			_, err := h.SetMail(h.ctx, who, "other@ward.example")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, nurse, _ := newWard(t)
			second := h.team(TeamOncology)
			require.NoError(t, h.AddMember(h.ctx, h.admin, second.ID, nurse.Account))
			h.mailed(nurse, daily)
			require.NoError(t, h.EndMember(h.ctx, h.admin, second.ID, nurse.Account))
			require.Equal(t, MailVerified, h.mail(nurse).State, "one team is left")
			before := h.copyFile()

			h.clock.forward(time.Hour)
			if name == "forgotten" || name == "another" {
				h.ledger.full.Store(true)
				isFault(t, fault.Busy, ends(h, nurse))
				h.ledger.full.Store(false)
			}
			require.NoError(t, ends(h, nurse), "the same request again")
			h.addressIsGone(nurse, name == "another")
			h.putBack(before)
			require.Equal(t, mailbox, h.stored(nurse).Address, "the backup has it still")
			require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
			h.addressIsGone(nurse, false)
			if name == "locked" {
				require.NoError(t, h.UnlockAccount(h.ctx, h.admin, nurse.Account))
			}
			if name == "left the last team" {
				require.NoError(t, h.AddMember(h.ctx, h.admin, nurse.Teams[0].Team, nurse.Account))
			}
			h.addressIsGone(nurse, false)
			h.mailed(nurse, daily)
			require.NoError(t, h.ApplyRevocations(h.ctx, h.ledger.list(t)))
			require.Equal(t, mailbox, h.stored(nurse).Address, "what is named anew is not ended by the next restore")
		})
	}
}

func (h *house) stored(who syncing.Principal) (row mailRow) {
	h.t.Helper()
	require.NoError(h.t, h.Store.View(h.ctx, h.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, mailRowKey, &row)
		return err
	}))
	return row
}

// addressIsGone: it lies nowhere, and nothing is to be mailed there.
func (h *house) addressIsGone(who syncing.Principal, another bool) {
	h.t.Helper()
	require.NotEqual(h.t, mailbox, h.stored(who).Address)
	if !another {
		require.Empty(h.t, h.stored(who).Address)
		require.Zero(h.t, h.indexed())
	}
	var p postbox
	h.clock.forward(48 * time.Hour)
	h.mails(&p)
	for _, m := range p.taken {
		require.NotEqual(h.t, mailbox, m.Address)
	}
}

// TestAMailingThatDiesAnywhereIsSentOnceMoreAtMost fails each commit in turn, as if the process had died before it, and begins anew.
func TestAMailingThatDiesAnywhereIsSentOnceMoreAtMost(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	for range 4 {
		mate := h.member(Team{ID: nurse.Teams[0].Team})
		h.mailed(mate, daily)
	}
	h.mailed(nurse, daily)
	for dies := range 6 {
		h.clock.ms.Store(h.mail(nurse).Next)
		var p postbox
		dying := h.serviceOn(&mortal{Store: h.Store, left: dies})
		_, err := dying.FollowMail(h.ctx, 100, p.send)
		require.Equal(t, dies < 5, err != nil)
		h.restart()
		h.mails(&p)
		times := map[string]int{}
		for _, m := range p.taken {
			times[m.Who.Account.String()+m.ID]++
		}
		require.Len(t, times, 5, "everybody, under one id")
		require.LessOrEqual(t, len(p.taken), 6, "one of them twice at most")
	}
}

// mortal is the store of a process that dies before its next commit.
type mortal struct {
	syncing.Store
	left int
}

func (m *mortal) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return m.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if m.left--; m.left < 0 {
			return fault.New(fault.Internal, "test", "dead")
		}
		return fn(tx)
	})
}
