//go:build cluster

package server

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clusterKills says how often the primary of a cluster is killed; `make failover-cluster` sets more.
const (
	clusterKills    = "SATCHEL_CLUSTER_KILLS"
	clusterKillsFew = 1
	clusterScript   = "../deploy/cluster.sh"
	clusterCommand  = 4 * time.Minute // how long one command of the script may take
	clusterPorts    = 30              // that it takes
)

// cluster is what deploy/cluster.sh starts.
type cluster struct {
	t      *testing.T
	folder string
	ports  int
}

func startCluster(t *testing.T, options ...string) *cluster {
	t.Helper()
	folder, err := os.MkdirTemp("", "cluster")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o711)) // who runs the databases passes through
	c := &cluster{t: t, folder: folder, ports: freePorts(t)}
	t.Cleanup(func() {
		if t.Failed() {
			c.lastWords()
		}
		_, _ = c.try(context.Background(), "down")
		_ = os.RemoveAll(folder)
	})
	c.does(append([]string{"up"}, options...)...)
	return c
}

// freePorts finds as many ports in a row that nobody listens on. It begins to look where another process begins elsewhere.
func freePorts(t *testing.T) int {
	t.Helper()
	for try := range 100 {
		first, free := 16000+(os.Getpid()+try)%400*clusterPorts, true
		for port := first; free && port < first+clusterPorts; port++ {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
			if free = err == nil; free {
				_ = l.Close()
			}
		}
		if free {
			return first
		}
	}
	require.Fail(t, "no ports are free")
	return 0
}

func (c *cluster) try(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, clusterCommand)
	defer cancel()
	run := exec.CommandContext(ctx, "bash", append([]string{clusterScript, "--folder", c.folder, "--ports", strconv.Itoa(c.ports)}, args...)...)
	run.WaitDelay = time.Second // what it leaves running must not hold the test
	said, err := run.CombinedOutput()
	return string(said), err
}

func (c *cluster) does(args ...string) string {
	c.t.Helper()
	said, err := c.try(c.t.Context(), args...)
	require.NoError(c.t, err, said)
	return said
}

func (c *cluster) lastWords() {
	_ = filepath.WalkDir(filepath.Join(c.folder, "log"), func(path string, entry fs.DirEntry, _ error) error {
		if text, err := os.ReadFile(path); err == nil {
			c.t.Logf("%s: %s", entry.Name(), text[max(0, len(text)-2000):])
		}
		return nil
	})
}

// people are phones before the balancer of a cluster, in one of its groups. They are made by a further node, which serves nobody.
func (c *cluster) people(group string) *load {
	c.t.Helper()
	store := regexp.MustCompile(`(?m)^group ` + group + `  http.* store: (\S+)$`).FindStringSubmatch(c.does("status"))
	require.NotNil(c.t, store)
	own := configIn(c.t.TempDir())
	own.Data, own.Store, own.Connections = "", store[1], 4
	require.NoError(c.t, copyKeys(own.Keys, filepath.Join(c.folder, "keys", group, "one")))
	require.NoError(c.t, ownAlone(own.Keys))
	c.t.Setenv("PGPASSFILE", os.DevNull)
	_, err := Open(c.t.Context(), own)
	require.Error(c.t, err, "nobody comes in without the password")
	c.t.Setenv("PGPASSFILE", filepath.Join(c.folder, "password"))
	one := opened(c.t, own)
	c.t.Cleanup(func() { _ = one.Close() })
	l := peoples(c.t, one)
	for _, p := range append([]*phone{l.reader}, l.writers[0].phone, l.writers[1].phone, l.writers[2].phone, l.writers[3].phone) {
		p.base = fmt.Sprintf("http://%s.localhost:%d", group, c.ports+1)
		p.client.Transport = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", c.ports+1))
		}}
	}
	return l
}

// silence is the longest time in which nobody was answered while something was done.
func (l *load) silence(do func()) time.Duration {
	done, longest := make(chan struct{}), make(chan time.Duration)
	go func() {
		most, at, known := time.Duration(0), time.Now(), l.answered.Load()
		for over := false; !over; {
			select {
			case <-done:
				over = true
			case <-time.After(time.Millisecond):
			}
			if now := l.answered.Load(); now != known {
				most, at, known = max(most, time.Since(at)), time.Now(), now
			}
		}
		longest <- most
	}()
	do()
	close(done)
	return <-longest
}

