package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	syncing "satchel/sync"
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

// A message between clinicians that could not be taken in, as one in the name of a team that is not its author's, was listed among what
// is held for the person, word by word. It waits for its author and for the teams that read such messages.
func TestAccess_WhatCliniciansWriteAmongThemselvesIsNotThePersonsWhenItIsHeldEither(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	doc := newDoc("message")
	h.olive.isHeld(f.record, doc, set{
		"thread": newDoc("message").ID(), "audience": "clinicians", "body": "she has not been told yet", "actionRequired": false, "fromTeam": h.primary.ID.String(),
	}, syncing.Forbidden)
	held := func(a *actor) []syncing.HeldItem {
		var list syncing.HeldList
		h.done(a.get("/v1/records/"+f.record.UUID.String()+"/held", &list))
		return list.Items
	}
	require.Empty(t, held(f.ada))
	f.ada.silentAbout(f.record, "she has not been told", doc.ID())
	require.Len(t, held(h.olive), 1)
	require.Len(t, held(h.pia), 1, "a colleague can settle it")
	require.Empty(t, held(h.nils), "who does not read such messages")
}
