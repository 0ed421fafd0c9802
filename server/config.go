package server

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/identity/oidc"
	"satchel/internal/notify/smtp"
	mobileapi "satchel/mobile-api"
	syncing "satchel/sync"
)

// Config is an installation and its surroundings. Data and Keys are required, and must be two folders of which neither lies in the
// other: whoever takes the data, or a backup of it, must not find the keys beside it.
type Config struct {
	Data string
	Keys string
	// Store is a PostgreSQL connection string, whose database any number of nodes share, each with a copy of Keys; "": a bbolt file in Data, which is not
	// needed otherwise. Several hosts may stand in it, with target_session_attrs=read-write.
	Store string
	// Secrets is the database in which the wrapped secrets of records lie; "": that of Store. Copies of it decide what an erasure reaches.
	Secrets string
	// Connections is how many this node has to Store at most; 0: eight a processor, at least sixteen.
	Connections int
	// Address is where phones and boards are served, as host:port; port 0 takes a free one. Behind a proxy that speaks TLS, a
	// loopback address.
	Address string
	// Public is where pages of this installation are opened, such as https://satchel.example.org: passkeys hold for its host. "": those of this
	// machine alone, at http://localhost and the port of Address.
	Public string
	// Metrics is where Prometheus reads, a loopback address; "" for none.
	Metrics string
	// Region and Zone stand in where a record names none: "UK", "Europe/London".
	Region, Zone string
	// ServiceAccount is the file with which Firebase lets us send wake-ups; "" writes them to the log instead.
	ServiceAccount string
	// WebPushKey is the file of the key that signs pushes to browsers, and WebPushContact where their services reach the operator, an e-mail
	// or an https address; "": browsers are not rung.
	WebPushKey, WebPushContact string
	// Mail is the mail server that takes reminders to staff; without a Host none are sent.
	Mail smtp.Options
	// OpenID is the provider by which staff may sign in; without an Issuer there is none.
	OpenID oidc.Options
	// Proxies are the addresses or networks whose X-Forwarded-For is believed.
	Proxies []string
	// MaxBytes is the size at which the data file stops growing; 0: as large as the disk.
	MaxBytes int
	// Drain is how long readyz says no before the address is let go, so that what stands in front notices; 0: not at all.
	Drain time.Duration
	Log   *slog.Logger
	// Heads is the file to which signed heads of what must not be rewritten are appended; "": one in the key folder.
	Heads string
	// Shipped are copies of such files, or of the log that they were shipped in, for Verify.
	Shipped []string

	// RulesKey and Rules are what Init pins and activates: the public key of the clinical safety officer's, and a bundle that it signed.
	// Without them an installation is made and not served before `rules activate`.
	RulesKey ed25519.PublicKey
	Rules    []byte

	// What follows is for tests and the demo; the zero values are what serves.

	// Drafts makes Init sign the rules in this program with a key of its own. Such an installation says in readyz, in its log and to
	// every clinician that its rules are not clinically approved.
	Drafts bool
	// Links serves pages that sign in whoever opens a link of the demo.
	Links        bool
	Now          func() time.Time
	Rand         io.Reader
	Fatal        func(error) // called at the first write that could not be made durable; it must not return to serve
	PasswordCost identity.PasswordCost
	// PhoneLifetime is how long a phone may stay away and be signed in still.
	PhoneLifetime time.Duration
	// FollowEvery is how often what follows from time is looked for; 0: a minute.
	FollowEvery time.Duration
	// WitnessEvery is how often the witness notes how far the store has come; 0: 5 s.
	WitnessEvery time.Duration
	// HeadsEvery is how often a head is signed if anything was written; 0: 5 minutes.
	HeadsEvery time.Duration
	// LeaseLasts is how long a node that was killed keeps others from the work that follows from time; 0: 10 s.
	LeaseLasts time.Duration
	// Sender takes wake-ups instead of Firebase or the log.
	Sender Sender
	// WebPushLoopback rings browsers by a push service on this machine too.
	WebPushLoopback bool
	// Between puts something between the seal and the file, where what an answer costs is counted; nil: nothing.
	Between func(syncing.Store) syncing.Store
	// Hashed is told of each hash over what somebody sent: see identity.Config.
	Hashed func(purpose string)
}

const (
	followEvery  = time.Minute
	witnessEvery = 5 * time.Second
)

func (c *Config) check() error {
	const op = "server.Config"
	if c.Keys == "" || (c.Data == "" && c.Store == "") {
		return fault.New(fault.Invalid, op, "Name a key folder, and a data folder or a PostgreSQL store.")
	}
	if c.Store == "" {
		if err := apart(c.Data, c.Keys); err != nil {
			return err
		}
	}
	if c.Heads != "" {
		file, err := filepath.Abs(c.Heads)
		data, failed := filepath.Abs(c.Data)
		if errors.Join(err, failed) != nil || inside(file, data) {
			return fault.New(fault.Invalid, op, "Signed heads must lie outside of the data folder: who puts an older copy of it in place must not bring older heads along.")
		}
	}
	if c.Metrics != "" && !isLoopback(c.Metrics) {
		return fault.New(fault.Invalid, op, "Metrics are served on a loopback address only, such as 127.0.0.1:9090.")
	}
	if err := c.checkPublic(); err != nil {
		return err
	}
	c.fillIn()
	return nil
}

func (c *Config) fillIn() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Region == "" {
		c.Region = "UK"
	}
	if c.Zone == "" {
		c.Zone = "Europe/London"
	}
	if c.FollowEvery == 0 {
		c.FollowEvery = followEvery
	}
	if c.LeaseLasts == 0 {
		c.LeaseLasts = leaseLasts
	}
	if c.WitnessEvery == 0 {
		c.WitnessEvery = witnessEvery
	}
	if c.Between == nil {
		c.Between = func(store syncing.Store) syncing.Store { return store }
	}
	if c.HeadsEvery == 0 {
		c.HeadsEvery = headsEvery
	}
	if c.Fatal == nil {
		c.Fatal = func(err error) {
			c.Log.Error("stopping: a write could not be made durable", "cause", err.Error())
			os.Exit(exitNotDurable)
		}
	}
}

// exitNotDurable is the status with which the process ends when a write could not be made durable.
const exitNotDurable = 3

func (c *Config) bolt() bolt.Options {
	return bolt.Options{MaxBytes: c.MaxBytes, Fatal: c.Fatal}
}

// proxyHeader is where a trusted proxy writes the client's address.
const proxyHeader = "X-Forwarded-For"

func (c *Config) proxy() (mobileapi.Proxy, error) {
	var trusted []netip.Prefix
	for _, text := range c.Proxies {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return mobileapi.Proxy{}, fault.Wrap(err, fault.Invalid, "server.Config", "A proxy is named by its address or its network, such as 10.0.0.5 or 10.0.0.0/24.")
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		trusted = append(trusted, prefix)
	}
	if len(trusted) == 0 {
		return mobileapi.Proxy{}, nil
	}
	return mobileapi.Proxy{Header: proxyHeader, Trusted: trusted}, nil
}

func (c *Config) nowMs() int64 { return c.Now().UnixMilli() }

// apart refuses folders of which one lies in the other.
func apart(data, keys string) error {
	const op = "server.Config"
	a, err := filepath.Abs(data)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, op, "The data folder's name cannot be understood.")
	}
	b, err := filepath.Abs(keys)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, op, "The key folder's name cannot be understood.")
	}
	if inside(a, b) || inside(b, a) {
		return fault.New(fault.Invalid, op, "The key folder must not lie in the data folder, nor the other way round: a copy of the data would bring the keys along.")
	}
	return nil
}

func inside(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
