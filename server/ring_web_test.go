package server

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	webstub "satchel/internal/notify/webpush/stub"
)

// A browser is reached by its own service: what rings goes there and not to Firebase, and it is sent no push that shows nothing, which
// browsers forbid.
func TestABrowserIsRungByItsOwnServiceAndNeverSilently(t *testing.T) {
	t.Parallel()
	file := webstub.KeyFile(t)
	h := newTower(t)
	h.closes()
	h.browses(h.w.nurse, "not the subscription of any browser")
	h.happens(h.notices(1, "team", nil)...)
	require.NoError(t, h.s.outbox.Turn(t.Context()))
	require.NotEmpty(t, h.holder("not the subscription of any browser"), "without a key nothing is sent to browsers, and nothing waits for it")
	require.Zero(t, h.s.outbox.Rows())

	require.NoError(t, h.s.Close())
	h.config.WebPushKey, h.config.WebPushContact = file, "operator@satchel.example"
	h.s = opened(t, h.config)
	h.happens(h.notices(1, "team", nil)...)
	waker := &waker{identity: h.s.identity, engine: h.s.engine, changed: h.s.changed, sender: h.s.sender, metrics: h.s.metrics, log: h.s.config.Log}
	require.NoError(t, waker.wake(t.Context(), h.w.record))
	require.NotEmpty(t, h.holder("not the subscription of any browser"))
	require.NoError(t, h.s.outbox.Turn(t.Context()))
	require.Empty(t, h.holder("not the subscription of any browser"), "its sender looked at it: no browser made it, so it is forgotten")
	asked, _ := h.google.Asked()
	require.Empty(t, asked)

	c := h.config
	c.WebPushContact = ""
	require.NoError(t, h.s.Close())
	_, err := Open(t.Context(), c)
	require.True(t, fault.Is(err, fault.Invalid))
	h.s = opened(t, h.config)
}
