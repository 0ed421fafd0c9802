package identity

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"satchel/internal/base64url"
	"satchel/internal/fault"
	"satchel/sync"
)

// Staff may come by the sign-in of their organisation (OpenID Connect). The provider vouches for a subject, a name that stays; whose account that is
// an administrator has said, for an e-mail address changes hands and is whatever its provider says. What has to be known between the two
// halves of the way, where the browser is elsewhere, lies in the browser: a challenge of ours, from which state, nonce and verifier are made.

// OpenIDProvider is who vouches for staff. Answer's fault is Unauthenticated for everything that is wrong.
type OpenIDProvider interface {
	Issuer() string
	Name() string
	Ask(ctx context.Context, redirect, state, nonce, verifier string) (address string, err error)
	Answer(ctx context.Context, redirect, code, nonce, verifier string) (subject string, at int64, err error)
}

const (
	forOpenID         = "asking a provider"
	forHandover       = "coming from a provider"
	forProvenHandover = "coming from a provider that has just asked who it is"

	// handoverLives is how long a page may take to collect a sign-in that is there for it, ms.
	handoverLives = 60_000
	// providerSkew is how far a provider's clock may be from ours, ms, where it says that it asked who it is on this very way.
	providerSkew = 30_000
	// subjectBytesMax is what OpenID Connect allows (2: sub), stateBytesMax and codeBytesMax far above what is sent.
	subjectBytesMax = 255
	stateBytesMax   = 256
	codeBytesMax    = 4096

	// openIDCallback is the path to which a provider sends browsers back.
	openIDCallback = "/v1/oidc/callback"
)

var errNoOpenID = fault.New(fault.Unauthenticated, "identity.OpenID", "Your organisation's sign-in opens nothing here. Sign in in another way, or ask your administrator.")

// OpenIDName is what people call the provider; "": there is none.
func (s *Service) OpenIDName() string {
	if s.OpenID == nil || s.Origin() == "" {
		return ""
	}
	return s.OpenID.Name()
}

// derived makes, of what the browser keeps, what the provider is told: nobody can tell the one from the other.
func (s *Service) derived(what, keep string) string {
	return base64url.Encode(s.Blind("openid "+what, []byte(keep)))
}

// BeginOpenID gives where a browser is to go, and what it keeps meanwhile, which nobody else may see. NotFound where there is no provider; Busy if it
// does not answer.
func (s *Service) BeginOpenID(ctx context.Context) (address, keep string, err error) {
	if s.OpenIDName() == "" {
		return "", "", notHere("identity.BeginOpenID")
	}
	if keep, err = s.newChallenge(forOpenID, syncing.Principal{}); err != nil {
		return "", "", err
	}
	address, err = s.OpenID.Ask(ctx, s.Origin()+openIDCallback, s.derived("state", keep), s.derived("nonce", keep), s.derived("verifier", keep))
	return address, keep, err
}

// OpenIDReturn is what a browser brings back from the provider.
type OpenIDReturn struct {
	Keep    string // as BeginOpenID gave it to this browser
	State   string
	Code    string
	Issuer  string // who says so; "": it does not say (RFC 9207)
	Address string // where the request comes from; it is hashed and only counted
}

