package scenario

import (
	"crypto/ed25519"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/server"
)

// An installation for people in care serves by rules that a named safety officer signed off, and by no others.
func TestHazard_H34_OnlyRulesThatWereSignedOffAreServedToPeopleInCare(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := server.Config{Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Address: "127.0.0.1:0"}
	require.NoError(t, server.Init(t.Context(), c, nil))
	serves := func() error {
		s, err := server.Open(t.Context(), c)
		require.NoError(t, err, "it can be opened, to be mended")
		err = s.Listen()
		require.NoError(t, s.Close())
		return err
	}
	require.True(t, fault.Is(serves(), fault.Refused), "there are no rules")

	draft := signedBy(t, officer, ruleFiles(t))
	require.NoError(t, server.PinRules(c.Keys, publicOf(officer)))
	_, err := server.ActivateRules(c.Keys, draft)
	require.ErrorContains(t, err, "no clinical safety officer has signed them off")
	active := ruleFiles(t)
	signOff(t, active)
	stranger := ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", ed25519.SeedSize)))
	for says, text := range map[string][]byte{
		"no clinical safety officer": draft, "not signed by the key": signedBy(t, stranger, active), "can be read": []byte("{"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(c.Keys, "rules.json"), text, 0o600), "somebody puts them there by hand")
		err := serves()
		require.True(t, fault.Is(err, fault.Refused), "%v", err)
		require.ErrorContains(t, err, says)
	}
	require.True(t, fault.Is(server.PinRules(c.Keys, publicOf(stranger)), fault.Conflict), "the trusted key is not exchanged")

	require.NoError(t, os.Remove(filepath.Join(c.Keys, "rules.json")))
	statement, err := server.ActivateRules(c.Keys, signedBy(t, officer, active))
	require.NoError(t, err)
	require.Equal(t, "Dr Synthetic", statement.SignOff.Name)
}

// What everybody sees of it: approved rules say by whom; drafts say that they are drafts, to operators, clinicians and the person.
func TestHazard_H34_EverybodySeesWhetherTheRulesAreApproved(t *testing.T) {
	t.Parallel()
	approved, demo := newHouse(t, inCare(t, ruleFiles(t))), newHouse(t)
	for _, c := range []struct {
		h        *house
		approved bool
		review   string
	}{{approved, true, "approved by Dr Synthetic"}, {demo, false, server.DemoReview}} {
		var ready, queue struct {
			Rules, Judged struct {
				Rules, Review string
				Approved      bool
			}
		}
		c.h.done(c.h.amos.get("/readyz", &ready))
		require.Equal(t, c.approved, ready.Rules.Approved)
		require.Equal(t, c.review, ready.Rules.Review)
		c.h.done(c.h.pia.get("/v1/teams/"+c.h.primary.ID.String()+"/queue", &queue))
		require.Equal(t, c.approved, queue.Judged.Approved)
		require.Equal(t, c.review, queue.Judged.Review)
		c.h.refused(http.StatusNotFound, c.h.otto.get("/v1/teams/"+c.h.primary.ID.String()+"/queue", &queue))

		record := c.h.admit("Ada Example")
		ada := c.h.handset(record, identity.KindPatient, "ada")
		doc, judged := ada.reports(record, set{"m.temp": "38.0"}, "")
		require.Contains(t, ada.CallScreen(record, judged, doc), "(The rules behind this: "+c.review+".)")
		require.Contains(t, ada.WhenToCall(record), "This app is not for emergencies.")
		require.Contains(t, ada.WhenToCall(record), "does not find out what is wrong")
	}
	_, statement := approved.rulesOf(approved.olive, publicOf(officer))
	require.NoError(t, statement.Approved())
	require.Equal(t, "clinical safety officer", statement.SignOff.Role)
}
