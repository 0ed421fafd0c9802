package scenario

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// onPaper is POST /v1/paper, by somebody who has no account.
func (h *house) onPaper(body map[string]any) (status int, said map[string]any) {
	h.t.Helper()
	text, err := json.Marshal(body)
	h.done(err)
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.base+"/v1/paper", strings.NewReader(string(text)))
	h.done(err)
	req.Header.Set("Content-Type", "application/json")
	got, err := h.olive.HTTP.Do(req)
	h.done(err)
	defer func() { h.done(got.Body.Close()) }()
	require.Equal(h.t, "no-store", got.Header.Get("Cache-Control"))
	h.done(json.NewDecoder(got.Body).Decode(&said))
	return got.StatusCode, said
}

// sheetIsIn: the page is in the language that is asked for, as somebody chose it, else in the browser's; and the answer says in which.
func (h *house) sheetIsIn(f family, path string, ask map[string]any) {
	h.t.Helper()
	for _, c := range []struct{ chosen, browser, lang, day string }{
		{"", "", "en", "Thursday 26 November 2026"},
		{"", "es-MX,es;q=0.9", "es", "jueves, 26 de noviembre de 2026"},
		{"en", "es", "en", "Thursday 26 November 2026"},
		{"es", "en", "es", "jueves, 26 de noviembre de 2026"},
		{"xx", "es", "es", "jueves, 26 de noviembre de 2026"},
	} {
		body, err := json.Marshal(map[string]any{"order": ask["order"], "host": ask["host"], "language": c.chosen})
		h.done(err)
		req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.base+path, bytes.NewReader(body))
		h.done(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept-Language", c.browser)
		req.Header.Set("Authorization", "Bearer "+f.ada.Tokens().AccessToken)
		got, err := http.DefaultTransport.RoundTrip(req)
		h.done(err)
		var made struct{ ID, Page string }
		h.done(json.NewDecoder(got.Body).Decode(&made))
		h.done(got.Body.Close())
		require.Equal(h.t, c.lang, got.Header.Get("Content-Language"), "%+v", c)
		require.Contains(h.t, got.Header.Get("Vary"), "Accept-Language")
		require.Contains(h.t, made.Page, `<html lang="`+c.lang+`">`)
		require.Contains(h.t, made.Page, "<div>"+c.day+"</div>", "its dates, too")
		h.done(f.ada.remove(path + "/" + made.ID))
	}
}

