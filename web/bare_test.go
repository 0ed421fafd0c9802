package web

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommentsOnLinesOfTheirOwnAreNotServed(t *testing.T) {
	t.Parallel()
	const source = "// first\nlet a = 1; // stays\n/** of\n *  many lines\n */\nlet b = /* here */ 2;\n  /** @type {x} */ (a).b();\n/* one line */\n"
	require.Equal(t, "\nlet a = 1; // stays\n\n\n\nlet b = /* here */ 2;\n(a).b();\n\n", string(bare("app/main.js", []byte(source))))
	require.Equal(t, source, string(bare("vendor/preact.js", []byte(source))), "what others wrote is served as they published it")
	require.Equal(t, source, string(bare("words/en/app.json", []byte(source))))
}

// What is served says to a browser what the source says: esbuild reads both as the same program.
func TestWhatIsServedIsTheProgramThatStandsInTheSource(t *testing.T) {
	t.Parallel()
	written, given := t.TempDir(), t.TempDir()
	comments := 0
	for _, name := range append(ours(t, ".js"), ours(t, ".css")...) {
		source, err := sources.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, bytes.Count(source, []byte("\n")), strings.Count(read(t, name), "\n"), name)
		comments += len(source) - len(read(t, name))
		for folder, text := range map[string]string{written: string(source), given: read(t, name)} {
			require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
		}
	}
	require.Greater(t, comments, 10_000)
	before, after := programs(t, written), programs(t, given)
	for name, program := range before {
		require.Equal(t, program, after[name], "%s has a text of which a line begins as a comment does", name)
	}
	require.Len(t, after, len(before))
}

// programs are the scripts and styles of a folder without their comments, as esbuild writes them.
func programs(t testing.TB, folder string) map[string]string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	out := t.TempDir()
	tool := filepath.Join("sdk", "node_modules", ".bin", "esbuild")
	said, err := exec.Command(tool, append(names, "--minify-whitespace", "--legal-comments=none", "--outdir="+out, "--outbase="+folder)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	all := map[string]string{}
	for _, name := range names {
		relative, err := filepath.Rel(folder, name)
		require.NoError(t, err)
		text, err := os.ReadFile(filepath.Join(out, relative))
		require.NoError(t, err)
		all[relative] = string(text)
	}
	return all
}
