package phone

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	"satchel/internal/instrument"
)

// bundleName is the phone's copy of the signed rules.
const bundleName = "rules.json"

// trusted is what a phone knows about rules beside their bundle.
type trusted struct {
	// Key is pinned when the phone enrols and changed by nothing that comes later.
	Key []byte `json:"key,omitempty"`
	// Drafts is pinned with it: an installation of the demo, whose rules nobody has signed off.
	Drafts bool `json:"drafts,omitempty"`
	// Newest is the highest version that the key has signed, as far as this phone has heard; rules that lie too far behind it are not
	// used, even if the newest cannot be used here.
	Newest string `json:"newest,omitempty"`
	Asked  int64  `json:"asked,omitempty"`  // when the server last said which rules are the newest, ms
	Tag    string `json:"tag,omitempty"`    // of the bundle that lies here
	Region string `json:"region,omitempty"` // whose profile holds where a record names none
}

// openRules takes the rules that lie on this phone, if they can be trusted. What can not is not used at all: then the questions of the
// program are asked, and the page that needs no rules is shown.
func (p *Phone) openRules() (err error) {
	if p.questions, err = instrument.Embedded(); err != nil {
		return err
	}
	if p.calling, err = instrument.Calling(); err != nil {
		return err
	}
	p.library, p.untrusted = nil, nil
	text, err := os.ReadFile(filepath.Join(p.home, bundleName))
	if errors.Is(err, fs.ErrNotExist) {
		p.untrusted = fault.New(fault.NotFound, "phone.openRules", "This phone has no rules yet.")
		return nil
	}
	if err == nil {
		p.library, _, err = p.check(text)
	}
	p.untrusted = err
	return nil
}

// check opens a bundle as this phone trusts it. Fault: Refused.
func (p *Phone) check(text []byte) (*instrument.Library, instrument.Statement, error) {
	bundle, err := instrument.ReadBundle(text)
	if err != nil {
		return nil, instrument.Statement{}, err
	}
	library, statement, err := bundle.Open(ed25519.PublicKey(p.settings.Rules.Key))
	if err == nil && instrument.Behind(statement.Rules, p.settings.Rules.Newest) {
		err = fault.New(fault.Refused, "phone.check", "These rules are too old beside the newest that this phone has heard of.")
	}
	if err == nil && !p.settings.Rules.Drafts {
		err = statement.Approved()
	}
	if err != nil {
		library = nil
	}
	return library, statement, err
}

// takeRules asks the server for newer rules, and keeps them if they can be trusted; else those that lie here go on counting, as long
// as they are not too old. Only that the server was not reached, or that the phone is full, is an error.
func (p *Phone) takeRules(ctx context.Context) error {
	tag := p.settings.Rules.Tag
	if p.library == nil {
		tag = ""
	}
	got, err := p.Client.Instruments(ctx, tag)
	var refused *client.Problem
	if errors.As(err, &refused) { // a server that hands out none
		return nil
	}
	if err != nil {
		return err
	}
	p.settings.Rules.Asked = p.NowMs()
	if got.Region != "" {
		p.settings.Rules.Region = got.Region
	}
	if got.Status == http.StatusNotModified {
		return p.keep()
	}
	library, statement, err := p.check(got.Body)
	if statement.Rules != "" && instrument.Newer(statement.Rules, p.settings.Rules.Newest) {
		p.settings.Rules.Newest = statement.Rules
	}
	if library != nil {
		if err := replace(filepath.Join(p.home, bundleName), got.Body); err != nil {
			return fault.Wrap(err, fault.Full, "phone.takeRules", "The rules could not be kept. Is there room?")
		}
		p.settings.Rules.Tag = got.Tag
	}
	if err := errors.Join(p.keep(), p.openRules()); err != nil {
		return err
	}
	if p.untrusted != nil && err != nil {
		p.untrusted = err
	}
	return nil
}

// Trusted says why this phone judges nothing; nil if it does.
func (p *Phone) Trusted() error { return p.untrusted }

// RulesKey is the key whose rules this phone takes.
func (p *Phone) RulesKey() ed25519.PublicKey { return p.settings.Rules.Key }

// data are the questions and profiles that are shown: those of the rules, else those of the program.
func (p *Phone) data() *instrument.Library {
	if p.library != nil {
		return p.library
	}
	return p.questions
}

// region is whose profile holds where the record names none.
func (p *Phone) region() string {
	if _, ok := p.data().Profile(p.settings.Rules.Region); ok {
		return p.settings.Rules.Region
	}
	return "UK"
}
