package mobileapi

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/healthlink"
	"satchel/internal/identity"
	"satchel/sync"
)

// Limits of the connection. Each has a test that goes one further.
const (
	bodyBytesMax   = 1 << 20 // of a request, as it travels
	headerBytesMax = 8 << 10 // of a request line and its headers together
	connectionsMax = 16384

	readTimeout  = 15 * time.Second // of a whole request: a client that sends more slowly is cut off
	writeTimeout = 30 * time.Second
	idleTimeout  = 75 * time.Second
	// requestTime is what a handler may take. It is below writeTimeout, so that an answer can still be given.
	requestTime = 20 * time.Second
)

// Config is what the API needs from the process. Engine, Identity, Links, Store, Live and Now are required.
type Config struct {
	Engine   *syncing.Engine
	Identity *identity.Service
	Links    *healthlink.Service
	Store    syncing.Store // for the queue's index and for attachments
	Live     *Live
	Words    care.Words // how rows of a queue are explained
	Zone     string     // IANA name of the zone in which they are explained; "" is UTC
	Now      func() time.Time

	// Instruments are the signed rules that phones fetch, and how far they are approved.
	Instruments Instruments
	// Web are the files of the web apps; nil: none are served.
	Web fs.FS
	// WebKept names those of them that the companion needs with no network (web.Kept).
	WebKept []string
	// ApplicationServerKey is the public half of the key that signs pushes to browsers, as they subscribe with it; "": they are not rung.
	ApplicationServerKey string

	// Logger gets one line a request: route, status, time, a tag of the account. nil: nothing is logged.
	Logger *slog.Logger
	// Observe is called after each request, for metrics. It must not block. nil: nobody counts.
	Observe func(Observation)
	// Unusual is called when an account is held up because it opens very many records; the log names its tag. nil: nobody counts.
	Unusual func()
	// Ready says why the process cannot serve; GET /readyz asks it. nil: always ready.
	Ready func(context.Context) error
	// Behind says that records from an older version are still being brought to what this one derives. nil: they never are.
	Behind func() bool
	// Card brings a team's card to a record that the team was just given. nil: a follower does it later.
	Card func(context.Context, syncing.RecordID, syncing.TeamID) error
	// Mails says whether this installation sends e-mail to staff.
	Mails bool
	// Proxy says whom to believe about the address of a client. The zero value believes nobody.
	Proxy Proxy
	// ReadTimeout, WriteTimeout and IdleTimeout are for tests; zero is 15 s, 30 s and 75 s.
	ReadTimeout, WriteTimeout, IdleTimeout time.Duration
}

// Proxy is what stands in front of the process.
type Proxy struct {
	Header  string         // X-Forwarded-For, or one that the proxy sets in its place
	Trusted []netip.Prefix // from where the header is believed
}

// Observation is one answered request. Route is a pattern from a fixed list, so it is safe as a label.
type Observation struct {
	Route  string // "/v1/records/:record/held"; "unmatched" for what is no route
	Method string
	Status int
	Took   time.Duration
}

// api holds the handlers.
type api struct {
	Config
	files map[string]webFile // of the web apps, by their names in them
}

// New makes the app with all routes. Its fault is Invalid, for a Config that lacks something or whose files do.
func New(c Config) (*fiber.App, error) {
	if c.Engine == nil || c.Identity == nil || c.Links == nil || c.Store == nil || c.Live == nil || c.Now == nil {
		return nil, fault.New(fault.Invalid, "mobileapi.New", "The API needs an engine, identity, links, a store, the live streams and a clock.")
	}
	c.fillIn()
	a := &api{Config: c}
	var err error
	if a.files, err = readWeb(c.Web, c.WebKept); err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, DisableStartupMessage: true,
		BodyLimit: bodyBytesMax, ReadBufferSize: headerBytesMax, Concurrency: connectionsMax, ReduceMemoryUsage: true,
		ReadTimeout: c.ReadTimeout, WriteTimeout: c.WriteTimeout, IdleTimeout: c.IdleTimeout,
		DisablePreParseMultipartForm: true, DisableDefaultContentType: true,
		ErrorHandler: a.refuseUnread,
	})
	gate(app)
	app.Use(a.guard)
	a.routes(app)
	return app, nil
}

func (c *Config) fillIn() {
	if c.Logger == nil {
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.Observe == nil {
		c.Observe = func(Observation) {}
	}
	if c.Unusual == nil {
		c.Unusual = func() {}
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Card == nil {
		c.Card = func(context.Context, syncing.RecordID, syncing.TeamID) error { return nil }
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = readTimeout
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = writeTimeout
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = idleTimeout
	}
}
