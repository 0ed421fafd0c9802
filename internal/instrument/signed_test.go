package instrument_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

// keyOf is a key made of one letter.
func keyOf(letter string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(letter, ed25519.SeedSize)))
}

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

func bundle(t *testing.T, l *instrument.Library) instrument.Bundle {
	t.Helper()
	b, err := l.Sign(keyOf("a"), "")
	require.NoError(t, err)
	text, err := json.Marshal(b) // as it travels
	require.NoError(t, err)
	read, err := instrument.ReadBundle(text)
	require.NoError(t, err)
	return read
}

// sumOf is a file's hash as a statement has it.
func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// envelopeOf is a statement signed by the key of the letter a.
func envelopeOf(t *testing.T, s instrument.Statement) instrument.Envelope {
	t.Helper()
	payload, err := json.Marshal(s)
	require.NoError(t, err)
	signed := fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(instrument.PayloadType), instrument.PayloadType, len(payload), payload)
	return instrument.Envelope{
		PayloadType: instrument.PayloadType, Payload: base64.StdEncoding.EncodeToString(payload),
		Signatures: []instrument.Signature{{Sig: base64.StdEncoding.EncodeToString(ed25519.Sign(keyOf("a"), signed))}},
	}
}

func TestHazard_H05_WhatIsNotAsItWasSignedIsRefused(t *testing.T) {
	t.Parallel()
	b := bundle(t, library(t))
	l, s, err := b.Open(publicOf(keyOf("a")))
	require.NoError(t, err)
	require.Equal(t, "redflags|1.0.0", s.Rules)
	require.Equal(t, library(t).Current().SHA256(), l.Current().SHA256())
	require.Equal(t, library(t).Current().Questionnaire().SHA256(), s.QuestionnaireSHA256)

	payload, err := base64.StdEncoding.DecodeString(b.Envelope.Payload)
	require.NoError(t, err)
	other := b.Envelope
	other.Payload = base64.StdEncoding.EncodeToString(bytes.Replace(payload, []byte(`"status":"draft"`), []byte(`"status":"active"`), 1))
	for name, change := range map[string]func(c *instrument.Bundle){
		"one threshold": func(c *instrument.Bundle) {
			c.Files["redflags.v1.json"] = strings.Replace(c.Files["redflags.v1.json"], "37.5", "39.5", 1)
		},
		"one space": func(c *instrument.Bundle) { c.Files["hna.v1.json"] += " " },
		"an emergency number": func(c *instrument.Bundle) {
			c.Files["profile.UK.v1.json"] = strings.Replace(c.Files["profile.UK.v1.json"], "999", "998", 1)
		},
		"a file less":       func(c *instrument.Bundle) { delete(c.Files, "profile.US.v1.json") },
		"a file more":       func(c *instrument.Bundle) { c.Files["profile.FR.v1.json"] = c.Files["profile.US.v1.json"] },
		"another statement": func(c *instrument.Bundle) { c.Envelope = other },
		"no signature":      func(c *instrument.Bundle) { c.Envelope.Signatures = nil },
		"a signature of other bytes": func(c *instrument.Bundle) {
			c.Envelope.Signatures[0].Sig = base64.StdEncoding.EncodeToString(ed25519.Sign(keyOf("a"), payload))
		},
		"another key": func(c *instrument.Bundle) {
			signed, err := library(t).Sign(keyOf("b"), "")
			require.NoError(t, err)
			*c = signed
		},
		"another kind of payload": func(c *instrument.Bundle) { c.Envelope.PayloadType = "text/plain" },
	} {
		c := bundle(t, library(t))
		change(&c)
		l, _, err := c.Open(publicOf(keyOf("a")))
		require.True(t, fault.Is(err, fault.Refused), "%s: %v", name, err)
		require.Nil(t, l, name)
	}
	_, _, err = b.Open(nil)
	require.True(t, fault.Is(err, fault.Refused), "nobody is trusted: %v", err)
	for _, text := range []string{"", "{", "[]", strings.Repeat(" ", instrument.BundleBytesMax+1)} {
		_, err := instrument.ReadBundle([]byte(text))
		require.True(t, fault.Is(err, fault.Refused))
	}
}