// A whole cluster as it is deployed: the primary is killed under load and another takes over with nobody's help, the standbys stall, the nodes are replaced
// one by one.
func TestCluster_NothingIsLostOrDoubledWhenThePrimaryIsKilledAndNodesAreReplaced(t *testing.T) {
	kills := numberOf(t, clusterKills, clusterKillsFew)
	c := startCluster(t)
	before := c.running()
	c.does("up")
	require.Equal(t, before, c.running(), "what runs is not started again")
	l := c.people("a")
	l.begins()
	l.resumes(0)
	slowest := time.Duration(0)
	for range kills {
		slowest = max(slowest, l.silence(func() { c.does("kill-primary") }))
		l.resumes(l.answered.Load())
	}

	c.does("stall")
	l.stalls(func() { c.does("go-on") })
	l.settles()

	refused, answered := l.refused.Load(), l.answered.Load()
	c.does("restart")
	l.resumes(l.answered.Load())
	require.Equal(t, refused, l.refused.Load(), "while both nodes were replaced, every request was answered")
	during := l.answered.Load() - answered
	mutations := l.ends()
	c.saysNothingOf(l)
	c.ends()
	t.Logf("the primary of three databases killed %d times: %d mutations by 4 phones through haproxy at two nodes; 0 lost, 0 doubled; nobody was answered for %.1f s at most; %d answered while both nodes were replaced, 0 refused",
		kills, mutations, slowest.Seconds(), during)
}

// settles waits until what was told to come again has come: nothing is refused any more.
func (l *load) settles() {
	l.t.Helper()
	require.Eventually(l.t, func() bool {
		refused, answered := l.refused.Load(), l.answered.Load()
		<-time.After(3 * time.Second)
		return l.refused.Load() == refused && l.answered.Load() > answered
	}, 2*time.Minute, time.Millisecond)
}

// running is what was started, and when.
func (c *cluster) running() map[string]string {
	all := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(c.folder, "run", "*"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(c.t, err)
		all[filepath.Base(file)] = string(text)
	}
	return all
}

// saysNothingOf: no log of the cluster has a word that somebody wrote, a token, an address that was asked for, or the password.
func (c *cluster) saysNothingOf(l *load) {
	c.t.Helper()
	secret, err := os.ReadFile(filepath.Join(c.folder, "password"))
	require.NoError(c.t, err)
	password := strings.TrimSpace(string(secret[bytes.LastIndexByte(secret, ':')+1:]))
	require.Len(c.t, password, 48)
	require.NoError(c.t, filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(path, "/log") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range []string{l.writers[0].name + " 1", "Ada Synthetic", l.writers[0].token, "/v1/", password} {
			require.False(c.t, bytes.Contains(text, []byte(word)), "%s says %q", path, word)
		}
		return err
	}))
}

// runs says whether a process of running still does. One that has ended and that the machine's first process has not yet asked about does not.
func runs(t *testing.T, words string) bool {
	t.Helper()
	var pid, began string
	_, err := fmt.Sscan(words, &pid, &began)
	require.NoError(t, err)
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return false
	}
	after := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // state, parent...; when it began is the 20th
	return after[19] == began && after[0] != "Z"
}

// ends: after down nothing runs, and after up what was written is there.
func (c *cluster) ends() {
	c.t.Helper()
	was := c.running()
	require.NotEmpty(c.t, was)
	for name, words := range was {
		require.True(c.t, runs(c.t, words), "%s does not run", name)
	}
	c.does("down")
	require.Empty(c.t, c.running())
	for name, words := range was {
		require.False(c.t, runs(c.t, words), "%s still runs", name)
	}
	left, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range left {
		text, _ := os.ReadFile(file)
		require.False(c.t, bytes.Contains(text, []byte(c.folder)), "still runs: %s", bytes.ReplaceAll(text, []byte{0}, []byte{' '}))
	}
	_, err := c.try(c.t.Context(), "status")
	require.Error(c.t, err)
}

// Two groups of records are two installations behind one balancer, which tells them apart by the name that a phone was given. With two databases a group
// writes nothing while one of them is gone; the other group does not notice.
func TestCluster_WhatHappensToOneGroupOfRecordsIsNotNoticedInTheOther(t *testing.T) {
	c := startCluster(t, "--groups", "2", "--databases", "2")
	a, b := c.people("a"), c.people("b")
	stranger := *b.reader
	stranger.base = a.reader.base
	stranger.client = a.reader.client
	require.ErrorContains(t, stranger.sync(t.Context()), "status 401", "who has an account in one group has none in the other")
	stranger.base = strings.Replace(stranger.base, "a.localhost", "c.localhost", 1)
	require.ErrorContains(t, stranger.sync(t.Context()), "status 421")
	a.begins()
	b.begins()
	a.resumes(0)
	b.resumes(0)
	refused := b.refused.Load()
	said := c.does("kill-primary", "--group", "a", "--gone")
	a.stalls(func() { c.does("up") })
	require.Equal(t, refused, b.refused.Load(), "the other group answers every request")
	b.resumes(b.answered.Load())
	mine, others := a.ends(), b.ends()
	c.saysNothingOf(a)
	c.ends()
	t.Logf("two groups of two databases each, and one primary killed for good (%s): %d and %d mutations, 0 lost, 0 doubled; nothing acknowledged in its group until there were two again, 0 refused in the other",
		strings.Join(strings.Fields(said), " "), mine, others)
}
