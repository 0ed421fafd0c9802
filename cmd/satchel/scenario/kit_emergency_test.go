package scenario

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// emergencyPasscode is what the person tells whoever treats them.
const emergencyPasscode = "blue harbour 7"

// lymphoma writes what oncology knows of somebody three days after an injection of a growth factor.
func (h *house) lymphoma(record syncing.RecordID) {
	h.t.Helper()
	h.done(h.oscar.write(record, clinicalContext(record), set{
		"sactRegimen": "R-CHOP", "sactLastDose": "2026-11-19", "gcsfLastDose": "2026-11-20", "gcsfKind": "pegylated", "centralLine": true,
		"anticoagulated": false, "allergies": "Penicillin: rash",
	}))
	h.done(h.olive.write(record, newDoc("condition"), set{"text": "Lymphoma", "code": "C83.3", "clinicalStatus": "active", "recorder": h.oncology.ID}))
	h.done(h.pia.write(record, newDoc("medication"), set{"display": "Ramipril 5 mg", "dose": "once a day", "status": "active"}))
}

// haematologist is a prescriber of oncology.
func (h *house) haematologist() *actor {
	h.t.Helper()
	staff := identity.Staff{Kind: identity.KindClinician, Name: "Synthetic hana", SignInName: "hana", Password: passphrase, Job: "haematologist"}
	_, err := h.server.Identity().Seed().Staff(h.ctx, staff, h.oncology.ID)
	require.NoError(h.t, err)
	hana := h.device("hana")
	_, err = hana.SignIn(h.ctx, "hana", passphrase, "board of hana")
	require.NoError(h.t, err)
	return hana
}

// draftsExpected is a nurse's draft of what is expected of the white cells until 4 December.
func (h *house) draftsExpected(record syncing.RecordID) syncing.DocID {
	h.t.Helper()
	doc := newDoc("expectedFinding")
	h.done(h.olive.act(record, "write", map[string]any{
		"doc": doc, "add": map[string]any{"exclusions": []string{"fever", "spleen-pain"}},
		"set": set{
			"code": "cbc.wbc", "low": "20", "high": "60", "unit": "10*9/L", "validFrom": "2026-11-21", "validTo": "2026-12-04", "drug": "pegfilgrastim", "doseDate": "2026-11-20",
			"because": "pegfilgrastim on 20 November", "ifOutside": "Call the oncology line, day and night.", "status": "draft",
			"patientText": "A high count is what your injection is for.", "clinicianText": "Expected after pegfilgrastim.",
		},
	}, nil))
	return doc
}

// expectedNote is that draft, signed, as it stands on the card.
const expectedNote = "WBC 20-60 x10^9/L expected until 4 December; call if fever, >60, or abdominal/shoulder-tip pain"

// payload is what a link says of itself: where to ask, and the key.
type payload struct {
	URL  string `json:"url"`
	Key  string `json:"key"`
	Exp  int64  `json:"exp"`
	Flag string `json:"flag"`
}

func (h *house) payloadOf(link phone.Link) (p payload) {
	h.t.Helper()
	_, encoded, found := strings.Cut(link.Link, "/view#shlink:/")
	require.True(h.t, found, link.Link)
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	h.done(err)
	h.done(json.Unmarshal(raw, &p))
	return p
}

// manifest is what the server answers whoever holds a link.
type manifest struct {
	status    int
	Files     []struct{ Embedded string }
	Remaining *int   `json:"remainingAttempts"`
	Detail    string `json:"detail"`
	raw       []byte
	headers   http.Header
}

// opensAt asks for a manifest with no account, as a browser of an emergency department does.
func (h *house) opensAt(p payload, passcode string) (m manifest) {
	h.t.Helper()
	body, err := json.Marshal(map[string]string{"recipient": "Riverside ED, Dr Example", "passcode": passcode})
	h.done(err)
	answer, err := http.Post(p.URL, "application/json", bytes.NewReader(body))
	h.done(err)
	m.raw, err = io.ReadAll(answer.Body)
	h.done(err)
	h.done(answer.Body.Close())
	m.status, m.headers = answer.StatusCode, answer.Header
	h.done(json.Unmarshal(m.raw, &m))
	return m
}

// decrypts gives the bundle of a manifest, by the key in the link.
func (h *house) decrypts(p payload, m manifest) []byte {
	h.t.Helper()
	require.Equal(h.t, 200, m.status, m.Detail)
	key, err := base64.RawURLEncoding.DecodeString(p.Key)
	h.done(err)
	sealed, err := jose.ParseEncryptedCompact(m.Files[0].Embedded, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	h.done(err)
	text, err := sealed.Decrypt(key)
	h.done(err)
	return text
}

// sectionsOf are the titles and the words of a bundle's composition, in their order.
func (h *house) sectionsOf(bundle []byte) (titles, words []string) {
	h.t.Helper()
	var read struct {
		Entry []struct {
			Resource struct {
				Section []struct {
					Title string
					Text  struct{ Div string }
				}
			}
		}
	}
	h.done(json.Unmarshal(bundle, &read))
	for _, s := range read.Entry[0].Resource.Section {
		titles, words = append(titles, s.Title), append(words, s.Text.Div)
	}
	return titles, words
}
