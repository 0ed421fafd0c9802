package mobileapi

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// raw writes bytes to the server as they are and reads until it closes the connection, or is silent.
func (p *place) raw(text string) string {
	p.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	require.NoError(p.t, err)
	defer conn.Close()
	require.NoError(p.t, conn.SetDeadline(time.Now().Add(2*time.Second)))
	_, err = io.WriteString(conn, text)
	require.NoError(p.t, err)
	if half, ok := conn.(*net.TCPConn); ok {
		require.NoError(p.t, half.CloseWrite())
	}
	got, _ := io.ReadAll(conn) // a reset ends it as well
	return string(got)
}

// answers reads the responses that stand one behind the other.
func answers(t *testing.T, text string) (statuses []int, bodies []string) {
	t.Helper()
	r := bufio.NewReader(strings.NewReader(text))
	for {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses, bodies
		}
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		statuses, bodies = append(statuses, resp.StatusCode), append(bodies, string(body))
	}
}

// hidden is a second request that must not come out of the body of a first.
const hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

// TestNoRequestIsSmuggled is the table of shapes on which servers and proxies have disagreed about where a request ends. None may
// give a second answer.
func TestNoRequestIsSmuggled(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	empty := "0\r\n\r\n" + hidden
	for _, tc := range []struct {
		name, request string
		status        int
	}{
		{"two lengths", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd" + hidden, 400},
		{"length with a plus", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd" + hidden, 400},
		{"length below nothing", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + hidden, 400},
		{"two transfer encodings", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + empty, 400},
		{"an unknown transfer encoding", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd" + hidden, 400},
		{"chunked in HTTP/1.0", "POST /v1/sync HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + empty, 400},
		{"a chunk size with a bare line feed", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\nab\r\n" + empty, 400},
		{"a chunk size that is no number", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n" + empty, 400},
		{"a chunk that is longer than it says", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n" + empty, 400},
		{"a length and chunks", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + empty, 400},
		{"chunks and a length", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\ncontent-length: 4\r\n\r\n" + empty, 400},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
		{"a NUL in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n", 400},
		{"a space before the colon", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\nabcd" + hidden, 400},
		{"a NUL in the name of a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-\x00A: a\r\n\r\n", 400},
		{"chunked twice", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n" + empty, 400},
		{"two chunked headers", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + empty, 400},
		{"chunked behind a tab", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\nContent-Length: 4\r\n\r\nabcd" + hidden, 400},
		{"a length in hex", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 0x4\r\n\r\nabcd" + hidden, 400},
		{"a length of two numbers", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 40\r\n\r\nabcd" + hidden, 400},
		{"a length that no number holds", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n" + hidden, 400},
		{"a chunk below nothing", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + empty, 400},
		{"a chunk size that overflows", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + empty, 400},
		{"a chunk that ends with a bare line feed", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\n" + empty, 400},
		{"a carriage return in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\rContent-Length: 4\r\n\r\n", 400},
		{"a folded header is part of the one before", "POST /v1/sync HTTP/1.1\r\nHost: x\r\nX-A: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\nabcd", 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			statuses, bodies := answers(t, p.raw(tc.request))
			require.Len(t, statuses, 1, "%v", bodies)
			require.Equal(t, tc.status, statuses[0], bodies[0])
		})
	}
	t.Run("what is in order is served", func(t *testing.T) {
		statuses, _ := answers(t, p.raw(hidden+hidden))
		require.Equal(t, []int{200, 200}, statuses)
	})
}

// TestNoHeaderComesBack: fasthttp's own text repeats the header that it could not read, with the token in it.
func TestNoHeaderComesBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	const secret = "SECRET123canary"
	for i, broken := range []string{
		"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\nbroken header without a colon\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\n: nothing\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\nContent-Length: many\r\n\r\n",
		"GET /" + secret + "\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /healthz HTTP/one\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\n\r\n",
		secret + "\r\n\r\n",
		"GET /v1/" + secret + "?q=" + secret + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"FETCH /" + secret + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + strings.Repeat("a", 2*headerBytesMax) + "\r\n\r\n",
	} {
		got := p.raw(broken)
		require.NotContains(t, got, secret, "request %d", i)
		require.Contains(t, got, "application/problem+json", "request %d: %s", i, got)
		require.Contains(t, got, "no-store", "request %d", i)
	}
	require.NotContains(t, p.log.text(), secret)
}

// TestASlowRequestIsCutOff: a client that sends a byte now and then holds a connection for the read timeout and no longer.
func TestASlowRequestIsCutOff(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(c *Config, _ *LiveOptions) { c.ReadTimeout = 500 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	began := time.Now()
	drip := time.NewTicker(50 * time.Millisecond)
	defer drip.Stop()
	closed := make(chan string)
	go func() {
		got, _ := io.ReadAll(conn)
		closed <- string(got)
	}()
	_, err = fmt.Fprint(conn, "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
	require.NoError(t, err)
	for {
		select {
		case got := <-closed:
			require.Less(t, time.Since(began), 3*time.Second)
			require.True(t, got == "" || strings.HasPrefix(got, "HTTP/1.1 408 "), got)
			return
		case <-drip.C:
			_, _ = conn.Write([]byte("x")) // fails once it is closed
		}
	}
}

func TestTheLimitsOfTheConnectionAreSet(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	server := p.app.Server()
	require.Equal(t, 15*time.Second, server.ReadTimeout)
	require.Equal(t, 30*time.Second, server.WriteTimeout)
	require.Equal(t, 75*time.Second, server.IdleTimeout)
	require.Equal(t, 1<<20, server.MaxRequestBodySize)
	require.Equal(t, 8<<10, server.ReadBufferSize)
	require.False(t, server.StreamRequestBody)
	require.True(t, p.app.Config().Immutable)
	require.False(t, p.app.Config().Prefork)
	require.Less(t, requestTime, writeTimeout)
}

// TestARequestAtEachLimitIsTaken, and one byte more is not.
func TestARequestAtEachLimitIsTaken(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	body := []byte(`{"replica":"` + p.fresh().String() + `","now":1,"schema":1,"records":[],"pad":"`)
	fill := func(size int) []byte {
		return append(append(bytes.Clone(body), bytes.Repeat([]byte("x"), size-len(body)-2)...), '"', '}')
	}
	require.Equal(t, 200, p.do("POST", "/v1/sync", &p.patient, fill(bodyBytesMax)).status)
	require.Equal(t, 413, p.do("POST", "/v1/sync", &p.patient, fill(bodyBytesMax+1)).status)
}
