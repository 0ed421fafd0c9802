package smtp_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/notify"
	"satchel/internal/notify/smtp"
	"satchel/internal/notify/smtp/stub"
)

const to = "nurse@ward.example"

func letter(to string) notify.Letter {
	text, _ := notify.DigestText([]notify.Desk{{Open: 7, Overdue: 3, ByUrgency: [5]int{0, 2, 4, 1, 0}}})
	return notify.Letter{To: to, ID: "0123456789abcdef", At: 1_800_000_000_000, Text: text}
}

// kept writes a file that tests hand over by its name.
func kept(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kept")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

// server starts one that nobody here wrote, and says how it is reached.
func server(t *testing.T, security string, password bool) (*stub.Server, smtp.Options) {
	t.Helper()
	o := stub.Options{Implicit: security == smtp.TLS, Password: password}
	options := smtp.Options{Host: "127.0.0.1", From: "satchel@hospital.example", Security: security}
	if security != smtp.None {
		config, pem, err := stub.Certificate()
		require.NoError(t, err)
		o.TLS, options.CAFile = config, kept(t, string(pem))
	}
	if password {
		options.CredentialsFile = kept(t, stub.Name+"\n"+stub.Password+"\n")
	}
	s, err := stub.Start(o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	options.Port = s.Port
	return s, options
}

func sender(t *testing.T, o smtp.Options) *smtp.Sender {
	t.Helper()
	s, err := smtp.New(o)
	require.NoError(t, err)
	return s
}

// TestALetterReachesAServerThatNobodyHereWrote, encrypted either way and signed in, byte for byte what it should be.
func TestALetterReachesAServerThatNobodyHereWrote(t *testing.T) {
	t.Parallel()
	for _, security := range []string{smtp.StartTLS, smtp.TLS, smtp.None} {
		t.Run(security, func(t *testing.T) {
			t.Parallel()
			encrypted := security != smtp.None
			s, o := server(t, security, encrypted)
			result, err := sender(t, o).Send(t.Context(), letter(to))
			require.NoError(t, err)
			require.Equal(t, notify.Sent, result)
			taken := s.Taken()
			require.Len(t, taken, 1)
			require.Equal(t, []any{"satchel@hospital.example", to, encrypted, encrypted}, []any{taken[0].From, taken[0].To, taken[0].Encrypted, taken[0].SignedIn})
			require.Equal(t, strings.ReplaceAll(`Date: Fri, 15 Jan 2027 08:00:00 +0000
MIME-Version: 1.0
Message-ID: <0123456789abcdef@hospital.example>
Subject: Reminder: your desk
Precedence: bulk
X-Auto-Response-Suppress: All
Auto-Submitted: auto-generated
From: <satchel@hospital.example>
To: <nurse@ward.example>
Content-Transfer-Encoding: 7bit
Content-Type: text/plain; charset=US-ASCII

This is your reminder of what waits at your desk.

Open: 7. Past their time: 3.
Red: 1.
Amber: 4.
Green: 2.

Please open your desk.

This is no alarm: it comes at most once a day, and says nothing of anybody.
At your desk you set when it comes, or that it does not. Do not reply.
`, "\n", "\r\n"), sorted(string(taken[0].Raw)))
		})
	}
}

// sorted puts the header in the order of the one above: the library writes it in no order of its own.
func sorted(raw string) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	var lines []string
	for _, name := range []string{"Date", "MIME-Version", "Message-ID", "Subject", "Precedence", "X-Auto-Response-Suppress", "Auto-Submitted", "From", "To", "Content-Transfer-Encoding", "Content-Type"} {
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.HasPrefix(line, name+":") {
				lines = append(lines, line)
				head = strings.Replace(head, line, "", 1)
			}
		}
	}
	return strings.Join(lines, "\r\n") + strings.Trim(head, "\r\n") + "\r\n\r\n" + body
}

// TestWhatAServerSaysIsToldApart: whether it is about the address, the letter, or the server, and whether waiting mends it.
func TestWhatAServerSaysIsToldApart(t *testing.T) {
	t.Parallel()
	says := func(err error) func(string) error { return func(string) error { return err } }
	for name, tc := range map[string]struct {
		answers stub.Answers
		result  notify.Result
		fault   fault.Code // of the server; "": another letter may go
	}{
		"nobody there":                     {stub.Answers{Recipient: says(stub.No(550, 5, 1, 1))}, notify.Gone, ""},
		"nobody there, without saying why": {stub.Answers{Recipient: says(stub.No(550))}, notify.Gone, ""},
		"closed for ever":                  {stub.Answers{Recipient: says(stub.No(550, 5, 2, 1))}, notify.Gone, ""},
		"it does not relay for us":         {stub.Answers{Recipient: says(stub.No(550, 5, 7, 1))}, notify.Waiting, ""},
		"it does not like whom it is from": {stub.Answers{Recipient: says(stub.No(550, 5, 1, 8))}, notify.Waiting, ""},
		"greylisted":                       {stub.Answers{Recipient: says(stub.No(451, 4, 7, 1))}, notify.Waiting, ""},
		"the box is full":                  {stub.Answers{Recipient: says(stub.No(452, 4, 2, 2))}, notify.Waiting, ""},
		"not this letter":                  {stub.Answers{Letter: says(stub.No(554, 5, 6, 0))}, notify.Refused, ""},
		"not this letter now":              {stub.Answers{Letter: says(stub.No(451, 4, 3, 0))}, notify.Waiting, ""},
		"not from us":                      {stub.Answers{Sender: says(stub.No(553, 5, 7, 1))}, notify.Waiting, fault.Internal},
		"not from us now":                  {stub.Answers{Sender: says(stub.No(451, 4, 3, 2))}, notify.Waiting, fault.Busy},
		"closing":                          {stub.Answers{Recipient: says(stub.No(421, 4, 3, 2))}, notify.Waiting, fault.Busy},
		"too many connections":             {stub.Answers{Connection: func() error { return stub.No(421, 4, 7, 0) }}, notify.Waiting, fault.Busy},
		"never for this address of ours":   {stub.Answers{Connection: func() error { return stub.No(554, 5, 7, 1) }}, notify.Waiting, fault.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, o := server(t, smtp.StartTLS, false)
			s.Answers(tc.answers)
			result, err := sender(t, o).Send(t.Context(), letter(to))
			require.Equal(t, tc.result, result)
			require.Equal(t, tc.fault, fault.CodeOf(err), "%v", err)
			if err != nil {
				require.NotContains(t, err.Error(), to)
				require.NotContains(t, err.Error(), "of a stub", "nor the server's own words")
			}
		})
	}
	_, o := server(t, smtp.StartTLS, false)
	result, err := sender(t, o).Send(t.Context(), letter("no address\r\nBcc: other@ward.example"))
	require.NoError(t, err)
	require.Equal(t, notify.Gone, result)
}

