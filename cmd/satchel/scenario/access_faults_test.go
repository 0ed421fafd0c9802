package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
)

// Whoever opens a record in an emergency reads. An attachment was taken in from them all the same, up to what the record has room for.
func TestAccess_AnEmergencyBringsNoAttachment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := &accessWorld{house: h, family: h.family()}
	_, err := h.otto.breaksGlass(client.NewRequestID(), set{"record": w.record})
	h.done(err)
	content := []byte("a synthetic picture")
	sum := sha256.Sum256(content)
	path := "/v1/records/" + w.record.UUID.String() + "/blobs/" + hex.EncodeToString(sum[:])
	require.Equal(t, 404, w.knock(http.MethodPut, path, h.otto.Tokens().AccessToken, content).status)
	require.Equal(t, 404, w.knock(http.MethodHead, path, h.otto.Tokens().AccessToken, nil).status)
	require.Equal(t, 200, w.knock(http.MethodPut, path, h.olive.Tokens().AccessToken, content).status)
}
