package healthlink

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	secretBytes = 32 // 256 bits, as the specification asks
	// TriesMax is how many wrong passcodes a link bears in its whole life.
	TriesMax = 10
	// ContentMax is how long the ciphertext of a link may be, in bytes.
	ContentMax = 256 << 10
	// BaseMax leaves room for the secret in a link's URL of 128 characters.
	BaseMax = 128 - len("/v1/links/") - 43
	// LifeDefault and LifeMax are how long a link lasts.
	LifeDefault = 72 * time.Hour
	LifeMax     = 30 * 24 * time.Hour
	// FileLife is how long a location that a manifest names can be fetched: the specification allows an hour.
	FileLife = 30 * time.Minute

	openMax      = 5   // links of one record that can be read at once
	keptMax      = 50  // links of one record that are remembered, ended ones too
	readsMax     = 200 // lines about who read a link; what comes later is counted
	passcodeMin  = 6
	passcodeMax  = 64
	recipientMax = 120
	hashingMax   = 2 // passcodes that are compared at once; each takes the memory of its cost

	linkPrefix = "healthlink/" // in syncing.TableIdentity, beside identity's own rows
	filePrefix = "healthlink-file/"
	indexLinks = "healthlink.links" // blinded secret -> nothing; the entry's record is what matters
	rowVersion = 1
)

// Cost is how much work a passcode's hash is.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// passcodeCost is the OWASP password storage recommendation for argon2id with 19 MiB.
var passcodeCost = Cost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}

// Access is the part of identity that this room asks; identity.Service is one.
type Access interface {
	Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error)
}

// Config is what the room needs. Store, Blind, Access, Now and Rand are required.
type Config struct {
	Store  syncing.Store
	Blind  func(purpose string, value []byte) []byte // keyed, one-way, of at least 32 bytes
	Access Access
	Now    func() time.Time
	Rand   io.Reader
	Cost   Cost // zero: what is safe
	// Hashed is told of each hash that is worked out over what somebody sent. nil: nobody counts.
	Hashed func(purpose string)
}

// Service keeps the links. It is safe for concurrent use.
type Service struct {
	Config
	hashing chan struct{}
	begun   atomic.Bool
	decoy   string // the hash of a passcode that nobody has
}

// New fills in what is left out. It writes nothing: a folder that is refused stays as it was. Fault: Invalid, for a Config that lacks
// something.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Blind == nil || c.Access == nil || c.Now == nil || c.Rand == nil {
		return nil, fault.New(fault.Invalid, "healthlink.New", "Links need a store, a blinding function, access, a clock and a source of chance.")
	}
	if c.Cost == (Cost{}) {
		c.Cost = passcodeCost
	}
	if c.Hashed == nil {
		c.Hashed = func(string) {}
	}
	s := &Service{Config: c, hashing: make(chan struct{}, hashingMax)}
	secret, err := s.random(secretBytes)
	if err != nil {
		return nil, err
	}
	s.decoy, err = s.hash(string(secret))
	return s, err
}

// begin writes, at the first try of a process on whatever link, the first row of nowhere if there is none: so that a try there costs no
// more than any other.
func (s *Service) begin(ctx context.Context) error {
	if s.begun.Load() {
		return nil
	}
	key, begun := linkKey(s.blind("")), false
	err := s.Store.View(ctx, nowhere(), func(tx syncing.ReadTx) error {
		row, err := tx.Get(syncing.TableIdentity, key)
		begun = row != nil
		return err
	})
	if err == nil && !begun {
		err = s.Store.Update(ctx, nowhere(), func(tx syncing.Tx) error { return writeLink(tx, key, linkRow{}) })
	}
	s.begun.Store(err == nil)
	return err
}

// Read is one line about who opened a link, or tried to.
type Read struct {
	At        int64  `json:"at"` // ms
	Recipient string `json:"recipient"`
	Outcome   string `json:"outcome"` // opened or wrong-passcode
}

// The outcomes.
const (
	Opened        = "opened"
	WrongPasscode = "wrong-passcode"
)

