package load

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/valyala/fasthttp"

	"satchel/internal/fault"
)

const (
	// answerTime is how long one request may take.
	answerTime = 30 * time.Second
	// answerBytesMax bounds what is read of an answer.
	answerBytesMax = 16 << 20
	// packAbove is the size above which a request is packed, if any is: below it the whole request travels in one packet anyway.
	packAbove = 1400
)

// line is one connection that is kept. It counts what goes over it, and is used by one goroutine at a time.
type line struct {
	http   *fasthttp.HostClient
	url    string
	packed bool

	req      fasthttp.Request
	resp     fasthttp.Response
	packer   *zstd.Encoder
	unpacker *zstd.Decoder
	buffer   []byte
	unpacked []byte

	bodies int64        // bytes of bodies as they travelled, both ways
	wire   atomic.Int64 // all bytes of the connection, both ways
}

// newLine opens nothing yet: the first request does.
func newLine(base string, packed bool) (*line, error) {
	place, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	l := &line{url: base + "/v1/sync", packed: packed}
	address, secure := place.Host, place.Scheme == "https"
	if place.Port() == "" {
		address = net.JoinHostPort(place.Hostname(), map[bool]string{true: "443", false: "80"}[secure])
	}
	l.http = &fasthttp.HostClient{
		Addr: address, IsTLS: secure, MaxConns: 1, Dial: l.dial, ReadTimeout: answerTime, WriteTimeout: answerTime, MaxResponseBodySize: answerBytesMax, NoDefaultUserAgentHeader: true,
	}
	if l.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, err
	}
	l.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(answerBytesMax))
	return l, err
}

func (l *line) close() {
	l.http.CloseIdleConnections()
	l.unpacker.Close()
}

func (l *line) dial(address string) (net.Conn, error) {
	c, err := fasthttp.Dial(address)
	if err != nil {
		return nil, err
	}
	return counted{c, &l.wire}, nil
}

// counted counts the bytes of a connection.
type counted struct {
	net.Conn
	bytes *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.bytes.Add(int64(n))
	return n, err
}

// later is an answer that asks to come again.
type later struct{ wait time.Duration }

func (l later) Error() string { return "the server asks to come again later" }

// errSignedOut is an answer to a token that has run out.
var errSignedOut = errors.New("the token has run out")

// post sends one sync request and gives the body of its answer, which holds until the next. Errors are a later, errSignedOut, or end the work.
func (l *line) post(authorization string, body []byte) ([]byte, error) {
	l.req.Reset()
	l.req.SetRequestURI(l.url)
	l.req.Header.SetMethod(http.MethodPost)
	l.req.Header.SetContentType("application/json")
	l.req.Header.Set("Authorization", authorization)
	if l.packed {
		l.req.Header.Set("Accept-Encoding", "zstd")
	}
	if l.packed && len(body) > packAbove {
		l.buffer = l.packer.EncodeAll(body, l.buffer[:0])
		body = l.buffer
		l.req.Header.Set("Content-Encoding", "zstd")
	}
	l.req.SetBodyRaw(body)
	if err := l.http.Do(&l.req, &l.resp); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "load.post", "The server was not reached, or did not answer to the end.")
	}
	answer := l.resp.Body()
	l.bodies += int64(len(body) + len(answer))
	var err error
	if encoding := l.resp.Header.ContentEncoding(); bytes.Equal(encoding, []byte("zstd")) {
		l.unpacked, err = l.unpacker.DecodeAll(answer, l.unpacked[:0])
		answer = l.unpacked
	} else if len(encoding) > 0 {
		err = fmt.Errorf("the encoding %q was not asked for", encoding)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "load.post", "An answer of the server cannot be unpacked.")
	}
	return answer, l.understand(answer)
}

// understand sorts the status.
func (l *line) understand(answer []byte) error {
	switch status := l.resp.StatusCode(); status {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized:
		return errSignedOut
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(string(l.resp.Header.Peek("Retry-After")))
		return later{time.Duration(seconds) * time.Second}
	default:
		return fault.Wrap(fmt.Errorf("status %d: %.200s", status, answer), fault.Internal, "load.post", "The server did not answer as a sync is answered.")
	}
}
