package phone

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// noNetwork fails the test if a phone so much as tries.
type noNetwork struct{ t *testing.T }

func (n noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	n.t.Error("the phone asked the network")
	return nil, errors.New("no network")
}

// alone is a phone that has no network, and has rules from when it had one.
func alone(t *testing.T, home string) (*Phone, syncing.RecordID) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(home, settingsName)); err != nil {
		entrust(t, home, "1.0.0")
	}
	p, err := Open(home, Options{Transport: noNetwork{t}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p, syncing.RecordID{UUID: syncing.UUID(uuid.New())}
}

// signer is the key that the phones of these tests trust.
var signer = ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))

// signed are the rules of the program under another version, as a server hands them out.
func signed(t *testing.T, version string) []byte {
	t.Helper()
	library, err := instrument.Embedded()
	require.NoError(t, err)
	data := fstest.MapFS{}
	for _, f := range library.Files() {
		text := strings.ReplaceAll(string(f.Data), "redflags|1.0.0", "redflags|"+version)
		if f.Name == "redflags.v1.json" {
			text = strings.Replace(text, `"version": "1.0.0"`, `"version": "`+version+`"`, 1)
		}
		data[f.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	library, err = instrument.Load(data)
	require.NoError(t, err)
	bundle, err := library.Sign(signer, "")
	require.NoError(t, err)
	text, err := json.Marshal(bundle)
	require.NoError(t, err)
	return text
}

// entrust writes into a phone's folder what an enrolment leaves there.
func entrust(t *testing.T, home, version string) {
	t.Helper()
	public, _ := signer.Public().(ed25519.PublicKey)
	text, err := json.Marshal(settings{V: settingsVersion, Rules: trusted{Key: public, Drafts: true, Newest: "redflags|" + version}})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(home, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, settingsName), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(home, bundleName), signed(t, version), 0o600))
}

// TestHazard_H01_AdviceComesOnThePhoneWithNoNetwork: fever on treatment, in airplane mode, is one answer away from the advice to call.
func TestHazard_H01_AdviceComesOnThePhoneWithNoNetwork(t *testing.T) {
	t.Parallel()
	p, record := alone(t, t.TempDir())
	doc, err := p.Begin(record, "patient")
	require.NoError(t, err)
	require.NoError(t, p.Answer(record, doc, "m.temp", syncing.TextValue("38.0")))
	j, err := p.Complete(record, doc, "", "")
	require.NoError(t, err)
	require.Equal(t, instrument.Red, j.Level, "the phone knows nothing of the treatment: unknown counts as at risk")
	require.NotEmpty(t, j.Advice)
	require.Contains(t, j.Advice[0].Text, "999")
	require.Contains(t, j.Advice[0].Text, "Do not wait for a reply in this app.")
	d := p.DB.Document(record, doc)
	require.Equal(t, "red", Text(d, "phoneLevel"))
	require.NotContains(t, strings.ToLower(p.Standing(record)), "sent.", "nothing is called sent that was not")
	require.Contains(t, p.Standing(record), "saved on this phone")
}

// answers for the eight kinds of things, then what follows from a fever.
func typed(lines ...string) *strings.Reader {
	return strings.NewReader(strings.Join(lines, "\n") + "\n")
}

func TestAnInterviewAsksAgainWhatItDoesNotUnderstandAndShowsAdviceAtOnce(t *testing.T) {
	t.Parallel()
	p, record := alone(t, t.TempDir())
	var out strings.Builder
	in := typed("99", "1", "", "", "", "", "", "", "", // a number that is not there, then the fever
		"eleven", "8", "hot", "101.3 F", "y", "", "", "5", "2", "it began at night", "4")
	v, err := NewInterview(p, record, "patient", in, &out)
	require.NoError(t, err)
	j, err := v.Run()
	require.NoError(t, err)
	require.Equal(t, instrument.Red, j.Level)
	require.Contains(t, out.String(), `"99" is not one of the numbers`)
	require.Contains(t, out.String(), "Please type a number from 0 to 10.")
	require.Less(t, strings.Index(out.String(), "RED"), strings.Index(out.String(), "Is there anything else"), "advice does not wait for the end")
	d := p.DB.Document(record, v.Doc)
	require.Equal(t, `{"unit":"F","value":"101.3"}`, string(d.Fields["answers.m.temp"]))
	require.Equal(t, "true", string(d.Fields["answers.m.shakes"]))
	require.Nil(t, d.Fields["answers.m.unwell"], "skipped is not no")
	require.Equal(t, "not-yet", Text(d, "adviceAction"))
	require.Equal(t, "today", Text(d, "urgency"))
}

func TestAnInterviewThatWasInterruptedGoesOnWithWhatWasAnswered(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p, record := alone(t, home)
	v, err := NewInterview(p, record, "patient", typed("1", "", "", "", "", "", "", "", "6"), &strings.Builder{})
	require.NoError(t, err)
	_, err = v.Run()
	require.ErrorIs(t, err, ErrStopped)
	require.NoError(t, p.Close())

	p, _ = alone(t, home)
	again, err := NewInterview(p, record, "patient", typed(), &strings.Builder{})
	require.NoError(t, err)
	require.Equal(t, v.Doc, again.Doc)
	require.Equal(t, "6", string(p.DB.Document(record, v.Doc).Fields["answers.phy.fever"]))
	other, err := NewInterview(p, record, "caregiver", typed(), &strings.Builder{})
	require.NoError(t, err)
	require.NotEqual(t, v.Doc, other.Doc, "who answers for somebody else begins a form of their own")
}

func TestAPhonesFolderIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	home := filepath.Join(t.TempDir(), "phone")
	p, record := alone(t, home)
	require.NoError(t, p.Write(record, replica.Change{Doc: syncing.NewDocID("note", syncing.UUID(uuid.New())), Set: nil, Delete: true}))
	require.NoError(t, p.keep())
	for _, name := range []string{databaseName, settingsName} {
		info, err := os.Stat(filepath.Join(home, name))
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, name)
	}
	_, err := Open(home, Options{})
	require.True(t, fault.Is(err, fault.Conflict), "two processes on one database would fork it: %v", err)
	require.NoError(t, p.Close())
	require.NoError(t, os.WriteFile(filepath.Join(home, databaseName), []byte("{"), 0o600))
	_, err = Open(home, Options{})
	require.True(t, fault.Is(err, fault.Corrupt))
}

func TestAPhoneThatIsOffKeepsWhatItHasAndSaysSo(t *testing.T) {
	t.Parallel()
	p, err := Open(t.TempDir(), Options{})
	require.NoError(t, err)
	require.True(t, fault.Is(p.Sync(t.Context()), fault.Unauthenticated))
	p.settings.Tokens = client.Tokens{AccessToken: "a", RefreshToken: "r"}
	p.Client = client.New("http://127.0.0.1:1", p.settings.Tokens) // nobody listens on port 1
	record := syncing.RecordID{UUID: syncing.UUID(uuid.New())}
	require.NoError(t, p.Write(record, replica.Change{Doc: syncing.NewDocID("note", syncing.UUID(uuid.New())), Set: map[string]jsontext.Value{"text": syncing.TextValue("hello")}}))
	require.ErrorIs(t, p.Sync(context.Background()), client.ErrOffline)
	require.Equal(t, 1, p.DB.Unanswered(record))
	require.Contains(t, p.Show(record), "1 change is saved on this phone. It will be sent when you are online.")
	require.Contains(t, p.Show(record), "(on this phone alone so far)")
	require.NoError(t, p.Close())
}