// linkRow is a link as it is kept. Neither its secret nor its passcode is in it, and its key never was here.
type linkRow struct {
	ID       syncing.UUID      `json:"id"`
	By       syncing.AccountID `json:"by"`
	Made     int64             `json:"made"`
	Expires  int64             `json:"expires"`
	Flags    string            `json:"flags"`
	Base     string            `json:"base"`
	Passcode string            `json:"passcode,omitempty"`
	Left     int               `json:"left"`              // wrong passcodes that it still bears
	Revoked  int64             `json:"revoked,omitempty"` // ms; 0: not
	Reads    []Read            `json:"reads,omitempty"`
	Opened   int               `json:"opened,omitempty"`  // how often
	More     int               `json:"more,omitempty"`    // lines that found no room
	Refused  int               `json:"refused,omitempty"` // tries after it had ended
}

// State is where a link stands: active, revoked, locked (too many wrong passcodes) or expired.
func (r *linkRow) state(now int64) string {
	switch {
	case r.Revoked != 0:
		return "revoked"
	case r.Left <= 0:
		return "locked"
	case now >= r.Expires || now < r.Made-LifeMax.Milliseconds():
		return "expired"
	}
	return "active"
}

func (r *linkRow) has(flag string) bool { return strings.Contains(r.Flags, flag) }

// note adds a line about a reader; past readsMax it only counts.
func (r *linkRow) note(line Read) {
	if len(r.Reads) >= readsMax {
		r.More++
		return
	}
	r.Reads = append(r.Reads, line)
}

func (s *Service) nowMs() int64 { return s.Now().UnixMilli() }

func (s *Service) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return nil, internal(err, "healthlink.random")
	}
	return b, nil
}

func (s *Service) hash(passcode string) (string, error) {
	hash, err := argon2id.CreateHash(passcode, &argon2id.Params{
		Memory: s.Cost.MemoryKiB, Iterations: s.Cost.Passes, Parallelism: s.Cost.Lanes, SaltLength: 16, KeyLength: 32,
	})
	return hash, internal(err, "healthlink.hash")
}

// matches compares a passcode with a hash, few at once. "" stands for a hash whose passcode nobody knows, and takes as long. Its fault is
// Busy if the caller would not wait.
func (s *Service) matches(ctx context.Context, passcode, hash string) (bool, error) {
	select {
	case s.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, fault.Wrap(ctx.Err(), fault.Busy, "healthlink.matches", "Too many links are being opened at once. Please try again.")
	}
	defer func() { <-s.hashing }()
	if hash == "" {
		hash = s.decoy
	}
	if len(passcode) > passcodeMax {
		passcode = ""
	}
	s.Hashed("passcode")
	ok, err := argon2id.ComparePasswordAndHash(passcode, hash)
	return ok, fault.Wrap(err, fault.Corrupt, "healthlink.matches", "What is stored here cannot be read. Your team has been told.")
}

func (s *Service) blind(secret string) []byte { return s.Blind("health link", []byte(secret)) }

func linkKey(hash []byte) []byte { return append([]byte(linkPrefix), hash...) }
func fileKey(hash []byte) []byte { return append([]byte(filePrefix), hash...) }

// nowhere is the record on which tries of what is not there do the same work as on what is.
func nowhere() syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("healthlink.nowhere")}
}

var errRowVersion = errors.New("a row of an unknown version")

func readLink(tx syncing.ReadTx, key []byte, row *linkRow) (found bool, err error) {
	value, err := tx.Get(syncing.TableIdentity, key)
	if err != nil || value == nil {
		return false, err
	}
	return true, fault.Wrap(decodeLink(value, row), fault.Corrupt, "healthlink.readLink", "What is stored here cannot be read. Your team has been told.")
}

func decodeLink(value []byte, row *linkRow) error {
	if len(value) == 0 || value[0] != rowVersion {
		return errRowVersion
	}
	return json.Unmarshal(value[1:], row)
}

func encodeLink(row linkRow) ([]byte, error) {
	text, err := json.Marshal(row)
	return append([]byte{rowVersion}, text...), err
}

func writeLink(tx syncing.Tx, key []byte, row linkRow) error {
	value, err := encodeLink(row)
	if err != nil {
		return internal(err, "healthlink.writeLink")
	}
	return tx.Put(syncing.TableIdentity, key, value)
}

func internal(err error, op string) error {
	return fault.Wrap(err, fault.Internal, op, "Something went wrong on our side. Please try again.")
}

func notHere(op string) error {
	return fault.New(fault.NotFound, op, "This is not here, or not shared with you.")
}
