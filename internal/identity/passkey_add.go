package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// credentialBytesMax bounds what an authenticator answers, as it travels.
	credentialBytesMax = 64 << 10
	// credentialIDBytesMax is the most that WebAuthn allows, publicKeyBytesMax far above an RSA key of 4096 bits.
	credentialIDBytesMax = 1023
	publicKeyBytesMax    = 2048
)

// passkeyAlgorithms are those that are asked for, the best first.
var passkeyAlgorithms = []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgEdDSA, webauthncose.AlgES256, webauthncose.AlgRS256}

// PasskeyOffer is what a page hands its browser, to make a passkey or to use one.
type PasskeyOffer struct {
	Challenge  string
	RP         string // the host under which a passkey holds
	Issuer     string // what this installation is called
	User       []byte // what the passkey brings along to say whose it is
	Name       string // as it is shown beside the passkey; "" for whoever is not called anything here
	Algorithms []int
	Known      [][]byte // the caller's credentials: not to be made twice, or to choose from
	LivesMs    int64
}

// PasskeyOrigin is the address of the pages at which passkeys can be used, such as https://satchel.example.org; "" where there is none.
func (s *Service) PasskeyOrigin() string { return s.Origin() }

// pageOrigin is the page at which an answer may have been given, where it says that it was at `claimed`: this installation's own; and while that is
// this machine alone, any name under localhost (RFC 6761), by which the demo keeps its roles apart.
func (s *Service) pageOrigin(claimed string) string {
	own := s.Origin()
	port, local := strings.CutPrefix(own, "http://localhost")
	name, under := strings.CutSuffix(claimed, ".localhost"+port)
	if word, http := strings.CutPrefix(name, "http://"); local && under && http && word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" {
		return claimed
	}
	return own
}

// relyingParty is what answers are held against that say at which page they were given; "": this installation's own. Its fault is Refused where
// this installation has no address of its own.
func (s *Service) relyingParty(claimed string) (*webauthn.WebAuthn, error) {
	const op = "identity.relyingParty"
	page := s.pageOrigin(claimed)
	origin, err := url.Parse(page)
	if err != nil || origin.Hostname() == "" {
		return nil, fault.New(fault.Refused, op, "Passkeys are not used here. Sign in in another way.")
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: origin.Hostname(), RPDisplayName: s.Issuer, RPOrigins: []string{page},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // a page asks its browser for what it needs
	})
	return rp, internal(err, op)
}

// passkeyHolder is an account as the library sees one.
type passkeyHolder struct {
	id   []byte
	keys []webauthn.Credential
}

func (h passkeyHolder) WebAuthnID() []byte                         { return h.id }
func (h passkeyHolder) WebAuthnName() string                       { return "" }
func (h passkeyHolder) WebAuthnDisplayName() string                { return "" }
func (h passkeyHolder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Service) offer(purpose string, who syncing.Principal) (o PasskeyOffer, err error) {
	rp, err := s.relyingParty("")
	if err != nil {
		return o, err
	}
	o = PasskeyOffer{RP: rp.Config.RPID, Issuer: s.Issuer, LivesMs: passkeyChallengeLives.Milliseconds()}
	o.Challenge, err = s.newChallenge(purpose, who)
	return o, err
}

// offerOwn is an offer that names the caller's own credentials.
func (s *Service) offerOwn(ctx context.Context, purpose string, who syncing.Principal) (o PasskeyOffer, err error) {
	if o, err = s.offer(purpose, who); err != nil {
		return o, err
	}
	return o, s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		rows, err := passkeyRows(tx)
		for _, p := range rows {
			if p.Ended == 0 {
				o.Known = append(o.Known, p.Credential)
			}
		}
		return err
	})
}

// BeginPasskey offers the caller to make a passkey on this device. The caller has asked Proved before: a token alone adds no way in.
func (s *Service) BeginPasskey(ctx context.Context, who syncing.Principal) (PasskeyOffer, error) {
	o, err := s.offerOwn(ctx, forAdding, who)
	if err != nil {
		return o, err
	}
	o.User, o.Name = who.Account.UUID[:], who.Name
	for _, alg := range passkeyAlgorithms {
		o.Algorithms = append(o.Algorithms, int(alg))
	}
	return o, nil
}

var errWrongPasskey = fault.New(fault.Refused, "identity.AddPasskey", "This passkey could not be added. Please begin again.")

