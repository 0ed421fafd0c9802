package server

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/internal/notify/smtp"
	"satchel/internal/notify/smtp/stub"
	syncing "satchel/sync"
)

// mailed is all that may leave in a letter, byte for byte but for numbers, its id, its date and whom it is for; headers come in any order.
var mailed = []*regexp.Regexp{
	regexp.MustCompile(`^Date: \w{3}, \d{2} \w{3} 2026 \d{2}:\d{2}:\d{2} \+0000$`),
	regexp.MustCompile(`^MIME-Version: 1\.0$`),
	regexp.MustCompile(`^Message-ID: <[0-9a-f]{32}@hospital\.example>$`),
	regexp.MustCompile(`^Subject: Reminder: your (desk|code)$`),
	regexp.MustCompile(`^Precedence: bulk$`),
	regexp.MustCompile(`^X-Auto-Response-Suppress: All$`),
	regexp.MustCompile(`^Auto-Submitted: auto-generated$`),
	regexp.MustCompile(`^From: <satchel@hospital\.example>$`),
	regexp.MustCompile(`^To: <nurse-of-the-canary@ward\.example>$`),
	regexp.MustCompile(`^Content-Transfer-Encoding: 7bit$`),
	regexp.MustCompile(`^Content-Type: text/plain; charset=US-ASCII$`),
}

var bodies = []*regexp.Regexp{
	regexp.MustCompile(`^This is your reminder of what waits at your desk\.
(?:\n(?:Team \d+ of \d+, in the order of your desk:\n)?Open: \d+\. Past their time: \d+\.\n(?:(?:Emergency|Red|Amber|Green|For information): \d+\.\n)+(?:There are more than were counted\.\n)?)+
Please open your desk\.

This is no alarm: it comes at most once a day, and says nothing of anybody\.
At your desk you set when it comes, or that it does not\. Do not reply\.
$`),
	regexp.MustCompile(`^Your code is \d{6}\.

Type it in at your desk within 30 minutes; then reminders can be sent here\.
If you asked for nothing, do nothing: then nothing more comes\.
$`),
}

// leaving holds a letter to that list.
func leaving(t *testing.T, l stub.Letter) {
	t.Helper()
	head, body, ok := strings.Cut(string(l.Raw), "\r\n\r\n")
	require.True(t, ok)
	lines := strings.Split(head, "\r\n")
	require.Len(t, lines, len(mailed))
	for _, allowed := range mailed {
		require.True(t, slices.ContainsFunc(lines, allowed.MatchString), "%s in %q", allowed, lines)
	}
	body = strings.ReplaceAll(body, "\r\n", "\n")
	require.True(t, slices.ContainsFunc(bodies, func(r *regexp.Regexp) bool { return r.MatchString(body) }), "this may not leave: %s", body)
	require.Equal(t, []any{"satchel@hospital.example", mailbox, true, true}, []any{l.From, l.To, l.Encrypted, l.SignedIn})
}

// TestHazard_H18_NoWordOfARecordLeavesInAMail: every kind of letter, out of desks at which rows of every urgency wait, overdue or not,
// sensitive or not, of records and teams in which every word is the canary. Nor does the address stand in the log, in a metric or, unsealed,
// in a file.
func TestHazard_H18_NoWordOfARecordLeavesInAMail(t *testing.T) {
	t.Parallel()
	h := newOffice(t)
	seed := h.s.Identity().Seed()
	second, err := seed.Team(t.Context(), h.w.oncology.Organisation, identity.TeamOncology, canary)
	require.NoError(t, err)
	account, err := seed.Staff(t.Context(), identity.Staff{Kind: identity.KindClinician, Name: canary, SignInName: canary, Password: "a synthetic passphrase"}, h.w.oncology.ID, second.ID)
	require.NoError(t, err)
	rows := 0
	for level := instrument.Info; level <= instrument.Emergency; level++ {
		for _, overdue := range []bool{false, true} {
			for _, private := range []bool{false, true} {
				for _, team := range []identity.Team{h.w.oncology, second} {
					h.waits(team, level.String(), overdue, private)
					rows++
				}
			}
		}
	}
	h.subscribes(account, mailbox)
	h.eight(account)
	taken := h.server.Taken()
	require.Len(t, taken, 2)
	for _, letter := range taken {
		leaving(t, letter)
	}
	digest := strings.ReplaceAll(taken[1].Body, "\r\n", "\n")
	for _, line := range []string{"Team 1 of 2", "Team 2 of 2", "Open: 20. Past their time: 10.", "Emergency: 4.", "Red: 4.", "Amber: 4.", "Green: 4.", "For information: 4."} {
		require.Contains(t, digest, line+map[bool]string{true: ", in the order of your desk:"}[strings.HasPrefix(line, "Team")])
	}
	require.Equal(t, 40, rows)
	h.turn()
	require.Len(t, h.server.Taken(), 2, "once a day")

	families, err := h.s.metrics.registry.Gather()
	require.NoError(t, err)
	metrics := fmt.Sprint(families)
	require.Regexp(t, `satchel_letters_total.*"sent".*value:2`, metrics)
	said := h.log.String() + metrics
	require.NoError(t, h.s.Close())
	for _, secret := range []string{mailbox, canary, "ward.example"} {
		require.NotContains(t, said, secret)
		for _, folder := range []string{h.config.Data, h.config.Keys} {
			require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || !entry.Type().IsRegular() {
					return err
				}
				content, err := os.ReadFile(path)
				require.False(t, bytes.Contains(content, []byte(secret)), path)
				return err
			}))
		}
	}
}

