package scenario

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
)

// "Why is the white count 50,000?" An emergency department that has no account reads it from the phone, which has no network: treatment
// dates, the date of the growth factor, the note, the 24-hour number; and again from a link, when there is one.
func TestSeed_A13f_AnEmergencyDepartmentWithoutAnAccountReadsWhyTheCountIsHigh(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	h.lymphoma(record)
	finding, hana := h.draftsExpected(record), h.haematologist()
	ada := h.handset(record, identity.KindPatient, "ada")
	card := func() string {
		t.Helper()
		screen, err := ada.EmergencyScreen(record)
		h.done(err)
		c, err := ada.EmergencyCard(record)
		h.done(err)
		require.LessOrEqual(t, len(c.Text()), 1200)
		_, err = ada.EmergencyQR(record)
		h.done(err)
		return screen + c.Text()
	}
	require.NotContains(t, card(), "WBC", "what nobody signed is not on the card")
	h.refused(http.StatusForbidden, h.olive.write(record, finding, set{"status": "signed"}))
	h.refused(http.StatusForbidden, h.oscar.write(record, finding, set{"status": "signed"}))
	h.done(hana.write(record, finding, set{"status": "signed"}))
	h.done(ada.Sync(h.ctx))

	ada.net.off.Store(true)
	require.Equal(t, 2, strings.Count(card(), expectedNote), "on the screen and in the QR")
	for _, line := range []string{
		"Cancer treatment in progress.", "Risk of neutropenic sepsis: yes", "Last dose of treatment: 2026-11-19", "Last dose of growth factor (G-CSF): 2026-11-20 (pegylated)",
		"Because: pegfilgrastim on 20 November", "Day and night: 01632 960 111", "Millbrook nurses: 01632 960 222", "Last updated 23 November 2026",
	} {
		require.Equal(t, 2, strings.Count(card(), line), line)
	}
	_, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode})
	require.ErrorContains(t, err, "Show the emergency card instead")

	ada.net.off.Store(false)
	link, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode})
	h.done(err)
	p := h.payloadOf(link)
	titles, words := h.sectionsOf(h.decrypts(p, h.opensAt(p, emergencyPasscode)))
	require.Equal(t, "Read first: numbers that are expected", titles[0])
	require.Contains(t, words[0], strings.ReplaceAll(expectedNote, ">", "&gt;"))
	require.Contains(t, strings.Join(words, ""), "Lymphoma (C83.3): active")
	require.Contains(t, strings.Join(words, ""), "Ramipril 5 mg, once a day")

	h.clock.pass(12 * 24 * time.Hour)
	require.NotContains(t, card(), "WBC", "on 5 December it speaks of nothing any more, also on a phone that has heard of nothing since")
}
