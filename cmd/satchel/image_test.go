//go:build image

package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// image is what a runtime starts: the settings of an image, and its files under a folder.
type image struct {
	t               *testing.T
	root            string
	User            string
	Entrypoint, Cmd []string
	Healthcheck     struct{ Test []string }
	StopSignal      string
	Volumes         map[string]struct{}
	buildahs        []string
}

func (i *image) buildah(args ...string) string {
	i.t.Helper()
	said, err := exec.Command("buildah", append(i.buildahs, args...)...).CombinedOutput()
	require.NoError(i.t, err, "`make tools` installs buildah: %s", said)
	return strings.TrimSpace(string(said))
}

// built builds the image of deploy/Containerfile. Its first stage is another's image with a compiler, for which a registry would be
// needed; so its one command that makes the program is run here, as it stands there, and the second stage is built from what that made.
func built(t *testing.T) *image {
	t.Helper()
	text, folder := deployed(t, "Containerfile"), t.TempDir()
	build := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .+) -o /out/satchel (\S+)$`).FindStringSubmatch(text)
	require.NotNil(t, build)
	compile := exec.Command("bash", "-c", build[1]+" -o "+filepath.Join(folder, "out/satchel")+" "+build[2])
	compile.Dir = "../.."
	said, err := compile.CombinedOutput()
	require.NoError(t, err, string(said))
	for _, empty := range []string{"out/data", "out/keys", "etc/ssl/certs"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, empty), 0o700))
	}
	certificates, err := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "etc/ssl/certs/ca-certificates.crt"), certificates, 0o644))
	_, second, found := strings.Cut(text, "\nFROM scratch\n")
	require.True(t, found)
	second = "FROM scratch\n" + strings.ReplaceAll(second, "--from=build ", "")
	require.NotContains(t, second, "--from=")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Containerfile"), []byte(second), 0o644))

	i := &image{t: t, buildahs: []string{"--root", filepath.Join(folder, "store"), "--runroot", filepath.Join(folder, "run"), "--storage-driver", "vfs"}}
	i.buildah("build", "--isolation", "chroot", "--format", "docker", "-t", "satchel", folder)
	var all struct{ Docker struct{ Config *image } }
	all.Docker.Config = i
	require.NoError(t, json.Unmarshal([]byte(i.buildah("inspect", "--type", "image", "localhost/satchel")), &all))
	i.root = i.buildah("mount", i.buildah("from", "localhost/satchel"))
	t.Cleanup(func() { i.buildah("rm", "--all") })
	for _, given := range []string{"proc", "dev"} { // as every runtime gives them
		at := filepath.Join(i.root, given)
		require.NoError(t, os.MkdirAll(at, 0o555))
		require.NoError(t, syscall.Mount("/"+given, at, "", syscall.MS_BIND, ""))
		t.Cleanup(func() { require.NoError(t, syscall.Unmount(at, 0)) })
	}
	return i
}

// run is a command in the image, as its user, who sees nothing but its files.
func (i *image) run(args ...string) *exec.Cmd {
	i.t.Helper()
	user, group, _ := strings.Cut(i.User, ":")
	uid, err := strconv.ParseUint(user, 10, 32)
	require.NoError(i.t, err)
	gid, err := strconv.ParseUint(group, 10, 32)
	require.NoError(i.t, err)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Path, cmd.Err, cmd.Dir, cmd.Env = args[0], nil, "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return cmd
}

func (i *image) does(args ...string) {
	i.t.Helper()
	said, err := i.run(append(i.Entrypoint, args...)...).CombinedOutput()
	require.NoError(i.t, err, "%v: %s", args, said)
}

// TestTheImageIsBuiltAndServes: what an operator would do with it, from its rules to its stop, as its own user in its own files. Its ports
// are others, because here is no network of its own.
func TestTheImageIsBuiltAndServes(t *testing.T) {
	require.Zero(t, os.Getuid(), "an image is entered as root")
	i := built(t)
	require.Equal(t, "65532:65532", i.User)
	require.Contains(t, i.Volumes, "/data")
	require.Contains(t, i.Volumes, "/keys")
	i.does("rules", "key", "/keys/cso.key")
	i.does("rules", "export", "/keys/rules")
	i.does("rules", "sign", "--key", "/keys/cso.key", "--name", "Dr Example", "/keys/rules/redflags.v1.json")
	i.does("init", "--data", "/data/store", "--keys", "/keys/keys", "--rules", "/keys/rules/signed-rules.json", "--rules-key", "/keys/cso.key.pub")
	_, port, _ := strings.Cut(freeAddress(t), ":")
	here := func(args []string) (moved []string) {
		for _, arg := range args {
			moved = append(moved, strings.NewReplacer(":8080", ":"+port, "127.0.0.1:9090", "127.0.0.1:0").Replace(arg))
		}
		return moved
	}
	require.Equal(t, "CMD", i.Healthcheck.Test[0])
	healthy := here(i.Healthcheck.Test[1:])
	require.Error(t, i.run(healthy...).Run(), "nobody serves yet")

	server := i.run(append(i.Entrypoint, here(i.Cmd)...)...)
	log, err := server.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	ended := make(chan struct{})
	t.Cleanup(func() { _ = server.Process.Kill() })
	go func() { _, _ = io.Copy(io.Discard, log); close(ended) }()
	for alive := true; alive && i.run(healthy...).Run() != nil; {
		select {
		case <-ended:
			alive = false
		default:
		}
	}
	require.NoError(t, i.run(healthy...).Run())
	require.Error(t, i.run(append(i.Entrypoint, "rules", "key", "/x")...).Run(), "its root is not to be written by it")
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	require.NoError(t, server.Wait())
	i.does("verify", "--data", "/data/store", "--keys", "/keys/keys")
}
