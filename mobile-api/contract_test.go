package mobileapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryRouteIsInTheContractAndBack walks both ways: what is served is declared, what is declared is served.
func TestEveryRouteIsInTheContractAndBack(t *testing.T) {
	t.Parallel()
	doc, err := contract()
	require.NoError(t, err)
	var declared []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			declared = append(declared, method+" "+path)
		}
	}
	p := newPlace(t)
	var served []string
	parameter := regexp.MustCompile(`:(\w+)`)
	named := strings.NewReplacer("/+", "/{file}") // the rest of a path, which the contract can only call a parameter
	for _, route := range p.app.GetRoutes(true) {
		served = append(served, route.Method+" "+parameter.ReplaceAllString(named.Replace(route.Path), "{$1}"))
	}
	slices.Sort(declared)
	slices.Sort(served)
	require.Equal(t, declared, served)
	require.Greater(t, len(served), 30)
}

func TestEveryOperationSaysWhatItIs(t *testing.T) {
	t.Parallel()
	doc, err := contract()
	require.NoError(t, err)
	ids := map[string]bool{}
	known := map[string]bool{}
	for _, tag := range doc.Tags {
		known[tag.Name] = true
		require.NotEmpty(t, tag.Description, tag.Name)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			what := method + " " + path
			require.NotEmpty(t, op.Summary, what)
			require.False(t, op.OperationID == "" || ids[op.OperationID], what)
			ids[op.OperationID] = true
			require.Len(t, op.Tags, 1, what)
			require.True(t, known[op.Tags[0]], what)
			open := op.Security != nil && len(*op.Security) == 0
			require.Equal(t, open, op.Responses.Status(401) == nil || path == "/v1/enrol" || path == "/v1/sign-in" || path == "/v1/passkeys/sign-in/finish" || path == "/v1/oidc/finish" || path == "/v1/token" || path == "/v1/links/{secret}", what)
			if op.RequestBody != nil {
				for kind, media := range op.RequestBody.Value.Content {
					require.True(t, kind != "application/json" || media.Example != nil || len(media.Examples) > 0, "%s has no example", what)
				}
				require.NotNil(t, op.Responses.Status(415), what)
			}
			for _, parameter := range op.Parameters {
				require.NotEmpty(t, parameter.Value.Description, what)
			}
		}
	}
}

// TestTheWitnessSeesBreaches: a check that cannot fail holds nothing.
func TestTheWitnessSeesBreaches(t *testing.T) {
	t.Parallel()
	plain := http.Header{"Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"}, "Content-Type": {"application/json"}}
	bare := http.Header{"Content-Type": {"application/json"}}
	device := `{"id":"0193a5c0-0000-7000-8000-000000000001","kind":"web","name":"Desk","made":1,"seen":1,"current":true}`
	push := "/v1/devices/self/push"
	for _, tc := range []struct {
		name, method, path, sent string
		status                   int
		header                   http.Header
		got, want                string
	}{
		{"in order", "GET", "/v1/devices", "", 200, plain, `{"devices":[` + device + `]}`, ""},
		{"no such path, and refused", "GET", "/v1/nowhere", "", 404, plain, `{}`, ""},
		{"no such path, and served", "GET", "/v1/nowhere", "", 200, plain, `{}`, "does not have it"},
		{"an undeclared status", "GET", "/v1/devices", "", 409, plain, `{}`, "does not declare"},
		{"a member too many", "GET", "/v1/devices", "", 200, plain, `{"devices":[],"more":1}`, "answered 200"},
		{"an id that is none", "GET", "/v1/devices", "", 200, plain, `{"devices":[` + strings.Replace(device, "0193a5c0", "0193A5C0", 1) + `]}`, "answered 200"},
		{"a problem as plain JSON", "GET", "/v1/devices", "", 401, plain, `{}`, "declared kind"},
		{"headers missing", "GET", "/v1/devices", "", 200, bare, `{"devices":[]}`, "headers"},
		{"a body where there is none", "PUT", push, `{"platform":"fcm","token":"t"}`, 204, plain, `{}`, "no body"},
		{"accepted as asked for", "PUT", push, `{"platform":"fcm","token":"t"}`, 204, plain, ``, ""},
		{"accepted though forbidden", "PUT", push, `{"platform":"fcm"}`, 204, plain, ``, "forbids"},
		{"words of a library", "GET", "/v1/devices", "", 400, plain, `fasthttp: bad`, "library's own words"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequest(tc.method, "http://127.0.0.1"+tc.path, strings.NewReader(tc.sent))
			require.NoError(t, err)
			req.Header.Set("Content-Type", "application/json")
			err = judge(req, []byte(tc.sent), &http.Response{StatusCode: tc.status, Header: tc.header}, []byte(tc.got))
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}
