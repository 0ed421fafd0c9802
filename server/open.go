package server

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/healthlink"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/internal/notify"
	"satchel/internal/notify/fcm"
	"satchel/internal/notify/outbox"
	"satchel/internal/notify/webpush"
	"satchel/internal/reminder"
	"satchel/internal/seal"
	mobileapi "satchel/mobile-api"
	syncing "satchel/sync"
	"satchel/web"
)

// Server is an open installation. Serve it with Run, or use its rooms and Close it.
type Server struct {
	config Config
	*ground
	sealed   *seal.Store
	store    syncing.Store
	metrics  *metrics
	epoch    string
	identity *identity.Service
	engine   *syncing.Engine
	rules    rules
	unserved error // why nothing is served: the rules are missing, changed, or nobody signed them off
	library  *instrument.Library
	clock    *reminder.Clock

	changed  *announcer // records that changed and whose phones are to be woken
	live     *mobileapi.Live
	sender   Sender
	browsers *webpush.Sender // nil: browsers are not rung
	outbox   *outbox.Outbox  // what rings, until a push service has taken it
	postman  *postman        // nil: no e-mail is sent
	app      *fiber.App
	stopping atomic.Bool // readyz says so
	passed   atomic.Bool // all records have what this version derives

	listener net.Listener // of Run
	metered  net.Listener // of Run: where Prometheus reads

	heads headLog

	witnessing sync.Mutex
	witnessed  witness
}

// Open opens an installation that Init or Restore made. The faults are those of bolt.Open and seal.Open; Conflict if store or
// ledger are behind what the witness saw, or do not belong together. Each comes with a sentence for an operator.
func Open(ctx context.Context, c Config) (*Server, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &Server{config: c, metrics: newMetrics(c.drillAge)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.ground, err = s.config.ground(ctx); err != nil {
		return err
	}
	s.metrics.commits(s.rows)
	sequence, err := s.reached(ctx)
	if err != nil {
		return err
	}
	if err := testify(ctx, s.config.Keys, s.ledger, s.life(), sequence); err != nil {
		return err
	}
	s.sealed = seal.New(s.config.Between(s.rows), s.keys)
	s.live = mobileapi.NewLive(mobileapi.LiveOptions{})
	s.store = s.sealed
	if s.file != nil { // heads are signed by the one process that writes
		s.heads.book, s.heads.openedAt = newNotebook(), sequence
		s.store = noted{s.sealed, s.heads.book}
	}
	s.store = given{metered{s.store, s.metrics}, s.live, s.elsewhere}
	if s.epoch, err = readEpoch(ctx, s.store); err != nil {
		return err
	}
	if err := s.finishErasures(ctx); err != nil {
		return err
	}
	return s.compose(ctx)
}

// identityOn is how identity stands upon a store.
func (s *Server) identityOn(store syncing.Store) identity.Config {
	return identity.Config{
		Store: store, Blind: s.keys.Blind, Ledger: s.ledger, Now: s.config.Now, Rand: s.config.Rand,
		PasswordCost: s.config.PasswordCost, PhoneLifetime: s.config.PhoneLifetime, Hashed: s.config.Hashed, PushName: webpush.NameOf, Origin: s.origin,
	}
}

// compose puts the rooms together upon the open store.
func (s *Server) compose(ctx context.Context) (err error) {
	if err := s.chooseRules(); err != nil {
		return err
	}
	who := s.identityOn(s.store)
	if who.OpenID, err = s.openID(); err != nil {
		return err
	}
	s.identity, err = identity.New(ctx, who)
	if err != nil {
		return err
	}
	if err := s.chooseSender(ctx); err != nil {
		return err
	}
	s.changed = newAnnouncer()
	place := care.Config{Library: s.library, Region: s.config.Region, Zone: s.config.Zone, Blind: s.keys.Blind}
	s.clock = reminder.NewClock(place)
	s.engine = syncing.New(s.store, care.Schema(place), s.identity, syncing.Options{
		Epoch: s.epoch, Now: s.config.nowMs, Committed: s.committed, Quiet: care.Quiet, ResetLoop: s.resetLoop, RuleRefused: s.ruleRefused, Answered: s.metrics.answered,
	})
	s.outbox = s.newOutbox()
	if s.postman, err = s.newPostman(); err != nil {
		return err
	}
	proxy, err := s.config.proxy()
	if err != nil {
		return err
	}
	links, err := healthlink.New(healthlink.Config{
		Store: s.store, Blind: s.keys.Blind, Access: s.identity, Now: s.config.Now, Rand: s.config.Rand, Cost: healthlink.Cost(s.config.PasswordCost), Hashed: s.config.Hashed,
	})
	if err != nil {
		return err
	}
	kept, err := web.Kept(s.config.web())
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "server.open", "A file of the web apps is missing.")
	}
	s.app, err = mobileapi.New(mobileapi.Config{
		Engine: s.engine, Identity: s.identity, Links: links, Store: s.store, Live: s.live, Words: care.NewWords(place), Zone: s.config.Zone, Now: s.config.Now,
		Logger: s.config.Log, Observe: s.metrics.observe, Unusual: s.metrics.unusual.Inc, Ready: s.ready, Proxy: proxy, Card: s.Card, Mails: s.postman != nil, Behind: func() bool { return !s.passed.Load() },
		Instruments: s.rules.instruments(s.config.Region), Web: s.config.web(), WebKept: kept, ApplicationServerKey: s.applicationServerKey(),
	})
	return err
}

