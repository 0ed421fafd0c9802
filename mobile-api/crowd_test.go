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
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	idleWanted = 10_000
	slowWanted = 2_000
	idleEnv    = "SATCHEL_IDLE_CLIENT" // "address number": this process is a client that holds so many connections
	slowEnv    = "SATCHEL_SLOW_CLIENT" // the same, and sends a byte over each now and then
	idleKiBMax = 20                    // a connection
	slowPause  = 100 * time.Millisecond
	slowBytes  = 100 // that a slow client may send before it is cut off: five times the read timeout
)

func TestMain(m *testing.M) {
	if asked := os.Getenv(idleEnv); asked != "" {
		os.Exit(holdIdle(asked))
	}
	if asked := os.Getenv(slowEnv); asked != "" {
		os.Exit(beSlow(asked))
	}
	os.Exit(m.Run())
}

// clients starts this test as a process of clients, whose sockets do not count here, and gives what it says and what ends it.
func (p *place) clients(env string, wanted int) (said *bufio.Reader, end func()) {
	p.t.Helper()
	client := exec.Command(os.Args[0])
	client.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", env, strings.TrimPrefix(p.base, "http://"), wanted))
	stdin, err := client.StdinPipe()
	require.NoError(p.t, err)
	stdout, err := client.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, client.Start())
	return bufio.NewReader(stdout), func() {
		require.NoError(p.t, stdin.Close())
		require.NoError(p.t, client.Wait())
	}
}

// beSlow opens connections, says how many, sends a byte over each of them again and again, and says how many were cut off in the end,
// and how many bytes the most patient one was let send.
func beSlow(asked string) int {
	address, text, _ := strings.Cut(asked, " ")
	wanted, _ := strconv.Atoi(text)
	var all []net.Conn
	for range wanted {
		if conn, err := net.Dial("tcp", address); err == nil {
			all = append(all, conn)
		}
	}
	fmt.Println(len(all))
	var over atomic.Int64
	ended := make([]atomic.Bool, len(all))
	for i, conn := range all {
		go func() {
			_, _ = io.Copy(io.Discard, conn)
			ended[i].Store(true)
			over.Add(1)
		}()
	}
	drip := time.NewTicker(slowPause)
	sent := 0
	for ; int(over.Load()) < len(all) && sent < slowBytes; sent++ {
		<-drip.C
		for i, conn := range all {
			if !ended[i].Load() {
				_, _ = conn.Write([]byte("G"))
			}
		}
	}
	fmt.Println(over.Load(), sent)
	return 0
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
	said, end := p.clients(idleEnv, wanted)
	line, err := said.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(wanted), strings.TrimSpace(line), "connections that were served")
	each := (held() - min(before, held())) / uint64(wanted)
	t.Logf("%d idle connections, %d bytes each", wanted, each)
	require.Less(t, each, uint64(idleKiBMax<<10))
	require.Equal(t, 200, p.do("GET", "/healthz", nil, nil).status)
	after, _ := p.phone(p.patient).sync()
	require.Nil(t, after.Error)
	end()
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

// TestTwoThousandSlowClientsHoldUpNobody: each sends a byte every 100 ms, and is cut off at the read timeout. Others are all answered
// meanwhile; how much later is said and not judged, since a small machine writes 20,000 bytes a second beside it.
func TestTwoThousandSlowClientsHoldUpNobody(t *testing.T) {
	p := newPlace(t, func(c *Config, _ *LiveOptions) { c.ReadTimeout = 2 * time.Second })
	alone := p.median()
	said, end := p.clients(slowEnv, slowWanted)
	var opened, cut, sent int
	_, err := fmt.Fscanln(said, &opened)
	require.NoError(t, err)
	require.Equal(t, slowWanted, opened)
	beside := p.median()
	after, _ := p.phone(p.patient).sync()
	require.Nil(t, after.Error)
	_, err = fmt.Fscanln(said, &cut, &sent)
	require.NoError(t, err)
	require.Equal(t, slowWanted, cut, "slow clients that were cut off")
	require.Less(t, sent, slowBytes, "bytes that the most patient one was let send")
	end()
	t.Logf("the middle request took %v alone, %v beside %d slow clients, who were cut off after %d bytes", alone, beside, slowWanted, sent)
}
