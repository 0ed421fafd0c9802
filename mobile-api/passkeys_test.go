package mobileapi

import (
	"encoding/base64"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/identity/authenticator"
)

const pages = "https://satchel.example"

// begun is what a browser is handed.
type begun struct {
	PublicKey struct {
		Challenge          string
		RP                 struct{ ID, Name string }
		RPID               string
		User               struct{ ID, Name string }
		ExcludeCredentials []credentialDescriptor
		AllowCredentials   []credentialDescriptor
		UserVerification   string
	}
}

func (p *place) begins(by *person, what string) (b begun) {
	p.t.Helper()
	got := p.do("POST", "/v1/passkeys/"+what+"/begin", by, nil)
	require.Equal(p.t, 200, got.status, got.text())
	got.into(&b)
	return b
}

func (p *place) adds(by person, name string) *authenticator.Authenticator {
	p.t.Helper()
	b := p.begins(&by, "registration")
	user, err := base64.RawURLEncoding.DecodeString(b.PublicKey.User.ID)
	require.NoError(p.t, err)
	a := &authenticator.Authenticator{Origin: pages}
	made := a.Make(b.PublicKey.Challenge, b.PublicKey.RP.ID, user)
	got := p.do("POST", "/v1/passkeys/registration/finish", &by, map[string]any{"name": name, "credential": jsontext.Value(made)})
	require.Equal(p.t, 201, got.status, got.text())
	return a
}

func (p *place) comes(a *authenticator.Authenticator) reply {
	p.t.Helper()
	b := p.begins(nil, "sign-in")
	require.Equal(p.t, "required", b.PublicKey.UserVerification)
	return p.do("POST", "/v1/passkeys/sign-in/finish", nil, map[string]any{
		"credential": jsontext.Value(a.Use(b.PublicKey.Challenge, b.PublicKey.RPID)), "device": map[string]any{"kind": "web", "name": "A browser"},
	})
}

// The whole way over the wire: a person makes a passkey, signs in with it as with a code, shows with it who they are, and takes it away.
func TestAPasskeyOverTheWire(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var ways struct{ Passkeys string }
	p.do("GET", "/v1/sign-in", nil, nil).into(&ways)
	require.Equal(t, pages, ways.Passkeys)
	a := p.adds(p.patient, "Ada's phone")
	b := p.begins(&p.patient, "registration")
	require.Equal(t, "satchel", b.PublicKey.User.Name, "of a person nothing is said that an authenticator would show")
	require.Equal(t, []credentialDescriptor{{"public-key", base64.RawURLEncoding.EncodeToString(a.ID())}}, b.PublicKey.ExcludeCredentials)
	thief := p.enrolled(p.patient, map[string]any{"kind": "patient", "ownPhone": true}, birthday) // by a code that the open phone made
	got := p.do("POST", "/v1/passkeys/registration/begin", &thief, nil)
	require.Equal(t, 403, got.status, "whoever found a phone open adds no way in")
	require.Contains(t, got.text(), "proof-needed")
	require.Equal(t, "Nia Nurse", p.begins(&p.nurse, "registration").PublicKey.User.Name)

	got = p.comes(a)
	require.Equal(t, 200, got.status, got.text())
	require.Contains(t, got.text(), p.record.String(), "the records with which a client begins")
	here := signedIn(got)
	require.Equal(t, p.patient.account, here.account)
	require.NotEqual(t, p.patient.device, here.device)

	proof := p.begins(&here, "proof")
	got = p.do("POST", "/v1/proof", &here, map[string]any{"passkey": jsontext.Value(a.Use(proof.PublicKey.Challenge, proof.PublicKey.RPID))})
	require.Equal(t, 200, got.status, got.text())
	require.Equal(t, 422, p.do("POST", "/v1/passkeys/proof/begin", &p.caregiver, nil).status)

	var list struct{ Passkeys []passkeyLine }
	p.do("GET", "/v1/passkeys", &here, nil).into(&list)
	require.Len(t, list.Passkeys, 1)
	require.Equal(t, "Ada's phone", list.Passkeys[0].Name)
	path := "/v1/passkeys/" + list.Passkeys[0].ID.String()
	require.Equal(t, 404, p.do("DELETE", path, &p.caregiver, nil).status)
	require.Equal(t, 204, p.do("DELETE", path, &p.patient, nil).status)
	require.Equal(t, 401, p.comes(a).status)
	require.Equal(t, 401, p.do("GET", "/v1/passkeys", &here, nil).status, "what came in by it is signed out")
	require.Equal(t, 200, p.do("GET", "/v1/passkeys", &p.patient, nil).status)
	require.NotContains(t, p.log.text(), base64.RawURLEncoding.EncodeToString(a.ID()))
}
