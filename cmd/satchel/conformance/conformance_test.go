package conformance

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
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
	require.NoError(t, in.Close())
	require.NoError(t, client.Wait())
}
