package stranger_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// node runs one of the programs in node/, which use libraries that nobody here wrote, and reads the JSON that it prints.
func node(t *testing.T, into any, in io.Reader, program string, args ...string) {
	t.Helper()
	_, err := os.Stat("node/node_modules")
	require.NoError(t, err, "the libraries of cmd/satchel/stranger/node are not on this machine. `make tools` installs them.")
	command := exec.Command("node", append([]string{filepath.Join("node", program)}, args...)...)
	command.Stdin = in
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	require.NoError(t, err, "%.2000s", said.String())
	require.NoError(t, json.Unmarshal(out, into))
}

// opened is what node/open.mjs prints.
type opened struct {
	Payload  object            `json:"payload"`
	Status   int               `json:"status"`
	Cors     string            `json:"cors"`
	Cache    string            `json:"cache"`
	Manifest object            `json:"manifest"`
	Header   map[string]string `json:"header"`
	JWE      string            `json:"jwe"`
	Bundle   json.RawMessage   `json:"bundle"`
}

const passcode = "blue harbour 7"

// handset is a phone of the program, of the demo's patient.
type handset struct {
	t      *testing.T
	binary string
	home   string
}

func (h handset) run(args ...string) (string, error) {
	h.t.Helper()
	out, err := exec.Command(h.binary, append([]string{"phone", "--home", h.home}, args...)...).CombinedOutput()
	return string(out), err
}

func (h handset) must(args ...string) string {
	h.t.Helper()
	out, err := h.run(args...)
	require.NoError(h.t, err, out)
	return out
}

// enrolled is a phone that carries the record, with what a nurse and a doctor wrote beforehand.
func enrolled(t *testing.T, binary string, d demo) handset {
	t.Helper()
	record := d.shared(t)
	nurse := d.phone(t, d.who(t, "oncology", record), record)
	status, body := nurse.call("POST", "/v1/records/"+record+"/codes", []byte(`{"kind": "patient"}`))
	require.Equal(t, 201, status, string(body))
	var made struct{ Code string }
	require.NoError(t, json.Unmarshal(body, &made))
	h := handset{t: t, binary: binary, home: filepath.Join(t.TempDir(), "phone")}
	nurse.pull(0)
	born, _ := nurse.document("person/" + record)["set"].(object)["birthDate"].(string)
	h.must("enrol", made.Code, born, "--base", d.Base)
	h.must("sync")
	return h
}

