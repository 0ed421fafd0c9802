package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/internal/notify/smtp"
	"satchel/internal/notify/smtp/stub"
	"satchel/server"
)

// mailSettings are what GET /v1/mail says.
type mailSettings struct {
	Sends   bool   `json:"sends"`
	Address string `json:"address"`
	State   string `json:"state"`
	Rhythm  string `json:"rhythm"`
	Hour    int    `json:"hour"`
	Zone    string `json:"zone"`
	Next    int64  `json:"next"`
}

// postOffice is a mail server that nobody here wrote, and what an installation needs to know of it.
func postOffice(t *testing.T) (*stub.Server, func(*server.Config)) {
	t.Helper()
	config, pem, err := stub.Certificate()
	require.NoError(t, err)
	post, err := stub.Start(stub.Options{TLS: config, Implicit: true})
	require.NoError(t, err)
	t.Cleanup(post.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem, 0o600))
	return post, func(c *server.Config) {
		c.Mail = smtp.Options{Host: "127.0.0.1", Port: post.Port, From: "satchel@hospital.example", Security: smtp.TLS, CAFile: file}
	}
}

func (a *actor) mailSettings() (m mailSettings) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/mail", &m))
	return m
}

func naming(address string) map[string]any { return map[string]any{"address": address} }

// provesByPassword is a member of staff showing anew who they are.
func (a *actor) provesByPassword() {
	a.h.t.Helper()
	a.h.done(a.post("/v1/proof", map[string]any{"password": passphrase}, nil))
}

var codeInLetter = regexp.MustCompile(`Your code is (\d{6})\.`)

// TestReminders_StaffAreMailedHowMuchWaitsAndNothingElse: a nurse names an address, shows that it is hers, chooses when, and is written to on
// working days at that hour while something waits; and nobody else can do any of it for her.
func TestReminders_StaffAreMailedHowMuchWaitsAndNothingElse(t *testing.T) {
	t.Parallel()
	post, mails := postOffice(t)
	h := newHouse(t, mails)
	f := h.family()
	require.Equal(t, mailSettings{Sends: true, State: "none", Rhythm: "off", Zone: "Europe/London"}, h.olive.mailSettings())
	h.later(identity.ProofLasts)
	require.Contains(t, h.refused(403, h.olive.put("/v1/mail/address", naming("olive@ward.example"), nil)), "show that it is you")
	h.olive.provesByPassword()
	h.refused(400, h.olive.put("/v1/mail/address", naming("olive@ward\n.example"), nil))
	h.done(h.olive.put("/v1/mail/address", naming("olive@ward.example"), nil))
	require.Equal(t, "code", h.olive.mailSettings().State)
	for _, nobody := range []*actor{f.ada, f.carla, h.amos} { // they have no desk
		h.refused(403, nobody.get("/v1/mail", nil))
		h.refused(403, nobody.put("/v1/mail/address", naming("a@b.example"), nil))
	}

	h.later(time.Minute)
	require.Len(t, post.Taken(), 1)
	require.Equal(t, "olive@ward.example", post.Taken()[0].To)
	code := codeInLetter.FindStringSubmatch(post.Taken()[0].Body)
	require.NotNil(t, code)
	h.refused(422, h.pia.post("/v1/mail/verify", map[string]any{"code": code[1]}, nil))
	h.refused(422, h.olive.post("/v1/mail/verify", map[string]any{"code": "no"}, nil))
	h.done(h.olive.post("/v1/mail/verify", map[string]any{"code": code[1]}, nil))
	h.refused(400, h.olive.put("/v1/mail/digest", map[string]any{"rhythm": "hourly", "hour": 8}, nil))
	h.refused(400, h.olive.put("/v1/mail/digest", map[string]any{"rhythm": "daily", "hour": 24}, nil))
	h.refused(400, h.olive.put("/v1/mail/digest", map[string]any{"rhythm": "daily", "hour": 8, "zone": "Nowhere/Else"}, nil))
	h.done(h.olive.put("/v1/mail/digest", map[string]any{"rhythm": "weekdays", "hour": 8}, nil))
	tuesday := time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)
	require.Equal(t, mailSettings{true, "olive@ward.example", "verified", "weekdays", 8, "Europe/London", tuesday.UnixMilli()}, h.olive.mailSettings())

	f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": false}, nil)
	h.later(tuesday.Sub(h.clock.Now()) - time.Minute)
	require.Len(t, post.Taken(), 1)
	h.later(2 * time.Minute)
	require.Len(t, post.Taken(), 2)
	require.Contains(t, post.Taken()[1].Body, "\r\nOpen: 1. Past their time: 1.\r\nRed: 1.\r\n")
	days := map[string]int{}
	for range 7 * 24 {
		before := len(post.Taken())
		h.later(time.Hour)
		days[h.clock.Now().Weekday().String()] += len(post.Taken()) - before
	}
	require.Equal(t, map[string]int{"Wednesday": 1, "Thursday": 1, "Friday": 1, "Saturday": 0, "Sunday": 0, "Monday": 1, "Tuesday": 1}, days)

	h.shifts()
	h.done(h.olive.remove("/v1/mail/address"))
	h.done(h.olive.remove("/v1/mail/address"))
	sent := len(post.Taken())
	h.later(3 * 24 * time.Hour)
	require.Len(t, post.Taken(), sent)
	h.shifts()
	require.Equal(t, "none", h.olive.mailSettings().State)
}

// TestReminders_AnInstallationWithoutAMailServerSaysSo.
func TestReminders_AnInstallationWithoutAMailServerSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.False(t, h.olive.mailSettings().Sends)
	require.Contains(t, h.refused(422, h.olive.put("/v1/mail/address", naming("olive@ward.example"), nil)), "sends no e-mail")
}
