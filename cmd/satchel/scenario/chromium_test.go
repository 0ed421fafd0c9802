package scenario

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
)

// What pages of ours are held against can fail: each thing that a page may do wrong is seen.
func TestChromium_WhatAPageMayNotDoIsSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	said := strings.Join(chromium.Start(t, "breach.mjs", h.base, nil).Ends(), "\n")
	for _, want := range []string{
		"Executing inline script violates the following Content Security Policy directive", "a request to https://elsewhere.example/beacon", "the console: said", "a script: Error: thrown",
		"404 (Not Found)",
	} {
		require.Contains(t, said, want)
	}
}

// Stories are played by the keyboard alone, and what a keyboard does not reach, or where the focus is not seen, stops them.
func TestChromium_WhatAKeyboardDoesNotReachIsSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	play := chromium.Start(t, "hands-breach.mjs", h.base, nil)
	said := map[string]string{}
	play.Hears(&said)
	for part, want := range map[string]string{
		"fine": "it works", "lost": "the focus is nowhere after this was pressed: <button id=\"gone\"", "bare": "no ring is seen around", "mute": "the Tab key does not reach", "beside": "it is not on the screen", "under": "it is hidden behind",
		"deaf": "was typed into", "behind": "the Tab key does not reach", "mouse": "nobody here has a mouse", "page": "the Tab key does not reach",
	} {
		require.Contains(t, said[part], want, part)
	}
	require.Empty(t, play.Ends())
}

// Every page that this server hands out opens in a real browser without an error, within its policy, and without asking another server.
func TestChromium_EveryPageOfOursOpensWithoutAComplaint(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	play := chromium.Start(t, "pages.mjs", h.base, nil)
	for _, d := range doors(t) {
		if !d.page {
			continue
		}
		var opened struct{ Title, Text string }
		play.Asks(set{"path": d.path}, &opened)
		require.NotEmpty(t, opened.Title, d.path)
		require.NotEmpty(t, opened.Text, d.path)
	}
	require.Empty(t, play.Ends())
}

// Only the demo serves pages that a link signs in: no other server hands out how, and its pages begin without it.
func TestNoServerButTheDemosSignsAnybodyInByALink(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, status := range map[string]int{"/web/demo/enter.js": 404, "/web/app/main.js": 200, "/web/board/main.js": 200, "/web/files.js": 200} {
		got, err := http.Get(h.base + path)
		h.done(err)
		text, err := io.ReadAll(got.Body)
		h.done(err)
		h.done(got.Body.Close())
		require.Equal(t, status, got.StatusCode, path)
		require.NotContains(t, string(text), "demo/enter.js", path)
	}
}

// viewed is what stands on the page of a link.
type viewed struct {
	Title, Says, Text string
	Form, Passcode    bool
	Sections          []string
}

// The page of a link, in a real browser of an emergency department: it asks for a passcode where there is one and not where there is none,
// decrypts, shows text as text, asks no other server, and keeps to its policy.
func TestChromium_AnEmergencyLinkOpensInABrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	ada := h.handset(record, identity.KindPatient, "ada")
	h.lymphoma(record)
	const evil = `<img src=x onerror=alert(1)> & "quoted" </p><script>alert(2)</script>`
	h.done(h.oscar.write(record, clinicalContext(record), set{"allergies": evil}))
	h.done(ada.Sync(h.ctx))
	link, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode, Lasts: time.Hour})
	h.done(err)
	open, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Open: true})
	h.done(err)

	play := chromium.Start(t, "view.mjs", h.base, set{"link": link.Link, "now": h.clock.Now().UnixMilli()})
	var page viewed
	play.Hears(&page)
	require.Equal(t, viewed{Title: "Emergency information", Says: page.Says, Form: true, Passcode: true, Sections: []string{}}, page)
	require.Contains(t, page.Says, "It is decrypted here")
	play.Asks(set{"who": "Riverside ED", "passcode": "red harbour 8"}, &page)
	require.Contains(t, page.Says, "This passcode is not right. Tries left before the link is closed for good: 9.")
	require.True(t, page.Form)
	play.Asks(set{"who": "Riverside ED", "passcode": emergencyPasscode}, &page)
	require.Empty(t, page.Says)
	require.False(t, page.Form)
	require.Subset(t, page.Sections, []string{"Person and treatment", "Whom to call", "Problems", "Allergies", "Medications"})
	for _, words := range []string{"Ada Example", "Lymphoma", "Ramipril 5 mg", evil} {
		require.Contains(t, page.Text, words)
	}

	play.Asks(set{"reload": open.Link}, &page)
	require.True(t, page.Form)
	require.False(t, page.Passcode, "nobody is asked for a passcode that there is none of")
	play.Asks(set{"who": "Riverside ED"}, &page)
	require.Contains(t, page.Text, "Ada Example")
	h.done(ada.RevokeLink(h.ctx, record, open.ID))
	play.Asks(set{"reload": open.Link}, &page)
	play.Asks(set{"who": "Riverside ED"}, &page)
	require.Contains(t, page.Says, "This link does not open")
	play.Asks(set{"reload": h.base + "/view"}, &page)
	require.Contains(t, page.Says, "There is no link in this address")
	require.False(t, page.Form)
	require.Equal(t, []string{
		"the console: Failed to load resource: the server responded with a status of 401 (Unauthorized)",
		"the console: Failed to load resource: the server responded with a status of 404 (Not Found)",
	}, play.Ends(), "a browser's own words about the two that were refused, and no others")
}

