package mobileapi

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync"
)

func desk() map[string]any { return map[string]any{"kind": "web", "name": "Desk"} }

func TestWrongSignInsAreOneAnswer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ask := func(name, password string) reply {
		return p.do("POST", "/v1/sign-in", nil, map[string]any{"name": name, "password": password, "device": desk()})
	}
	unknown, wrong := ask("nobody@nowhere", staffPassword), ask("nia@practice", "something else entirely")
	require.Equal(t, 401, unknown.status)
	require.Equal(t, unknown.text(), wrong.text())
	require.Equal(t, "Bearer", wrong.header.Get("WWW-Authenticate"))
	require.Equal(t, 200, ask("NIA@practice", staffPassword).status)
}

func TestGuessingCodesRunsOutOfTries(t *testing.T) {
	t.Parallel()
	p := newPlace(t, trusting("127.0.0.1/32"))
	guess := func(code, from string) reply {
		return p.do("POST", "/v1/enrol", nil, map[string]any{
			"code": code, "birthDate": birthday, "requestId": p.fresh().String(), "device": desk(),
		}, "X-Forwarded-For", from)
	}
	for i := range 20 {
		require.Equal(t, 422, guess("ABCDE-FGHJ"+string("0123456789ABCDEFGHJK"[i]), "203.0.113.7").status)
	}
	got := guess("ABCDE-FGHJM", "203.0.113.7")
	require.Equal(t, 429, got.status)
	require.NotEmpty(t, got.header.Get("Retry-After"))
	require.Equal(t, 429, guess("ABCDE-FGHJM", "198.51.100.9, 203.0.113.7").status, "what a client says of itself in front of what the proxy says counts for nothing")
	require.Equal(t, 422, guess("ABCDE-FGHJM", "198.51.100.9").status, "others are not shut out")
}

func TestNobodyIsBelievedAboutTheAddressByDefault(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 21 {
		got := p.do("POST", "/v1/enrol", nil, map[string]any{
			"code": "ABCDE-FGHJK", "birthDate": birthday, "requestId": p.fresh().String(), "device": desk(),
		}, "X-Forwarded-For", "203.0.113."+string("0123456789"[i%10]))
		if i < 20 {
			require.Equal(t, 422, got.status)
			continue
		}
		require.Equal(t, 429, got.status, "twenty addresses that the client made up are one")
	}
}

func TestATokenIsExchangedOnceAndALostAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ask := map[string]any{"refreshToken": p.patient.refresh, "requestId": p.fresh().String()}
	first := p.do("POST", "/v1/token", nil, ask)
	require.Equal(t, 200, first.status, first.text())
	var tokens, again tokenAnswer
	first.into(&tokens)
	p.do("POST", "/v1/token", nil, ask).into(&again)
	require.Equal(t, tokens.RefreshToken, again.RefreshToken)

	ask["requestId"] = p.fresh().String()
	require.Equal(t, 401, p.do("POST", "/v1/token", nil, ask).status, "an old token in another request")
	require.Equal(t, 401, p.do("GET", "/v1/records", &p.patient, nil).status, "ends the sign-in")
	fine := p.do("POST", "/v1/token", nil, map[string]any{"refreshToken": strings.Repeat(".", bodyBytesMax-100), "requestId": p.fresh().String()})
	require.Equal(t, 401, fine.status, "a megabyte of dots is no token")
}

func TestADeviceThatIsEndedIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	second := p.enrolled(p.patient, map[string]any{"kind": "patient", "ownPhone": true}, birthday)
	var list struct {
		Devices []struct {
			ID      syncing.UUID
			Current bool
			Ended   int64
		}
	}
	p.do("GET", "/v1/devices", &p.patient, nil).into(&list)
	require.Len(t, list.Devices, 2)
	got := p.do("DELETE", "/v1/devices/"+second.device.String(), &p.patient, nil)
	require.Equal(t, 204, got.status, got.text())
	require.Equal(t, 401, p.do("GET", "/v1/records", &second, nil).status)
	require.Equal(t, 200, p.do("GET", "/v1/records", &p.patient, nil).status)
	require.Equal(t, 404, p.do("DELETE", "/v1/devices/"+p.nurse.device.String(), &p.patient, nil).status, "somebody else's")
	require.Equal(t, 204, p.do("POST", "/v1/sign-out", &p.patient, nil).status)
	require.Equal(t, 401, p.do("POST", "/v1/sign-out", &p.patient, nil).status)
}

