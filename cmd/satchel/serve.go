package main

import (
	"errors"
	"os"
	"runtime/debug"
	"time"

	"satchel/internal/identity/oidc"
	"satchel/internal/notify/smtp"
	"satchel/server"
)

// collectPercent is how much garbage, beside what is in use, is collected at once; GOGC sets another. What is in use is little: by the runtime's own 100 a tenth of
// the processor time of a round went into looking for the rest (docs/benchmarks.md).
const collectPercent = 300

// serveCommand runs an installation until it is told to stop.
type serveCommand struct {
	place
	logging
	Address         string        `default:"127.0.0.1:8080" env:"SATCHEL_ADDRESS" help:"Where phones and boards are served; TLS is spoken by a proxy in front."`
	Public          string        `env:"SATCHEL_PUBLIC" help:"Where pages are opened, such as https://satchel.example.org: passkeys hold for its host. Without it only at http://localhost."`
	Metrics         string        `default:"127.0.0.1:9090" env:"SATCHEL_METRICS" help:"Where Prometheus reads, a loopback address; empty for none."`
	Region          string        `default:"UK" env:"SATCHEL_REGION" help:"Whose parameters the rules take where a record names no region."`
	Zone            string        `default:"Europe/London" env:"SATCHEL_ZONE" help:"Time zone where a record names none."`
	ServiceAccount  string        `type:"path" env:"SATCHEL_SERVICE_ACCOUNT" help:"File of the Firebase service account that sends wake-ups; without one they go to the log."`
	WebPushKey      string        `type:"path" env:"SATCHEL_WEB_PUSH_KEY" help:"File of the P-256 key (PEM) that signs pushes to browsers; without one browsers are not rung."`
	WebPushContact  string        `env:"SATCHEL_WEB_PUSH_CONTACT" help:"E-mail or https address at which the push services of browsers reach the operator; needed with a key."`
	SMTPHost        string        `name:"smtp-host" env:"SATCHEL_SMTP_HOST" help:"Mail server that takes reminders to staff of what waits at their desks; without one none are sent."`
	SMTPPort        int           `name:"smtp-port" default:"587" env:"SATCHEL_SMTP_PORT" help:"Its port: 587 for starttls, 465 for tls."`
	SMTPFrom        string        `name:"smtp-from" env:"SATCHEL_SMTP_FROM" help:"Address that reminders come from; needed with a mail server."`
	SMTPSecurity    string        `name:"smtp-security" default:"starttls" enum:"starttls,tls,none" env:"SATCHEL_SMTP_SECURITY" help:"starttls, tls (from the first byte), or none for a mail server on this machine."`
	SMTPCredentials string        `name:"smtp-credentials" type:"path" env:"SATCHEL_SMTP_CREDENTIALS" help:"File with the name on its first line and the password on its second; without one we do not sign in there."`
	SMTPCA          string        `name:"smtp-ca" type:"path" env:"SATCHEL_SMTP_CA" help:"File of the certificates (PEM) by which the mail server's is checked, in place of those of this machine."`
	OIDCIssuer      string        `name:"oidc-issuer" env:"SATCHEL_OIDC_ISSUER" help:"Address of the OpenID provider by which staff may sign in; without one they do not. It needs --public."`
	OIDCClient      string        `name:"oidc-client" env:"SATCHEL_OIDC_CLIENT" help:"Id of this installation there."`
	OIDCSecret      string        `name:"oidc-secret" type:"path" env:"SATCHEL_OIDC_SECRET" help:"File with the client's secret on its first line."`
	OIDCName        string        `name:"oidc-name" env:"SATCHEL_OIDC_NAME" help:"What the button on the page says, such as Riverside Hospital; the provider's host if not given."`
	OIDCCA          string        `name:"oidc-ca" type:"path" env:"SATCHEL_OIDC_CA" help:"File of the certificates (PEM) by which the provider's is checked, in place of those of this machine."`
	Proxy           []string      `env:"SATCHEL_PROXY" help:"Addresses or networks of proxies whose X-Forwarded-For is believed."`
	MaxBytes        int           `env:"SATCHEL_MAX_BYTES" help:"Size at which the data file stops growing; 0: as large as the disk."`
	Heads           string        `type:"path" env:"SATCHEL_HEADS" help:"File to which signed heads of journals and access logs are appended, best on another machine's disk; without one it lies in the key folder. The log carries them too."`
	HeadsEvery      time.Duration `default:"5m" env:"SATCHEL_HEADS_EVERY" help:"How often a head is signed, if anything was written."`
	Drain           time.Duration `default:"1s" env:"SATCHEL_DRAIN" help:"How long readyz says no before the address is let go."`
	CPUProfile      string        `name:"cpu-profile" hidden:"" type:"path" help:"File to which is written where the time went between the first SIGUSR1 and the second."`
}

func (c *serveCommand) Run(t *terminal) error {
	config := c.config()
	config.Address, config.Metrics, config.Region, config.Zone = c.Address, c.Metrics, c.Region, c.Zone
	config.Public = c.Public
	config.ServiceAccount, config.Proxies, config.MaxBytes, config.Drain = c.ServiceAccount, c.Proxy, c.MaxBytes, c.Drain
	config.WebPushKey, config.WebPushContact = c.WebPushKey, c.WebPushContact
	if c.SMTPHost != "" {
		config.Mail = smtp.Options{Host: c.SMTPHost, Port: c.SMTPPort, From: c.SMTPFrom, Security: c.SMTPSecurity, CredentialsFile: c.SMTPCredentials, CAFile: c.SMTPCA}
	}
	config.OpenID = oidc.Options{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, SecretFile: c.OIDCSecret, CAFile: c.OIDCCA, Name: c.OIDCName}
	config.Heads, config.HeadsEvery = c.Heads, c.HeadsEvery
	config.Log = c.logger(t)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	s, err := server.Open(t.ctx, config)
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return errors.Join(err, s.Close())
	}
	t.printf("Serving %s\n", s.Base())
	if c.Metrics != "" {
		t.printf("Metrics %s\n", s.Metrics())
	}
	if c.CPUProfile == "" {
		return s.Run(t.ctx)
	}
	stop := profiled(c.CPUProfile)
	return errors.Join(s.Run(t.ctx), stop())
}