// printed is what stands on the page that a printed code opens.
type printedPage struct {
	Code, Address, Says, Title, About string
	Order                             bool
	Dates                             []string
}

// The page that a printed code opens, in a real browser of a clinic: the code is read from the address and taken out of it, and the clinic
// answers the order with it.
func TestChromium_AClinicAnswersAPrintedPageInABrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	cbc := h.orders(f, h.primary, set{"performerTeam": nil, "performerSite": "Red Mesa Clinic", "anchor": "2026-11-26", "instructions": "Door B <b>left</b>."})
	var made struct{ Code string }
	h.done(f.ada.post("/v1/records/"+f.record.UUID.String()+"/papers", set{"order": string(cbc), "host": "satchel.example.org"}, &made))

	play := chromium.Start(t, "paper.mjs", h.base, set{"link": h.base + "/paper#" + made.Code, "now": h.clock.Now().UnixMilli(), "wrong": "1961-05-25"})
	var page printedPage
	play.Hears(&page)
	require.Equal(t, made.Code, page.Code)
	require.Equal(t, h.base+"/paper", page.Address, "the code stands in no history")
	require.False(t, page.Order)
	var spanish struct{ Code, Address, Lang string }
	play.Hears(&spanish)
	require.Equal(t, struct{ Code, Address, Lang string }{made.Code, h.base + "/paper?lang=es", "es"}, spanish)
	var refused string
	play.Hears(&refused)
	require.Contains(t, refused, "no abren nada", "and what the server says in English is not shown")
	play.Asks(set{"press": "Show the order", "fills": set{"Birth date": "1961-05-25", "Your name": "Nurse Yazzie"}}, &page)
	require.NotEmpty(t, page.Says, "another birth date opens nothing")
	require.False(t, page.Order)
	play.Asks(set{"press": "Show the order", "fills": set{"Birth date": birthday}}, &page)
	require.True(t, page.Order)
	require.Equal(t, "Blood count", page.Title)
	require.Contains(t, page.About, "Door B <b>left</b>.")
	require.Len(t, page.Dates, 6)
	require.Contains(t, page.About, "Now: being arranged.")
	play.Asks(set{"press": "We accept"}, &page)
	require.Equal(t, "It has arrived. Thank you.", page.Says)
	require.Equal(t, "Nurse Yazzie", value(h.olive.sees(f.record, cbc), "answeredBy"))
	h.at("2026-11-26T11:00")
	play.Asks(set{"press": "It was taken", "chooses": set{"date": "2026-11-26"}, "now": h.clock.Now().Add(-time.Hour).UnixMilli()}, &page)
	require.Equal(t, "It has arrived. Thank you.", page.Says)
	require.Equal(t, "collected", f.ada.stateOf(f, cbc, "2026-11-26"))
	play.Asks(set{"press": "Send the result", "chooses": set{"test": "cbc.wbc"}, "fills": set{"Number": "5000", "Unit, as the laboratory writes it": "/uL"}}, &page)
	require.Equal(t, "It has arrived. Thank you.", page.Says)
	require.Len(t, h.olive.shift().list(f.record, "result"), 1)
	const complaint = "the console: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
	require.Equal(t, []string{complaint, complaint}, play.Ends(), "a browser's own words about the birth date that was refused twice, and no others")
}
