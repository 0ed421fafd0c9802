package instrument

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
	"satchel/internal/fault"
)

func library(f *testing.F) *Library {
	f.Helper()
	l, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	return l
}

// FuzzBundle opens what is said to be signed rules: nothing that the key did not sign is ever taken, however it is spelled.
func FuzzBundle(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public, _ := key.Public().(ed25519.PublicKey)
	current := library(f)
	good, err := current.Sign(key, "")
	if err != nil {
		f.Fatal(err)
	}
	envelope, err := json.Marshal(good.Envelope)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"v":1,"files":{},"envelope":` + string(envelope) + `}`))
	f.Add([]byte(`{"v":1,"files":null,"envelope":{"payloadType":"` + PayloadType + `","payload":"e30=","signatures":[{"keyid":"","sig":"AA=="}]}}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > BundleBytesMax {
			return
		}
		cost.Bound(t, BundleBytesMax, func() {
			b, err := ReadBundle(text)
			if err != nil {
				return
			}
			if s, err := b.Envelope.Statement(public); err == nil && s.RulesSHA256 != current.Current().sha256 {
				t.Fatal("a statement that nobody signed")
			}
			if _, _, err := b.Open(public); err == nil {
				t.Fatal("a bundle without the files that were signed") // the files are longer than a fuzzer writes
			}
		})
	})
}

// TestAStatementOfAnotherKindIsRefused: one that was not signed at all, and one of a version that nobody knows, were taken as if
// they had been read.
func TestAStatementOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public, _ := key.Public().(ed25519.PublicKey)
	signed := func(payload, kind string) Envelope {
		sig := base64.StdEncoding.EncodeToString(ed25519.Sign(key, signedBytes([]byte(payload))))
		return Envelope{PayloadType: kind, Payload: base64.StdEncoding.EncodeToString([]byte(payload)), Signatures: []Signature{{Sig: sig}}}
	}
	_, err := signed(`{"v":1}`, PayloadType).Statement(public)
	require.NoError(t, err)
	for name, open := range map[string]func() error{
		"no envelope":     func() error { _, err := (Envelope{}).Statement(public); return err },
		"another kind":    func() error { _, err := signed(`{"v":1}`, "application/json").Statement(public); return err },
		"a newer version": func() error { _, err := signed(`{"v":2}`, PayloadType).Statement(public); return err },
		"no version":      func() error { _, err := signed(`{}`, PayloadType).Statement(public); return err },
		"no key":          func() error { _, err := signed(`{"v":1}`, PayloadType).Statement(nil); return err },
	} {
		require.True(t, fault.Is(open(), fault.Refused), name)
	}
}

// FuzzRuleFile puts any text in the place of one file of the library: it is refused, or the whole still judges.
func FuzzRuleFile(f *testing.F) {
	files := library(f).Files()
	for i, file := range files {
		if len(file.Data) < 8<<10 {
			f.Add(byte(i), file.Data)
		}
	}
	f.Add(byte(0), []byte(`{"url":"urn:x:hna","version":"1","scale":{"min":0,"max":10,"integer":true}}`))
	f.Fuzz(func(t *testing.T, which byte, text []byte) {
		if len(text) > BundleBytesMax {
			return
		}
		changed := append([]File(nil), files...)
		sum := sha256.Sum256(text)
		at := int(which) % len(changed)
		changed[at] = File{Name: changed[at].Name, SHA256: hex.EncodeToString(sum[:]), Data: text}
		cost.Bound(t, BundleBytesMax, func() {
			if l, err := loadFiles(changed); err == nil {
				_ = l.holds()
			}
		})
	})
}

// FuzzStrict: what is read strictly is read the same by the standard decoder, and a decimal is never negative.
func FuzzStrict(f *testing.F) {
	for _, text := range []string{`{"v":1}`, `{"V":1}`, `{"v":1,"v":2}`, `[[[[`, `37.45`, `0.0000000001`, `1e5`, "\"\xff\""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > BundleBytesMax {
			return
		}
		cost.Bound(t, BundleBytesMax, func() {
			var strict, plain Statement
			if decodeStrict(text, &strict) == nil {
				if json.Unmarshal(text, &plain) != nil || strict.V != plain.V || strict.Rules != plain.Rules {
					t.Fatal("two readings of one text")
				}
			}
			if d, ok := parseDecimal(string(text)); ok && (d.n < 0 || d.scale < 1 || d.less(d)) {
				t.Fatalf("%q was read as %+v", text, d)
			}
			if spoken, ok := numberText(text); ok {
				if _, ok := parseDecimal(spoken); !ok && len(spoken) < fractionDigits {
					t.Fatalf("%q is spoken as %q, which nobody reads", text, spoken)
				}
			}
		})
	})
}
