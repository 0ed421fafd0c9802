package mobileapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	idleWanted  = 10_000
	slowSockets = 300
	idleEnv     = "SATCHEL_IDLE_CLIENT" // "address number": this process is a client that holds so many connections
	idleKiBMax  = 40                    // a connection; the goal is 20, the rest is for what a small machine does beside it
)

func TestMain(m *testing.M) {
	if asked := os.Getenv(idleEnv); asked != "" {
		os.Exit(holdIdle(asked))
	}
	os.Exit(m.Run())
}

// holdIdle opens connections, asks once over each, says how many were served, and holds them until its input ends.
func holdIdle(asked string) int {
	address, text, _ := strings.Cut(asked, " ")
	wanted, _ := strconv.Atoi(text)
	var mu sync.Mutex
	var all []net.Conn
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range wanted / 16 {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					continue
				}
				_, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err == nil && answer.StatusCode == http.StatusOK {
					mu.Lock()
					all = append(all, conn)
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	fmt.Println(len(all))
	_, _ = io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive(all)
	return 0
}

// descriptors is how many sockets one process may still open here.
func descriptors(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	limit.Cur = limit.Max
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	return int(min(limit.Cur, 1<<20)) - 500
}

func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// TestTenThousandIdleConnectionsCostLittle: phones that keep a connection open wait in another process. None is refused, each costs
// little, and whoever asks meanwhile is answered.
func TestTenThousandIdleConnectionsCostLittle(t *testing.T) {
	p := newPlace(t)
	wanted := min(idleWanted, descriptors(t)) / 16 * 16
	before := held()
	client := exec.Command(os.Args[0])
	client.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", idleEnv, strings.TrimPrefix(p.base, "http://"), wanted))
	stdin, err := client.StdinPipe()
	require.NoError(t, err)
	stdout, err := client.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, client.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(wanted), strings.TrimSpace(line), "connections that were served")
	each := (held() - min(before, held())) / uint64(wanted)
	t.Logf("%d idle connections, %d bytes each", wanted, each)
	require.Less(t, each, uint64(idleKiBMax<<10))
	require.Equal(t, 200, p.do("GET", "/healthz", nil, nil).status)
	after, _ := p.phone(p.patient).sync()
	require.Nil(t, after.Error)
	require.NoError(t, stdin.Close())
	require.NoError(t, client.Wait())
}

// median is the time of the middle one of many small requests.
func (p *place) median() time.Duration {
	p.t.Helper()
	var took []time.Duration
	for range 200 {
		began := time.Now()
		require.Equal(p.t, 200, p.do("GET", "/healthz", nil, nil).status)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// TestHundredsOfSlowClientsHoldUpNobody: each sends a byte every 100 ms, and is cut off at the read timeout. Others go on meanwhile:
// they are compared within this run, with a floor below which a small machine measures nothing.
func TestHundredsOfSlowClientsHoldUpNobody(t *testing.T) {
	const readFor, floor = 2 * time.Second, 5 * time.Millisecond
	p := newPlace(t, func(c *Config, _ *LiveOptions) { c.ReadTimeout = readFor })
	alone := p.median()
	var group sync.WaitGroup
	lasted := make(chan time.Duration, slowSockets)
	for range slowSockets {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		require.NoError(t, err)
		began := time.Now()
		group.Go(func() {
			defer conn.Close()
			ended := make(chan struct{})
			go func() { _, _ = io.Copy(io.Discard, conn); close(ended) }()
			drip := time.NewTicker(100 * time.Millisecond)
			defer drip.Stop()
			for {
				select {
				case <-ended:
					lasted <- time.Since(began)
					return
				case <-drip.C:
					_, _ = conn.Write([]byte("G"))
				}
			}
		})
	}
	beside := p.median()
	group.Wait()
	close(lasted)
	for took := range lasted {
		require.Less(t, took, readFor+8*time.Second, "a slow client was not cut off at the read timeout")
	}
	t.Logf("the middle request took %v alone, %v beside %d slow clients", alone, beside, slowSockets)
	require.Less(t, beside, 4*max(alone, floor))
}
