package server

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// nobodyID is a user who owns nothing.
const nobodyID = 65534

// asOrdinaryUser starts the server as somebody for whom permissions count: when this is root, as nobody. It says how it ended.
func asOrdinaryUser(t *testing.T, folder string) (said string, code int) {
	t.Helper()
	server := exec.Command(os.Args[0])
	if os.Getuid() == 0 {
		bin, err := os.MkdirTemp("", "satchel-owner-")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, os.RemoveAll(bin)) })
		self, err := os.ReadFile(os.Args[0])
		require.NoError(t, err)
		require.NoError(t, os.Chmod(bin, 0o755))
		server.Path = filepath.Join(bin, "server.test")
		require.NoError(t, os.WriteFile(server.Path, self, 0o755)) // it lies where nobody may not look
		server.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyID, Gid: nobodyID}}
	}
	var words bytes.Buffer
	server.Env, server.Dir, server.Stderr = append(os.Environ(), crashChild+"="+folder), "/", &words
	require.Error(t, server.Run(), "it must not serve")
	return words.String(), server.ProcessState.ExitCode()
}

// belongs gives everything under a folder to nobody, and lets nobody write what is named.
func belongs(t *testing.T, folder string, readOnly ...string) {
	t.Helper()
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755)) // of the test's own folder
	require.NoError(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || os.Getuid() != 0 {
			return err
		}
		return os.Chown(path, nobodyID, nobodyID)
	}))
	for _, name := range readOnly {
		require.NoError(t, filepath.WalkDir(filepath.Join(folder, name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			mode := fs.FileMode(0o400)
			if entry.IsDir() {
				mode = 0o500
			}
			t.Cleanup(func() { _ = os.Chmod(path, mode|0o200) }) // or it could not be removed
			return os.Chmod(path, mode)
		}))
	}
}

// TestAFolderThatMayNotBeWrittenIsSaidPlainly: the server runs as an ordinary user and meets folders that are read-only, or another's. It says
// in a sentence which one, serves nothing, and changes nothing.
func TestAFolderThatMayNotBeWrittenIsSaidPlainly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		readOnly []string
		shut     []string // another's, into which one may not look
		says     string
	}{
		"a read-only data folder": {[]string{"data"}, nil, "data folder"},
		"a read-only key folder":  {[]string{"keys"}, nil, "key folder cannot be written"},
		"another's data folder":   {nil, []string{"data"}, "data folder"},
		"another's key folder":    {nil, []string{"keys"}, "key folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := installed(t)
			folder := filepath.Dir(config.Data)
			before, err := os.ReadFile(filepath.Join(config.Data, "satchel.db"))
			require.NoError(t, err)
			belongs(t, folder, c.readOnly...)
			for _, name := range c.shut {
				path := filepath.Join(folder, name)
				if os.Getuid() == 0 {
					require.NoError(t, os.Chown(path, 0, 0))
				} else {
					require.NoError(t, os.Chmod(path, 0))
					t.Cleanup(func() { _ = os.Chmod(path, 0o700) })
				}
			}
			said, code := asOrdinaryUser(t, folder)
			require.Equal(t, 1, code, said)
			require.Contains(t, said, "forbidden")
			require.Contains(t, said, c.says)
			require.NotContains(t, said, "goroutine")
			for _, name := range c.shut {
				require.NoError(t, os.Chmod(filepath.Join(folder, name), 0o700))
			}
			after, err := os.ReadFile(filepath.Join(config.Data, "satchel.db"))
			require.NoError(t, err)
			require.True(t, bytes.Equal(before, after), "it was changed")
		})
	}
}
