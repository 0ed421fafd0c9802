package mobileapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func packed(t testing.TB, encoding string, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if encoding == "zstd" {
		var err error
		w, err = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		require.NoError(t, err)
	}
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestABodyMayBePackedOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, encoding := range []string{"identity", "gzip", "zstd", "GZIP"} {
		ask, err := json.Marshal(map[string]any{"replica": p.fresh(), "now": 1, "schema": 1, "records": []any{map[string]any{"record": p.record}}})
		require.NoError(t, err)
		if encoding != "identity" {
			ask = packed(t, strings.ToLower(encoding), ask)
		}
		header := strings.ToLower(encoding)
		got := p.do("POST", "/v1/sync", &p.patient, ask, "Content-Encoding", header)
		require.Equal(t, 200, got.status, "%s: %s", encoding, got.text())
	}
}

// TestWhatABodyMayUnpackTo: up to each limit, and one byte more not.
func TestWhatABodyMayUnpackTo(t *testing.T) {
	t.Parallel()
	noise := bytes.Repeat([]byte("0123456789abcdef:;,<>()"), unpackedBytesMax/23+1)
	for i := range noise { // packs about 20 times, well below the ratio
		if i%20 == 0 {
			noise[i] = byte(i * 2654435761 >> 13)
		}
	}
	for _, encoding := range []string{"gzip", "zstd"} {
		unpackIt := map[string]func([]byte) ([]byte, error){"gzip": unpackGzip, "zstd": unpackZstd}[encoding]
		got, err := unpackIt(packed(t, encoding, noise[:unpackedBytesMax]))
		require.NoError(t, err, encoding)
		require.Len(t, got, unpackedBytesMax)
		_, err = unpackIt(packed(t, encoding, noise[:unpackedBytesMax+1]))
		require.True(t, fault.Is(err, fault.TooLarge), "%s: %v", encoding, err)
		same := make([]byte, ratioFree)
		_, err = unpackIt(packed(t, encoding, same))
		require.NoError(t, err, "%s: small bodies may pack as well as they like", encoding)
		_, err = unpackIt(packed(t, encoding, append(same, 0)))
		require.True(t, fault.Is(err, fault.TooLarge), "%s: %v", encoding, err)
		_, err = unpackIt(packed(t, encoding, same)[:30])
		require.True(t, fault.Is(err, fault.Invalid), "%s, cut short: %v", encoding, err)
	}
}

func TestLargeAnswersArePackedForThoseWhoReadThat(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	plain := p.do("GET", "/v1/schema", &p.nurse, nil)
	require.Empty(t, plain.header.Get("Content-Encoding"))
	for accept, want := range map[string]string{
		"gzip": "gzip", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "zstd;q=0, gzip;q=0.5": "gzip", "br": "", "gzip;q=0": "", "identity": "",
	} {
		got := p.do("GET", "/v1/schema", &p.nurse, nil, "Accept-Encoding", accept)
		require.Equal(t, want, got.header.Get("Content-Encoding"), accept)
		require.Contains(t, got.header.Get("Vary"), "Accept-Encoding")
		body := got.body
		var err error
		switch want {
		case "gzip":
			body, err = unpackGzip(body)
		case "zstd":
			body, err = unpackZstd(body)
		}
		require.NoError(t, err)
		require.Equal(t, plain.text(), string(body), accept)
	}
	small := p.do("GET", "/healthz", nil, nil, "Accept-Encoding", "gzip")
	require.Empty(t, small.header.Get("Content-Encoding"))
}

// TestNoFaultGoesWithoutAStatus: each code of the house has one, and the sentence of a stranger's error is never passed on.
func TestNoFaultGoesWithoutAStatus(t *testing.T) {
	t.Parallel()
	for code, want := range map[fault.Code]int{
		fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Refused: 422,
		fault.Unproved: 403, fault.TooLarge: 413, fault.Unsupported: 415, fault.TooMany: 429, fault.Busy: 503, fault.Full: 507, fault.Corrupt: 500, fault.Internal: 500,
		"unheard-of": 500,
	} {
		require.Equal(t, want, statusOf(fault.New(code, "op", "A sentence.")), code)
	}
	for _, stranger := range []error{errors.New("secret"), fmt.Errorf("secret: %w", io.EOF), fiber.NewError(418, "secret"), fiber.NewError(400, "secret")} {
		said, _ := settled(stranger)
		require.NotContains(t, said.Text, "secret")
	}
	require.Equal(t, 503, statusOf(fmt.Errorf("a wait: %w", context.DeadlineExceeded)))
}

func TestWhatAsksToWaitSaysHowLong(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(c *Config, _ *LiveOptions) {
		c.Ready = func(context.Context) error { return errors.New("the disk called secret is away") }
	})
	got := p.do("GET", "/readyz", nil, nil)
	require.Equal(t, 503, got.status)
	require.Equal(t, "1", got.header.Get("Retry-After"))
	require.NotContains(t, got.text(), "secret")
	require.Equal(t, 200, p.do("GET", "/healthz", nil, nil).status)
}

// TestNothingIsLent: what the engine keeps of a request stays as it was while ten thousand others use the same memory.
func TestNothingIsLent(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	words := "kept-" + strings.Repeat("w", 300)
	id := p.fresh().String()
	ph := p.phone(p.patient)
	ph.sync(set("note/"+id, map[string]any{"text": words}))
	const others, senders = 10_000, 8
	quick := *p // without the witness: these are only to use the memory
	quick.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	defer quick.client.CloseIdleConnections()
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			body := []byte(`{"replica":"` + id + `","now":1,"schema":1,"records":[],"pad":"` + strings.Repeat("POISON", 80) + `"}`)
			for range others / senders {
				_ = quick.do("POST", "/v1/sync", &p.nurse, body)
			}
		})
	}
	all.Wait()
	got := p.do("GET", "/v1/records/"+p.record.String()+"/documents/note/"+id+"/history", &p.patient, nil)
	require.Contains(t, got.text(), words)
	require.NotContains(t, got.text(), "POISON")
	devices, err := p.identity.Devices(p.ctx, syncing.Principal{Account: p.patient.account}, p.patient.account, syncing.RecordID{})
	require.NoError(t, err)
	require.Equal(t, "Phone", devices[0].Name, "a text that identity kept of a request long gone")
}

// TestADecodedRequestOwnsItsMemory: the bytes of the body may be anything afterwards.
func TestADecodedRequestOwnsItsMemory(t *testing.T) {
	t.Parallel()
	body := []byte(`{"replica":"0193a5c2-0000-7000-8000-000000000001","now":1,"schema":1,"records":[{"record":"0193a5c0-0000-7000-8000-000000000001",` +
		`"cursor":"AQabc","mutations":[{"n":1,"doc":"note/x","set":{"text":"words"}}]}]}`)
	req, err := syncing.DecodeRequest(body)
	require.NoError(t, err)
	before, err := json.Marshal(req)
	require.NoError(t, err)
	for i := range body {
		body[i] = '!'
	}
	after, err := json.Marshal(req)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestAPathOfThirtyLevelsIsTakenAndOneOfThirtyThreeIsNot(t *testing.T) {
	t.Parallel()
	require.False(t, deeperThan([]byte(strings.Repeat("[", depthMax)), depthMax))
	require.True(t, deeperThan([]byte(strings.Repeat("[", depthMax+1)), depthMax))
	require.False(t, deeperThan([]byte(`"`+strings.Repeat("[", 100)+`\"`+strings.Repeat("{", 100)+`"`), depthMax), "brackets in a text are words")
}
