package server

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"satchel/internal/fault"
	"satchel/internal/instrument"
	mobileapi "satchel/mobile-api"
)

// The rules by which people's answers are judged lie in the key folder: the signed bundle, and the public key that is trusted. The
// key that signs is never on this machine.
const (
	trustName  = "rules-key.json"
	bundleName = "rules.json"
)

// DemoReview is what everybody reads of rules that no clinical safety officer has signed off.
const DemoReview = "demo: draft, not clinically approved"

const trustVersion = 1

// trust is whose signature counts in an installation.
type trust struct {
	V   int    `json:"v"`
	Key []byte `json:"key"` // Ed25519, public
	// Drafts says that the installation serves rules which nobody signed off: one of the demo, or of a test. It is set when the
	// installation is made and never again; readyz, the log and every queue say so.
	Drafts bool `json:"drafts"`
}

// rules are what an installation judges by.
type rules struct {
	library   *instrument.Library
	statement instrument.Statement
	trust     trust
	bundle    []byte
}

// PinRules makes an installation trust a key. Fault: Conflict, if it trusts another one already: its phones do too.
func PinRules(keys string, key ed25519.PublicKey) error { return pin(keys, trust{Key: key}) }

func pin(keys string, t trust) error {
	const op = "server.PinRules"
	if len(t.Key) != ed25519.PublicKeySize {
		return fault.New(fault.Invalid, op, "This is not a public key for rules.")
	}
	old, err := readTrust(keys)
	switch {
	case err == nil && bytes.Equal(old.Key, t.Key) && old.Drafts == t.Drafts:
		return nil
	case err == nil:
		return fault.New(fault.Conflict, op, "This installation trusts another key for its rules already, and so does every phone that it has enrolled.")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	t.V = trustVersion
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return fault.Wrap(writeAtomic(filepath.Join(keys, trustName), append(text, '\n')), fault.Internal, op, "The trusted key cannot be written into the key folder.")
}

// ActivateRules puts a signed bundle in the place of the rules of an installation, which serves it from its next start. Faults: NotFound
// (no key is trusted), Refused (not signed by the trusted key, changed, not signed off, or not newer than what is there; what is said anew in
// another language needs no newer version).
func ActivateRules(keys string, text []byte) (instrument.Statement, error) {
	const op = "server.ActivateRules"
	t, err := readTrust(keys)
	if err != nil {
		return instrument.Statement{}, err
	}
	fresh, err := t.open(text)
	if err != nil {
		return fresh.statement, err
	}
	old, err := readRules(keys)
	if err == nil && !bytes.Equal(old.bundle, text) && !instrument.Newer(fresh.statement.Rules, old.statement.Rules) && !fresh.statement.SaysTheSame(old.statement) {
		return fresh.statement, fault.New(fault.Refused, op, "These rules are not newer than those that are here: "+old.statement.Rules+". Give them a higher version and sign them again.")
	}
	return fresh.statement, fault.Wrap(writeAtomic(filepath.Join(keys, bundleName), text), fault.Internal, op, "The rules cannot be written into the key folder.")
}

// draftRules signs the rules in this program with a key that is thrown away, for an installation that serves nobody in care.
func draftRules(keys string) error {
	library, err := instrument.Embedded()
	if err != nil {
		return err
	}
	if _, err := readTrust(keys); err == nil { // a key folder outlives its data folders
		return nil
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	bundle, err := library.Sign(private, DemoReview)
	if err != nil {
		return err
	}
	text, err := json.Marshal(bundle)
	if err != nil {
		return err
	}
	if err := pin(keys, trust{Key: public, Drafts: true}); err != nil {
		return err
	}
	_, err = ActivateRules(keys, text)
	return err
}

func readTrust(keys string) (t trust, err error) {
	const op = "server.readTrust"
	text, err := os.ReadFile(filepath.Join(keys, trustName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t, fault.New(fault.NotFound, op, "This installation trusts no key for its rules yet. Name one: satchel rules activate --key FILE.")
	case err != nil:
		return t, fault.Wrap(err, fault.Forbidden, op, "The trusted key for rules cannot be read by this user.")
	case json.Unmarshal(text, &t) != nil || t.V != trustVersion || len(t.Key) != ed25519.PublicKeySize:
		return t, fault.New(fault.Corrupt, op, "The trusted key for rules in the key folder is damaged, or of a newer version of the program.")
	}
	return t, nil
}

// open opens a bundle as this installation trusts it.
func (t trust) open(text []byte) (r rules, err error) {
	bundle, err := instrument.ReadBundle(text)
	if err != nil {
		return r, err
	}
	r.trust, r.bundle = t, text
	if r.library, r.statement, err = bundle.Open(t.Key); err != nil {
		return r, err
	}
	if !t.Drafts {
		err = r.statement.Approved()
	}
	return r, err
}

// readRules reads what an installation judges by. Without an error all of it is as it was signed, and signed off, unless the
// installation is one of drafts.
func readRules(keys string) (rules, error) {
	const op = "server.readRules"
	t, err := readTrust(keys)
	if err != nil {
		return rules{}, err
	}
	text, err := os.ReadFile(filepath.Join(keys, bundleName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return rules{}, fault.New(fault.NotFound, op, "There are no signed rules in the key folder yet. Put them there: satchel rules activate.")
	case err != nil:
		return rules{}, fault.Wrap(err, fault.Forbidden, op, "The rules in the key folder cannot be read by this user.")
	}
	return t.open(text)
}

// chooseRules takes the rules of this installation. Where they are missing or refused the installation can be opened all the same, to
// be verified, backed up or mended, but it is not served: see Listen.
func (s *Server) chooseRules() (err error) {
	if s.rules, s.unserved = readRules(s.config.Keys); s.unserved != nil {
		s.rules = rules{}
		if s.library, err = instrument.Embedded(); err != nil {
			return err
		}
	} else {
		s.library = s.rules.library
	}
	if !slices.Contains(s.library.Current().Regions(), s.config.Region) {
		return fault.New(fault.Invalid, "server.chooseRules", "The rules have no profile for the region "+s.config.Region+".")
	}
	return nil
}

// sayRules writes into the log by which rules people are judged.
func (s *Server) sayRules() {
	at := []any{"rules", s.rules.statement.Rules, "review", s.rules.statement.Review, "key", instrument.KeyID(s.rules.trust.Key)}
	if s.rules.trust.Drafts {
		s.config.Log.Warn("these rules are not clinically approved: this installation is not for people in care", at...)
		return
	}
	s.config.Log.Info("rules", at...)
}

// instruments are the rules as the API hands them out.
func (r rules) instruments(region string) mobileapi.Instruments {
	if r.bundle == nil {
		return mobileapi.Instruments{}
	}
	sum := sha256.Sum256(r.bundle)
	return mobileapi.Instruments{
		Bundle: r.bundle, Tag: `"` + hex.EncodeToString(sum[:16]) + `"`, Key: r.trust.Key,
		Rules: r.statement.Rules, Review: r.statement.Review, Approved: !r.trust.Drafts, Region: region,
	}
}
