package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// What a disk does to a whole server: it fills up, it fails to sync, another process has it. The server is this test binary
// started again (serveUntilKilled), because what is tried may end a process.

const (
	// diskChild lets the child put its data folder on a file system of diskBytes of its own, in a mount namespace that an
	// ordinary user may make.
	diskChild = "SATCHEL_CRASH_DISK"
	diskBytes = 4 << 20
	// ballast is room that comes back when it is removed.
	ballastName, ballastBytes = "ballast", 1 << 20
	// healing is how soon after there is room again writes are taken.
	healing = 5 * time.Second
)

// onASmallDisk mounts a small file system over the data folder, and puts what was there on it.
func onASmallDisk(data string) error {
	away := data + ".away"
	if err := os.Rename(data, away); err != nil {
		return err
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", data, "tmpfs", 0, fmt.Sprintf("size=%d", diskBytes)); err != nil {
		return err
	}
	files, err := os.ReadDir(away)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := copyHoles(filepath.Join(away, f.Name()), filepath.Join(data, f.Name())); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(data, ballastName), bytes.Repeat([]byte{1}, ballastBytes), 0o600)
}

// ownMounts is how a child gets mounts of its own: in a user namespace, as anybody may where the system allows it, or else as root.
func ownMounts() (own *syscall.SysProcAttr, how string) {
	own = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	probe := exec.Command(os.Args[0], "-test.run", "^$")
	probe.SysProcAttr = own
	if probe.Run() == nil {
		return own, "a user namespace"
	}
	return &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}, "a mount namespace of root"
}

// copyHoles copies a file and leaves out what is zero: a data file is mostly room to grow.
func copyHoles(from, to string) error {
	whole, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	const page = 4096
	for at := 0; at < len(whole); at += page {
		part := whole[at:min(at+page, len(whole))]
		if bytes.Count(part, []byte{0}) == len(part) {
			continue
		}
		if _, err := f.WriteAt(part, int64(at)); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(f.Truncate(int64(len(whole))), f.Close())
}

// breakSyncOn puts a device under the open data file, when the signal comes, that takes every write and cannot sync.
func breakSyncOn(sig os.Signal) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, sig)
	go func() {
		<-told
		device, err := os.OpenFile("/dev/zero", os.O_RDWR, 0)
		if err != nil {
			panic(err)
		}
		links, _ := filepath.Glob("/proc/self/fd/*")
		for _, link := range links {
			var fd int
			if path, err := os.Readlink(link); err != nil || filepath.Base(path) != "satchel.db" {
				continue
			}
			if _, err := fmt.Sscanf(filepath.Base(link), "%d", &fd); err != nil {
				panic(err)
			}
			if err := unix.Dup3(int(device.Fd()), fd, unix.O_CLOEXEC); err != nil {
				panic(err)
			}
		}
	}()
}

// hireWriters makes an installation with two phones, and closes it so that a child can serve it.
func hireWriters(t *testing.T) (c Config, w ward, ada, nurse *phone) {
	t.Helper()
	c = installed(t)
	s := opened(t, c)
	w = peopled(t, s)
	ada, nurse = newPhone(t, s, w.ada, w.record), newPhone(t, s, w.nurse, w.record)
	require.NoError(t, s.Close())
	return c, w, ada, nurse
}

func requireMessages(t *testing.T, reader *phone, want []syncing.DocID) {
	t.Helper()
	docs := reader.view()
	for i, id := range want {
		require.NotNil(t, docs[id], "message %d was acknowledged", i)
	}
}

func TestAFullDiskIsAnsweredSoLosesNothingAndHealsWithoutAStart(t *testing.T) {
	t.Parallel()
	c, w, ada, nurse := hireWriters(t)
	s := opened(t, c)
	desk, err := s.Identity().Seed().SignIn(t.Context(), w.carla, identity.DeviceFacts{Kind: "android", Name: "Phone"})
	require.NoError(t, err)
	carla := newPhone(t, s, w.carla, w.record)
	_, err = s.Identity().Seed().Staff(t.Context(), staffOf("locum"), w.oncology.ID)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	own, how := ownMounts()
	v := startVictimIn(t, filepath.Dir(c.Data), func(cmd *exec.Cmd) { cmd.Env, cmd.SysProcAttr = append(cmd.Env, diskChild+"=1"), own })
	ada.base, nurse.base, carla.base = v.base, v.base, v.base
	require.NoError(t, nurse.sync(t.Context()))
	acked, refused := fillUp(t, ada)
	require.NoError(t, nurse.sync(t.Context()), "reading goes on")
	requireMessages(t, nurse, acked)
	requireAnswers(t, v.base+"/readyz", http.StatusOK)
	signed := signInOften(t, nurse)
	refresh := desk.Refresh
	for i := range 3 { // whoever is signed in stays so, and reads
		var renewed struct{ AccessToken, RefreshToken string }
		require.NoError(t, carla.post(t.Context(), "/v1/token", map[string]any{"refreshToken": refresh, "requestId": fmt.Sprintf("on a full disk, %d", i)}, &renewed))
		refresh, carla.token = renewed.RefreshToken, renewed.AccessToken
		require.NoError(t, carla.sync(t.Context()))
	}
	end, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, fmt.Sprintf("%s/v1/records/%s/caregivers/%s", v.base, w.record, w.carla), nil)
	require.NoError(t, err)
	require.ErrorContains(t, ada.do(end, nil), "status 204", "who is to be kept out is kept out")
	require.NoError(t, carla.sync(t.Context()))
	require.Empty(t, carla.view())

	require.NoError(t, os.Remove(filepath.Join("/proc", fmt.Sprint(v.cmd.Process.Pid), "root", c.Data, ballastName)))
	require.Eventually(t, func() bool { return ada.sync(context.Background()) == nil }, healing, waitStep, "there is room again")
	require.Zero(t, ada.db.Unanswered(w.record))
	require.NoError(t, nurse.sync(t.Context()))
	requireMessages(t, nurse, append(acked, refused))
	var renewed struct{ RefreshToken string }
	require.NoError(t, carla.post(t.Context(), "/v1/token", map[string]any{"refreshToken": refresh, "requestId": "when there is room again"}, &renewed))
	t.Logf("a tmpfs of %d MiB in %s: %d messages acknowledged before it was full, 0 lost; then %d people signed in", diskBytes>>20, how, len(acked), signed)
	v.kill(t)
}

