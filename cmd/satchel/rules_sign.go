package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"satchel/internal/fault"
	"satchel/internal/instrument"
	"satchel/server"
)

const (
	// signedName is what rules sign writes beside the files that it signed.
	signedName = "signed-rules.json"
	// draftWords are what a sign-off takes the place of, and draftTranslation what the sign-off of a translation does.
	draftWords       = "draft, not clinically approved"
	draftTranslation = "draft translation, not clinically approved"
)

// rulesExport writes the files in the program into a folder.
type rulesExport struct {
	Folder string `arg:"" type:"path" help:"A new folder, or an empty one."`
}

func (c *rulesExport) Run(t *terminal) error {
	const op = "main.rulesExport"
	library, err := instrument.Embedded()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Folder, 0o755); err != nil {
		return fault.Wrap(err, fault.Forbidden, op, "The folder cannot be made.")
	}
	for _, f := range library.Files() {
		if err := writeNew(filepath.Join(c.Folder, f.Name), f.Data, 0o644); errors.Is(err, fs.ErrExist) {
			return fault.Wrap(err, fault.Conflict, op, "There is a file of this name already. Name an empty folder.")
		} else if err != nil {
			return fault.Wrap(err, fault.Forbidden, op, "The files cannot be written there.")
		}
		t.printf("%s\n", filepath.Join(c.Folder, f.Name))
	}
	return nil
}

// rulesSign signs a folder. With a name it signs the rules off first: what called itself a draft says by whom it was approved. With a
// language as well it signs off what they say in that language, and nothing else: that is for somebody who knows both.
type rulesSign struct {
	Key      string `required:"" type:"existingfile" help:"The private key; rules key makes one."`
	Name     string `help:"Sign the rules off: the name of the clinical safety officer."`
	Role     string `default:"clinical safety officer" help:"As what they sign off."`
	Date     string `help:"When they signed off, such as 2026-11-22; today, if nothing is said."`
	Language string `help:"With --name: sign off the translations into this language, such as es, in place of the rules."`
	File     string `arg:"" type:"existingfile" help:"The rules file, redflags.*.json. All files of its folder are signed with it."`
}

func (c *rulesSign) Run(t *terminal) error {
	const op = "main.rulesSign"
	key, err := readPrivateKey(c.Key)
	if err != nil {
		return err
	}
	folder := filepath.Dir(c.File)
	if err := c.signOff(folder); err != nil {
		return err
	}
	library, err := instrument.Load(os.DirFS(folder))
	if err != nil {
		return err
	}
	if f, ok := library.File(filepath.Base(c.File)); !ok || f.SHA256 != library.Current().SHA256() {
		return fault.New(fault.Invalid, op, "This is not the newest rules file of its folder, and only that one is judged by. Name that one, or give this one a higher version.")
	}
	bundle, err := library.Sign(key, "")
	if err != nil {
		return err
	}
	public, _ := key.Public().(ed25519.PublicKey)
	_, statement, err := bundle.Open(public) // as every server and phone will: with the vectors
	if err != nil {
		return err
	}
	text, err := json.Marshal(bundle)
	if err != nil {
		return err
	}
	name := filepath.Join(folder, signedName)
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return fault.Wrap(err, fault.Forbidden, op, "The signed rules cannot be written beside their files.")
	}
	t.printf("Signed %s by the key %s: %s.\n  %s\n", statement.Rules, instrument.KeyID(public), statement.Review, name)
	reportLanguages(t, library)
	if statement.Approved() != nil {
		t.printf("Nobody has signed them off, so no installation for people in care will serve them.\n")
	}
	return nil
}

// signOff writes who answers for the rules into the rules file, and into everything beside it that calls itself a draft; for translations
// into each file of their language. What calls itself one kind of draft is not touched by the sign-off of the other.
func (c *rulesSign) signOff(folder string) error {
	const op = "main.rulesSign"
	if c.Name == "" {
		if c.Language != "" {
			return fault.New(fault.Invalid, op, "Say with --name who signs the translations off.")
		}
		return nil
	}
	if c.Date == "" {
		c.Date = time.Now().Format(time.DateOnly)
	}
	pattern, signed, draft := "*.json", filepath.Base(c.File), draftWords
	if c.Language != "" {
		pattern, signed, draft = "translation."+c.Language+".*.json", "", draftTranslation
	}
	names, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(names) == 0 {
		return fault.New(fault.NotFound, op, "There is nothing in this language beside the rules.")
	}
	for _, name := range names {
		if filepath.Base(name) == signedName {
			continue
		}
		if err := c.signOffFile(name, draft, signed == "" || filepath.Base(name) == signed); err != nil {
			return err
		}
	}
	return nil
}

// signOffFile writes into one file by whom a draft was approved and, where the file itself is what is signed off, who answers for it.
func (c *rulesSign) signOffFile(name, draft string, answersFor bool) error {
	const op = "main.rulesSign"
	text, err := os.ReadFile(name)
	if err != nil {
		return fault.Wrap(err, fault.Forbidden, op, "A file beside the rules cannot be read.")
	}
	off, err := json.Marshal(instrument.SignOff{Name: c.Name, Role: c.Role, Date: c.Date})
	if err != nil {
		return err
	}
	words, err := json.Marshal("approved by " + c.Name + ", " + c.Role + ", on " + c.Date)
	if err != nil {
		return err
	}
	changed := bytes.ReplaceAll(text, []byte(draft), bytes.Trim(words, `"`))
	if answersFor {
		if bytes.Contains(text, []byte(`"signOff"`)) {
			return fault.New(fault.Conflict, op, "This is signed off already. Sign it without --name.")
		}
		changed = []byte(strings.Replace(string(changed), "{", `{"status":"active","signOff":`+string(off)+",", 1))
	}
	if bytes.Equal(text, changed) {
		return nil
	}
	return fault.Wrap(os.WriteFile(name, changed, 0o644), fault.Forbidden, op, "A file beside the rules cannot be written.")
}

// rulesActivate lets an installation serve what was signed.
type rulesActivate struct {
	Keys string `type:"path" default:"keys" env:"SATCHEL_KEYS" help:"The key folder of the installation."`
	Key  string `type:"existingfile" help:"The public key to trust, if the installation trusts none yet."`
	File string `arg:"" type:"existingfile" help:"Signed rules, as rules sign wrote them."`
}

func (c *rulesActivate) Run(t *terminal) error {
	if c.Key != "" {
		key, err := readPublicKey(c.Key)
		if err != nil {
			return err
		}
		if err := server.PinRules(c.Keys, key); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	statement, err := server.ActivateRules(c.Keys, text)
	if err != nil {
		return err
	}
	t.printf("%s is served from the next start on: %s.\n", statement.Rules, statement.Review)
	return nil
}
