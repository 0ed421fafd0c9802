package server

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity/oidc"
)

// A public address is one under which a browser uses passkeys, or there is none.
func TestThePublicAddressIsOneThatABrowserTrusts(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "https://satchel.example.org", "https://satchel.example.org:8443", "http://localhost", "http://localhost:8080"} {
		require.NoError(t, (&Config{Public: good}).checkPublic(), good)
	}
	for _, bad := range []string{
		"satchel.example.org", "https://", "https://satchel.example.org/", "https://satchel.example.org/app", "https://satchel.example.org?x", "https://satchel.example.org#x",
		"https://Satchel.example.org", "https://me@satchel.example.org", "http://satchel.example.org", "https://192.0.2.7", "https://[2001:db8::1]", "https://satchel.example.org.",
		"ftp://localhost", "javascript:alert(1)", "https://a b",
	} {
		err := (&Config{Public: bad}).checkPublic()
		require.True(t, fault.Is(err, fault.Invalid), bad)
	}
	provider := oidc.Options{Issuer: "https://login.example.org"}
	require.True(t, fault.Is((&Config{Address: "0.0.0.0:8080", OpenID: provider}).checkPublic(), fault.Invalid), "a provider has nowhere to send browsers back to")
	require.NoError(t, (&Config{Address: "127.0.0.1:8080", OpenID: provider}).checkPublic())
	require.NoError(t, (&Config{Address: "0.0.0.0:8080", Public: "https://satchel.example.org", OpenID: provider}).checkPublic())
}

// Without one, pages are those of this machine, and only while nobody else reaches it.
func TestWithoutAPublicAddressPasskeysHoldOnThisMachineAlone(t *testing.T) {
	t.Parallel()
	at := func(address, public string) string {
		listener, err := net.Listen("tcp", address)
		require.NoError(t, err)
		defer listener.Close()
		origin := (&Server{config: Config{Public: public}, listener: listener}).origin()
		_, port, err := net.SplitHostPort(listener.Addr().String())
		require.NoError(t, err)
		require.NotEqual(t, "http://localhost:", origin)
		if origin == "http://localhost:"+port {
			return "this machine"
		}
		return origin
	}
	require.Equal(t, "this machine", at("127.0.0.1:0", ""))
	require.Empty(t, at("0.0.0.0:0", ""))
	require.Equal(t, "https://satchel.example.org", at("127.0.0.1:0", "https://satchel.example.org"))
	require.Empty(t, (&Server{}).origin(), "before it listens")
}