// AddPasskey keeps a passkey that the caller made upon BeginPasskey, on the same device. Everything that is wrong with it is one fault,
// Refused; Invalid for what no browser sends.
func (s *Service) AddPasskey(ctx context.Context, who syncing.Principal, name string, credential []byte) (Passkey, error) {
	name, err := displayName(name)
	if err != nil {
		return Passkey{}, err
	}
	if err := checkCredential(credential); err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return Passkey{}, errNoCredential
	}
	if err := keepsItsSecret(parsed.ClientExtensionResults); err != nil {
		return Passkey{}, err
	}
	p, challenge, err := s.madePasskey(who, parsed)
	if err != nil {
		return Passkey{}, err
	}
	p.Name = name
	if p.ID, err = s.randomID(); err != nil {
		return Passkey{}, err
	}
	err = s.updateAccount(ctx, who.Account, func(tx syncing.Tx, account *accountRow) error { return s.keepPasskey(tx, who, *account, p, challenge) })
	if fault.Is(err, fault.Conflict) { // another account has it, or this one: nobody is told which
		err = errWrongPasskey
	}
	return Passkey{ID: p.ID, Name: p.Name, Made: p.Made}, err
}

// madePasskey judges what the authenticator made, without the store.
func (s *Service) madePasskey(who syncing.Principal, parsed *protocol.ParsedCredentialCreationData) (p passkeyRow, c passkeyChallenge, err error) {
	rp, err := s.relyingParty(parsed.Response.CollectedClientData.Origin)
	if err != nil {
		return p, c, err
	}
	text := parsed.Response.CollectedClientData.Challenge
	c, ours := s.readChallenge(text, forAdding, who)
	session := webauthn.SessionData{Challenge: text, UserID: who.Account.UUID[:], UserVerification: protocol.VerificationRequired}
	for _, alg := range passkeyAlgorithms {
		session.CredParams = append(session.CredParams, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	// No attestation is asked for, so browsers take it out. What comes in another form is not even read.
	if format := parsed.Response.AttestationObject.Format; !ours || format != "none" && format != "packed" {
		return p, c, errWrongPasskey
	}
	made, err := rp.CreateCredential(passkeyHolder{id: session.UserID}, session, parsed)
	if err != nil || len(made.ID) > credentialIDBytesMax || len(made.PublicKey) > publicKeyBytesMax {
		return p, c, errWrongPasskey
	}
	return passkeyRow{
		Made: s.nowMs(), Device: who.Device, Credential: made.ID, Key: made.PublicKey, Counter: made.Authenticator.SignCount, Backed: made.Flags.BackupEligible,
	}, c, nil
}

// keepPasskey writes it down, if the caller is still signed in on that device and has not answered this challenge already.
func (s *Service) keepPasskey(tx syncing.Tx, who syncing.Principal, account accountRow, p passkeyRow, challenge passkeyChallenge) error {
	var d deviceRow
	found, err := readRow(tx, syncing.TableIdentity, deviceKey(who.Device), &d)
	if err != nil || !found || d.Ended != 0 || account.Locked != 0 {
		return cmpErr(err, signInAgain(nil))
	}
	spent, err := isSpent(tx, challenge)
	if err != nil || spent {
		return cmpErr(err, errWrongPasskey)
	}
	if err := s.spendChallenge(tx, challenge); err != nil {
		return err
	}
	if err := s.roomForPasskey(tx); err != nil {
		return err
	}
	entry, err := encodeRow(passkeyEntry{who.Account, p.ID})
	if err != nil {
		return err
	}
	key := s.blindCredential(p.Credential)
	if _, there, err := tx.Lookup(indexPasskeys, key); err != nil || there {
		return cmpErr(err, errWrongPasskey)
	}
	if err := tx.PutIndex(indexPasskeys, key, entry); err != nil {
		return err
	}
	if err := writeRow(tx, syncing.TableIdentity, passkeyKey(p.ID), p); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditPasskeyAdded, By: who.Account, Device: who.Device})
}

var errNoCredential = fault.New(fault.Invalid, "identity.checkCredential", "This is not what a browser answers with a passkey.")

func checkCredential(credential []byte) error {
	if len(credential) > credentialBytesMax {
		return fault.New(fault.TooLarge, "identity.checkCredential", "What came of the passkey is too large.")
	}
	return nil
}

// keepsItsSecret refuses an answer that brings the secret which a page makes with a passkey to seal what it keeps (PRF). It must not leave
// the browser: a client that sends it is wrong, and learns so at its first try.
func keepsItsSecret(results protocol.AuthenticationExtensionsClientOutputs) error {
	if results.PRF != nil && results.PRF.Results != nil {
		return fault.New(fault.Invalid, "identity.keepsItsSecret", "The secret that a passkey makes (prf) stays in the browser. Send the answer without it.")
	}
	return nil
}

// newDecoyKey is a key that nobody has, against which the signature of an unknown passkey is tried.
func (s *Service) newDecoyKey() ([]byte, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), s.Rand)
	if err != nil {
		return nil, internal(err, "identity.newDecoyKey")
	}
	point, err := private.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, internal(err, "identity.newDecoyKey")
	}
	key := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...) // COSE: EC2, ES256, P-256
	return append(append(key, 0x22, 0x58, 32), point[33:]...), nil
}
