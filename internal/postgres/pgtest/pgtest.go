package pgtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Cluster is a PostgreSQL that was started, on a socket in a folder of its own; it listens on no address.
type Cluster struct {
	folder string
	bin    string
	as     *syscall.Credential // whom it runs as; nil: whoever runs the test, for it refuses to run as root
	server *exec.Cmd
	ended  chan struct{}
	made   atomic.Int64
}

var begun atomic.Bool

var shared = sync.OnceValues(func() (*Cluster, error) {
	begun.Store(true)
	return Start(false)
})

// Database makes an empty database in the cluster of this process and gives the string by which it is opened. `make tools` installs what is missing.
func Database(t testing.TB) string {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatalf("PostgreSQL could not be started: %v", err)
	}
	return c.Database(t)
}

// Database makes an empty database.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test%d", c.made.Add(1))
	if err := c.SQL("postgres", "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return c.URL(name)
}

// URL is the connection string of a database of the cluster.
func (c *Cluster) URL(database string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s", c.folder, database)
}

// PID is the process of the server; its children are those of its connections.
func (c *Cluster) PID() int { return c.server.Process.Pid }

// SQL does one statement as its administrator.
func (c *Cluster) SQL(database, statement string) error {
	return c.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", c.folder, "-U", "postgres", "-d", database, "-c", statement)
}

// Do does one statement in a database that Database gave.
func Do(t testing.TB, url, statement string) error {
	t.Helper()
	c, err := shared()
	if err != nil {
		return err
	}
	return c.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement)
}

// Start starts a cluster. With durable its commits are on disk when they are answered, as they are where people are served; without, only the process may
// be killed.
func Start(durable bool) (*Cluster, error) {
	c, err := place()
	if err != nil {
		return nil, err
	}
	folder, data := c.folder, c.data()
	if err := c.run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"); err != nil {
		return nil, err
	}
	settings := []string{"-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=400", "-c", "shared_buffers=64MB", "-c", "autovacuum_naptime=10s"}
	if !durable {
		settings = append(settings, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	if err := c.serve(settings); err != nil {
		return nil, err
	}
	return c, c.ready()
}

// place makes a folder for a cluster.
func place() (*Cluster, error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bins) == 0 {
		return nil, fmt.Errorf("it is not installed: run make tools")
	}
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, bin: slices.Max(bins)}
	return c, c.become()
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

// ready waits until it answers.
func (c *Cluster) ready() error {
	for deadline := time.Now().Add(time.Minute); ; {
		if err := c.run("pg_isready", "-q", "-h", c.folder); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// ask does one statement and gives what it says.
func (c *Cluster) ask(database, statement string) (string, error) {
	cmd := c.command("psql", "-X", "-A", "-t", "-h", c.folder, "-U", "postgres", "-d", database, "-c", statement)
	said, err := cmd.Output()
	return string(said), err
}

// serve starts the server on a thread that stays: Linux ends a child with the thread that made it.
func (c *Cluster) serve(settings []string) error {
	started := make(chan error)
	c.ended = make(chan struct{})
	go func() {
		runtime.LockOSThread()
		c.server = c.command("postgres", settings...)
		err := c.server.Start()
		started <- err
		if err == nil {
			_ = c.server.Wait()
		}
		close(c.ended)
	}()
	return <-started
}

// Stop ends it at once, and removes its folder.
func (c *Cluster) Stop() {
	_ = c.server.Process.Signal(syscall.SIGQUIT)
	<-c.ended
	_ = os.RemoveAll(c.folder)
}

// Stop ends the cluster of this process, if there is one: a package calls it when its tests are over.
func Stop() {
	if !begun.Load() {
		return
	}
	if c, err := shared(); err == nil {
		c.Stop()
	}
}

// become chooses whom PostgreSQL runs as where the test is root's.
func (c *Cluster) become() error {
	if os.Getuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.folder, int(uid), int(gid))
}

// command is a program of PostgreSQL, which ends with this process however that ends.
func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Pdeathsig: syscall.SIGQUIT}
	return cmd
}

func (c *Cluster) run(name string, args ...string) error {
	cmd := c.command(name, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said.String())
	}
	return nil
}