// fillUp writes until nothing is taken any more: the message that is left waiting was refused twenty times, with 507, and the process
// lives. Room that a commit gives back may let one more in after a first refusal.
func fillUp(t *testing.T, p *phone) (acked []syncing.DocID, refused syncing.DocID) {
	t.Helper()
	for refusals := 0; refusals < 20; {
		if refused == "" {
			m := message(strings.Repeat("word ", 600))
			refused, refusals = m.Doc, 0
			p.write(t, m)
		}
		err := p.sync(t.Context())
		if err == nil {
			acked, refused = append(acked, refused), ""
			require.Less(t, len(acked), 5_000, "never full")
			continue
		}
		require.ErrorContains(t, err, "status 507")
		refusals++
	}
	require.NotEmpty(t, acked)
	return acked, refused
}

// signInOften signs in again and again: of each disk a share is kept for it, which messages cannot take.
func signInOften(t *testing.T, p *phone) (signed int) {
	t.Helper()
	for ; signed < 60; signed++ {
		require.NoError(t, p.post(t.Context(), "/v1/sign-in", map[string]any{
			"name": "locum", "password": "a synthetic passphrase", "device": map[string]any{"kind": "web", "name": "Desk"},
		}, &struct{}{}), "after %d", signed)
	}
	return signed
}

func requireAnswers(t *testing.T, url string, status int) {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, answer.Body)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, status, answer.StatusCode)
}

func TestTheFirstFailedSyncEndsTheServerAndIsNeverAcknowledged(t *testing.T) {
	t.Parallel()
	c, w, ada, nurse := hireWriters(t)
	v := startVictim(t, filepath.Dir(c.Data))
	ada.base = v.base
	first := message("on the disk")
	ada.write(t, first)
	require.NoError(t, ada.sync(t.Context()))
	require.NoError(t, v.cmd.Process.Signal(syscall.SIGUSR1))
	second := message("not on the disk")
	ada.write(t, second)
	ended := make(chan error, 1)
	go func() { ended <- v.cmd.Wait() }()
	for alive := true; alive; { // the signal is handled a moment later than it is sent: until then writes are good
		select {
		case <-ended:
			alive = false
		default:
			if ada.sync(t.Context()) == nil {
				ada.write(t, message("before the fault"))
			}
		}
	}
	require.Equal(t, exitNotDurable, v.cmd.ProcessState.ExitCode())
	require.Positive(t, ada.db.Unanswered(w.record), "what met the fault was not acknowledged")
	var promised []syncing.DocID
	for _, e := range ada.db.Outbox(w.record) {
		if e.Outcome != nil {
			promised = append(promised, e.Doc)
		}
	}
	require.Contains(t, promised, first.Doc)

	v = startVictim(t, filepath.Dir(c.Data))
	nurse.base, ada.base = v.base, v.base
	require.NoError(t, nurse.sync(t.Context()))
	requireMessages(t, nurse, promised)
	require.NoError(t, ada.sync(t.Context()))
	require.Zero(t, ada.db.Unanswered(w.record))
	v.kill(t)
}

func TestASecondServerIsToldPlainlyWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	c := installed(t)
	v := startVictim(t, filepath.Dir(c.Data))
	for name, try := range map[string]func() error{
		"serve":  func() error { _, err := Open(t.Context(), c); return err },
		"verify": func() error { _, err := Verify(t.Context(), c); return err },
	} {
		began := time.Now()
		err := try()
		require.Equal(t, fault.Conflict, fault.CodeOf(err), "%s: %v", name, err)
		require.Contains(t, fault.TextOf(err), "Another process", name)
		require.Less(t, time.Since(began), 3*time.Second, "%s: two, and a busy machine", name)
	}
	requireAnswers(t, v.base+"/readyz", http.StatusOK)
	v.kill(t)
}
