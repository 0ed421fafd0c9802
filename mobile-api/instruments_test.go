package mobileapi

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
)

// instrumented gives the place a bundle that its own key signed.
func instrumented(t *testing.T) (option, ed25519.PublicKey) {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	library, err := instrument.Embedded()
	require.NoError(t, err)
	bundle, err := library.Sign(key, "draft of a test")
	require.NoError(t, err)
	text, err := json.Marshal(bundle)
	require.NoError(t, err)
	public, _ := key.Public().(ed25519.PublicKey)
	return func(c *Config, _ *LiveOptions) {
		c.Instruments = Instruments{Bundle: text, Tag: `"one"`, Key: public, Rules: "redflags|1.0.0", Review: "draft of a test"}
	}, public
}

func TestAPhoneGetsSignedRulesAndTheKeyThatSignedThem(t *testing.T) {
	t.Parallel()
	option, public := instrumented(t)
	p := newPlace(t, option)
	got := p.do("GET", "/v1/instruments", &p.patient, nil)
	require.Equal(t, 200, got.status, got.text())
	require.Equal(t, `"one"`, got.header.Get("ETag"))
	bundle, err := instrument.ReadBundle(got.body)
	require.NoError(t, err)
	_, statement, err := bundle.Open(public)
	require.NoError(t, err)
	require.Equal(t, "draft of a test", statement.Review)

	for _, tag := range []string{`"one"`, `W/"one"`, `"two", "one"`, `*`} {
		again := p.do("GET", "/v1/instruments", &p.patient, nil, "If-None-Match", tag)
		require.Equal(t, 304, again.status, tag)
		require.Empty(t, again.body)
	}
	require.Equal(t, 200, p.do("GET", "/v1/instruments", &p.patient, nil, "If-None-Match", `"two"`).status)
	require.Equal(t, 401, p.do("GET", "/v1/instruments", nil, nil).status)

	signIn := p.do("POST", "/v1/sign-in", nil, map[string]any{
		"name": "nia@practice", "password": staffPassword, "device": map[string]any{"kind": "web", "name": "Desk"},
	})
	require.Contains(t, signIn.text(), base64.StdEncoding.EncodeToString(public))
}

func TestHazard_H34_RulesThatNobodyApprovedAreSaidToOperatorsAndInEveryQueue(t *testing.T) {
	t.Parallel()
	option, _ := instrumented(t)
	p := newPlace(t, option)
	for path, by := range map[string]*person{"/readyz": nil, "/v1/teams/" + p.practice.ID.String() + "/queue": &p.nurse} {
		got := p.do("GET", path, by, nil)
		require.Equal(t, 200, got.status)
		require.Contains(t, got.text(), `{"rules":"redflags|1.0.0","review":"draft of a test","approved":false}`, path)
	}
	bare := newPlace(t)
	require.NotContains(t, bare.do("GET", "/readyz", nil, nil).text(), "approved")
	require.Equal(t, 404, bare.do("GET", "/v1/instruments", &bare.patient, nil).status)
}
