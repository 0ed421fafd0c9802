package identity

import (
	"bytes"
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"satchel/internal/fault"
	"satchel/sync"
)

// PasskeySigningIn is what somebody sends who signs in with a passkey; they name nobody, the passkey does.
type PasskeySigningIn struct {
	Credential []byte // what the authenticator answered, as JSON
	Address    string // where the request comes from; it is hashed and only counted
	Device     DeviceFacts
}

var errWrongAssertion = fault.New(fault.Unauthenticated, "identity.SignInByPasskey", "This passkey opens nothing here. Sign in in another way, or ask your team for a code.")

// BeginPasskeySignIn offers whoever asks to sign in with a passkey. It reads and writes nothing.
func (s *Service) BeginPasskeySignIn() (PasskeyOffer, error) {
	return s.offer(forSignIn, syncing.Principal{})
}

// SignInByPasskey signs somebody in. An unknown passkey, one that was removed, a wrong signature, an old or answered challenge, somebody whom
// the authenticator did not verify and a locked account are one fault, Unauthenticated, and the same work; TooMany when a failure budget
// is empty, Invalid for what no browser sends.
func (s *Service) SignInByPasskey(ctx context.Context, r PasskeySigningIn) (Tokens, error) {
	var err error
	if r.Device, err = r.Device.check(); err != nil {
		return Tokens{}, err
	}
	if err := checkAddress(r.Address); err != nil {
		return Tokens{}, err
	}
	parsed, err := parseAssertion(r.Credential)
	if err != nil {
		return Tokens{}, err
	}
	charges := []charge{{passkeyAddress, r.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return Tokens{}, err
	}
	known, err := s.judgeAssertion(ctx, parsed, forSignIn, syncing.Principal{})
	if err != nil {
		return Tokens{}, err
	}
	if !known.right {
		return Tokens{}, errWrongAssertion
	}
	tokens, err := s.openPasskeySession(ctx, known, r.Device)
	if err != nil {
		return Tokens{}, err
	}
	s.giveBack(ctx, charges...)
	return tokens, nil
}

func parseAssertion(credential []byte) (*protocol.ParsedCredentialAssertionData, error) {
	if err := checkCredential(credential); err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return nil, errNoCredential
	}
	return parsed, keepsItsSecret(parsed.ClientExtensionResults)
}

// assertion is a passkey that somebody used, and whether it was right.
type assertion struct {
	passkeyEntry
	challenge passkeyChallenge
	counter   uint32
	right     bool
}

// judgeAssertion finds the passkey and tries the signature. What is unknown is looked for in a decoy and tried against a key that nobody has.
func (s *Service) judgeAssertion(ctx context.Context, parsed *protocol.ParsedCredentialAssertionData, purpose string, who syncing.Principal) (a assertion, err error) {
	rp, err := s.relyingParty(parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return a, err
	}
	entry, there, err := s.Store.Lookup(ctx, indexPasskeys, s.blindCredential(parsed.RawID))
	if err != nil {
		return a, err
	}
	record := installation()
	if there {
		record = entry.Record
		if err := decodeRow(entry.Value, &a.passkeyEntry); err != nil {
			return a, err
		}
	}
	text := parsed.Response.CollectedClientData.Challenge
	challenge, ours := s.readChallenge(text, purpose, who)
	a.challenge, a.counter = challenge, parsed.Response.AuthenticatorData.Counter
	standing := false
	p := passkeyRow{Key: s.decoyKey}
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		standing, err = s.passkeyStands(tx, a, &p)
		return err
	})
	if err != nil {
		return a, err
	}
	s.Hashed("passkey")
	handle := parsed.Response.UserHandle
	key := webauthn.Credential{ID: parsed.RawID, PublicKey: p.Key, Flags: webauthn.CredentialFlags{BackupEligible: p.Backed}, Authenticator: webauthn.Authenticator{SignCount: p.Counter}}
	session := webauthn.SessionData{Challenge: text, UserID: handle, UserVerification: protocol.VerificationRequired}
	_, wrong := rp.ValidateLogin(passkeyHolder{id: handle, keys: []webauthn.Credential{key}}, session, parsed)
	theirs := bytes.Equal(handle, a.Account.UUID[:]) || len(handle) == 0 && purpose == forProof
	a.right = there && standing && ours && theirs && wrong == nil && bytes.Equal(p.Credential, parsed.RawID)
	return a, nil
}

