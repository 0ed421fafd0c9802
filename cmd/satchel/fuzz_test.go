package main

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"satchel/internal/cost"
)

const typedBytesMax = 16 << 10

// FuzzCommandLine parses what somebody typed: it is a command or is refused, and nobody's words end the process.
func FuzzCommandLine(f *testing.F) {
	for _, text := range []string{
		"serve --data d --keys k --drain 3s --proxy 10.0.0.0/24", "backup --recipient age1 x", "erase --yes", "simulate --seed -1 --steps 99999999999999999999",
		"--help", "serve --drain=", "phone lines", "rules sign --key k --name 'A' r", "serve --max-bytes 1e9", "\x00", "-", "--", "=",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > typedBytesMax {
			return
		}
		var all commands
		parser, err := kong.New(&all, kong.Exit(func(int) {}), kong.Writers(new(strings.Builder), new(strings.Builder)), kong.Bind(&terminal{ctx: t.Context()}))
		if err != nil {
			t.Fatal(err)
		}
		cost.Bound(t, 64*typedBytesMax, func() { _, _ = parser.Parse(strings.Fields(text)) }) // help is written for each command
	})
}

// FuzzRulesKey reads what is said to be a key for rules: what is read is a key of the length that it has.
func FuzzRulesKey(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "key")
	if err := (&rulesKey{File: path}).Run(&terminal{out: new(strings.Builder)}); err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{path, path + ".pub"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > typedBytesMax {
			return
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		cost.Bound(t, typedBytesMax, func() {
			if key, err := readPublicKey(path); err == nil && len(key) != ed25519.PublicKeySize {
				t.Fatal("no public key")
			}
			if key, err := readPrivateKey(path); err == nil && len(key) != ed25519.PrivateKeySize {
				t.Fatal("no private key")
			}
		})
	})
}
