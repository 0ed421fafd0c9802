package scenario

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// Whoever is told to act and goes to an emergency department finds the card there. Without a network the companion shows the card as the phone in Go says it, the note first, and in Spanish for whoever reads
// that; on paper it stands alone, in black on white. A code is drawn when the person asks for it and not before, and a reader that nobody here wrote
// reads from it what the card says. By a link somebody in the emergency department reads as much as by one of the phone in Go, with a passcode of eight
// digits, for three days; the person sees who opened it, renews it (the new one is there before the old one ends) and ends it; the server never has the key of one.
func TestChromium_TheEmergencyCardIsShownWithoutANetworkAndLentByALink(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	h := newHouse(t, func(c *server.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	f := h.family()
	h.lymphoma(f.record)
	h.done(h.haematologist().write(f.record, h.draftsExpected(f.record), set{"status": "signed"}))
	f.ada.reports(f.record, set{"phy.fever": 5, "m.temp": "38.1"}, nil)
	ada := h.handset(f.record, identity.KindPatient, "ada")
	card, err := ada.EmergencyCard(f.record)
	h.done(err)
	play := chromium.Start(t, "card.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli()})
	var said struct {
		Wrong                []string
		Shown, Spanish, Code string
		Early, Before, After int
		Printed              struct {
			Asked bool
			Says  string
			Ink   []string
		}
	}
	play.Hears(&said)
	require.Empty(t, said.Wrong)
	require.Zero(t, said.Early, "whoever goes nowhere needs no card")
	lines := regexp.MustCompile(`(?m)^ +|\n$`).ReplaceAllString(card.Screen(), "")
	require.True(t, strings.HasPrefix(lines, "NOTE: "+expectedNote))
	require.Equal(t, lines, said.Shown)
	require.Contains(t, said.Spanish, "Riesgo de sepsis neutropénica: sí")
	require.Contains(t, said.Spanish, "Alergias: Penicillin: rash", "what somebody wrote is not translated")
	require.True(t, said.Printed.Asked)
	require.Equal(t, "EMERGENCY CARD\n"+lines, regexp.MustCompile(`\n+`).ReplaceAllString(said.Printed.Says, "\n"), "the card alone")
	require.Equal(t, []string{"rgb(0, 0, 0)", "rgb(255, 255, 255)"}, said.Printed.Ink)
	require.Equal(t, []int{0, 0}, []int{said.Before, said.After}, "a code is there when it is asked for")
	require.Equal(t, card.Text(), said.Code)
	require.LessOrEqual(t, len(said.Code), care.EmergencyTextMax)

	var wrong []string
	play.Hears(&wrong)
	require.Empty(t, wrong)
	var lent lentLink
	play.Hears(&lent)
	old := h.readsAsLent(ada, f.record, lent)
	var known struct{ Reads, Wrong []string }
	play.Asks(set{"go": "who opened it"}, &known)
	require.Equal(t, []string{"Wrong passcode from Riverside ED, Dr Example, Monday 23 November, 09:00", "Opened by Riverside ED, Dr Example, Monday 23 November, 09:00"}, known.Reads)
	require.Empty(t, known.Wrong)
	play.Asks(set{"go": "renew"}, &lent)
	renewed := h.readsAsLent(ada, f.record, lent)
	require.Equal(t, 404, h.opensAt(old, lent.Passcode).status)
	var ended struct {
		States, Wrong []string
		Kept          int
	}
	play.Asks(set{"go": "end"}, &ended)
	require.Equal(t, 404, h.opensAt(renewed, lent.Passcode).status)
	require.Equal(t, slices.Repeat([]string{"Ended: nobody can read it"}, 4), ended.States, "with those of the phone in Go")
	require.Zero(t, ended.Kept)
	require.Empty(t, ended.Wrong)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
	h.holdsNowhere(f.record, &log, old, renewed)
}

// lentLink is a link as the companion shows it.
type lentLink struct{ Link, Copied, Passcode string }

// readsAsLent opens a link of the companion as an emergency department does: with its passcode of eight digits and not without, for three days; it says
// what a link of the phone in Go says.
func (h *house) readsAsLent(ada *handset, record syncing.RecordID, lent lentLink) payload {
	h.t.Helper()
	require.Equal(h.t, lent.Link, lent.Copied)
	require.Regexp(h.t, `^\d{8}$`, lent.Passcode)
	p := h.payloadOf(phone.Link{Link: lent.Link})
	require.Equal(h.t, "P", p.Flag)
	require.InDelta(h.t, h.clock.Now().Add(72*time.Hour).Unix(), p.Exp, 60, "seconds: the clock of the house goes on")
	require.Equal(h.t, 401, h.opensAt(p, "00000000x").status)
	titles, words := h.sectionsOf(h.decrypts(p, h.opensAt(p, lent.Passcode)))
	link, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode})
	h.done(err)
	other := h.payloadOf(link)
	sameTitles, sameWords := h.sectionsOf(h.decrypts(other, h.opensAt(other, emergencyPasscode)))
	h.done(ada.RevokeLink(h.ctx, record, link.ID))
	require.Equal(h.t, sameTitles, titles)
	require.Equal(h.t, sameWords, words)
	return p
}

// A caregiver shows the card and lends it if the person said so, also with no network once it was heard; it is made of what that caregiver may see, says so,
// and what they may not see is unknown on it, and behind their link.
func TestChromium_ACaregiverShowsTheCardIfThePersonSaidSoAndNoMoreThanTheySee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.lymphoma(f.record)
	allows := func(categories ...string) {
		t.Helper()
		h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": categories}, nil))
	}
	allows("schedule", "person", "team")
	play := chromium.Start(t, "card-helper.mjs", h.base, set{"tokens": h.browsing(f.carla.Tokens().Account), "now": h.clock.Now().UnixMilli()})
	var places []string
	play.Hears(&places)
	require.NotContains(t, places, "Emergency card")
	require.Contains(t, places, "Messages")
	allows("schedule", "person", "team", "ed-share")
	var said struct {
		Shown string
		Wrong []string
	}
	play.Asks(set{"go": "allowed"}, &said)
	require.Contains(t, said.Shown, "Ada Example")
	for _, unknown := range []string{"Regimen", "Allergies", "Blood thinner"} {
		require.Contains(t, said.Shown, unknown+": unknown")
	}
	require.Contains(t, said.Shown, "Risk of neutropenic sepsis: unknown. Treat as at risk.")
	require.Empty(t, said.Wrong)
	var lent lentLink
	play.Hears(&lent)
	p := h.payloadOf(phone.Link{Link: lent.Link})
	bundle := string(h.decrypts(p, h.opensAt(p, lent.Passcode)))
	require.Contains(t, bundle, "Ada Example")
	require.NotContains(t, bundle, "Penicillin")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}