// TestNobodyIsWrittenToOfWhatTheyDoNotSee: it is counted when the letter leaves, as its reader sees the desk then. Whoever left a team reads
// nothing of it, sensitive rows are not counted for whoever does not see them, and where nothing waits nothing is sent.
func TestNobodyIsWrittenToOfWhatTheyDoNotSee(t *testing.T) {
	t.Parallel()
	h := newOffice(t)
	h.closes()
	seed, ctx := h.s.Identity().Seed(), t.Context()
	amos, err := seed.Staff(ctx, identity.Staff{Kind: identity.KindAdministrator, Name: "Synthetic administrator", SignInName: "amos", Password: "a synthetic passphrase"})
	require.NoError(t, err)
	admin := principal(t, h.s, amos)
	navigation, err := seed.Team(ctx, h.w.oncology.Organisation, identity.TeamNavigation, "Synthetic navigation")
	require.NoError(t, err)
	nils, err := seed.Staff(ctx, identity.Staff{Kind: identity.KindNavigator, Name: "Synthetic navigator", SignInName: "nils", Password: "a synthetic passphrase"}, navigation.ID)
	require.NoError(t, err)
	second, err := seed.Team(ctx, h.w.oncology.Organisation, identity.TeamOncology, "Synthetic day unit")
	require.NoError(t, err)
	require.NoError(t, h.s.Identity().AddMember(ctx, admin, second.ID, h.w.nurse))
	h.subscribes(h.w.nurse, mailbox)
	h.subscribes(nils, "navigator@ward.example")
	h.eight(h.w.nurse)
	require.Len(t, h.server.Taken(), 2, "the codes: nothing waits anywhere, so nothing is sent")

	h.waits(h.w.oncology, "red", true, false)
	h.waits(second, "amber", false, false)
	h.waits(navigation, "red", false, true)
	h.server.Answers(stub.Answers{Recipient: func(string) error { return stub.No(451, 4, 7, 1) }})
	h.eight(h.w.nurse)
	require.Len(t, h.server.Taken(), 2)
	require.NoError(t, h.s.Identity().EndMember(ctx, admin, second.ID, h.w.nurse))
	h.server.Answers(stub.Answers{})
	h.passes(time.Hour, time.Minute)
	taken := h.server.Taken()
	require.Len(t, taken, 3, "the navigator sees nothing of what is sensitive")
	leaving(t, taken[2])
	require.Contains(t, taken[2].Body, "\nOpen: 1. Past their time: 1.\r\nRed: 1.\r\n\r\nPlease ")
	require.NotContains(t, taken[2].Body, "Amber")
	require.NotContains(t, taken[2].Body, "Team", "one is left")

	gone := h.waits(h.w.oncology, "emergency", true, false)
	require.NoError(t, h.s.Erase(ctx, gone))
	h.waits(navigation, "green", false, false)
	h.eight(nils)
	require.Len(t, h.server.Taken(), 5, "both")
	for _, letter := range h.server.Taken()[3:] {
		require.Contains(t, letter.Body, "\r\nOpen: 1.")
		require.NotContains(t, letter.Body, "Emergency", "of a record that was erased nothing is left to be counted")
	}
	require.NoError(t, h.s.Identity().LockAccount(ctx, admin, nils))
	require.NoError(t, h.s.Identity().EndMember(ctx, admin, h.w.oncology.ID, h.w.nurse))
	h.passes(72*time.Hour, time.Hour)
	require.Len(t, h.server.Taken(), 5, "an address ends with its account, or the last team")
}

