package identity

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

type object = map[string]any

// forge builds a token from any header, claims and signature.
type forge struct {
	t      *testing.T
	h      *house
	good   Tokens
	header object
	claims object
}

func newForge(t *testing.T) *forge {
	h, nurse, record := newWard(t)
	good := h.patient(nurse, record)
	f := &forge{t: t, h: h, good: good}
	parts := strings.Split(good.Access, ".")
	require.Len(t, parts, 3)
	f.header, f.claims = f.decoded(parts[0]), f.decoded(parts[1])
	return f
}

func (f *forge) decoded(part string) (o object) {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	require.NoError(f.t, err)
	require.NoError(f.t, json.Unmarshal(raw, &o))
	return o
}

func part(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// changed is o with the members of changes; nil removes one.
func changed(o object, changes object) object {
	o = maps.Clone(o)
	for name, value := range changes {
		if value == nil {
			delete(o, name)
		} else {
			o[name] = value
		}
	}
	return o
}

// ours signs with our own key: what such a token lacks is not the signature.
func (f *forge) ours(header, claims object) string {
	text := part(changed(f.header, header)) + "." + part(changed(f.claims, claims))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(f.h.keys.Load().signing, []byte(text)))
}

func (f *forge) signed(header object, method jwt.SigningMethod, key any) string {
	text := part(changed(f.header, header)) + "." + part(f.claims)
	signature, err := method.Sign(text, key)
	require.NoError(f.t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (f *forge) unsigned(alg string) string {
	return part(changed(f.header, object{"alg": alg})) + "." + part(f.claims) + "."
}

func (f *forge) hmac(alg string, secret []byte) string {
	text := part(changed(f.header, object{"alg": alg})) + "." + part(f.claims)
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// forgeries are tokens that must not be believed (RELIABILITY T3).
func (f *forge) forgeries() map[string]string {
	public := f.h.keys.Load().public[f.h.keys.Load().kid]
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(f.t, err)
	stranger := ed25519.NewKeyFromSeed(make([]byte, 32))
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(f.t, err)
	access := f.good.Access
	dot1, dot2 := strings.Index(access, "."), strings.LastIndex(access, ".")
	jwk := object{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(stranger.Public().(ed25519.PublicKey))}
	all := map[string]string{
		"nothing": "", "dots": "..", "four parts": access + ".x", "two parts": access[:dot2], "rubbish": "not a token", "Bearer twice": "Bearer " + access,
		"a megabyte of dots": strings.Repeat(".", 1<<20), "a megabyte of a": strings.Repeat("a", 1<<20), "one byte too long": strings.Repeat("a", tokenBytesMax+1),
		"HS256 with the public key": f.hmac("HS256", public), "HS256 with its PEM": f.hmac("HS256", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with no key": f.hmac("HS256", nil), "HS256 that calls itself EdDSA": f.hmac("EdDSA", public),
		"RS256":                    f.signed(object{"alg": "RS256"}, jwt.SigningMethodRS256, rsaKey),
		"PS256":                    f.signed(object{"alg": "PS256"}, jwt.SigningMethodPS256, rsaKey),
		"a stranger's key":         f.signed(nil, jwt.SigningMethodEdDSA, stranger),
		"a stranger's kid":         f.signed(object{"kid": "0123456789abcdef"}, jwt.SigningMethodEdDSA, stranger),
		"jwk with its key":         f.signed(object{"jwk": jwk}, jwt.SigningMethodEdDSA, stranger),
		"jwk and no kid":           f.signed(object{"jwk": jwk, "kid": nil}, jwt.SigningMethodEdDSA, stranger),
		"jku":                      f.signed(object{"jku": "https://example.org/keys"}, jwt.SigningMethodEdDSA, stranger),
		"x5u":                      f.signed(object{"x5u": "https://example.org/cert"}, jwt.SigningMethodEdDSA, stranger),
		"kid of a path":            f.signed(object{"kid": "../../../dev/null"}, jwt.SigningMethodEdDSA, stranger),
		"kid of a query":           f.signed(object{"kid": "' OR 1=1 --"}, jwt.SigningMethodEdDSA, stranger),
		"ours with jku":            f.ours(object{"jku": "https://example.org/keys"}, nil),
		"ours with crit":           f.ours(object{"crit": []string{"exp"}}, nil),
		"ours with b64":            f.ours(object{"b64": false}, nil),
		"no kid":                   f.ours(object{"kid": nil}, nil),
		"kid that is no text":      f.ours(object{"kid": 7}, nil),
		"kid that is null":         f.raw(part(object{"alg": "EdDSA", "typ": accessType, "kid": nil}), part(f.claims)),
		"no typ":                   f.ours(object{"typ": nil}, nil),
		"typ of another token":     f.ours(object{"typ": "JWT"}, nil),
		"typ refresh":              f.ours(object{"typ": "rt+jwt"}, nil),
		"no alg":                   f.ours(object{"alg": nil}, nil),
		"alg in lower case":        f.ours(object{"alg": "eddsa"}, nil),
		"no exp":                   f.ours(nil, object{"exp": nil}),
		"exp now":                  f.ours(nil, object{"exp": f.h.clock.now().Unix()}),
		"exp as text":              f.ours(nil, object{"exp": "tomorrow"}),
		"exp negative":             f.ours(nil, object{"exp": -1}),
		"nbf tomorrow":             f.ours(nil, object{"nbf": f.h.clock.now().Add(24 * time.Hour).Unix()}),
		"no issuer":                f.ours(nil, object{"iss": nil}),
		"another issuer":           f.ours(nil, object{"iss": "https://example.org"}),
		"no audience":              f.ours(nil, object{"aud": nil}),
		"another audience":         f.ours(nil, object{"aud": []string{"elsewhere"}}),
		"no subject":               f.ours(nil, object{"sub": nil}),
		"system as subject":        f.ours(nil, object{"sub": "system"}),
		"a subject of zeros":       f.ours(nil, object{"sub": syncing.UUID{}.String()}),
		"a subject in upper case":  f.ours(nil, object{"sub": strings.ToUpper(f.good.Account.String())}),
		"a subject that is not":    f.ours(nil, object{"sub": f.h.id().String()}),
		"no device":                f.ours(nil, object{"dev": nil}),
		"a device that is not":     f.ours(nil, object{"dev": f.h.id().String()}),
		"another's device":         f.ours(nil, object{"sub": f.h.admin.Account.String()}),
		"claims of another":        access[:dot1] + "." + part(changed(f.claims, object{"sub": f.h.admin.Account.String()})) + access[dot2:],
		"signature cut":            access[:len(access)-4],
		"signature changed":        access[:dot2+1] + strings.Map(turn, access[dot2+1:]),
		"signature in other bits":  access[:len(access)-1] + string(rune(access[len(access)-1]+1)),
		"no signature":             access[:dot2+1],
		"padding":                  access + "==",
		"a line break inside":      access[:dot2] + "\n" + access[dot2:],
		"claims that are a list":   f.raw(part(f.header), part([]string{"sub"})),
		"a header that is no JSON": f.raw(base64.RawURLEncoding.EncodeToString([]byte("{")), part(f.claims)),
		"refresh as access":        f.good.Refresh,
	}
	for _, alg := range []string{"none", "None", "nOnE", "NONE", ""} {
		all["alg "+alg] = f.unsigned(alg)
	}
	return all
}

func turn(r rune) rune {
	if r == 'A' {
		return 'B'
	}
	return 'A'
}

func (f *forge) raw(header, claims string) string {
	text := header + "." + claims
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(f.h.keys.Load().signing, []byte(text)))
}

func TestForgedTokensAreNotBelieved(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	_, err := f.h.Authenticate(f.h.ctx, f.ours(nil, nil))
	require.NoError(t, err, "the forge makes good tokens too, so what fails below fails for its own reason")
	all := f.forgeries()
	require.GreaterOrEqual(t, len(all), 60)
	for name, token := range all {
		_, err := f.h.Authenticate(f.h.ctx, token)
		require.Error(t, err, name)
		require.Equal(t, fault.Unauthenticated, fault.CodeOf(err), name)
		require.Equal(t, "Please sign in again. What you wrote stays on this phone.", fault.TextOf(err), name)
	}
	_, err = f.h.Authenticate(f.h.ctx, f.good.Access)
	require.NoError(t, err)
}

func TestATokenThatIsTooLongIsNotLookedAt(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	padded := func(length int) string {
		for n := 1; ; n++ {
			if token := f.ours(nil, object{"pad": strings.Repeat("x", n)}); len(token) >= length {
				return token
			}
		}
	}
	_, err := f.h.Authenticate(f.h.ctx, padded(tokenBytesMax-1))
	require.NoError(t, err)
	long := padded(tokenBytesMax + 1)
	_, err = f.h.parse(long)
	require.NoError(t, err, "but for its length it is good")
	_, err = f.h.Authenticate(f.h.ctx, long)
	isFault(t, fault.Unauthenticated, err)

	store := &counted{Store: f.h.Store}
	s := f.h.serviceOn(store)
	store.taken()
	_, err = s.verify(f.h.ctx, strings.Repeat(".", 1<<20))
	isFault(t, fault.Unauthenticated, err)
	require.Empty(t, store.taken())
	require.Zero(t, s.verified.size())
}

func TestAnAccessTokenLastsTenMinutes(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	require.Equal(t, h.clock.now().Add(10*time.Minute).UnixMilli(), tokens.AccessExpires)
	h.clock.forward(10*time.Minute - time.Second)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Equal(t, tokens.AccessExpires, who.Expires)
	h.clock.forward(time.Second)
	_, err = h.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err) // though it is remembered as verified
	h.verified.empty()
	_, err = h.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err)
}

func TestStandingIsReadAtEveryRequestThoughTheSignatureIsRemembered(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	store := &counted{Store: h.Store}
	s := h.serviceOn(store)
	tokens := h.patient(nurse, record)
	_, err := s.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Equal(t, 1, s.verified.size())
	store.taken()
	_, err = s.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Equal(t, []string{"view", "get", "get"}, store.taken())

	// Another process of the same installation revokes: s hears nothing of it, and still refuses.
	require.NoError(t, h.RevokeDevice(h.ctx, nurse, tokens.Account, tokens.Device, record))
	_, err = s.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err)
}

