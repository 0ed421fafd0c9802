package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A person makes the companion their own without a mouse: how it looks stays on the device and outlives loading it anew; when it may ring is heard on
// their other devices; a device that is signed out from here hears nothing more; leaving in a hurry shows nothing, and leaving for good keeps nothing.
func TestChromium_APersonSetsTheCompanionAsTheyNeedItAndLeavesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "settings.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli()})
	var said struct {
		Wrong []string
		Looks map[string]string
		Rings []string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Equal(t, map[string]string{"theme": "dark", "contrast": "high", "scale": "1.5"}, said.Looks)
	require.Equal(t, []string{"Abra la aplicación, por favor.", "Please open the app."}, said.Rings, "what rings is in the language that was chosen, in an English browser")
	h.done(f.ada.sync(f.record))
	kept := f.ada.list(f.record, "preference")
	require.Len(t, kept, 1)
	require.JSONEq(t, `false`, string(kept[0].Fields["remindersOn"]))
	require.JSONEq(t, `{"from":"22:30","to":"08:00"}`, string(kept[0].Fields["quietHours"]))

	var there string
	play.Asks(set{"go": "elsewhere"}, &there)
	require.Equal(t, "signed out there", there)
	require.Error(t, f.ada.sync(f.record))
	var gone struct{ Left []string }
	play.Asks(set{"go": "leave"}, &gone)
	require.Equal(t, []string{"satchel-look"}, gone.Left, "how it looks says nothing of anybody")
	require.Empty(t, play.Ends())
}
