package mobileapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"satchel/sync"
)

const contractPath = "../openapi.yaml"

// contract is openapi.yaml, read once and checked against the rules of OpenAPI 3.1, examples included.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(s string) error {
		_, err := syncing.ParseUUID(s)
		return err
	}))
	text, err := os.ReadFile(contractPath)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background(), openapi3.EnableExamplesValidation())
})

// operationOf finds what the contract says of a request; nil if it says nothing.
func operationOf(doc *openapi3.T, req *http.Request) (*routers.Route, map[string]string) {
	for path, item := range doc.Paths.Map() {
		op := item.GetOperation(req.Method)
		parts := strings.Split(path, "/")
		most := -1
		if strings.HasPrefix(path, "/web/") {
			most = len(parts) // its last parameter is the rest of the path
		}
		asked := strings.SplitN(req.URL.EscapedPath(), "/", most)
		if op == nil || len(parts) != len(asked) {
			continue
		}
		params, fits := map[string]string{}, true
		for i, part := range parts {
			name, isParam := strings.CutPrefix(part, "{")
			if isParam {
				params[strings.TrimSuffix(name, "}")] = asked[i]
			}
			fits = fits && (isParam && asked[i] != "" || part == asked[i])
		}
		if fits {
			return &routers.Route{Spec: doc, Path: path, PathItem: item, Method: req.Method, Operation: op}, params
		}
	}
	return nil, nil
}

// witness is a transport that holds every request and answer against openapi.yaml: each status must be declared, each body must
// be what the status promises, and what was accepted must be what the contract asks for.
type witness struct {
	t    testing.TB
	next http.RoundTripper
}

func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		var err error
		if sent, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	got := []byte{}
	if isStream := strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream"); !isStream {
		if got, err = io.ReadAll(resp.Body); err != nil {
			return nil, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(got))
	}
	w.t.Helper()
	require.NoError(w.t, judge(req, sent, resp, got))
	return resp, nil
}

// judge gives what breaks the contract; nil if nothing does.
func judge(req *http.Request, sent []byte, resp *http.Response, got []byte) error {
	doc, err := contract()
	if err != nil {
		return err
	}
	what := req.Method + " " + req.URL.Path
	if bytes.Contains(got, []byte("fasthttp")) {
		return fmt.Errorf("%s: a library's own words came through: %s", what, got)
	}
	route, params := operationOf(doc, req)
	if route == nil { // not in the contract: then it must not be here either
		if resp.StatusCode != 404 && resp.StatusCode != 405 {
			return fmt.Errorf("%s answered %d, and openapi.yaml does not have it", what, resp.StatusCode)
		}
		return nil
	}
	asked := req.Clone(context.Background())
	asked.Body = io.NopCloser(bytes.NewReader(sent))
	asked.Header.Del("Content-Encoding") // a packed body is held against the contract by who unpacked it
	input := &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
			ExcludeRequestBody: req.Header.Get("Content-Encoding") != "", RejectWhenRequestBodyNotSpecified: true,
		},
	}
	if resp.StatusCode < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return fmt.Errorf("%s was accepted, though openapi.yaml forbids it: %w", what, err)
		}
	}
	if err := judgeAnswer(input, resp, got); err != nil {
		return fmt.Errorf("%s answered %d: %w: %s", what, resp.StatusCode, err, got)
	}
	return nil
}

// keptAs is what an answer may say of being kept: not at all, unless the contract says otherwise of it.
func keptAs(declared *openapi3.ResponseRef) []any {
	if header := declared.Value.Headers["Cache-Control"]; header != nil {
		return header.Value.Schema.Value.Enum
	}
	return []any{"no-store"}
}

func judgeAnswer(input *openapi3filter.RequestValidationInput, resp *http.Response, got []byte) error {
	declared := input.Route.Operation.Responses.Status(resp.StatusCode)
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	switch {
	case declared == nil:
		return errors.New("openapi.yaml does not declare this status")
	case !slices.Contains(keptAs(declared), any(resp.Header.Get("Cache-Control"))) || resp.Header.Get("X-Content-Type-Options") != "nosniff":
		return errors.New("the headers that every answer has are missing")
	case input.Request.Method == http.MethodHead:
		return nil
	case len(declared.Value.Content) == 0 && len(got) > 0:
		return errors.New("there should be no body")
	case len(declared.Value.Content) > 0 && declared.Value.Content[kind] == nil:
		return fmt.Errorf("%q is not the declared kind of body", kind)
	case resp.Header.Get("Content-Encoding") != "" || kind != "application/json" && kind != "application/problem+json":
		return nil
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(got)), Options: input.Options,
	})
}
