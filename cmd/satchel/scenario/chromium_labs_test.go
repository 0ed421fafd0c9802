package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// inOrder asks that words stand in a text, each behind the one before.
func inOrder(t testing.TB, text string, words ...string) {
	t.Helper()
	rest := text
	for _, word := range words {
		at := strings.Index(rest, word)
		require.GreaterOrEqual(t, at, 0, "%q stands in its place in:\n%s", word, text)
		rest = rest[at+len(word):]
	}
}

// A count after an injection, in a real browser: the sentence is read first, then what a prescriber signed, and then the number with its
// range and how it went, also with no network and in the dark. That a test was done arrives once there is a network, and a copy of a paper
// is shown as what nobody has checked.
func TestChromium_AResultIsReadInTheRightOrderAndATestIsReportedInATunnel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	omar := h.hireAs("oncologist", "omar", h.oncology)
	finding, err := omar.drafts(f.record, pegfilgrastim(nil), "blasts", "no-gcsf-date")
	h.done(err)
	h.done(omar.write(f.record, finding, set{"status": "signed"}))
	f.ada.reports(f.record, set{"phy.tired": 3}, nil)
	order := newDoc("labOrder")
	h.done(h.olive.orders(f.record, order, ordering(h.oncology, "chem.bmp", "Salts and kidneys", "2026-11-23", set{
		"recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10", "windowAfterDays": 1, "performerTeam": h.primary.ID, "place": "Room 4, Mill Street", "fasting": true,
	})))
	h.done(h.olive.orders(f.record, newDoc("labOrder"), ordering(h.oncology, "ct", "CT scan of the chest", "2026-12-14", set{"instructions": "Drink water <b>before</b>."})))
	ranges := set{"blasts": false, "referenceLow": "4000", "referenceHigh": "11000"}
	was := h.count("5200", "/uL", ranges)
	was["effective"] = h.clock.Now().AddDate(0, 0, -4).UnixMilli()
	h.pia.enters(f.record, was)
	h.pia.enters(f.record, h.count("50000", "/uL", ranges))
	h.pia.enters(f.record, h.count("0.3", "10*9/L", set{"code": "cbc.anc"}))

	play := chromium.Start(t, "labs.mjs", h.base, set{
		"birthDate": birthday, "code": h.codeFor(f.record, identity.KindPatient), "now": h.clock.Now().UnixMilli(),
	})
	var read struct {
		List, Result, Urgent, Old, Address, Title string
		Drawn                                     []int
		Wrong                                     []string
	}
	play.Hears(&read)
	require.Empty(t, read.Wrong)
	inOrder(t, read.List, "What is next", "Salts and kidneys: Monday", "To be done now", "Results", "White blood cells", "higher than the laboratory's usual range. Your team expected it.")
	inOrder(t, read.List, "All dates", "CT scan of the chest", "Not arranged yet", "Monday 14 December", "Planned")
	require.NotContains(t, read.List, "50", "the list gives no number without what belongs to it")
	inOrder(t, read.Result, "higher than the laboratory's usual range. Your team expected it.", "A high count is what your injection is for.", "Signed by Synthetic omar",
		"Call the oncology line", "50,000 /µL", "In your team's unit: 50 ×10⁹/L", "4,000 to 11,000 /µL", "has not said yet what follows", "How it went", "50 ×10⁹/L", "5.2 ×10⁹/L")
	inOrder(t, read.Urgent, "did not say how this compares with what is usual", "Now", "Your team was told to look at this now.", "Call ", "0.3 ×10⁹/L",
		"The laboratory gave no usual range.", "One number alone shows no trend.")
	for _, seen := range read.Drawn {
		require.Greater(t, seen, 100, "a line is drawn in the accent's colour: with a network, without one, and in the dark")
	}
	inOrder(t, read.Old, "Last updated Monday 23 November", "This is old. To be sure, call:", "Call "+h.oncology.Name, "What is next")
	require.Regexp(t, `^#/labs/[0-9a-f-]{36}$`, read.Address, "the address says nothing of anybody's health")
	require.Equal(t, "Satchel", read.Title)

	var said struct {
		Wrong []string
		Copy  string
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	inOrder(t, said.Copy, "Haemoglobin", "Nobody has checked it yet.", "What the report says", "Hb 9.8 g/dL <b>low</b>")
	require.Equal(t, "collected", f.ada.stateOf(f, order, "2026-11-23"), "what was said with no network has arrived")
	h.done(h.olive.sync(f.record))
	require.Len(t, h.olive.shift().list(f.record, "result"), 4)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
