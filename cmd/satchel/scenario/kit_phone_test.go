package scenario

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/server"
	syncing "satchel/sync"
)

// handset is a whole phone, as it runs in the terminal: with its own copy of the rules, and screens.
type handset struct {
	*phone.Phone
	h      *house
	net    *network
	home   string
	tamper func(path string, body []byte) []byte // what somebody on the way makes of an answer; nil: nothing
}

// RoundTrip implements http.RoundTripper.
func (s *handset) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.net.RoundTrip(r)
	if err != nil || s.tamper == nil {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(s.tamper(r.URL.Path, body))), -1
	return answer, nil
}

// handset enrols the person of a record on a phone of their own.
func (h *house) handset(record syncing.RecordID, kind identity.Kind, name string) *handset {
	h.t.Helper()
	s := &handset{h: h, net: &network{}, home: h.t.TempDir()}
	s.open()
	h.t.Cleanup(func() { _ = s.Close() })
	s.enrol(record, kind, name)
	h.done(s.Sync(h.ctx))
	return s
}

func (s *handset) open() {
	s.h.t.Helper()
	var err error
	s.Phone, err = phone.Open(s.home, phone.Options{Now: s.h.clock.Now, Transport: s})
	require.NoError(s.h.t, err)
}

func (s *handset) enrol(record syncing.RecordID, kind identity.Kind, name string) {
	s.h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	s.h.done(s.h.olive.post("/v1/records/"+record.UUID.String()+"/codes", map[string]any{"kind": kind, "birthDate": birthday}, &made))
	s.h.done(s.Enrol(s.h.ctx, s.h.base, made.Code, birthday, "phone of "+name))
}

// restart switches the phone off and on.
func (s *handset) restart() {
	s.h.t.Helper()
	s.h.done(s.Close())
	s.open()
}

// reports completes an assessment on the phone, with or without network.
func (s *handset) reports(record syncing.RecordID, answers set, urgency string) (syncing.DocID, *phone.Judged) {
	s.h.t.Helper()
	doc, err := s.Begin(record, "patient")
	s.h.done(err)
	for code, answer := range answers {
		text, err := json.Marshal(answer)
		s.h.done(err)
		s.h.done(s.Answer(record, doc, code, text))
	}
	j, err := s.Complete(record, doc, urgency, "")
	s.h.done(err)
	return doc, j
}

// interview types answers into the questionnaire, and gives all that the screen showed.
func (s *handset) interview(record syncing.RecordID, lines ...string) (screen string, err error) {
	s.h.t.Helper()
	var out strings.Builder
	v, err := phone.NewInterview(s.Phone, record, "patient", strings.NewReader(strings.Join(lines, "\n")+"\n"), &out)
	s.h.done(err)
	_, err = v.Run()
	return out.String(), err
}

// officer is the key of a clinical safety officer.
var officer = ed25519.NewKeyFromSeed([]byte(strings.Repeat("o", ed25519.SeedSize)))

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey)
	return public
}

// ruleFiles are the data files of the program. A change is a file, a text in it, and what takes its place.
func ruleFiles(t require.TestingT, changes ...[3]string) fstest.MapFS {
	library, err := instrument.Embedded()
	require.NoError(t, err)
	data := fstest.MapFS{}
	for _, f := range library.Files() {
		data[f.Name] = &fstest.MapFile{Data: bytes.Clone(f.Data)}
	}
	for _, c := range changes {
		require.Contains(t, string(data[c[0]].Data), c[1], c[0])
		data[c[0]].Data = bytes.Replace(data[c[0]].Data, []byte(c[1]), []byte(c[2]), 1)
	}
	return data
}

// signOff makes of files what a safety officer does: nothing of them calls itself a draft any more.
func signOff(t require.TestingT, data fstest.MapFS) {
	for _, f := range data {
		f.Data = bytes.ReplaceAll(f.Data, []byte("draft, not clinically approved"), []byte("approved by Dr Synthetic"))
	}
	rules := data["redflags.v1.json"]
	require.NotNil(t, rules)
	rules.Data = bytes.Replace(rules.Data, []byte("{"),
		[]byte(`{"status":"active","signOff":{"name":"Dr Synthetic","role":"clinical safety officer","date":"2026-11-20"},`), 1)
}

// signedBy is a bundle of files, as it travels.
func signedBy(t require.TestingT, key ed25519.PrivateKey, data fstest.MapFS) []byte {
	library, err := instrument.Load(data)
	require.NoError(t, err)
	bundle, err := library.Sign(key, "")
	require.NoError(t, err)
	text, err := json.Marshal(bundle)
	require.NoError(t, err)
	return text
}

// inCare is an installation for people in care: its rules were signed off.
func inCare(t require.TestingT, data fstest.MapFS) func(*server.Config) {
	signOff(t, data)
	text := signedBy(t, officer, data)
	return func(c *server.Config) { c.Drafts, c.RulesKey, c.Rules = false, publicOf(officer), text }
}

// rulesOf are the rules that an actor's device gets from the server, and what was signed.
func (h *house) rulesOf(a *actor, key ed25519.PublicKey) (*instrument.Library, instrument.Statement) {
	h.t.Helper()
	got, err := a.Instruments(h.ctx, "")
	h.done(err)
	bundle, err := instrument.ReadBundle(got.Body)
	h.done(err)
	library, statement, err := bundle.Open(key)
	h.done(err)
	return library, statement
}

func clinicalContext(record syncing.RecordID) syncing.DocID { return care.ClinicalContextID(record) }