func TestMembershipsComeFromTheStoreNeverFromTheToken(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	tokens, err := h.Seed().SignIn(h.ctx, nurse.Account, desk)
	require.NoError(t, err)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Len(t, who.Teams, 1)
	require.NoError(t, h.EndMember(h.ctx, h.admin, who.Teams[0].Team, nurse.Account))
	who, err = h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Empty(t, who.Teams)
}

func TestTheMemoryOfVerifiedTokensIsBoundedAndEmptied(t *testing.T) {
	t.Parallel()
	v := newVerifiedTokens(100)
	for i := range 10_000 {
		v.put(sha256.Sum256(fmt.Append(nil, i)), spoken{expires: 1}, 0)
		require.LessOrEqual(t, v.size(), 100)
	}
	_, known, _ := v.find(sha256.Sum256(fmt.Append(nil, 9_999)))
	require.True(t, known)
	_, _, generation := v.find(sha256.Sum256(nil))
	v.empty()
	require.Zero(t, v.size())
	v.put(sha256.Sum256(nil), spoken{}, generation)
	require.Zero(t, v.size(), "what was verified before it was emptied is not put in after")
}

func TestARevocationAndAChangeOfKeysEmptyTheMemory(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	remember := func() {
		_, err := h.Authenticate(h.ctx, tokens.Access)
		require.NoError(t, err)
		require.Equal(t, 1, h.verified.size())
	}
	remember()
	caregiver := h.caregiver(nurse, record)
	require.NoError(t, h.EndAccess(h.ctx, nurse, record, Grantee{Account: caregiver.Account}))
	require.Zero(t, h.verified.size())
	remember()
	require.NoError(t, h.RotateKey(h.ctx, false))
	require.Zero(t, h.verified.size())
	remember()
}