func TestAPushTokenBelongsToOneDevice(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	here := map[string]any{"platform": "fcm", "token": "one-token"}
	require.Equal(t, 204, p.do("PUT", "/v1/devices/self/push", &p.patient, here).status)
	require.Equal(t, 204, p.do("PUT", "/v1/devices/self/push", &p.caregiver, here).status)
	before, err := p.identity.PushTargets(p.ctx, p.patient.account)
	require.NoError(t, err)
	require.Empty(t, before, "the phone was handed on")
	require.Equal(t, 400, p.do("PUT", "/v1/devices/self/push", &p.patient, map[string]any{"platform": "fcm", "token": ""}).status)
}

// Whoever lets a device ring can take it back, for that device alone, as often as they like.
func TestAPushRegistrationIsTakenBackByItsOwnDevice(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	other := p.enrolled(p.patient, map[string]any{"kind": "patient", "ownPhone": true}, birthday)
	for token, who := range map[string]*person{"this": &p.patient, "that": &other} {
		require.Equal(t, 204, p.do("PUT", "/v1/devices/self/push", who, map[string]any{"platform": "fcm", "token": token}).status)
	}
	for range 2 {
		require.Equal(t, 204, p.do("DELETE", "/v1/devices/self/push", &p.patient, nil).status)
	}
	left, err := p.identity.PushTargets(p.ctx, p.patient.account)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "that", left[0].Token, "the other device goes on being rung")
	require.Equal(t, 204, p.do("PUT", "/v1/devices/self/push", &other, map[string]any{"platform": "fcm", "token": "this"}).status, "the token is free")
	require.Equal(t, 204, p.do("POST", "/v1/sign-out", &other, nil).status)
	require.Equal(t, 401, p.do("DELETE", "/v1/devices/self/push", &other, nil).status)
}

func TestTwoPhonesWithOneCodeAreOne(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	made := p.do("POST", "/v1/records/"+p.record.String()+"/codes", &p.nurse, map[string]any{"kind": "caregiver", "birthDate": "1970-01-02"})
	var code struct{ Code, ID string }
	made.into(&code)
	statuses := make([]int, 2)
	var both sync.WaitGroup
	for i := range statuses {
		request := p.fresh().String()
		both.Go(func() {
			statuses[i] = p.do("POST", "/v1/enrol", nil, map[string]any{"code": code.Code, "birthDate": "1970-01-02", "name": "Cara", "requestId": request, "device": desk()}).status
		})
	}
	both.Wait()
	require.ElementsMatch(t, []int{200, 422}, statuses)
}

func TestACodeCanBeCancelled(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	codes := "/v1/records/" + p.record.String() + "/codes"
	made := p.do("POST", codes, &p.nurse, map[string]any{"kind": "caregiver", "birthDate": "1970-01-02"})
	var code struct{ Code, ID string }
	made.into(&code)
	require.Equal(t, 204, p.do("DELETE", codes+"/"+code.ID, &p.nurse, nil).status)
	require.Equal(t, 404, p.do("DELETE", codes+"/"+p.fresh().String(), &p.nurse, nil).status)
	got := p.do("POST", "/v1/enrol", nil, map[string]any{"code": code.Code, "birthDate": "1970-01-02", "requestId": p.fresh().String(), "device": desk()})
	require.Equal(t, 422, got.status)
	require.Equal(t, 403, p.do("POST", codes, &p.nurse, map[string]any{"kind": "caregiver", "birthDate": "1970-01-02", "categories": []string{"plan"}}).status,
		"only the person can give more than the schedule")
	require.Equal(t, 403, p.do("POST", codes, &p.caregiver, map[string]any{"kind": "patient"}).status)
}