// TestALinkOpensWithADecoderThatNobodyHereWrote makes links with the program's phone, and opens them with jose, a JavaScript library:
// by what the QR says, with a passcode, without one, at a location, and directly.
func TestALinkOpensWithADecoderThatNobodyHereWrote(t *testing.T) {
	t.Parallel()
	binary := binaryOf(t)
	d := startDemo(t, binary)
	h := enrolled(t, binary, d)
	pictures := t.TempDir()
	asked, card := filepath.Join(pictures, "asked.png"), filepath.Join(pictures, "card.png")
	said := h.must("link", "new", "--passcode", passcode, "--label", "For the emergency department", "--png", asked)
	h.must("emergency", "--png", card)

	var texts []string
	node(t, &texts, nil, "qr.mjs", asked, card)
	link := texts[0]
	require.Contains(t, said, link)
	require.True(t, strings.HasPrefix(link, d.Base+"/view#shlink:/"), link)
	require.Contains(t, texts[1], "Allergies: ")
	require.LessOrEqual(t, len(texts[1]), 1200)

	var wrong, right opened
	node(t, &wrong, nil, "open.mjs", link, "Riverside ED", "red harbour 8")
	require.Equal(t, 401, wrong.Status)
	require.Equal(t, 9.0, wrong.Manifest["remainingAttempts"])
	node(t, &right, nil, "open.mjs", link, "Riverside ED", passcode)
	require.Equal(t, []any{200, "*", "no-store"}, []any{right.Status, right.Cors, right.Cache})
	require.Equal(t, map[string]string{"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}, right.Header)
	url, _ := right.Payload["url"].(string)
	key, _ := right.Payload["key"].(string)
	require.LessOrEqual(t, len(url), 128)
	require.Len(t, key, 43)
	require.Equal(t, []any{"P", "For the emergency department", 1.0}, []any{right.Payload["flag"], right.Payload["label"], right.Payload["v"]})

	var there opened
	node(t, &there, nil, "open.mjs", link, "Riverside ED", passcode, "10")
	file, _ := there.Manifest["files"].([]any)[0].(object)
	require.NotContains(t, file, "embedded")
	require.JSONEq(t, string(right.Bundle), string(there.Bundle), "the same at its location")

	for _, kind := range [][]string{{"--open"}, {"--open", "--direct"}} {
		open := regexp.MustCompile(`http\S+#shlink:/\S+`).FindString(h.must(append([]string{"link", "new"}, kind...)...))
		var got opened
		node(t, &got, nil, "open.mjs", open, "Riverside ED")
		require.Equal(t, 200, got.Status, kind)
		require.NotEmpty(t, got.Bundle, kind)
	}

	list := h.must("link", "list")
	require.Contains(t, list, "Riverside ED (wrong passcode)")
	require.Contains(t, list, "Riverside ED (opened)")
	id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(list)
	h.must("link", "revoke", id)
	var over opened
	node(t, &over, nil, "open.mjs", link, "Riverside ED", passcode)
	require.Equal(t, 404, over.Status)

	t.Run("and what it says is FHIR to three checks that nobody here wrote", func(t *testing.T) {
		var complaints []string
		node(t, &complaints, bytes.NewReader(right.Bundle), "check.mjs")
		require.Empty(t, complaints)
	})
	t.Run("the page decrypts it in a browser's way", func(t *testing.T) {
		resp, err := http.Get(d.Base + "/view")
		require.NoError(t, err)
		page, err := io.ReadAll(resp.Body)
		require.NoError(t, errorsOf(err, resp.Body.Close()))
		require.Contains(t, resp.Header.Get("Content-Security-Policy"), "script-src 'sha256-")
		var shown []struct {
			Title string
			Lines []string
		}
		again := regexp.MustCompile(`http\S+#shlink:/\S+`).FindString(h.must("link", "new", "--passcode", passcode))
		node(t, &shown, bytes.NewReader(page), "view.mjs", again, "Riverside ED", passcode)
		var titles []string
		for _, s := range shown {
			titles = append(titles, s.Title)
		}
		require.Subset(t, titles, []string{"Person and treatment", "Whom to call", "Problems", "Allergies", "Medications"})
	})
}

func errorsOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestASummaryIsFHIRToThreeChecksThatNobodyHereWrote: a whole one, and that the checks find what is planted.
func TestASummaryIsFHIRToThreeChecksThatNobodyHereWrote(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile(filepath.FromSlash("../../../internal/fhir/testdata/summary.json"))
	require.NoError(t, err)
	var complaints []string
	node(t, &complaints, bytes.NewReader(golden), "check.mjs")
	require.Empty(t, complaints)
	for what, plant := range map[string][2]string{
		"ajv":     {`"intent": "plan"`, `"intentt": "plan"`},
		"medplum": {`"status": "final"`, `"status": "final", "bogus": 1`},
		"fhir":    {`"type": "document"`, `"type": "nonsense"`},
		"ours":    {`"title": "Emergency information"`, `"title": ""`},
	} {
		require.Contains(t, string(golden), plant[0])
		node(t, &complaints, strings.NewReader(strings.Replace(string(golden), plant[0], plant[1], 1)), "check.mjs")
		require.Regexp(t, `(^|\n)`+what+" ", strings.Join(complaints, "\n"), "%s finds what is planted", what)
	}
}
