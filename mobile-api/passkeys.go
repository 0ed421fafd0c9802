package mobileapi

import (
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/base64url"
	"satchel/internal/identity"
	"satchel/sync"
)

// passkeyRoutes are how somebody makes a passkey, signs in with one, and takes one away, and what else stands beside a password.
func (a *api) passkeyRoutes(mine, open func(method, path string, h handler)) {
	a.secondFactorRoutes(mine)
	mine("GET", "/v1/passkeys", a.listPasskeys)
	mine("DELETE", "/v1/passkeys/:passkey", a.endPasskey)
	mine("POST", "/v1/passkeys/registration/begin", a.beginPasskey)
	mine("POST", "/v1/passkeys/registration/finish", a.addPasskey)
	open("POST", "/v1/passkeys/sign-in/begin", a.beginPasskeySignIn)
	open("POST", "/v1/passkeys/sign-in/finish", a.signInByPasskey)
	mine("POST", "/v1/passkeys/proof/begin", a.beginPasskeyProof)
}

// passkeyLine is one of the caller's passkeys.
type passkeyLine struct {
	ID     syncing.UUID `json:"id"`
	Name   string       `json:"name"`
	Made   int64        `json:"made"`
	Used   int64        `json:"used,omitzero"`
	Copied int64        `json:"copied,omitzero"` // its counter went back: somebody may have a copy
}

// The names of WebAuthn, as PublicKeyCredential.parseCreationOptionsFromJSON and parseRequestOptionsFromJSON read them.
type (
	credentialDescriptor struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	}
	credentialAlgorithm struct {
		Type string `json:"type"`
		Alg  int    `json:"alg"`
	}
)

const publicKeyType = "public-key"

func credentialsNamed(ids [][]byte) []credentialDescriptor {
	list := make([]credentialDescriptor, len(ids))
	for i, id := range ids {
		list[i] = credentialDescriptor{publicKeyType, base64url.Encode(id)}
	}
	return list
}

// beginPasskey is POST /v1/passkeys/registration/begin: what a browser makes a passkey by. Who only found a phone open gets it not.
func (a *api) beginPasskey(c *fiber.Ctx, r *request) error {
	if err := a.Identity.Proved(r.who); err != nil {
		return err
	}
	offer, err := a.Identity.BeginPasskey(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	called := offer.Name
	if called == "" {
		called = offer.Issuer
	}
	algorithms := make([]credentialAlgorithm, len(offer.Algorithms))
	for i, alg := range offer.Algorithms {
		algorithms[i] = credentialAlgorithm{publicKeyType, alg}
	}
	return answer(c, fiber.StatusOK, map[string]any{"publicKey": map[string]any{
		"rp":                 map[string]any{"id": offer.RP, "name": offer.Issuer},
		"user":               map[string]any{"id": base64url.Encode(offer.User), "name": called, "displayName": called},
		"challenge":          offer.Challenge,
		"pubKeyCredParams":   algorithms,
		"timeout":            offer.LivesMs,
		"excludeCredentials": credentialsNamed(offer.Known),
		"authenticatorSelection": map[string]any{
			"residentKey": "required", "requireResidentKey": true, "userVerification": "required",
		},
		"attestation": "none",
	}})
}

// addPasskey is POST /v1/passkeys/registration/finish.
func (a *api) addPasskey(c *fiber.Ctx, r *request) error {
	var in struct {
		Name       string         `json:"name"` // as its holder will recognise it
		Credential jsontext.Value `json:"credential"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	made, err := a.Identity.AddPasskey(r.ctx, r.who.Principal, in.Name, in.Credential)
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusCreated, passkeyLine(made))
}

// listPasskeys is GET /v1/passkeys: the caller's own.
func (a *api) listPasskeys(c *fiber.Ctx, r *request) error {
	passkeys, err := a.Identity.Passkeys(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	list := make([]passkeyLine, len(passkeys))
	for i, p := range passkeys {
		list[i] = passkeyLine(p)
	}
	return answer(c, fiber.StatusOK, struct {
		Passkeys []passkeyLine `json:"passkeys"`
	}{list})
}

// endPasskey is DELETE /v1/passkeys/{passkey}: it opens nothing any more, and what came in by it is signed out.
func (a *api) endPasskey(c *fiber.Ctx, r *request) error {
	id, err := uuidOf(c, "passkey")
	if err != nil {
		return err
	}
	if err := a.Identity.EndPasskey(r.ctx, r.who.Principal, id); err != nil {
		return err
	}
	return done(c)
}

// requestOptions is what a browser uses a passkey by; known is nil where nobody is named.
func requestOptions(c *fiber.Ctx, offer identity.PasskeyOffer) error {
	return answer(c, fiber.StatusOK, map[string]any{"publicKey": map[string]any{
		"rpId": offer.RP, "challenge": offer.Challenge, "timeout": offer.LivesMs, "userVerification": "required", "allowCredentials": credentialsNamed(offer.Known),
	}})
}

// beginPasskeySignIn is POST /v1/passkeys/sign-in/begin. It names nobody, and keeps nothing.
func (a *api) beginPasskeySignIn(c *fiber.Ctx, _ *request) error {
	offer, err := a.Identity.BeginPasskeySignIn()
	if err != nil {
		return err
	}
	return requestOptions(c, offer)
}

// signInByPasskey is POST /v1/passkeys/sign-in/finish.
func (a *api) signInByPasskey(c *fiber.Ctx, r *request) error {
	var in struct {
		Credential jsontext.Value `json:"credential"`
		Device     deviceFacts    `json:"device"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	tokens, err := a.Identity.SignInByPasskey(r.ctx, identity.PasskeySigningIn{Credential: in.Credential, Address: a.addressOf(c), Device: in.Device.facts()})
	if err != nil {
		return err
	}
	return a.welcome(c, r, tokens)
}

// beginPasskeyProof is POST /v1/passkeys/proof/begin: what comes of it goes to POST /v1/proof.
func (a *api) beginPasskeyProof(c *fiber.Ctx, r *request) error {
	offer, err := a.Identity.BeginPasskeyProof(r.ctx, r.who.Principal)
	if err != nil {
		return err
	}
	return requestOptions(c, offer)
}

// waysIn is GET /v1/sign-in: by which ways somebody may sign in here. A page shows passkeys where its own address is the one named.
func (a *api) waysIn(c *fiber.Ctx, _ *request) error {
	return answer(c, fiber.StatusOK, struct {
		Passkeys     string `json:"passkeys,omitzero"`
		Organisation string `json:"organisation,omitzero"` // what the sign-in of the staff's organisation is called
	}{a.Identity.PasskeyOrigin(), a.Identity.OpenIDName()})
}
