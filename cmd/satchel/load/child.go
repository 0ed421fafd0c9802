package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"satchel/internal/fault"
)

const (
	// startTime and stopTime are how long a server of our own may take to serve, and to end.
	startTime = time.Minute
	stopTime  = 30 * time.Second
	// toldBytes is how much of a log is shown of a server that did not start.
	toldBytes = 600
)

// child is a server of our own, in a process of its own. It serves as any other does: its log goes to a file in the folder.
type child struct {
	folder string
	args   []string
	env    []string
	cmd    *exec.Cmd
	ended  chan struct{} // closed once it has ended
	err    error         // how, after that

	base, metrics string
}

// begin starts it and waits until it serves.
func (c *child) begin(ctx context.Context) error {
	log, err := os.OpenFile(filepath.Join(c.folder, "serve.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the child has it by then
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	c.cmd = exec.Command(c.args[0], c.args[1:]...)
	c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = c.env, in, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true} // Ctrl-C is for us: we end it
	err = c.launch()
	_ = in.Close()
	if err != nil {
		_ = out.Close()
		return fault.Wrap(err, fault.Internal, "load.child", "A server could not be started.")
	}
	if err := c.serves(ctx, out); err != nil {
		return errors.Join(err, c.stop())
	}
	return nil
}

// launch starts it on a thread that stays: Linux ends a child with the thread that made it.
func (c *child) launch() error {
	started := make(chan error)
	c.ended = make(chan struct{})
	go func() {
		runtime.LockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.err = c.cmd.Wait()
		}
		close(c.ended)
	}()
	return <-started
}

// serves reads where it is reached.
func (c *child) serves(ctx context.Context, out io.ReadCloser) error {
	found := make(chan bool, 1)
	go func() {
		defer out.Close()
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if base, ok := strings.CutPrefix(lines.Text(), "Serving "); ok {
				c.base = base
			}
			if address, ok := strings.CutPrefix(lines.Text(), "Metrics "); ok {
				c.metrics = address
				found <- true
				break
			}
		}
		close(found)
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case ok := <-found:
		if ok {
			return nil
		}
	case <-time.After(startTime):
	case <-ctx.Done():
		return ctx.Err()
	}
	text, _ := os.ReadFile(filepath.Join(c.folder, "serve.log"))
	return fault.Wrap(fmt.Errorf("%s", text[max(0, len(text)-toldBytes):]), fault.Internal, "load.child", "The server did not come to serve.")
}

// stop ends it, if it runs, and says if it did not end well.
func (c *child) stop() error {
	if c.cmd == nil || c.cmd.Process == nil {
		return nil
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(stopTime):
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
	c.cmd = nil
	return fault.Wrap(c.err, fault.Internal, "load.child", "The server did not end as it should.")
}

// again stops it and starts it anew, upon what lies on the disk.
func (c *child) again(ctx context.Context) error {
	if err := c.stop(); err != nil {
		return err
	}
	c.args = slices.DeleteFunc(c.args, func(arg string) bool { return strings.HasPrefix(arg, profileFlag) }) // of the work alone
	return c.begin(ctx)
}

// profileFlag lets `serve` write where its time goes.
const profileFlag = "--cpu-profile="
