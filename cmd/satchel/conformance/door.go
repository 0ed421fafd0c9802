package conformance

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// socket is one client database as the door knows it: by its token.
type socket struct {
	name    string
	account string
	// weather is what happens to the next requests, first one first; then all is well.
	weather []weather
	watch   *watch
	// first is the name under which the database spoke first.
	first syncing.ReplicaID
	// limit is put into the next request in place of its own, if it is not 0.
	limit int
}

// weather is what the network does to one request.
type weather string

const (
	fair        weather = ""
	lostRequest weather = "request lost"
	lostAnswer  weather = "answer lost"
	cutAnswer   weather = "answer cut off"
	doubled     weather = "request doubled"
	later       weather = "request delayed until after the next"
	unavailable weather = "503"
	signedOut   weather = "401"
)

const bodyBytesMax = 1 << 20

// ServeHTTP is the door of the kit's server: POST /v1/sync and GET /v1/schema, for those who have a token.
func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	switch {
	case s == nil:
		problem(out, http.StatusUnauthorized, "Sign in again.")
	case r.Method == http.MethodGet && r.URL.Path == "/v1/schema":
		scope := syncing.NewScope(w.grants[accountOf(s.account)])
		_ = json.MarshalWrite(out, w.engine.Schema().Describe(scope))
	case r.Method != http.MethodPost || r.URL.Path != "/v1/sync":
		problem(out, http.StatusNotFound, "The kit serves POST /v1/sync and GET /v1/schema.")
	default:
		w.sync(out, r, s)
	}
}

func problem(out http.ResponseWriter, status int, detail string) {
	out.Header().Set("Content-Type", "application/problem+json")
	out.WriteHeader(status)
	_ = json.MarshalWrite(out, map[string]any{"type": "about:blank", "status": status, "detail": detail})
}

func (w *world) sync(out http.ResponseWriter, r *http.Request, s *socket) {
	w.requests++
	body, err := read(r)
	if err != nil || len(body) > bodyBytesMax {
		s.watch.broken("a request was larger than 1 MiB, or could not be unpacked")
		problem(out, http.StatusRequestEntityTooLarge, "Send less.")
		return
	}
	sky := fair
	if len(s.weather) > 0 {
		sky, s.weather = s.weather[0], s.weather[1:]
	}
	req, err := syncing.DecodeRequest(body)
	if err != nil {
		s.watch.broken("a request could not be read: " + fault.TextOf(err))
		problem(out, http.StatusBadRequest, fault.TextOf(err))
		return
	}
	s.watch.request(req)
	body = s.note(req, body)
	switch sky {
	case later:
		w.late = append(w.late, letter{accountOf(s.account), body})
		panic(http.ErrAbortHandler)
	case lostRequest:
		panic(http.ErrAbortHandler)
	case unavailable:
		out.Header().Set("Retry-After", "1")
		problem(out, http.StatusServiceUnavailable, "Try again in a moment.")
		return
	case signedOut:
		problem(out, http.StatusUnauthorized, "Sign in again.")
		return
	case doubled:
		w.handle(r.Context(), accountOf(s.account), body)
	}
	w.reply(out, r, s, req, body, sky)
}

// note keeps the name of a request, and changes its limit if the story asks for another.
func (s *socket) note(req *syncing.Request, body []byte) []byte {
	if s.first.IsZero() {
		s.first = req.Replica
	}
	if s.limit == 0 {
		return body
	}
	for i := range req.Records {
		req.Records[i].Limit = s.limit
	}
	s.limit = 0
	limited, err := json.Marshal(req)
	if err != nil {
		panic(err) // it was just read
	}
	return limited
}

// reply answers a request, if the network lets it.
func (w *world) reply(out http.ResponseWriter, r *http.Request, s *socket, req *syncing.Request, body []byte, sky weather) {
	answer, err := w.handle(r.Context(), accountOf(s.account), body)
	if sky == lostAnswer {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		s.watch.broken("a request was refused as a whole: " + fault.TextOf(err))
		problem(out, http.StatusBadRequest, fault.TextOf(err))
		return
	}
	if w.tamper != nil {
		w.tamper(s, req, answer)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err) // the engine's own answer
	}
	out.Header().Set("Content-Type", "application/json")
	out.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if sky == cutAnswer {
		_, _ = out.Write(text[:len(text)/2])
		panic(http.ErrAbortHandler)
	}
	s.watch.answer(req, answer)
	_, _ = out.Write(text)
}

// handle gives the engine a request. What the network kept comes in behind it.
func (w *world) handle(ctx context.Context, who syncing.AccountID, body []byte) (*syncing.Response, error) {
	answer, err := w.engineSync(ctx, who, body)
	for _, l := range w.late {
		_, _ = w.engineSync(ctx, l.account, l.body) // nobody waits for its answer any more
	}
	w.late = nil
	return answer, err
}

func (w *world) engineSync(ctx context.Context, who syncing.AccountID, body []byte) (*syncing.Response, error) {
	req, err := syncing.DecodeRequest(body)
	if err != nil {
		return nil, err
	}
	return w.engine.Sync(ctx, syncing.Principal{Account: who}, req)
}

// read unpacks a body; it stops one byte behind what is taken.
func read(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(io.LimitReader(r.Body, bodyBytesMax+1))
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(unpacked, bodyBytesMax+1))
}
