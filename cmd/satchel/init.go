package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"satchel/internal/fault"
	"satchel/server"
)

// initCommand makes an empty installation.
type initCommand struct {
	place
	Rules    string `type:"existingfile" help:"Signed rules, as rules sign wrote them; without them nothing is served before rules activate."`
	RulesKey string `type:"existingfile" help:"The public key of whoever signs the rules; this installation and its phones trust no other."`
	Admin    string `default:"admin" help:"Sign-in name of the first administrator."`
	Name     string `default:"Administrator" help:"The administrator's name, as colleagues see it."`
}

func (c *initCommand) Run(t *terminal) error {
	password, chosen, err := c.password(t)
	if err != nil {
		return err
	}
	admin := &server.Administrator{Name: c.Name, SignInName: c.Admin, Password: password}
	config := c.config()
	if config.RulesKey, config.Rules, err = c.signed(); err != nil {
		return err
	}
	if err := server.Init(t.ctx, config, admin); err != nil {
		return err
	}
	data := c.Data
	if c.Store != "" {
		data = "in PostgreSQL"
	}
	t.printf("Made an empty installation.\n  data: %s\n  keys: %s\n", data, c.Keys)
	t.printf("Keep a copy of the key folder, on another machine than the backups of the data. Without it nothing can be read.\n")
	t.printf("The first administrator signs in as %q", c.Admin)
	if !chosen {
		t.printf(" with the password %s\nIt is shown this once", password)
	}
	if c.Rules == "" {
		t.printf(".\nIt has no signed rules yet, and serves nobody before: satchel rules activate --keys %s --key PUBLICKEY SIGNEDRULES", relative(c.Keys))
	}
	where := "--data " + relative(c.Data)
	if c.Store != "" {
		where = "--store URL" // it may hold a password
	}
	t.printf(".\nStart it with: satchel serve %s --keys %s\n", where, relative(c.Keys))
	return nil
}

// signed reads the rules that the installation begins with.
func (c *initCommand) signed() (key ed25519.PublicKey, bundle []byte, err error) {
	if c.RulesKey != "" {
		if key, err = readPublicKey(c.RulesKey); err != nil {
			return nil, nil, err
		}
	}
	if c.Rules != "" {
		bundle, err = os.ReadFile(c.Rules)
	}
	return key, bundle, err
}

// password asks for one at a terminal, and makes one where nobody can be asked.
func (c *initCommand) password(t *terminal) (password string, chosen bool, err error) {
	in, ok := t.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return rand.Text(), false, nil
	}
	fmt.Fprintf(t.err, "Password for the first administrator (12 to 128 characters; empty: one is made): ")
	typed, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(t.err)
	if err != nil || len(typed) == 0 {
		return rand.Text(), false, err
	}
	fmt.Fprintf(t.err, "The same again: ")
	again, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(t.err)
	if err == nil && string(again) != string(typed) {
		err = fault.New(fault.Invalid, "main.init", "The two passwords differ.")
	}
	return string(typed), true, err
}

// relative is a path as it may be typed from here.
func relative(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
