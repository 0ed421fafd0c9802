package phone

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// handsOut is a server that has nothing but rules to give.
type handsOut struct{ text []byte }

func (h *handsOut) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Etag": {`"fresh"`}, "Satchel-Region": {"US"}}, Body: io.NopCloser(bytes.NewReader(h.text)),
	}, nil
}

// offered is a phone with rules 1.0.0 whose server hands out what is put into it.
func offered(t *testing.T, home string) (*Phone, *handsOut) {
	t.Helper()
	entrust(t, home, "1.0.0")
	server := &handsOut{}
	p, err := Open(home, Options{Transport: server})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	p.Client.Base = "http://127.0.0.1:1"
	require.NoError(t, p.Trusted())
	return p, server
}

func TestHazard_H05_APhoneTakesOnlyRulesThatItsKeySigned(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p, server := offered(t, home)
	good := signed(t, "1.1.0")
	for name, text := range map[string][]byte{
		"changed": bytes.Replace(good, []byte("37.5"), []byte("39.5"), 1), "nothing": nil, "no JSON": []byte("<html>"),
		"unsigned": bytes.Replace(good, []byte(`"sig":"`), []byte(`"sig":"AAAA`), 1),
	} {
		server.text = text
		require.NoError(t, p.takeRules(t.Context()), name)
		require.NoError(t, p.Trusted(), "%s: the rules that were here go on counting", name)
		require.Equal(t, "redflags|1.0.0", p.library.Current().Key(), name)
	}
	server.text = good
	require.NoError(t, p.takeRules(t.Context()))
	require.Equal(t, "redflags|1.1.0", p.library.Current().Key())
	require.Equal(t, "US", p.region())
	require.NoError(t, p.Close())

	p, err := Open(home, Options{Transport: noNetwork{t}})
	require.NoError(t, err)
	require.Equal(t, "redflags|1.1.0", p.library.Current().Key(), "they are kept")
	require.NoError(t, p.Close())
}

func TestHazard_H34_APhoneOfPeopleInCareTakesNoDraft(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p, _ := offered(t, home)
	require.NoError(t, p.Trusted())
	p.settings.Rules.Drafts = false
	require.NoError(t, p.openRules())
	require.True(t, fault.Is(p.Trusted(), fault.Refused), "signed by the right key, and signed off by nobody: %v", p.Trusted())
	require.ErrorContains(t, p.Trusted(), "no clinical safety officer has signed them off")
}

func TestHazard_H05_RulesFarBehindTheNewestAreNotUsed(t *testing.T) {
	t.Parallel()
	p, server := offered(t, t.TempDir())
	unusable := bytes.Replace(signed(t, "1.3.0"), []byte(`"files":{`), []byte(`"files":{"hna.v9.json":"{}",`), 1) // signed, and this phone cannot use it
	server.text = unusable
	require.NoError(t, p.takeRules(t.Context()))
	require.True(t, fault.Is(p.Trusted(), fault.Refused), "1.0.0 is three versions behind 1.3.0: %v", p.Trusted())
	server.text = signed(t, "1.0.0")
	require.NoError(t, p.takeRules(t.Context()))
	require.Error(t, p.Trusted(), "an old one that comes again is not taken")
	server.text = signed(t, "1.1.0")
	require.NoError(t, p.takeRules(t.Context()))
	require.NoError(t, p.Trusted(), "two versions behind is near enough")
}

func TestHazard_H34_WithoutRulesThatCanBeTrustedTheQuestionsOpenAndThePageIsShown(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	entrust(t, home, "1.0.0")
	name := filepath.Join(home, bundleName)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, bytes.Replace(text, []byte("37.5"), []byte("39.5"), 1), 0o600))
	p, record := alone(t, home)
	require.True(t, fault.Is(p.Trusted(), fault.Refused))

	var out strings.Builder
	in := typed("1", "", "", "", "", "", "", "", "3", "38.0", "n", "n", "n", "", "")
	v, err := NewInterview(p, record, "patient", in, &out)
	require.NoError(t, err)
	j, err := v.Run()
	require.NoError(t, err)
	require.Nil(t, j.Rules)
	require.Contains(t, out.String(), "When to call\n")
	require.Contains(t, out.String(), "This phone cannot judge your answers.")
	require.NotContains(t, out.String(), "\nRED\n", "it gives no verdict")
	require.NotContains(t, out.String(), "Nothing here needs urgent help")
	d := p.DB.Document(record, v.Doc)
	require.Equal(t, "completed", Text(d, "status"))
	require.Empty(t, Text(d, "phoneLevel"))
	require.Equal(t, []syncing.DocID{v.Doc}, p.Urgent(record), "what nobody judged cannot wait")
}

func TestAPhoneThatWasNeverEnrolledHasNoRules(t *testing.T) {
	t.Parallel()
	p, err := Open(t.TempDir(), Options{Transport: noNetwork{t}})
	require.NoError(t, err)
	require.True(t, fault.Is(p.Trusted(), fault.NotFound))
	p.Client = client.New("http://127.0.0.1:1", client.Tokens{})
	require.ErrorIs(t, p.takeRules(t.Context()), client.ErrOffline)
	page, err := instrument.Calling()
	require.NoError(t, err)
	require.Contains(t, p.WhenToCall(syncing.RecordID{}), page.IntendedUse)
	require.NoError(t, p.Close())
}
