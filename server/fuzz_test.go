package server

import (
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"satchel/internal/cost"
	"satchel/internal/fault"
)

const smallFileMax = 64 << 10

// FuzzKeyFolderFile puts anything into the small files of a key folder: what is read is of a version and a form that we know, and
// everything else is refused in a sentence.
func FuzzKeyFolderFile(f *testing.F) {
	dir := f.TempDir()
	if err := (witness{Life: "0f", Sequence: 9, Lines: 2, Last: "ab"}).write(dir); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(dir, witnessName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for _, text := range []string{``, `null`, `[]`, `{"v":1}`, `{"v":2}`, `{"v":1,"key":"AAAA","drafts":true}`, `{"v":1,"at":-9223372036854775808}`, `{"v":1,"sequence":-1}`} {
		f.Add([]byte(text))
	}
	c := Config{Keys: dir, Now: func() time.Time { return time.UnixMilli(1_800_000_000_000) }}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > smallFileMax {
			return
		}
		for _, name := range []string{witnessName, trustName, drillName, bundleName} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cost.Bound(t, smallFileMax, func() {
			if w, err := readWitness(dir); err == nil && (w == nil || w.V != witnessVersion) || err != nil && fault.CodeOf(err) == fault.Internal {
				t.Fatalf("%+v: %v", w, err)
			}
			if trusted, err := readTrust(dir); err == nil && trusted.V != trustVersion {
				t.Fatal("a key of no version")
			}
			if _, err := readRules(dir); err == nil {
				t.Fatal("rules that nobody signed")
			}
			_ = c.drillAge()
		})
	})
}

// FuzzLedgerEntry reads a line of the ledger and one of the log of heads: what is read is written, and reads the same.
func FuzzLedgerEntry(f *testing.F) {
	for _, text := range []string{
		`{"v":1,"at":1}`, `{"v":1,"revocation":{}}`, `{"v":1}{}`, `{"v":9}`, notedJournal + " 0193a5c0-0000-7000-8000-000000000001 00ff aa", notedRead + " x  y", "  ", "a b c d",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > smallFileMax {
			return
		}
		cost.Bound(t, smallFileMax, func() {
			if kind, record, key, said, ok := parseLine(text); ok {
				k2, r2, key2, s2, ok := parseLine(kind + " " + record + " " + hex.EncodeToString([]byte(key)) + " " + said)
				if !ok || k2 != kind || r2 != record || key2 != key || s2 != said {
					t.Fatal("a line that is not itself")
				}
			}
			e, err := readEntry(text)
			if err != nil {
				return
			}
			written, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			again, err := readEntry(string(written))
			if twice, err2 := json.Marshal(again); err != nil || err2 != nil || string(twice) != string(written) {
				t.Fatalf("read once it is %s, read again %s", written, twice)
			}
		})
	})
}

// FuzzConfig reads what an operator may type: proxies, recipients of a backup, where metrics are served, folders. Nobody is trusted whom
// the text does not name, and no folder is taken that would put keys beside data.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{"10.0.0.5", "10.0.0.0/24", "::1/128", "10.0.0.0/33", "age1", "127.0.0.1:9090", "localhost:1", "[::1]:0", ":9090", "/srv/x", "/srv/x/../x/y", "", "..", "a/../../b"} {
		f.Add(text, "/srv/x")
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		if len(text)+len(other) > smallFileMax {
			return
		}
		cost.Bound(t, smallFileMax, func() {
			_, _ = parseRecipients([]string{text})
			c := Config{Proxies: []string{text}}
			if p, err := c.proxy(); err == nil {
				address, errAddress := netip.ParseAddr(text)
				prefix, errPrefix := netip.ParsePrefix(text)
				if len(p.Trusted) != 1 || errAddress == nil && !p.Trusted[0].Contains(address.WithZone("")) || errPrefix == nil && p.Trusted[0] != prefix {
					t.Fatalf("%q trusts %v", text, p.Trusted)
				}
			}
			_ = isLoopback(text)
			if apart(text, other) == nil {
				a, _ := filepath.Abs(text)
				b, _ := filepath.Abs(other)
				if a == b || inside(a, b) || inside(b, a) {
					t.Fatalf("%q and %q are not apart", text, other)
				}
			}
		})
	})
}
