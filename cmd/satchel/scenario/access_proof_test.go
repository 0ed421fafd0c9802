package scenario

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"satchel"
	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
)

// proves is a person's fresh proof, with a code that a nurse makes when she knows who is asking.
func (f family) proves(h *house, nurse *actor) {
	h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	h.done(nurse.post("/v1/records/"+f.record.UUID.String()+"/codes", map[string]any{"kind": "patient"}, &made))
	h.done(f.ada.post("/v1/proof", map[string]any{"enrolmentCode": made.Code, "birthDate": birthday, "requestId": client.NewRequestID()}, nil))
}

// exporting are the operations that openapi.yaml marks with x-proof.
func exporting(t *testing.T) (names []string) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(satchel.OpenAPI)
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			marked := op.Extensions["x-proof"] == true
			if marked {
				names = append(names, method+" "+path)
			}
			require.True(t, marked || !strings.HasPrefix(op.OperationID, "export"), "%s takes much out of the house: it asks for a proof", op.OperationID)
		}
	}
	slices.Sort(names)
	return names
}

// TestAccess_T08_AnExportAsksWhoIsHoldingThePhone: whoever finds a phone or a desk open is signed in, and takes nothing out of the house in
// one piece (threat T8). It holds for each operation that the contract marks, for a person and for staff.
func TestAccess_T08_AnExportAsksWhoIsHoldingThePhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	organisation := h.oncology.Organisation.String()
	ways := map[string]struct {
		path  string
		by    *actor
		prove func()
	}{
		"GET /v1/records/{record}/consents": {"/v1/records/" + f.record.UUID.String() + "/consents", f.ada, func() { f.proves(h, h.olive) }},
		"GET /v1/organisations/{organisation}/staff": {"/v1/organisations/" + organisation + "/staff", h.amos, func() {
			h.done(h.amos.post("/v1/proof", map[string]any{"password": passphrase}, nil))
		}},
	}
	require.Equal(t, exporting(t), slices.Sorted(maps.Keys(ways)), "a further export is tried here too")
	for _, who := range ways { // they have just signed in
		h.done(who.by.get(who.path, nil))
	}
	for name, who := range ways {
		h.later(identity.ProofLasts)
		refused := h.refused(403, who.by.get(who.path, nil))
		require.Contains(t, refused, "show that it is you", name)
		h.done(who.by.get("/v1/records", nil)) // all else goes on
		h.refused(404, h.otto.get(who.path, nil))
		who.prove()
		h.done(who.by.get(who.path, nil))
		h.done(who.by.get(who.path, nil))
		h.later(identity.ProofLasts)
		h.refused(403, who.by.get(who.path, nil))
	}
}

// The problem says what to do, and a client knows it by its code from what is forbidden for good.
func TestAccess_T08_TheProblemSaysThatAProofIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := &accessWorld{house: h, family: h.family()}
	h.later(identity.ProofLasts)
	h.done(w.ada.sync(w.record)) // with a new access token
	got := w.knock(http.MethodGet, "/v1/records/"+w.record.UUID.String()+"/consents", w.ada.Tokens().AccessToken, nil)
	var said struct{ Type, Code, Detail string }
	h.done(json.Unmarshal(got.body, &said))
	require.Equal(t, 403, got.status)
	require.Equal(t, "urn:satchel:problem:proof-needed", said.Type)
	require.Equal(t, "proof-needed", said.Code)
	require.Contains(t, said.Detail, "ask your team for a code")
}
