package heads

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rested is a log that rested, with the head that was signed of it then.
func rested(t *testing.T, lines int) (path string, head Head) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "log")
	l, err := Open(path, nil)
	require.NoError(t, err)
	require.NoError(t, l.Append(someLines(lines)))
	head, err = l.Head()
	require.NoError(t, err)
	require.NoError(t, l.Rest())
	require.NoError(t, l.Close())
	return path, head
}

func TestALogGoesOnFromItsEdgeAsIfItHadBeenRead(t *testing.T) {
	t.Parallel()
	for n := range 70 {
		path, head := rested(t, n)
		l, err := resume(path, head)
		require.NoError(t, err)
		require.NotNil(t, l, "%d lines: it was not read", n)
		require.NoError(t, l.Append([]string{"one more", "and one"}))
		further, err := l.Head()
		require.NoError(t, err)
		require.NoError(t, l.Close())
		require.Empty(t, compared(t, path, []Head{head, further}), "%d lines", n)
	}
}

// An edge is believed because a signed root follows from it, and where it does not the log is read.
func TestAnEdgeThatDoesNotLeadToTheSignedHeadIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string, head *Head){
		"another head was signed": func(_ *testing.T, _ string, head *Head) { head.Root[0] ^= 1 },
		"no head was signed":      func(_ *testing.T, _ string, head *Head) { *head = Head{} },
		"a hash is another": func(t *testing.T, path string, _ *Head) {
			rewrite(t, path+edgeSuffix, func(s string) string {
				at := strings.Index(s, `"hashes":["`) + len(`"hashes":["`)
				return s[:at] + map[bool]string{true: "B", false: "A"}[s[at] == 'A'] + s[at+1:]
			})
		},
		"it has one hash more": func(t *testing.T, path string, _ *Head) {
			rewrite(t, path+edgeSuffix, func(s string) string {
				return strings.Replace(s, `]`, `,"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]`, 1)
			})
		},
		"it is torn": func(t *testing.T, path string, _ *Head) {
			rewrite(t, path+edgeSuffix, func(s string) string { return s[:9] })
		},
		"the log went on": func(t *testing.T, path string, _ *Head) {
			rewrite(t, path, func(s string) string { return s + "more\n" })
		},
		"the log was shortened": func(t *testing.T, path string, _ *Head) {
			rewrite(t, path, func(s string) string { return s[:len(s)-7] })
		},
		"the log is gone": func(t *testing.T, path string, _ *Head) { require.NoError(t, os.Remove(path)) },
		"there is none":   func(t *testing.T, path string, _ *Head) { require.NoError(t, os.Remove(path+edgeSuffix)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, head := rested(t, 11)
			spoil(t, path, &head)
			l, err := resume(path, head)
			require.NoError(t, err)
			require.Nil(t, l)
			l, err = Resume(path, head)
			require.NoError(t, err)
			now, err := l.Head()
			require.NoError(t, err)
			require.NoError(t, l.Close())
			read, err := Open(path, nil)
			require.NoError(t, err)
			want, err := read.Head()
			require.NoError(t, err)
			require.NoError(t, read.Close())
			require.Equal(t, want, now, "what is there was read")
		})
	}
}

func rewrite(t *testing.T, path string, change func(string) string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(change(string(content))), 0o600))
}
