package conformance

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel"
)

func TestTheClientInGoConforms(t *testing.T) {
	t.Parallel()
	report, err := Run(t.Context(), Options{Client: NewSpeaker(), Seeds: 30})
	require.NoError(t, err)
	for _, f := range report.Findings {
		t.Error(f)
	}
	t.Log(report.Line())
}

func TestTheClientInJavaScriptConforms(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"conformance", "src"} { // go test keeps a result while nothing changed that it saw being read
		require.NoError(t, filepath.WalkDir("../../../web/sdk/"+folder, func(_ string, _ fs.DirEntry, err error) error { return err }))
	}
	client := exec.CommandContext(t.Context(), "node", "../../../web/sdk/conformance/lines.js")
	client.Stderr = os.Stderr
	in, err := client.StdinPipe()
	require.NoError(t, err)
	out, err := client.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, client.Start(), "node is not on this machine. `make tools` installs it.")
	report, err := Run(t.Context(), Options{Client: NewPiped(in, out), Seeds: 20})
	require.NoError(t, err)
	for _, f := range report.Findings {
		t.Error(f)
	}
	t.Log(report.Line())
	require.Equal(t, vectorsThere(t), report.Vectors, "it answers every vector, those of the server's rules too")
	require.NoError(t, in.Close())
	require.NoError(t, client.Wait())
}

// vectorsThere is how many vectors there are, in all files.
func vectorsThere(t *testing.T) (n int) {
	t.Helper()
	files, err := satchel.Vectors.ReadDir(vectorFolder)
	require.NoError(t, err)
	for _, file := range files {
		body, err := satchel.Vectors.ReadFile(path.Join(vectorFolder, file.Name()))
		require.NoError(t, err)
		var there struct {
			Cases []jsontext.Value `json:"cases"`
		}
		require.NoError(t, json.Unmarshal(body, &there))
		n += len(there.Cases)
	}
	return n
}
