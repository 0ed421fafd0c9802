package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Pair is a primary with a synchronous standby: what is committed lies in both.
type Pair struct {
	t     testing.TB
	nodes [2]*Cluster
	first int // of nodes: the primary
}

// waitMost is how long a server may take to do what it was asked.
const waitMost = time.Minute

// StartPair starts both, and makes a database.
func StartPair(t testing.TB) *Pair {
	t.Helper()
	p := &Pair{t: t}
	for i := range p.nodes {
		c, err := place()
		p.done(err)
		p.nodes[i] = c
		t.Cleanup(func() { p.remove(i) })
	}
	a := p.nodes[0]
	p.done(a.run("initdb", "-D", a.data(), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"))
	p.start(0)
	p.done(a.SQL("postgres", "CREATE DATABASE satchel"))
	p.joins(1)
	return p
}

func (p *Pair) done(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// URL names both: whichever takes writes is used.
func (p *Pair) URL() string {
	return fmt.Sprintf("host=%s,%s port=5432,5432 user=postgres dbname=satchel target_session_attrs=read-write", p.nodes[0].folder, p.nodes[1].folder)
}

// Sockets are the folders of the sockets of primary and standby.
func (p *Pair) Sockets() (primary, standby string) {
	return p.nodes[p.first].folder, p.nodes[1-p.first].folder
}

func (p *Pair) start(i int) {
	p.t.Helper()
	c := p.nodes[i]
	p.done(c.serve([]string{
		"-D", c.data(), "-k", c.folder, "-c", "listen_addresses=", "-c", "max_connections=100", "-c", "shared_buffers=32MB", "-c", "wal_level=replica", "-c", "max_wal_senders=8",
		"-c", "cluster_name=" + name(i), "-c", "hot_standby=on", "-c", "wal_keep_size=64MB",
	}))
	p.done(c.ready())
}

func name(i int) string { return [...]string{"a", "b"}[i] }

// joins makes a node the standby of the primary, from a copy of it, and lets the primary wait for it from then on.
func (p *Pair) joins(i int) {
	p.t.Helper()
	c, primary := p.nodes[i], p.nodes[p.first]
	p.done(os.RemoveAll(c.data()))
	p.done(c.run("pg_basebackup", "-h", primary.folder, "-U", "postgres", "-D", c.data(), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"))
	p.start(i)
	p.done(primary.SQL("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (a, b)'"))
	p.done(primary.SQL("postgres", "SELECT pg_reload_conf()"))
	p.until("a synchronous standby", func() bool {
		said, err := primary.ask("postgres", "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'")
		return err == nil && strings.TrimSpace(said) == "1"
	})
}

func (p *Pair) until(what string, is func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(waitMost); !is(); {
		if time.Now().After(deadline) {
			p.t.Fatalf("PostgreSQL did not come to %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Fail kills the primary, with kill -9 of all its processes, and lets the standby take over. Nothing is acknowledged before the other is a standby again: Mend.
func (p *Pair) Fail() {
	p.t.Helper()
	p.nodes[p.first].kill()
	p.first = 1 - p.first
	c := p.nodes[p.first]
	p.done(c.run("pg_ctl", "promote", "-D", c.data(), "-w", "-t", "60"))
}

// Mend makes a standby of the one that was killed.
func (p *Pair) Mend() { p.joins(1 - p.first) }

// Stall stops the standby where it is; go lets it go on.
func (p *Pair) Stall() (goOn func()) {
	p.t.Helper()
	all := p.nodes[1-p.first].processes()
	for _, pid := range all {
		p.done(syscall.Kill(pid, syscall.SIGSTOP))
	}
	return func() {
		for _, pid := range all {
			p.done(syscall.Kill(pid, syscall.SIGCONT))
		}
	}
}

func (p *Pair) remove(i int) {
	c := p.nodes[i]
	if c.server != nil {
		c.kill()
	}
	_ = os.RemoveAll(c.folder)
}

// processes are the server and its children, as Linux tells.
func (c *Cluster) processes() []int {
	all := []int{c.server.Process.Pid}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[0]))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for field := range strings.FieldsSeq(string(text)) {
			var pid int
			if _, err := fmt.Sscan(field, &pid); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}

// kill ends it as a machine does whose power is cut, but for what it had written.
func (c *Cluster) kill() {
	all := c.processes()
	for _, pid := range all { // the first makes no more of them
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-c.ended
	for _, pid := range all {
		for deadline := time.Now().Add(waitMost); syscall.Kill(pid, 0) == nil && time.Now().Before(deadline) && !isZombie(pid); {
			<-time.After(time.Millisecond)
		}
	}
}

func isZombie(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(text), ") Z ")
}
