package sdk_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed packs the SDK as npm publishes it, in a copy, and gives the folder in which it lies unpacked, under its own name, among the packages of an app.
func packed(t *testing.T) (app string) {
	t.Helper()
	tool(t, "tsc")
	room, err := os.Getwd()
	require.NoError(t, err)
	source := t.TempDir()
	for _, part := range []string{"src", "vendor"} {
		require.NoError(t, os.CopyFS(filepath.Join(source, part), os.DirFS(part)))
	}
	for _, file := range []string{"package.json", "tsconfig.json", "tsconfig.types.json"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(source, file), text, 0o600))
	}
	require.NoError(t, os.Symlink(filepath.Join(room, "node_modules"), filepath.Join(source, "node_modules")))
	app = t.TempDir()
	run(t, source, "npm", "pack", "--offline", "--pack-destination", app)
	archives, err := filepath.Glob(filepath.Join(app, "satchel-sdk-*.tgz"))
	require.NoError(t, err)
	require.Len(t, archives, 1)
	there := filepath.Join(app, "node_modules", "satchel-sdk")
	require.NoError(t, os.MkdirAll(there, 0o700))
	run(t, there, "tar", "-xzf", archives[0], "--strip-components=1")
	return app
}

func run(t *testing.T, where, name string, args ...string) {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = where
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
}

// TestWhatNpmPacksIsWhole: for a while nothing could be packed, because the types were looked for in the tests as well.
func TestWhatNpmPacksIsWhole(t *testing.T) {
	t.Parallel()
	app := packed(t)
	there := filepath.Join(app, "node_modules", "satchel-sdk")
	var about struct {
		Exports map[string]struct{ Types, Default string }
	}
	text, err := os.ReadFile(filepath.Join(there, "package.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &about))
	require.Len(t, about.Exports, len(compressedMost), "each entry point is weighed")
	for name, entry := range about.Exports {
		for _, file := range []string{entry.Types, entry.Default} {
			require.FileExists(t, filepath.Join(there, file), name)
		}
		weighed := strings.TrimSuffix(strings.TrimPrefix(entry.Default, "./src/"), ".js")
		require.Contains(t, compressedMost, weighed)
	}
	for _, folder := range []string{"test", "conformance", "node_modules", "testdata"} {
		require.NoDirExists(t, filepath.Join(there, folder))
	}

	consumer, err := os.ReadFile("testdata/consumer.ts")
	require.NoError(t, err)
	for name := range about.Exports {
		require.Contains(t, string(consumer), `from "satchel-sdk`+strings.TrimPrefix(name, ".")+`"`)
	}
	require.NoError(t, os.WriteFile(filepath.Join(app, "consumer.ts"), consumer, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(app, "package.json"), []byte(`{"type": "module"}`), 0o600))
	compiler, err := filepath.Abs(tool(t, "tsc"))
	require.NoError(t, err)
	run(t, app, compiler, "--strict", "--noEmit", "--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom,dom.iterable,dom.asynciterable", "--types", "", "consumer.ts")
	run(t, app, "node", "--input-type=module", "--eval", `
		const names = `+namesOf(about.Exports)+`;
		for (const name of names) if (Object.keys(await import("satchel-sdk" + name)).length === 0) throw new Error(name + " gives nothing");`)
}

// namesOf lists entry points as JSON, without the dot.
func namesOf[T any](exports map[string]T) string {
	names := []string{}
	for name := range exports {
		names = append(names, strings.TrimPrefix(name, "."))
	}
	text, _ := json.Marshal(names) // texts: it cannot fail
	return string(text)
}
