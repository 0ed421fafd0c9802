package identity

import (
	"context"
	"encoding/hex"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// blindBytesMin is the least that Blind must give: a shorter key could be found by trying.
	blindBytesMin = 32
	// hashingMax is how many passwords are hashed at once; each takes the memory of PasswordCost.
	hashingMax = 4

	phoneLifetime = 30 * 24 * time.Hour
	staffLifetime = 24 * time.Hour
	// lostAnswer is how long a refresh may be repeated for the same answer (RELIABILITY T2).
	lostAnswer = 60 * time.Second

	issuerName = "satchel"
)

// Config is what the room needs from the process. Store, Blind, Ledger, Now and Rand are required.
type Config struct {
	Store syncing.Store
	// Blind is a keyed one-way function, the same for ever, of at least 32 bytes. Its key lies with the sealing keys.
	Blind  func(purpose string, value []byte) []byte
	Ledger Ledger
	Now    func() time.Time
	Rand   io.Reader
	// Issuer names this installation in tokens and in authenticator apps; "satchel" if empty.
	Issuer string
	// PasswordCost is for tests on small machines; the zero value is what is safe.
	PasswordCost PasswordCost
	// PhoneLifetime is how long a phone of a patient or caregiver may stay away and still be signed in; each refresh
	// begins it anew. StaffLifetime runs from the sign-in. Zero: 30 days and 1 day.
	PhoneLifetime, StaffLifetime time.Duration
	// LostAnswer is how long the same refresh request gets the same answer. Zero: 60 s.
	LostAnswer time.Duration
	// PushName is what a push token names, so that one device has it in whatever way it is written; nil: the token itself.
	PushName func(token string) string
	// Origin is where the pages of this installation are opened, such as https://satchel.example.org; passkeys hold for its host alone. nil, or
	// "": there are no passkeys.
	Origin func() string
	// OpenID is the provider by which staff may sign in; nil: there is none.
	OpenID OpenIDProvider
	// Hashed is told of each hash, signature and comparison that is worked out over what somebody sent, by what it is for: so that
	// refusals can be held to the same work. It must not block; nil: nobody counts.
	Hashed func(purpose string)
}

// Service answers every question of identity. It is safe for concurrent use, and several may stand on one store.
type Service struct {
	Config
	verified  *verifiedTokens
	readings  readings
	opened    readings // those of them that are counted
	keys      atomic.Pointer[keyring]
	reloading sync.Mutex
	hashing   chan struct{}
	decoyHash string
	decoyKey  []byte // a public key for passkeys that are not here
}

var _ syncing.Access = (*Service)(nil)

// New reads the signing keys, and makes the first if there is none. The fault is the store's, or Invalid for a Config that
// lacks something.
func New(ctx context.Context, c Config) (*Service, error) {
	if c.Store == nil || c.Blind == nil || c.Ledger == nil || c.Now == nil || c.Rand == nil {
		return nil, fault.New(fault.Invalid, "identity.New", "Identity needs a store, a blinding function, a ledger, a clock and a source of chance.")
	}
	if len(c.Blind("check", []byte("check"))) < blindBytesMin {
		return nil, fault.New(fault.Invalid, "identity.New", "The blinding function gives too few bytes.")
	}
	c.fillIn()
	c.Store = needed{c.Store}
	s := &Service{Config: c, verified: newVerifiedTokens(verifiedMax), hashing: make(chan struct{}, min(hashingMax, runtime.NumCPU()))}
	decoy, err := s.random(16)
	if err != nil {
		return nil, err
	}
	if s.decoyHash, err = c.PasswordCost.hash(hex.EncodeToString(decoy)); err != nil {
		return nil, err
	}
	if s.decoyKey, err = s.newDecoyKey(); err != nil {
		return nil, err
	}
	if err := s.firstKey(ctx); err != nil {
		return nil, err
	}
	return s, s.listLeft(ctx)
}

func (c *Config) fillIn() {
	if c.Issuer == "" {
		c.Issuer = issuerName
	}
	if c.PasswordCost == (PasswordCost{}) {
		c.PasswordCost = passwordCost
	}
	if c.PhoneLifetime == 0 {
		c.PhoneLifetime = phoneLifetime
	}
	if c.StaffLifetime == 0 {
		c.StaffLifetime = staffLifetime
	}
	if c.LostAnswer == 0 {
		c.LostAnswer = lostAnswer
	}
	if c.Origin == nil {
		c.Origin = func() string { return "" }
	}
	if c.Hashed == nil {
		c.Hashed = func(string) {}
	}
	blind := c.Blind
	c.Blind = func(purpose string, value []byte) []byte {
		c.Hashed(purpose)
		return blind(purpose, value)
	}
}

// nowMs is the clock as it is stored: milliseconds since 1970 UTC.
func (s *Service) nowMs() int64 { return s.Now().UnixMilli() }

func (s *Service) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "identity.random", "Something went wrong on our side. Please try again.")
	}
	return b, nil
}

func (s *Service) randomID() (syncing.UUID, error) {
	b, err := s.random(16)
	if err != nil {
		return syncing.UUID{}, err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // RFC 9562, version 4
	return syncing.UUID(b), nil
}

// installation is the record of what belongs to nobody: signing keys, and the decoy on which refused attempts do the same
// work as real ones.
func installation() syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("identity.installation")}
}

func internal(err error, op string) error {
	return fault.Wrap(err, fault.Internal, op, "Something went wrong on our side. Please try again.")
}