// TestAnHourWithoutAMailServerLosesNothing: one that is gone, that wants to be left alone, that says nothing; over TCP and encrypted, with
// the real client. What was due is sent when it is back, once, also by another process; a mailing that was taken though the server said no
// comes again under the same id.
func TestAnHourWithoutAMailServerLosesNothing(t *testing.T) {
	t.Parallel()
	h := newOffice(t)
	h.waits(h.w.oncology, "red", true, false)
	h.subscribes(h.w.nurse, mailbox)
	var others []syncing.AccountID
	for _, name := range []string{"one", "two", "three"} {
		other, err := h.s.Identity().Seed().Staff(t.Context(), staffOf(name), h.w.oncology.ID)
		require.NoError(t, err)
		h.subscribes(other, name+"@ward.example")
		others = append(others, other)
	}
	codes := len(h.server.Taken())
	h.server.Close()
	h.eight(h.w.nurse)
	h.passes(20*time.Minute, 5*time.Second)
	h.starts()
	h.server.Answers(stub.Answers{Connection: func() error { return stub.No(421, 4, 3, 2) }})
	h.passes(20*time.Minute, 5*time.Second)
	require.Positive(t, h.server.Asked())
	require.Less(t, h.server.Asked(), 20, "it was left alone, mostly")
	h.anew(300 * time.Millisecond)
	silence := make(chan struct{})
	h.server.Answers(stub.Answers{Sender: func(string) error { <-silence; return errors.New("too late") }})
	h.passes(20*time.Minute, 10*time.Minute)
	close(silence)
	require.Empty(t, h.server.Taken())
	require.Equal(t, h.settings(h.w.nurse).Next, h.settings(others[2]).Next, "all of it waits")
	h.anew(10 * time.Second)
	h.closes()

	doubted := 0
	h.server.Answers(stub.Answers{Taken: func(string) error {
		if doubted++; doubted == 1 {
			return stub.No(451, 4, 3, 0)
		}
		return nil
	}})
	h.passes(10*time.Minute, 5*time.Second)
	times := map[string]int{}
	for _, letter := range h.server.Taken() {
		times[letter.To+" "+letter.ID]++
	}
	require.Len(t, times, codes, "everybody, of one day under one id")
	require.Len(t, h.server.Taken(), codes+1, "and one of them twice, for the server had said no")
}

// TestAMailServerThatSaysNothingHoldsUpNobody: a phone is answered while the mail server keeps a connection open and says nothing.
func TestAMailServerThatSaysNothingHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := newOffice(t)
	h.waits(h.w.oncology, "red", true, false)
	h.subscribes(h.w.nurse, mailbox)
	h.anew(time.Hour)
	silence, hanging := make(chan struct{}), make(chan struct{}, 1)
	t.Cleanup(func() { close(silence) })
	h.server.Answers(stub.Answers{Sender: func(string) error {
		hanging <- struct{}{}
		<-silence
		return errors.New("too late")
	}})
	h.ahead.Store(2 * time.Hour.Milliseconds())
	p := newPhone(t, h.s, h.w.ada, h.w.record)
	stop := running(t, h.s)
	p.base = h.s.Base()
	<-hanging
	for range 20 {
		p.write(t, message("while nobody there answers"))
		require.NoError(t, p.sync(t.Context()))
	}
	require.Zero(t, p.db.Unanswered(h.w.record))
	require.Len(t, h.server.Taken(), 1, "the code: it hangs still")
	require.NoError(t, stop(), "and a stop does not wait for it")
}

// TestAnAddressAtWhichNobodyIsReachedIsSetAside, and its holder reads that in their settings; others are written to.
func TestAnAddressAtWhichNobodyIsReachedIsSetAside(t *testing.T) {
	t.Parallel()
	h := newOffice(t)
	h.closes()
	h.waits(h.w.oncology, "red", true, false)
	other, err := h.s.Identity().Seed().Staff(t.Context(), staffOf("one"), h.w.oncology.ID)
	require.NoError(t, err)
	h.subscribes(h.w.nurse, mailbox)
	h.subscribes(other, "one@ward.example")
	h.server.Answers(stub.Answers{Recipient: func(to string) error {
		if to == mailbox {
			return stub.No(550, 5, 1, 1)
		}
		return nil
	}})
	h.eight(h.w.nurse)
	require.Equal(t, identity.MailSetAside, h.settings(h.w.nurse).State)
	require.Zero(t, h.settings(h.w.nurse).Next)
	h.server.Answers(stub.Answers{})
	h.passes(48*time.Hour, time.Hour)
	to := map[string]int{}
	for _, letter := range h.server.Taken() {
		to[letter.To]++
	}
	require.Equal(t, map[string]int{mailbox: 1, "one@ward.example": 4}, to)
	require.NotContains(t, h.log.String(), mailbox)
}

func TestAnInstallationDoesNotServeWithSettingsThatWouldSayLettersAloud(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Mail = smtp.Options{Host: "mail.hospital.example", Port: 25, From: "satchel@hospital.example", Security: smtp.None}
	_, err := Open(t.Context(), c)
	require.True(t, fault.Is(err, fault.Invalid), "%v", err)
}
