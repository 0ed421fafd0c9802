package sdk_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// compressedMost is what the SDK may weigh in somebody's app, bundled, minified and compressed with gzip, without idb: bytes.
const compressedMost = 15 << 10

// tool is a program that npm installed for this room.
func tool(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("node_modules", ".bin", name)
	_, err := os.Stat(path)
	require.NoError(t, err, "%s of web/sdk is not on this machine. `make tools` installs it.", name)
	return path
}

func TestTheSDKDoesWhatItsOwnTestsSay(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("node", "--test", "test/").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "# skipped 0")
	require.NotContains(t, string(out), "# pass 0")
}

func TestTheTypesOfTheSDKHold(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(tool(t, "tsc"), "-p", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestTheSDKStaysLightInSomebodysApp(t *testing.T) {
	t.Parallel()
	command := exec.Command(tool(t, "esbuild"), "src/index.js", "--bundle", "--minify", "--format=esm", "--external:../vendor/idb.js")
	bundle, err := command.Output()
	require.NoError(t, err)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(bundle)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	t.Logf("%d bytes, %d compressed", len(bundle), packed.Len())
	require.Contains(t, string(bundle), "/v1/sync")
	require.LessOrEqual(t, packed.Len(), compressedMost)
}