// web are the files that browsers are handed.
func (c *Config) web() fs.FS {
	if c.Links {
		return web.DemoFiles
	}
	return web.Files
}

// chooseSender takes Firebase if there is a service account, else the log; and Web Push for browsers if there is a key.
func (s *Server) chooseSender(ctx context.Context) (err error) {
	switch {
	case s.config.Sender != nil:
		s.sender = s.config.Sender
	case s.config.ServiceAccount != "":
		s.sender, err = fcm.New(ctx, fcm.Options{CredentialsFile: s.config.ServiceAccount})
	default:
		s.sender = notify.Log{Logger: s.config.Log}
	}
	if err != nil || s.config.WebPushKey == "" {
		return err
	}
	if s.browsers, err = webpush.New(webpush.Options{KeyFile: s.config.WebPushKey, Contact: s.config.WebPushContact, Loopback: s.config.WebPushLoopback}); err == nil {
		s.config.Log.Info("browsers are rung that subscribe with this key", "applicationServerKey", s.browsers.PublicKey())
	}
	return err
}

// applicationServerKey is what browsers subscribe with; "": they are not rung.
func (s *Server) applicationServerKey() string {
	if s.browsers == nil {
		return ""
	}
	return s.browsers.PublicKey()
}

// committed is called by the engine after a commit that changed a record. It does not block.
func (s *Server) committed(record syncing.RecordID) {
	s.live.Changed(record)
	s.elsewhere(lineChanged, record.String())
	s.changed.note(record)
}

// ready says why no new work should be sent here.
func (s *Server) ready(ctx context.Context) error {
	if s.stopping.Load() {
		return fault.Later(fault.Busy, "server.ready", "This server is stopping.", time.Second)
	}
	_, err := readEpoch(ctx, s.store)
	return err
}

// ruleRefused tells that something which should follow from a change was left out: nobody on a ward would notice.
func (s *Server) ruleRefused(kind string, reason syncing.Reason) {
	s.metrics.refused.WithLabelValues(kind, string(reason)).Inc()
	s.config.Log.Error("what a rule of care derived could not be written: a bug of the rule", "type", kind, "reason", string(reason))
}

func (s *Server) resetLoop(cause string) {
	s.metrics.resets.WithLabelValues(cause).Inc()
	s.config.Log.Error("a replica is reset again and again: a bug of the server", "cause", cause)
}

// Identity, Engine and Library are the rooms of this installation, for the commands that work on it without a network.
func (s *Server) Identity() *identity.Service { return s.identity }

// Engine is the sync engine upon the open store.
func (s *Server) Engine() *syncing.Engine { return s.engine }

// Library is the questionnaire and the rules of this installation.
func (s *Server) Library() *instrument.Library { return s.library }

// Epoch names the present life of the store, as phones are told it.
func (s *Server) Epoch() string { return s.epoch }

// witness notes how far store and ledger have come, if that is further than it noted last.
func (s *Server) witness(ctx context.Context) error {
	s.witnessing.Lock()
	defer s.witnessing.Unlock()
	sequence, err := s.rows.Sequence()
	if err != nil {
		return err
	}
	w := witness{V: witnessVersion, Life: s.life(), Sequence: sequence}
	mark, err := s.ledger.file.Mark(ctx)
	if err != nil {
		return err
	}
	w.Lines, w.Last = mark.Lines, mark.Sum
	if w == s.witnessed {
		return nil
	}
	s.witnessed = w
	return fault.Wrap(w.write(s.config.Keys), fault.Internal, "server.witness", "The witness cannot be written into the key folder.")
}

// Close lets go of an installation that is not being run.
func (s *Server) Close() error {
	s.lastHead()
	ctx, cancel := context.WithTimeout(context.Background(), headsAtStop)
	defer cancel()
	return errors.Join(s.witness(ctx), s.release())
}

// release closes what is open, in the order in which it hangs together.
func (s *Server) release() error {
	var all []error
	if s.heads.log != nil {
		all = append(all, s.heads.log.Close())
	}
	if s.ground != nil {
		all = append(all, s.ground.close())
	}
	return errors.Join(all...)
}
