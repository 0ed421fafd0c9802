package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	accessLife = 10 * time.Minute
	// tokenBytesMax is far above what we issue; anything longer is refused before it is looked at.
	tokenBytesMax = 1024
	// verifiedMax is how many verified tokens are remembered.
	verifiedMax = 16384

	accessType     = "at+jwt" // RFC 9068: a refresh token or anything else that we sign is no access token
	accessAudience = "satchel"
	accessMethod   = "EdDSA"
)

// claims is what an access token says: who, on which device, until when. Never what they may do.
type claims struct {
	jwt.RegisteredClaims
	Device syncing.UUID `json:"dev"`
}

// spoken is what a verified token says.
type spoken struct {
	account syncing.AccountID
	device  syncing.UUID
	expires int64 // ms
}

// Session is who speaks in a request.
type Session struct {
	syncing.Principal
	Kind    Kind
	Expires int64 // ms: until when the access token is good; a stream ends then
	Proved  int64 // ms: when it was shown last, on this device, who it is; 0: never
}

// Authenticate says who speaks. The token must be ours, and the account and its device must stand in the store now. Its one
// fault for everything that is wrong with a token is Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (Session, error) {
	said, err := s.verify(ctx, token)
	if err != nil {
		return Session{}, err
	}
	var account accountRow
	var device deviceRow
	err = s.Store.View(ctx, s.AccountRecord(said.account), func(tx syncing.ReadTx) error {
		found, err := readRow(tx, syncing.TableIdentity, accountKey, &account)
		if err != nil || !found {
			return cmpErr(err, signInAgain(nil))
		}
		found, err = readRow(tx, syncing.TableIdentity, deviceKey(said.device), &device)
		if err != nil || !found {
			return cmpErr(err, signInAgain(nil))
		}
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	if account.Locked != 0 || device.Ended != 0 {
		return Session{}, device.signInAgain()
	}
	s.seen(ctx, account, device)
	return Session{Principal: account.principal(device.ID), Kind: account.Kind, Expires: said.expires, Proved: device.Proved}, nil
}

// verify checks signature and claims, or remembers that it did.
func (s *Service) verify(ctx context.Context, token string) (spoken, error) {
	if len(token) > tokenBytesMax {
		return spoken{}, signInAgain(nil)
	}
	if err := s.keysOlderThan(ctx, keysReadEvery); err != nil {
		return spoken{}, err
	}
	key, now := sha256.Sum256([]byte(token)), s.nowMs()
	said, known, generation := s.verified.find(key)
	if known {
		if now >= said.expires {
			return spoken{}, signInAgain(nil)
		}
		return said, nil
	}
	said, err := s.parse(token)
	if errors.Is(err, errKid) { // perhaps of a key that another process has just made
		if err := s.keysOlderThan(ctx, keysReadAgain); err != nil {
			return spoken{}, err
		}
		said, err = s.parse(token)
	}
	if err != nil {
		return spoken{}, signInAgain(err)
	}
	s.verified.put(key, said, generation)
	return said, nil
}

// signInAgain tells a device that a person has signed out that this is so.
func (d deviceRow) signInAgain() error {
	if d.Revoked {
		return &fault.Error{
			Code: fault.Unauthenticated, Op: "identity.Authenticate", Cause: ErrRevoked,
			Text: "This phone was signed out by its owner or their team. What it holds of the record is deleted from it. What had arrived is kept.",
		}
	}
	return signInAgain(nil)
}

var (
	errHeader = errors.New("a header that we do not write")
	errKid    = errors.New("a key that we do not know")
	errClaims = errors.New("claims that we do not write")
)

// parse trusts nothing of the header: it must name one of our keys, and nothing that would bring a key along or change the
// meaning of the rest (jku, jwk, x5u, crit, zip).
func (s *Service) parse(token string) (spoken, error) {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{accessMethod}), jwt.WithIssuer(s.Issuer), jwt.WithAudience(accessAudience),
		jwt.WithExpirationRequired(), jwt.WithStrictDecoding(), jwt.WithTimeFunc(s.Now))
	keys := s.keys.Load()
	var c claims
	_, err := parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		kid, ok := t.Header["kid"].(string)
		if len(t.Header) != 3 || t.Header["typ"] != accessType || !ok {
			return nil, errHeader
		}
		public, ok := keys.public[kid]
		if !ok {
			return nil, errKid
		}
		return public, nil
	})
	if err != nil {
		return spoken{}, err
	}
	id, err := syncing.ParseUUID(c.Subject)
	if err != nil {
		return spoken{}, errClaims
	}
	return spoken{account: syncing.AccountID{UUID: id}, device: c.Device, expires: c.ExpiresAt.UnixMilli()}, nil
}

// sign makes an access token; it never outlives the session.
func (s *Service) sign(account syncing.AccountID, device syncing.UUID, sessionEnds int64) (token string, expires int64, err error) {
	now := s.Now()
	ends := now.Add(accessLife)
	if end := time.UnixMilli(sessionEnds); end.Before(ends) {
		ends = end
	}
	keys := s.keys.Load()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{Device: device, RegisteredClaims: jwt.RegisteredClaims{
		Issuer: s.Issuer, Audience: jwt.ClaimStrings{accessAudience}, Subject: account.UUID.String(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(ends),
	}})
	t.Header["typ"], t.Header["kid"] = accessType, keys.kid
	token, err = t.SignedString(keys.signing)
	return token, jwt.NewNumericDate(ends).UnixMilli(), internal(err, "identity.sign")
}

func signInAgain(cause error) error {
	return &fault.Error{
		Code: fault.Unauthenticated, Op: "identity.Authenticate", Cause: cause,
		Text: "Please sign in again. What you wrote stays on this phone.",
	}
}

// verifiedTokens remembers which tokens were verified, in two halves: when the younger is full the older is dropped, so it is
// bounded and costs nothing to keep. Only the signature is remembered, never the standing.
type verifiedTokens struct {
	mu         sync.Mutex
	half       int
	young, old map[[sha256.Size]byte]spoken
	generation uint64 // grows when it is emptied: what was verified before is not put in after
}

func newVerifiedTokens(size int) *verifiedTokens {
	return &verifiedTokens{half: size / 2, young: make(map[[sha256.Size]byte]spoken)}
}

func (v *verifiedTokens) find(key [sha256.Size]byte) (said spoken, known bool, generation uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if said, known = v.young[key]; !known {
		said, known = v.old[key]
	}
	return said, known, v.generation
}

func (v *verifiedTokens) put(key [sha256.Size]byte, said spoken, generation uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if generation != v.generation {
		return
	}
	if len(v.young) >= v.half {
		v.old, v.young = v.young, make(map[[sha256.Size]byte]spoken)
	}
	v.young[key] = said
}

func (v *verifiedTokens) empty() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.young, v.old = make(map[[sha256.Size]byte]spoken), nil
	v.generation++
}

func (v *verifiedTokens) size() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.young) + len(v.old)
}
