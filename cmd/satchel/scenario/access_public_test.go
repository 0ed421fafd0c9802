package scenario

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
)

// TestAccess_T12_AtTheDoorsWithoutASignInNothingTellsWhatOfAGuessWasRight knocks without any sign-in, with what is wrong in every way
// in which it can be: the bytes, the reads of the store and the hashing are those of what was never given (threat T12).
func TestAccess_T12_AtTheDoorsWithoutASignInNothingTellsWhatOfAGuessWasRight(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	made := func(kind string, body map[string]any) (code, id string) {
		var paper struct{ Code, ID string }
		w.done(w.ada.post("/v1/records/"+w.record.UUID.String()+"/"+kind, body, &paper))
		return paper.Code, paper.ID
	}
	phone := map[string]any{"kind": "android", "name": "a phone"}
	enrolment := func(code, birth string) map[string]any {
		return map[string]any{"code": code, "birthDate": birth, "name": "Somebody", "requestId": client.NewRequestID(), "device": phone}
	}
	caregiver := map[string]any{"kind": "caregiver", "birthDate": birthday}
	waits, _ := made("codes", caregiver)
	used, _ := made("codes", caregiver)
	cancelled, id := made("codes", caregiver)
	old, _ := made("codes", caregiver)
	w.done(w.ada.remove("/v1/records/" + w.record.UUID.String() + "/codes/" + id))
	require.Equal(t, 200, w.knock(http.MethodPost, "/v1/enrol", "", enrolment(used, birthday)).status)

	joining := func(code string) map[string]any {
		return map[string]any{
			"code": code, "requestId": client.NewRequestID(), "device": phone, "name": "Dr Guess", "signInName": "guess@example.org", "password": passphrase,
			"job": "nurse", "practice": map[string]any{"name": "A practice", "type": "practice"},
		}
	}
	ask := map[string]any{"as": "specialist", "for": "Dr Weber"}
	over, _ := made("invitations", ask)
	taken, taking := made("invitations", ask)
	w.done(w.ada.remove("/v1/records/" + w.record.UUID.String() + "/invitations/" + taking))

	printing := map[string]any{"order": string(w.ordered), "host": "satchel.example.org"}
	paper := func(code, birth string) map[string]any {
		return map[string]any{"code": code, "birthDate": birth, "act": "read"}
	}
	page, _ := made("papers", printing)
	gone, going := made("papers", printing)
	w.done(w.ada.remove("/v1/records/" + w.record.UUID.String() + "/papers/" + going))

	token := w.olive.Tokens().RefreshToken
	forged := func(at int) map[string]any {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		w.done(err)
		raw[at] ^= 1
		return map[string]any{"refreshToken": base64.RawURLEncoding.EncodeToString(raw), "requestId": client.NewRequestID()}
	}
	signIn := func(name string) map[string]any {
		return map[string]any{"name": name, "password": "a guess of somebody", "device": phone}
	}
	tries := func(path string, bodies ...map[string]any) {
		t.Helper()
		w.done(w.server.Identity().Tend(besideRequests(w.ctx)))
		first := w.knock(http.MethodPost, path, "", bodies[0])
		require.GreaterOrEqual(t, first.status, 400)
		require.NotEqual(t, 400, first.status, "%s: %s", path, first.body)
		for n, body := range bodies[1:] {
			got := w.knock(http.MethodPost, path, "", body)
			require.Equal(t, printed(first), printed(got), "%s, %d", path, n+1)
			require.Equal(t, first.work, got.work, "%s, %d", path, n+1)
		}
	}
	never := strings.Repeat("0", 10)
	tries("/v1/enrol", enrolment(never, birthday), enrolment(waits, "1961-05-25"), enrolment(used, birthday), enrolment(cancelled, birthday))
	tries("/v1/invitations/redeem", joining(never), joining(taken))
	tries("/v1/paper", paper(never, birthday), paper(page, "1961-05-25"), paper(gone, birthday))
	tries("/v1/sign-in", signIn("nobody at all"), signIn("olive"), signIn("amos"))
	tries("/v1/token", forged(1), forged(20), forged(40), forged(75))
	opens := map[string]any{"recipient": "Riverside ED", "passcode": "a guess of somebody"}
	w.passkeysAlike()
	shared, ended := w.shares("P")
	w.done(w.ada.remove("/v1/records/" + w.record.UUID.String() + "/links/" + ended))
	direct, _ := w.shares("U")
	expires, _ := w.shares("P")
	unknown := "/v1/links/" + strings.Repeat("A", 43)
	w.knock(http.MethodPost, unknown, "", opens) // the first try of all finds its place made
	first := w.knock(http.MethodPost, unknown, "", opens)
	alike := func(secret string) {
		t.Helper()
		got := w.knock(http.MethodPost, "/v1/links/"+secret, "", opens)
		require.Equal(t, printed(first), printed(got))
		require.Equal(t, first.work, got.work)
	}
	alike(shared)
	alike(direct)
	w.clock.pass(73 * time.Hour)
	alike(expires)
	w.calendarsAlike()
	tries("/v1/enrol", enrolment(never, birthday), enrolment(old, birthday))
	tries("/v1/invitations/redeem", joining(never), joining(over))
	w.clock.pass(60 * 24 * time.Hour)
	tries("/v1/paper", paper(never, birthday), paper(page, birthday))
}

// calendarsAlike asks for calendars whose addresses are worth nothing, each for another reason.
func (w *accessWorld) calendarsAlike() {
	w.t.Helper()
	of := "/v1/records/" + w.record.UUID.String() + "/calendars"
	made := func(a *actor) (path, id string) {
		var kept struct {
			Path     string
			Calendar struct{ ID string }
		}
		w.done(a.post(of, nil, &kept))
		require.Equal(w.t, 200, w.knock(http.MethodGet, kept.Path, "", nil).status)
		return kept.Path, kept.Calendar.ID
	}
	ended, id := made(w.ada)
	w.done(w.ada.remove(of + "/" + id))
	gone, _ := made(w.target)
	w.done(w.ada.remove("/v1/records/" + w.record.UUID.String() + "/caregivers/" + w.target.Tokens().Account.String()))
	locked, _ := made(w.carla)
	amos, _, err := w.server.Identity().Principal(besideRequests(w.ctx), w.amos.Tokens().Account)
	w.done(err)
	w.done(w.server.Identity().LockAccount(besideRequests(w.ctx), amos, w.carla.Tokens().Account))
	unknown := w.knock(http.MethodGet, "/v1/calendar/"+strings.Repeat("A", 43)+".ics", "", nil)
	require.Equal(w.t, 404, unknown.status)
	for _, path := range []string{ended, gone, locked, "/v1/calendar/x.ics"} {
		got := w.knock(http.MethodGet, path, "", nil)
		require.Equal(w.t, printed(unknown), printed(got))
		require.Equal(w.t, unknown.work, got.work)
	}
}

// shares makes a link of the linked record, as the person's phone would.
func (w *accessWorld) shares(flags string) (secret, id string) {
	w.t.Helper()
	body := map[string]any{"flags": flags, "base": w.base, "content": "e30..aXY.Y2lwaGVy.dGFn"}
	if flags == "P" {
		body["passcode"] = "blue harbour 7"
	}
	var made struct {
		URL  string
		Link struct{ ID string }
	}
	w.done(w.ada.post("/v1/records/"+w.record.UUID.String()+"/links", body, &made))
	return strings.TrimPrefix(made.URL, w.base+"/v1/links/"), made.Link.ID
}
