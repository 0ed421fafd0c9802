package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// fortyRows is how many people a nurse finds in the morning.
const fortyRows = 40

// unkind is what somebody may write: a tag, and a sign that turns what comes after it round.
const unkind = "<b>Since</b> this \u202emorning & all day."

// inTheMorning is what the nth of them reported: of each level, in few words and in many. at is now, in ms.
func inTheMorning(n int, at int64) (of, more set) {
	switch n % 5 {
	case 0:
		return set{"phy.breath": 8, "m.breathrest": true}, set{
			"itemNote.phy.breath": "It hurts when I breathe, mostly at night, and lying down makes it worse.", "urgency": "now",
			"phoneLevel": "amber", "phoneHash": strings.Repeat("0", 64), "adviceShownAt": at, "adviceAction": "not-yet",
		}
	case 1:
		return set{"phy.fever": 9, "phy.tired": 7, "phy.appetite": 6}, set{"itemNote.phy.fever": "I am shaking.", "adviceShownAt": at, "adviceAction": "called-line"}
	case 2:
		return set{"phy.pain": 7, "phy.sleep": 8, "phy.constip": 6, "phy.nausea": 5}, set{
			"itemNote.phy.pain": strings.Repeat("The pain in my back keeps me awake and the tablets help for two hours only. ", 6), "urgency": "today",
		}
	case 3:
		return set{"phy.nausea": 5}, set{"itemNote.phy.nausea": unkind, "adviceShownAt": at}
	}
	return set{"phy.tired": 4}, set{"urgency": "next-visit"}
}

// waitInTheMorning lets forty people report; some of them twice, some have been taken.
func (h *house) waitInTheMorning() {
	h.t.Helper()
	for n := range fortyRows {
		record := h.admit(fmt.Sprint([]string{"Ada", "Maximilian-Alexander", "Bo", "Concepción", "Li"}[n%5], n, " Example"))
		phone := h.enrol(record, identity.KindPatient, fmt.Sprint("phone", n))
		of, more := inTheMorning(n, h.clock.Now().UnixMilli())
		for range 1 + n%7/6 {
			phone.reports(record, of, more)
		}
		if n%6 == 1 {
			h.done(h.oscar.deals(h.oncology, record, "claim", nil))
		}
		if n%8 == 0 {
			h.clock.pass(7 * time.Minute)
		}
	}
	h.follow()
}

// A nurse has forty rows and ten minutes, on a small screen or a narrow one, in the language that she reads, in the dark, with large text. Five rows
// are whole on 1280 by 720; what is cut off ends in dots, wherever; the row at which she is stays in sight when she goes on, closes it and asks for the keys;
// what somebody wrote stands there as they wrote it.
func TestChromium_ANurseWithFortyRowsReadsEachAndSeesWhereSheIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.waitInTheMorning()
	play := chromium.Start(t, "board-forty.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account)})
	var said struct {
		Stands map[string]struct {
			InSight int
			Wrong   []string
		}
		Narrow, Desk, Closing, Keys struct{ Seen, Whole bool }
		Words, Green                []string
		Made                        int
	}
	play.Hears(&said)
	require.Len(t, said.Stands, 5)
	for look, stands := range said.Stands {
		require.Empty(t, stands.Wrong, look)
	}
	require.GreaterOrEqual(t, said.Stands["desk"].InSight, 5)
	require.GreaterOrEqual(t, said.Stands["es dark"].InSight, 5)
	require.True(t, said.Narrow.Seen && said.Narrow.Whole, "on a narrow screen the row to which she goes is in sight")
	require.True(t, said.Desk.Seen)
	require.True(t, said.Closing.Seen && said.Closing.Whole, "whom she closes is read beside the panel")
	require.True(t, said.Keys.Seen && said.Keys.Whole, "the keys are in sight when they are asked for")
	require.Contains(t, said.Words, "“"+unkind+"”")
	require.NotEmpty(t, said.Green)
	require.NotContains(t, strings.Join(said.Green, "\n"), "consejo", "a row that is not urgent does not tell whether the phone advised: nobody is told that it did not")
	require.Zero(t, said.Made, "nothing was made of what they wrote")
	require.Empty(t, play.Ends())
}