func TestKeysRotateWithOverlap(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	other := h.serviceOn(h.Store) // another process
	before := h.patient(nurse, record)
	kid := h.keys.Load().kid
	require.NoError(t, h.RotateKey(h.ctx, false))
	require.NotEqual(t, kid, h.keys.Load().kid)
	after := h.patient(nurse, record)
	for _, s := range []*Service{h.Service, other} {
		for _, tokens := range []Tokens{before, after} {
			h.clock.forward(keysReadAgain) // a stranger's kid makes us look no more often than this
			_, err := s.Authenticate(h.ctx, tokens.Access)
			require.NoError(t, err)
		}
	}
	h.clock.forward(2 * accessLife)
	require.NoError(t, h.readKeys(h.ctx))
	require.Len(t, h.keys.Load().public, 1, "the old key verifies nothing any more")
	require.NoError(t, h.RotateKey(h.ctx, false))
	require.NoError(t, h.Store.View(h.ctx, installation(), func(tx syncing.ReadTx) error {
		keys, err := keyRows(tx)
		require.Len(t, keys, 2, "and is forgotten")
		return err
	}))
}

func TestAKeyThatMayHaveBeenSeenIsDroppedAtOnce(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	_, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.NoError(t, h.RotateKey(h.ctx, true))
	_, err = h.Authenticate(h.ctx, tokens.Access)
	isFault(t, fault.Unauthenticated, err)
	next, err := h.Refresh(h.ctx, Refreshing{Token: tokens.Refresh, RequestID: "after the key was dropped"})
	require.NoError(t, err)
	_, err = h.Authenticate(h.ctx, next.Access)
	require.NoError(t, err)
}

func TestKeysAreRotatedByTimeAndSurviveARestart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kid := h.keys.Load().kid
	h.restart()
	require.Equal(t, kid, h.keys.Load().kid)
	h.clock.forward(keyLife - time.Hour)
	require.NoError(t, h.Tend(h.ctx))
	require.Equal(t, kid, h.keys.Load().kid)
	h.clock.forward(time.Hour)
	require.NoError(t, h.Tend(h.ctx))
	require.NotEqual(t, kid, h.keys.Load().kid)
}

func TestAStrangersKidDoesNotMakeUsReadTheKeysEachTime(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	store := &counted{Store: f.h.Store}
	s := f.h.serviceOn(store)
	f.h.clock.forward(keysReadAgain)
	store.taken()
	for range 100 {
		_, err := s.verify(f.h.ctx, f.ours(object{"kid": "0123456789abcdef"}, nil))
		isFault(t, fault.Unauthenticated, err)
	}
	require.Equal(t, []string{"view", "walk", "get"}, store.taken())
}

func BenchmarkAuthenticate(b *testing.B) {
	h, nurse, record := newWard(b)
	tokens := h.patient(nurse, record)
	for b.Loop() {
		if _, err := h.Authenticate(h.ctx, tokens.Access); err != nil {
			b.Fatal(err)
		}
	}
}