func TestHazard_H05_RulesThatThisEngineJudgesOtherwiseAreRefused(t *testing.T) {
	t.Parallel()
	b, err := mutated(t, "redflags.v1.json", `"fever_c":37.5`, `"fever_c":39.5`).Sign(keyOf("a"), "")
	require.NoError(t, err)
	_, s, err := b.Open(publicOf(keyOf("a")))
	require.True(t, fault.Is(err, fault.Refused))
	require.ErrorContains(t, err, "does not hold")
	require.Equal(t, "redflags|1.0.0", s.Rules, "what was signed is known all the same")
}

// signedOff is the embedded data as a safety officer leaves it: signed off, with nothing in it that calls itself a draft.
func signedOff(t *testing.T) fstest.MapFS {
	t.Helper()
	data := folder(t, "redflags.v1.json", `{"id":"redflags"`,
		`{"status":"active","signOff":{"name":"Dr Synthetic","role":"clinical safety officer","date":"2026-11-20"},"id":"redflags"`)
	for _, f := range data {
		f.Data = bytes.ReplaceAll(f.Data, []byte("draft, not clinically approved"), []byte("approved by Dr Synthetic"))
	}
	return data
}

func TestHazard_H34_ActiveRulesNameWhoSignedThemOff(t *testing.T) {
	t.Parallel()
	l, err := instrument.Load(signedOff(t))
	require.NoError(t, err)
	_, s, err := bundle(t, l).Open(publicOf(keyOf("a")))
	require.NoError(t, err)
	require.NoError(t, s.Approved())
	require.Equal(t, &instrument.SignOff{Name: "Dr Synthetic", Role: "clinical safety officer", Date: "2026-11-20"}, s.SignOff)

	_, s, err = bundle(t, library(t)).Open(publicOf(keyOf("a")))
	require.NoError(t, err)
	require.True(t, fault.Is(s.Approved(), fault.Refused), "signed is not signed off")

	for _, c := range []struct{ file, old, replacement, says string }{
		{"redflags.v1.json", `"name":"Dr Synthetic"`, `"name":""`, "name and the role"},
		{"redflags.v1.json", `"role":"clinical safety officer"`, `"role":""`, "name and the role"},
		{"redflags.v1.json", `2026-11-20`, `soon`, "date must be a date"},
		{"redflags.v1.json", `"status":"active","signOff"`, `"status":"approved","signOff"`, `"approved" is unknown`},
		{"redflags.v1.json", `"status":"active","signOff"`, `"status":"draft","signOff"`, "a draft has none"},
		{"redflags.v1.json", `"signOff":{"name":"Dr Synthetic","role":"clinical safety officer","date":"2026-11-20"},`, "", "name and the role"},
		{"limits.v1.json", "approved by Dr Synthetic", "draft, not clinically approved", "the review of the limits"},
		{"advice.v1.json", "approved by Dr Synthetic", "draft, not clinically approved", "the review of advice adv.call_emergency"},
		{"profile.US.v1.json", "approved by Dr Synthetic", "draft, not clinically approved", "the review of profile US"},
	} {
		data := signedOff(t)
		require.Contains(t, string(data[c.file].Data), c.old)
		data[c.file].Data = []byte(strings.Replace(string(data[c.file].Data), c.old, c.replacement, 1))
		_, err := instrument.Load(data)
		require.True(t, fault.Is(err, fault.Invalid), c.replacement)
		require.ErrorContains(t, err, c.says)
	}
}

func TestRulesAreTooOldPastTwoMinorVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules, newest string
		behind        bool
	}{
		{"redflags|1.0.0", "", false},
		{"redflags|1.0.0", "redflags|1.2.9", false},
		{"redflags|1.0.0", "redflags|1.3.0", true},
		{"redflags|1.9.0", "redflags|1.11.0", false},
		{"redflags|1.9.0", "redflags|2.0.0", true},
		{"redflags|2.0.0", "redflags|1.9.0", false},
		{"redflags|soon", "redflags|1.0.0", true},
	} {
		require.Equal(t, c.behind, instrument.Behind(c.rules, c.newest), "%s beside %s", c.rules, c.newest)
	}
	require.True(t, instrument.Newer("redflags|1.10.0", "redflags|1.9.0"))
	require.False(t, instrument.Newer("redflags|1.9.0", "redflags|1.9.0"))
}
