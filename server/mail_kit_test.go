package server

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify/smtp"
	"satchel/internal/notify/smtp/stub"
	syncing "satchel/sync"
)

const mailbox = "nurse-of-the-canary@ward.example"

// office is an installation that writes to its staff through a mail server that nobody here wrote, and whose clock the test moves.
type office struct {
	t      *testing.T
	s      *Server
	w      ward
	config Config
	server *stub.Server
	tls    stub.Options
	ahead  atomic.Int64 // ms
	log    *journal
}

// morning is a Monday, seven o'clock in London.
var morning = time.Date(2026, time.November, 23, 7, 0, 0, 0, time.UTC)

func newOffice(t *testing.T) *office {
	t.Helper()
	h := &office{t: t, config: installed(t), log: &journal{}}
	config, pem, err := stub.Certificate()
	require.NoError(t, err)
	h.tls = stub.Options{TLS: config, Password: true}
	h.starts()
	h.config.Mail = smtp.Options{
		Host: "127.0.0.1", Port: h.server.Port, From: "satchel@hospital.example", Security: smtp.StartTLS, SendTime: 10 * time.Second,
		CAFile: kept(t, pem), CredentialsFile: kept(t, []byte(stub.Name+"\n"+stub.Password+"\n")),
	}
	h.config.Now = func() time.Time { return morning.Add(time.Duration(h.ahead.Load()) * time.Millisecond) }
	h.config.Log = slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.s = opened(t, h.config)
	h.w = peopled(t, h.s)
	return h
}

func kept(t *testing.T, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kept")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	return file
}

// starts begins to listen, where it did before if it did.
func (h *office) starts() {
	h.t.Helper()
	if h.server != nil {
		h.tls.Address = net.JoinHostPort("127.0.0.1", fmt.Sprint(h.server.Port))
	}
	var err error
	h.server, err = stub.Start(h.tls)
	require.NoError(h.t, err)
	h.t.Cleanup(h.server.Close)
}

// anew begins as after a restart, with so much patience for a letter.
func (h *office) anew(patience time.Duration) {
	h.t.Helper()
	require.NoError(h.t, h.s.Close())
	h.config.Mail.SendTime = patience
	h.s = opened(h.t, h.config)
}

func (h *office) closes() { h.t.Cleanup(func() { require.NoError(h.t, h.s.Close()) }) }

func (h *office) turn() { require.NoError(h.t, h.s.followMail(h.t.Context())) }

// passes lets time pass, with a turn at each step.
func (h *office) passes(d, step time.Duration) {
	for range d / step {
		h.ahead.Add(step.Milliseconds())
		h.turn()
	}
}

var codeInLetter = regexp.MustCompile(`Your code is (\d{6})\.`)

// subscribes gives somebody an address that they have shown to be theirs, and the wish to hear at eight.
func (h *office) subscribes(account syncing.AccountID, address string) {
	h.t.Helper()
	before := len(h.server.Taken())
	_, err := h.s.Identity().SetMail(h.t.Context(), principal(h.t, h.s, account), address)
	require.NoError(h.t, err)
	h.passes(time.Second, time.Second)
	taken := h.server.Taken()
	require.Len(h.t, taken, before+1)
	code := codeInLetter.FindStringSubmatch(taken[before].Body)
	require.NotNil(h.t, code)
	_, err = h.s.Identity().VerifyMail(h.t.Context(), principal(h.t, h.s, account), code[1])
	require.NoError(h.t, err)
	_, err = h.s.Identity().ChooseDigest(h.t.Context(), principal(h.t, h.s, account), identity.DigestChoice{Rhythm: identity.DigestDaily, Hour: 8, Zone: "Europe/London"})
	require.NoError(h.t, err)
}

func (h *office) settings(account syncing.AccountID) identity.MailSettings {
	h.t.Helper()
	m, err := h.s.Identity().Mail(h.t.Context(), principal(h.t, h.s, account))
	require.NoError(h.t, err)
	return m
}

// eight lets the time of the next digest come, and goes a little on.
func (h *office) eight(account syncing.AccountID) {
	h.t.Helper()
	next := h.settings(account).Next
	require.NotZero(h.t, next)
	h.ahead.Store(next - morning.UnixMilli())
	h.turn()
}

// waits puts a row into the queue of a team, of a record of its own whose every word is the canary.
func (h *office) waits(team identity.Team, level string, overdue, private bool) syncing.RecordID {
	h.t.Helper()
	who := syncing.Principal{Account: h.w.nurse, Teams: []syncing.Membership{{Team: team.ID, Role: "oncology"}}}
	record := syncing.RecordID{UUID: syncing.UUID(uuid.New())}
	grant := func(tx syncing.Tx) error { return h.s.identity.GrantTeam(tx, who, team.ID, nil) }
	person := syncing.Patch{Doc: care.PersonID(record), Set: fields("name", canary, "birthDate", "1961-05-24", "phone", canary, "email", canary)}
	require.NoError(h.t, h.s.engine.Create(h.t.Context(), who, record, "waits", grant, []syncing.Patch{person}))
	at := h.s.config.nowMs()
	set := map[string]jsontext.Value{"team": syncing.TextValue(team.ID.String()), "private": syncing.BoolValue(private), "status": syncing.TextValue("new")}
	due := ""
	if overdue {
		set["overdueAt"], due = syncing.IntValue(at), fmt.Sprintf(`"dueBy":%d,`, at)
	}
	require.NoError(h.t, h.s.engine.System(h.t.Context(), record, []syncing.Patch{{
		Doc: care.TriageID(record, team.ID.String(), private), Set: set,
		Add: map[string][]jsontext.Value{"waiting": {jsontext.Value(fmt.Sprintf(
			`{"assessment":"assessment/%s","concerns":["concern/%s"],%s"late":false,"level":%q,"receivedAt":%d,"reportedAt":%d}`, record, record, due, level, at, at))}},
	}}))
	return record
}
