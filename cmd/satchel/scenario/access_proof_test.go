package scenario

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"satchel"
	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	"satchel/internal/identity/oidc/stub"
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

// exporting are the operations that openapi.yaml marks with x-proof: what takes much out of the house at once, or says where it is sent to.
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
	_, mails := postOffice(t)
	h := newHouse(t, mails, knowsProvider(stub.Start(t, time.Now).URL, stub.SecretFile(t)))
	f := h.family()
	organisation := h.oncology.Organisation.String()
	reads := func(path string) func(*actor) error {
		return func(a *actor) error { return a.get(path, nil) }
	}
	ways := map[string]struct {
		ask   func(*actor) error
		by    *actor
		prove func()
		other *actor // who is refused whatever they prove
		as    int
	}{
		"GET /v1/records/{record}/consents":          {reads("/v1/records/" + f.record.UUID.String() + "/consents"), f.ada, func() { f.proves(h, h.olive) }, h.otto, 404},
		"GET /v1/organisations/{organisation}/staff": {reads("/v1/organisations/" + organisation + "/staff"), h.amos, h.amos.provesByPassword, h.otto, 404},
		"PUT /v1/accounts/{account}/oidc": {func(a *actor) error {
			return a.put("/v1/accounts/"+h.olive.Tokens().Account.String()+"/oidc", set{"subject": "olive-8f14"}, nil)
		}, h.amos, h.amos.provesByPassword, h.otto, 404},
		"POST /v1/passkeys/registration/begin": {func(a *actor) error { return a.post("/v1/passkeys/registration/begin", nil, nil) }, h.olive, h.olive.provesByPassword, h.otto, 403},
		"POST /v1/second-factor/begin":         {func(a *actor) error { return a.post("/v1/second-factor/begin", nil, nil) }, h.olive, h.olive.provesByPassword, h.otto, 403},
		"PUT /v1/mail/address":                 {func(a *actor) error { return a.put("/v1/mail/address", naming("somebody@ward.example"), nil) }, h.olive, h.olive.provesByPassword, f.ada, 403},
	}
	require.Equal(t, exporting(t), slices.Sorted(maps.Keys(ways)), "a further export is tried here too")
	for _, who := range ways { // they have just signed in
		h.done(who.ask(who.by))
	}
	for name, who := range ways {
		h.later(identity.ProofLasts)
		refused := h.refused(403, who.ask(who.by))
		require.Contains(t, refused, "show that it is you", name)
		h.done(who.by.get("/v1/records", nil)) // all else goes on
		h.refused(who.as, who.ask(who.other))
		who.prove()
		h.done(who.ask(who.by))
		h.done(who.ask(who.by))
		h.later(identity.ProofLasts)
		h.refused(403, who.ask(who.by))
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