// The clinic has no account: the person brings a page with a code, and with it the clinic accepts, says that blood was taken, and sends the
// result. A code is one order's, is worthless with another birth date and after ten of them, and tells nobody's name.
func TestSeed_A13b_AClinicWithoutAnAccountAnswersFromThePersonsPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	cbc := h.orders(f, h.primary, set{"performerTeam": nil, "performerSite": "Red Mesa Clinic", "anchor": "2026-11-26", "instructions": "Door B."})
	require.Equal(t, care.TestBeingArranged, h.olive.tests(h.oncology)[0].State)
	path := "/v1/records/" + f.record.UUID.String() + "/papers"
	ask := map[string]any{"order": string(cbc), "host": "satchel.example.org"}
	var made struct{ Code, ID, Page string }
	for _, a := range []*actor{h.pia, h.nils, f.carla} {
		h.refused(403, a.post(path, ask, nil))
	}
	h.refused(404, h.otto.post(path, ask, nil))
	h.refused(400, f.ada.post(path, map[string]any{"order": string(cbc), "host": "satchel.example.org/x?name=Ada"}, nil))
	h.done(f.ada.post(path, ask, &made))
	for _, words := range []string{"Ada Example", "24 May 1961", "<div>Thursday 26 November 2026</div>", "Red Mesa Clinic", "Riverside Oncology, 01632 960 111", made.Code, "data:image/png;base64,", "Door B."} {
		require.Contains(t, made.Page, words)
	}
	require.NotContains(t, made.Page, "<script")
	h.sheetIsIn(f, path, ask)

	use := func(act string, more map[string]any) (int, map[string]any) {
		body := map[string]any{"code": made.Code, "birthDate": birthday, "act": act, "by": "Nurse Yazzie"}
		for name, v := range more {
			body[name] = v
		}
		return h.onPaper(body)
	}
	status, view := use("read", nil)
	require.Equal(t, 200, status)
	require.NotContains(t, view, "name")
	require.Equal(t, "being-arranged", view["state"])
	require.Len(t, view["dates"], 6)
	status, _ = use("decline", nil)
	require.Equal(t, 400, status, "a reason is asked for")
	status, _ = use("accept", map[string]any{"by": ""})
	require.Equal(t, 400, status)
	status, view = use("accept", nil)
	require.Equal(t, 200, status)
	require.Equal(t, "arranged", view["state"])
	status, _ = use("accept", nil)
	require.Equal(t, 200, status, "the same again")
	require.Equal(t, care.TestArranged, h.olive.tests(h.oncology)[0].State)
	require.Equal(t, "Nurse Yazzie", value(h.olive.sees(f.record, cbc), "answeredBy"))
	require.Equal(t, []string{"order-accepted"}, f.ada.noticesFor(f.record, "patient", ""))

	h.at("2026-11-26T11:00")
	taken := map[string]any{"date": "2026-11-26", "at": h.clock.Now().Add(-time.Hour).UnixMilli()}
	status, _ = use("taken", map[string]any{"date": "2026-11-27", "at": taken["at"]})
	require.Equal(t, 400, status, "no date of this order")
	status, _ = use("taken", taken)
	require.Equal(t, 200, status)
	require.Equal(t, "collected", f.ada.stateOf(f, cbc, "2026-11-26"))
	number := map[string]any{"test": "cbc.wbc", "value": "50000", "unit": "/uL", "at": taken["at"]}
	status, _ = use("result", map[string]any{"test": "chem.k", "value": "5", "unit": "mmol/L", "at": taken["at"]})
	require.Equal(t, 400, status, "it was not ordered")
	status, _ = use("result", map[string]any{"test": "cbc.wbc", "value": "5", "unit": "bags", "at": taken["at"]})
	require.Equal(t, 400, status, "nobody knows this unit")
	status, _ = use("result", number)
	require.Equal(t, 200, status)
	require.Equal(t, "resulted", h.olive.shift().stateOf(f, cbc, "2026-11-26"))
	results := h.olive.list(f.record, "result")
	require.Len(t, results, 1)
	require.Equal(t, "critical", value(results[0], "class"), "50.0 x 10^9/L that nobody expects")
	require.Equal(t, "Nurse Yazzie, Red Mesa Clinic", value(results[0], "performer"))
	require.Len(t, h.olive.queue(h.oncology), 1)
	number["value"] = "5000"
	status, _ = use("result", number)
	require.Equal(t, 422, status, "what stands is corrected by the team")

	for range 9 {
		status, _ = h.onPaper(map[string]any{"code": made.Code, "birthDate": "1961-05-25", "act": "read"})
		require.Equal(t, 422, status)
	}
	status, _ = use("read", nil)
	require.Equal(t, 200, status)
	status, _ = h.onPaper(map[string]any{"code": made.Code, "birthDate": "1961-05-25", "act": "read"})
	require.Equal(t, 422, status)
	status, _ = use("read", nil)
	require.Equal(t, 422, status, "ten wrong birth dates in its life")

	h.done(h.olive.post(path, ask, &made))
	status, _ = use("read", nil)
	require.Equal(t, 200, status, "oncology prints another")
	h.refused(404, h.otto.shift().remove(path+"/"+made.ID))
	h.done(f.ada.remove(path + "/" + made.ID))
	status, _ = use("read", nil)
	require.Equal(t, 422, status)
	h.done(h.olive.write(f.record, cbc, set{"performerSite": nil, "performerTeam": h.primary.ID}))
	h.refused(422, h.olive.post(path, ask, nil))
	ended, err := h.olive.HTTP.Get(h.base + "/paper")
	h.done(err)
	h.done(ended.Body.Close())
	require.Contains(t, ended.Header.Get("Content-Security-Policy"), "connect-src 'self'")
	require.Equal(t, "no-referrer", ended.Header.Get("Referrer-Policy"))
}
