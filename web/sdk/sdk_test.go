package sdk_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// compressedMost is what each entry point may weigh in somebody's app, with all that it needs, bundled, minified and compressed with gzip, without idb:
// bytes. The core is what every app has.
var compressedMost = map[string]int{
	"index":            15 << 10,
	"sealed/index":     4 << 10,
	"calendar/index":   13 << 10,
	"instrument/index": 14 << 10,
	"merge/index":      3 << 10,
	"emergency/index":  10 << 10,
	"passkeys":         2 << 10,
	"push":             1 << 10,
}

// tool is a program that npm installed for this room.
func tool(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("node_modules", ".bin", name)
	_, err := os.Stat(path)
	require.NoError(t, err, "%s of web/sdk is not on this machine. `make tools` installs it.", name)
	return path
}

// looksAt lets go test see what a program reads that it starts: without it a result is kept although files of that program changed.
func looksAt(t *testing.T, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return err
		}))
	}
}

func TestTheSDKDoesWhatItsOwnTestsSay(t *testing.T) {
	t.Parallel()
	looksAt(t, ".", "../../internal")
	out, err := exec.Command("node", "--test", "test/").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "# skipped 0")
	require.NotContains(t, string(out), "# pass 0")
}

func TestTheTypesOfTheSDKHold(t *testing.T) {
	t.Parallel()
	looksAt(t, ".")
	out, err := exec.Command(tool(t, "tsc"), "-p", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestTheSDKStaysLightInSomebodysApp(t *testing.T) {
	t.Parallel()
	for entry, most := range compressedMost {
		command := exec.Command(tool(t, "esbuild"), filepath.Join("src", entry+".js"), "--bundle", "--minify", "--format=esm", "--external:../vendor/idb.js")
		bundle, err := command.Output()
		require.NoError(t, err)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err = z.Write(bundle)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		t.Logf("satchel-sdk/%s: %d bytes, %d compressed", entry, len(bundle), packed.Len())
		require.Greater(t, packed.Len(), most/2, "satchel-sdk/%s: the limit says nothing", entry)
		require.LessOrEqual(t, packed.Len(), most, "satchel-sdk/%s", entry)
	}
}

// What is vendored of @noble is what esbuild makes of the packages that package.json names: the functions that are used, in one file each, without the
// comments that were two thirds of them.
func TestWhatIsVendoredOfNobleIsMadeOfWhatTheyPublished(t *testing.T) {
	t.Parallel()
	for name, entry := range map[string]string{
		"sha2.js":    `export { sha256 } from "@noble/hashes/sha2.js";`,
		"ed25519.js": `export { verifyAsync } from "@noble/ed25519";`,
	} {
		command := exec.Command(tool(t, "esbuild"), "--bundle", "--format=esm", "--charset=utf8")
		command.Stdin = strings.NewReader(entry + "\n")
		made, err := command.Output()
		require.NoError(t, err)
		kept, err := os.ReadFile(filepath.Join("vendor", "noble", name))
		require.NoError(t, err)
		require.Equal(t, string(made), string(kept), name)
	}
}
