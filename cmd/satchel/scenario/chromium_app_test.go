package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// The companion in a real browser: a wrong code is refused in a sentence, a right one opens what lies in the record, and from then on the app
// opens with no network and says that it is so.
func TestTheCompanionOpensWithACodeAndThenWithoutANetwork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.olive.books(f, appointing(h.oncology, "Nurse visit", "2027-03-02T09:30", nil))
	play := chromium.Start(t, "app.mjs", h.base, set{"birthDate": birthday})
	var said string
	play.Hears(&said)
	require.Contains(t, said, "code")

	play.Asks(set{"code": h.codeFor(f.record, identity.KindPatient)}, &said)
	require.Contains(t, said, "Tuesday, 2 March 2027")
	require.Contains(t, said, "09:30")
	play.Asks(set{"go": "offline"}, &said)
	require.Contains(t, said, "Tuesday, 2 March 2027")
	for _, complaint := range play.Ends() {
		require.Regexp(t, "ERR_INTERNET_DISCONNECTED|status of 422", complaint, "nothing but the wrong code, and the network that was away")
	}
}