// passkeyStands reads all that may refuse a passkey, also where nothing is: it is the same work.
func (s *Service) passkeyStands(tx syncing.ReadTx, a assertion, p *passkeyRow) (bool, error) {
	var account accountRow
	here, err := readRow(tx, syncing.TableIdentity, accountKey, &account)
	if err != nil {
		return false, err
	}
	found, err := readRow(tx, syncing.TableIdentity, passkeyKey(a.Passkey), p)
	if err != nil {
		return false, err
	}
	spent, err := isSpent(tx, a.challenge)
	return here && account.Locked == 0 && found && p.Ended == 0 && !spent, err
}

// usePasskey looks once more inside the transaction in which it opens something, marks the challenge as answered, and keeps the counter. copied
// is true when the counter went back: somebody may have a copy, which is noted for its holder.
func (s *Service) usePasskey(tx syncing.Tx, a assertion) (copied bool, err error) {
	var p passkeyRow
	standing, err := s.passkeyStands(tx, a, &p)
	if err != nil || !standing {
		return false, cmpErr(err, errWrongAssertion)
	}
	if err := s.spendChallenge(tx, a.challenge); err != nil {
		return false, err
	}
	copied = a.counter <= p.Counter && (a.counter != 0 || p.Counter != 0)
	p.Used, p.Counter = s.nowMs(), max(a.counter, p.Counter)
	if copied {
		p.Copied = p.Used
		if err := s.audit(tx, AuditEntry{Kind: AuditPasskeyCopied, By: a.Account}); err != nil {
			return copied, err
		}
	}
	return copied, writeRow(tx, syncing.TableIdentity, passkeyKey(p.ID), p)
}

func (s *Service) openPasskeySession(ctx context.Context, known assertion, facts DeviceFacts) (Tokens, error) {
	device, seed, err := s.drawSession()
	if err != nil {
		return Tokens{}, err
	}
	var account accountRow
	var opened session
	err = s.updateAccount(ctx, known.Account, func(tx syncing.Tx, row *accountRow) error {
		copied, err := s.usePasskey(tx, known)
		if err != nil {
			return err
		}
		account = *row
		facts.proved, facts.passkey = !copied, known.Passkey
		opened, err = s.openSession(tx, account, device, facts, seed)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.tokens(account, opened)
}

// BeginPasskeyProof offers the caller to show with a passkey of theirs that it is them. Refused for whoever has none.
func (s *Service) BeginPasskeyProof(ctx context.Context, who syncing.Principal) (PasskeyOffer, error) {
	o, err := s.offerOwn(ctx, forProof, who)
	if err == nil && len(o.Known) == 0 {
		err = fault.New(fault.Refused, "identity.BeginPasskeyProof", "You have no passkey. Show in another way that it is you.")
	}
	return o, err
}

func (s *Service) proveByPasskey(ctx context.Context, who syncing.Principal, p Proof) (int64, error) {
	if err := checkAddress(p.Address); err != nil {
		return 0, err
	}
	parsed, err := parseAssertion(p.Passkey)
	if err != nil {
		return 0, err
	}
	charges := []charge{{passkeyAddress, p.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return 0, err
	}
	known, err := s.judgeAssertion(ctx, parsed, forProof, who)
	if err != nil {
		return 0, err
	}
	if !known.right || known.Account != who.Account {
		return 0, errWrongProof
	}
	at, copied := s.nowMs(), false
	err = s.updateAccount(ctx, who.Account, func(tx syncing.Tx, _ *accountRow) error {
		if copied, err = s.usePasskey(tx, known); err != nil || copied {
			return err
		}
		return s.noteProof(tx, who, at)
	})
	if copied || fault.Is(err, fault.Unauthenticated) { // a sentence for who is signing in
		return 0, errWrongProof
	}
	if err != nil {
		return 0, err
	}
	s.giveBack(ctx, charges...)
	return at + ProofLasts.Milliseconds(), nil
}