// ReturnOpenID asks the provider who it is, and gives what the page signs in with, once and within a minute. Another browser than the one that
// began, a code that was used, somebody whom nobody linked and a locked account are one fault, Unauthenticated; TooMany when a failure budget
// is empty; Busy when the provider does not answer.
func (s *Service) ReturnOpenID(ctx context.Context, r OpenIDReturn) (handover string, err error) {
	if s.OpenIDName() == "" {
		return "", notHere("identity.ReturnOpenID")
	}
	if err := checkAddress(r.Address); err != nil {
		return "", err
	}
	begun, ours := s.readChallenge(r.Keep, forOpenID, syncing.Principal{})
	same := len(r.State) <= stateBytesMax && subtle.ConstantTimeCompare([]byte(s.derived("state", r.Keep)), []byte(r.State)) == 1
	if !ours || !same || len(r.Code) > codeBytesMax || r.Code == "" || r.Issuer != "" && r.Issuer != s.OpenID.Issuer() {
		return "", errNoOpenID // it asks nobody and opens nothing, so it costs nothing
	}
	charges := []charge{{openIDAddress, r.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return "", err
	}
	subject, at, err := s.OpenID.Answer(ctx, s.Origin()+openIDCallback, r.Code, s.derived("nonce", r.Keep), s.derived("verifier", r.Keep))
	if fault.Is(err, fault.Busy) { // a provider that is away is nobody's failed try: many come from one address of a hospital
		s.giveBack(ctx, charges...)
	}
	if err != nil {
		return "", err
	}
	account, err := s.linked(ctx, subject)
	if err != nil {
		return "", err
	}
	s.giveBack(ctx, charges...)
	purpose := forHandover
	if at >= begun.issued-providerSkew && at <= s.nowMs()+providerSkew {
		purpose = forProvenHandover
	}
	text, err := s.newChallenge(purpose, syncing.Principal{Account: account})
	return text + "." + account.UUID.String(), err
}

// linked is whose account a subject is.
func (s *Service) linked(ctx context.Context, subject string) (syncing.AccountID, error) {
	entry, there, err := s.Store.Lookup(ctx, indexOpenID, s.blindSubject(subject))
	if err != nil || !there {
		return syncing.AccountID{}, cmpErr(err, errNoOpenID)
	}
	var account syncing.AccountID
	if err := decodeRow(entry.Value, &account); err != nil {
		return account, err
	}
	row, ok, err := s.account(ctx, account)
	if err != nil || !ok || row.Locked != 0 || !row.Kind.staff() {
		return account, cmpErr(err, errNoOpenID)
	}
	return account, nil
}

// SignInByOpenID signs the device in that collects what ReturnOpenID has left for its browser. Its one fault for everything that is wrong is
// Unauthenticated.
func (s *Service) SignInByOpenID(ctx context.Context, handover string, facts DeviceFacts) (Tokens, error) {
	facts, err := facts.check()
	if err != nil {
		return Tokens{}, err
	}
	text, id, _ := strings.Cut(handover, ".")
	account, err := syncing.ParseUUID(id)
	if err != nil {
		return Tokens{}, errNoOpenID
	}
	who := syncing.Principal{Account: syncing.AccountID{UUID: account}}
	challenge, ok := s.readChallenge(text, forHandover, who)
	if !ok {
		challenge, ok = s.readChallenge(text, forProvenHandover, who)
		facts.proved = ok
	}
	if !ok || s.nowMs() > challenge.issued+handoverLives {
		return Tokens{}, errNoOpenID
	}
	facts.openID = true
	return s.openHandedOver(ctx, who.Account, challenge, facts)
}

func (s *Service) openHandedOver(ctx context.Context, id syncing.AccountID, challenge passkeyChallenge, facts DeviceFacts) (Tokens, error) {
	device, seed, err := s.drawSession()
	if err != nil {
		return Tokens{}, err
	}
	var account accountRow
	var opened session
	err = s.updateAccount(ctx, id, func(tx syncing.Tx, row *accountRow) error {
		var link openIDRow
		if _, err := readRow(tx, syncing.TableIdentity, openIDKey, &link); err != nil {
			return err
		}
		spent, err := isSpent(tx, challenge)
		if err != nil || spent || row.Locked != 0 || link.Ended != 0 || link.Made == 0 || link.Made > challenge.issued {
			return cmpErr(err, errNoOpenID)
		}
		if err := s.spendChallenge(tx, challenge); err != nil {
			return err
		}
		account = *row
		opened, err = s.openSession(tx, account, device, facts, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.tokens(account, opened)
}

func (s *Service) blindSubject(subject string) []byte {
	return s.Blind("openid subject", slices.Concat([]byte(s.OpenID.Issuer()), []byte{0}, []byte(subject)))
}