// TestNothingIsSaidToAServerThatIsNotTheOneThatWasMeant: without encryption, with a certificate that nobody vouches for, or with a wrong
// password, no letter leaves, and nothing waits longer than it may.
func TestNothingIsSaidToAServerThatIsNotTheOneThatWasMeant(t *testing.T) {
	t.Parallel()
	plain, o := server(t, smtp.None, false)
	o.Security = smtp.StartTLS
	refused(t, o, fault.Busy)
	require.Empty(t, plain.Taken())
	for _, security := range []string{smtp.StartTLS, smtp.TLS} {
		s, o := server(t, security, true)
		other, pem, err := stub.Certificate()
		require.NoError(t, err)
		require.NotNil(t, other)
		wrong := o
		wrong.CAFile = kept(t, string(pem))
		refused(t, wrong, fault.Busy)
		wrong = o
		wrong.CredentialsFile = kept(t, stub.Name+"\nanother password")
		refused(t, wrong, fault.Internal)
		require.Empty(t, s.Taken())
	}
	gone, o := server(t, smtp.TLS, false)
	gone.Close()
	refused(t, o, fault.Busy)
}

func refused(t *testing.T, o smtp.Options, code fault.Code) {
	t.Helper()
	result, err := sender(t, o).Send(t.Context(), letter(to))
	require.Equal(t, notify.Waiting, result)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
}

// TestAServerThatSaysNothingIsLeft when its time is over or when the caller goes, whichever is first.
func TestAServerThatSaysNothingIsLeft(t *testing.T) {
	t.Parallel()
	silent := make(chan struct{})
	t.Cleanup(func() { close(silent) })
	reached := make(chan struct{}, 2)
	answers := stub.Answers{Recipient: func(string) error {
		reached <- struct{}{}
		<-silent
		return nil
	}}
	s, o := server(t, smtp.TLS, false)
	s.Answers(answers)
	o.SendTime = time.Hour
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-reached
		leave()
	}()
	result, err := sender(t, o).Send(ctx, letter(to))
	require.Equal(t, notify.Waiting, result)
	require.True(t, fault.Is(err, fault.Busy), "%v", err)
	o.SendTime = 300 * time.Millisecond
	refused(t, o, fault.Busy)
	require.Empty(t, s.Taken())
}

func TestSettingsThatWouldSayALetterAloudAreRefused(t *testing.T) {
	t.Parallel()
	good := smtp.Options{Host: "mail.hospital.example", Port: 587, From: "satchel@hospital.example", Security: smtp.StartTLS}
	_, err := smtp.New(good)
	require.NoError(t, err)
	secret := kept(t, "name\npassword\n")
	for name, change := range map[string]func(o *smtp.Options){
		"no host":                  func(o *smtp.Options) { o.Host = "" },
		"no port":                  func(o *smtp.Options) { o.Port = 0 },
		"no sender":                func(o *smtp.Options) { o.From = "" },
		"a sender that is none":    func(o *smtp.Options) { o.From = "Satchel <satchel@hospital.example>" },
		"plain, to elsewhere":      func(o *smtp.Options) { o.Security = smtp.None },
		"plain, by a name":         func(o *smtp.Options) { o.Security, o.Host = smtp.None, "localhost.hospital.example" },
		"plain, with a password":   func(o *smtp.Options) { o.Security, o.Host, o.CredentialsFile = smtp.None, "127.0.0.1", secret },
		"an unknown way":           func(o *smtp.Options) { o.Security = "opportunistic" },
		"no file of credentials":   func(o *smtp.Options) { o.CredentialsFile = secret + ".not" },
		"credentials of one line":  func(o *smtp.Options) { o.CredentialsFile = kept(t, "name") },
		"certificates of no use":   func(o *smtp.Options) { o.CAFile = secret },
		"no file of certificates":  func(o *smtp.Options) { o.CAFile = secret + ".not" },
		"credentials with a third": func(o *smtp.Options) { o.CredentialsFile = kept(t, "name\npassword\nmore") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			change(&o)
			_, err := smtp.New(o)
			require.True(t, fault.Is(err, fault.Invalid), "%v", err)
		})
	}
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		o := good
		o.Host, o.Port, o.Security = host, 25, smtp.None
		_, err := smtp.New(o)
		require.NoError(t, err, host)
	}
}
