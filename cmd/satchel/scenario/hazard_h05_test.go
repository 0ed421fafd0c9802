package scenario

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/server"
	syncing "satchel/sync"
)

// vector is one vector of the instrument, as a person on treatment can live it.
type vector struct {
	Name        string
	Answers     set
	Context     map[string]bool
	Region      string
	Previous    set
	Urgency     string
	ExpectLevel string
}

// Every vector, lived: the phone judges it with no network by the rules that it fetched, and the server judges the same answers of a
// person whose phone said nothing. Both come to what the vector expects, and so to the same.
func TestHazard_H05_PhoneAndServerComeToTheSameForEveryVector(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	library, err := instrument.Embedded()
	require.NoError(t, err)
	file, ok := library.File("vectors.v1.json")
	require.True(t, ok)
	var vectors []vector
	require.NoError(t, json.Unmarshal(file.Data, &vectors))
	require.Len(t, vectors, 32)
	for _, v := range vectors {
		record, phone := h.living(v, "phone"), ""
		ada := h.handset(record, identity.KindPatient, "ada")
		ada.net.off.Store(true)
		_, judged := ada.reports(record, v.Answers, wish(v))
		require.Equal(t, v.ExpectLevel, judged.Level.String(), "the phone: %s", v.Name)
		phone = judged.Level.String()
		h.done(ada.Close())

		record = h.living(v, "server")
		silent := h.enrol(record, identity.KindPatient, "silent")
		report := newDoc("assessment")
		fields := set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "urgency": wish(v)}
		for code, answer := range v.Answers {
			fields["answers."+code] = answer
		}
		silent.writes(record, report, fields)
		require.Equal(t, phone, value(silent.sees(record, report), "serverLevel"), "the server: %s", v.Name)
	}
}

// wish is the urgency of a vector; "can wait" if it says none.
func wish(v vector) string {
	if v.Urgency == "" {
		return "next-visit"
	}
	return v.Urgency
}

// living admits a person to whom what a vector says of the treatment applies, and who reported before what it says of before.
func (h *house) living(v vector, who string) syncing.RecordID {
	h.t.Helper()
	record := h.admit("Vector of the " + who)
	h.done(h.olive.write(record, careTeam(h.oncology), set{"region": v.Region}))
	context := set{"transplantOrCarT": false}
	for flag, holds := range v.Context {
		switch flag {
		case "infectionRisk":
			context["sactLastDose"] = map[bool]string{true: "2026-11-20", false: "2024-01-01"}[holds]
		case "checkpointInhibitor":
			context["checkpointInhibitorLastDose"] = map[bool]string{true: "2026-11-20", false: "2024-01-01"}[holds]
		case "lowPlatelets": // comes from blood counts, which are not here: unknown counts as present
		default:
			context[flag] = holds
		}
	}
	if len(v.Context) > 0 {
		h.done(h.oscar.write(record, clinicalContext(record), context))
	}
	if len(v.Previous) > 0 {
		before := h.handset(record, identity.KindPatient, "before")
		before.reports(record, v.Previous, "next-visit")
		h.done(before.Sync(h.ctx))
		h.done(before.Close())
		h.later(time.Minute)
	}
	return record
}

// Rules that somebody changed on the way, or on the disk, are used by neither. The phone goes on with what it had; where it had none it
// gives no verdict, and the answers are judged by the server.
func TestHazard_H05_MutatedRulesAreRefusedByPhoneAndServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	later := func(_ string, body []byte) []byte { return bytes.Replace(body, []byte(`37.5`), []byte(`39.5`), 1) }

	ada := &handset{h: h, net: &network{}, home: t.TempDir()}
	ada.tamper = func(path string, body []byte) []byte {
		if path != "/v1/instruments" {
			return body
		}
		return later(path, body)
	}
	ada.open()
	t.Cleanup(func() { _ = ada.Close() })
	ada.enrol(record, identity.KindPatient, "ada")
	h.done(ada.Sync(h.ctx))
	require.True(t, fault.Is(ada.Trusted(), fault.Refused), "%v", ada.Trusted())
	screen, err := ada.interview(record, "1", "", "", "", "", "", "", "", "3", "38.0", "n", "n", "n", "", "")
	require.NoError(t, err)
	require.Contains(t, screen, "When to call")
	require.Contains(t, screen, "Call 01632 960 111 at once, day or night")
	require.NotContains(t, screen, "\nRED\n")
	require.NotContains(t, screen, "Nothing here needs urgent help")
	h.done(ada.Sync(h.ctx))
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Equal(t, "red", rows[0].Level, "the server judged what the phone could not")

	ada.tamper = nil
	h.done(ada.Sync(h.ctx))
	require.NoError(t, ada.Trusted(), "the true rules are taken")
	ada.tamper = func(_ string, body []byte) []byte { return later("", body) }
	h.done(ada.Sync(h.ctx))
	_, judged := ada.reports(record, set{"m.temp": "38.0"}, "")
	require.Equal(t, instrument.Red, judged.Level, "and what comes changed later does not replace them")

	folder := t.TempDir()
	c := server.Config{Data: folder + "/data", Keys: folder + "/keys", Address: "127.0.0.1:0"}
	option := inCare(t, ruleFiles(t))
	option(&c)
	good := c.Rules
	c.Rules = later("", good)
	require.True(t, fault.Is(server.Init(h.ctx, c, nil), fault.Refused), "an installation is not made with changed rules")
	_, err = server.ActivateRules(c.Keys, signedBy(t, officer, ruleFiles(t)))
	require.True(t, fault.Is(err, fault.Refused), "nor does a draft get in: %v", err)
	_, err = server.ActivateRules(c.Keys, []byte(strings.Replace(string(good), `"sig":"`, `"sig":"AAAA`, 1)))
	require.True(t, fault.Is(err, fault.Refused), "nor what nobody signed: %v", err)
	_, err = server.ActivateRules(c.Keys, good)
	require.NoError(t, err)
}
