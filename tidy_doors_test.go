package satchel_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const libraryPage = "docs/decisions/0002-libraries.md"

// door is one third-party library and the rooms that may open it. tests are further rooms whose test files may; "*" is all.
// Why it is this library stands in docs/decisions/0002-libraries.md, which must name it.
type door struct {
	library string
	rooms   []string
	tests   []string
}

var doors = []door{
	{library: "filippo.io/age", rooms: []string{"cmd", "server", "internal/bolt"}},
	{library: "firebase.google.com/go/v4", rooms: []string{"internal/notify"}},
	{library: "github.com/SherClockHolmes/webpush-go", rooms: []string{"internal/notify"}},
	{library: "github.com/alecthomas/kong", rooms: []string{"cmd"}},
	{library: "github.com/alexedwards/argon2id", rooms: []string{"internal/identity", "internal/healthlink"}},
	{library: "github.com/coreos/go-oidc/v3", rooms: []string{"internal/identity/oidc"}},
	{library: "github.com/emersion/go-sasl", rooms: []string{"internal/notify/smtp/stub"}},
	{library: "github.com/emersion/go-smtp", rooms: []string{"internal/notify/smtp/stub"}},
	{library: "github.com/getkin/kin-openapi", tests: []string{"mobile-api", "server", "cmd"}},
	{library: "github.com/go-json-experiment/json", rooms: []string{"sync", "mobile-api", "internal/calendar", "internal/care", "internal/healthlink", "internal/identity", "internal/lab", "internal/notify", "internal/reminder", "internal/trial", "cmd"}, tests: []string{"server"}},
	{library: "github.com/go-jose/go-jose/v4", rooms: []string{"cmd"}},
	{library: "github.com/go-webauthn/webauthn", rooms: []string{"internal/identity"}},
	{library: "github.com/gofiber/fiber/v2", rooms: []string{"mobile-api", "server"}, tests: []string{"cmd/satchel/load"}},
	{library: "github.com/golang-jwt/jwt/v5", rooms: []string{"internal/identity"}},
	{library: "github.com/google/uuid", rooms: []string{"sync", "internal/care", "internal/identity", "mobile-api", "server", "cmd"}},
	{library: "github.com/andybalholm/brotli", rooms: []string{"mobile-api"}, tests: []string{"web"}},
	{library: "github.com/jackc/pgx/v5", rooms: []string{"internal/postgres"}, tests: []string{"cmd/satchel/load"}},
	{library: "github.com/klauspost/compress", rooms: []string{"mobile-api", "cmd"}, tests: []string{"server"}},
	{library: "github.com/pressly/goose/v3", rooms: []string{"internal/postgres"}},
	{library: "github.com/pquerna/otp", rooms: []string{"internal/identity"}, tests: []string{"mobile-api", "server", "cmd"}},
	{library: "github.com/prometheus/client_golang", rooms: []string{"server", "mobile-api"}},
	{library: "github.com/rogpeppe/go-internal", tests: []string{"cmd"}},
	{library: "github.com/arran4/golang-ical", rooms: []string{"internal/feed"}},
	{library: "github.com/skip2/go-qrcode", rooms: []string{"internal/qr"}},
	{library: "github.com/santhosh-tekuri/jsonschema/v6", tests: []string{"cmd"}},
	{library: "github.com/stretchr/testify", rooms: []string{"sync/storetest"}, tests: []string{"*"}},
	{library: "github.com/tink-crypto/tink-go/v2", rooms: []string{"internal/seal"}},
	{library: "github.com/teambition/rrule-go", rooms: []string{"internal/calendar"}},
	{library: "github.com/valyala/fasthttp", rooms: []string{"mobile-api", "server", "cmd/satchel/load"}},
	{library: "github.com/wneessen/go-mail", rooms: []string{"internal/notify/smtp"}},
	{library: "go.etcd.io/bbolt", rooms: []string{"internal/bolt"}, tests: []string{"server", "cmd/satchel/load"}},
	{library: "go.uber.org/goleak", tests: []string{"*"}},
	{library: "golang.org/x/mod", rooms: []string{"internal/heads"}},
	{library: "golang.org/x/sys", rooms: []string{"internal/bolt", "server", "cmd"}},
	{library: "golang.org/x/term", rooms: []string{"cmd"}},
	{library: "golang.org/x/text", rooms: []string{"mobile-api"}},
	{library: "golang.org/x/oauth2", rooms: []string{"internal/identity/oidc"}},
	{library: "google.golang.org/api", rooms: []string{"internal/notify"}},
}

// open says whether a file may import the library.
func (d door) open(s source) bool {
	return s.in(d.rooms...) || s.isTest() && (slices.Contains(d.tests, "*") || s.in(d.tests...))
}

// thirdParty says whether an import comes from outside both the project and the standard library, whose paths have no dot in
// their first part.
func thirdParty(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

func oneDoor(s source) []string {
	var complaints []string
	for _, imported := range s.imports() {
		if !thirdParty(imported) {
			continue
		}
		i := slices.IndexFunc(doors, func(d door) bool { return within(imported, d.library) })
		switch {
		case i < 0:
			complaints = append(complaints, fmt.Sprintf("%s imports %s, which has no door. Is there a library for this need already? "+
				"If not, add a line to the table in tidy_doors_test.go and to %s.", s.path, imported, libraryPage))
		case !doors[i].open(s):
			complaints = append(complaints, fmt.Sprintf("%s imports %s, whose door is %v (tests: %v). Ask that room instead.",
				s.path, imported, doors[i].rooms, doors[i].tests))
		}
	}
	return complaints
}

func TestEachLibraryHasOneDoor(t *testing.T) {
	t.Parallel()
	holds(t, oneDoor)
}

func TestDoorRuleSeesBreaches(t *testing.T) {
	t.Parallel()
	planted(t, oneDoor, []plant{
		{"std has no door", "internal/fault/fault.go", `package fault; import _ "net/http"`, ""},
		{"fiber in the API", "mobile-api/app.go", `package mobileapi; import _ "github.com/gofiber/fiber/v2/middleware/recover"`, ""},
		{"testify in a test", "internal/seal/seal_test.go", `package seal; import _ "github.com/stretchr/testify/require"`, ""},
		{"testify in the store contract", "sync/storetest/run.go", `package storetest; import _ "github.com/stretchr/testify/require"`, ""},
		{"firebase in a folder of notify", "internal/notify/fcm/fcm.go", `package fcm; import _ "firebase.google.com/go/v4/messaging"`, ""},
		{"bbolt as the measure in a test of the server", "server/bench_test.go", `package server; import _ "go.etcd.io/bbolt"`, ""},
		{"fiber in care", "internal/care/a.go", `package care; import _ "github.com/gofiber/fiber/v2"`, "whose door is [mobile-api server]"},
		{"bbolt in the server", "server/a.go", `package server; import _ "go.etcd.io/bbolt"`, "whose door is [internal/bolt]"},
		{"testify in the program", "sync/a.go", `package syncing; import _ "github.com/stretchr/testify/require"`, "sync/storetest"},
		{"fault leaves std", "internal/fault/a.go", `package fault; import _ "github.com/google/uuid"`, "github.com/google/uuid"},
		{"a library that nobody decided on", "server/a.go", `package server; import _ "example.org/cache"`, "no door"},
		{"a name that only begins like a library", "cmd/satchel/a.go", `package main; import _ "github.com/alecthomas/kongress"`, "no door"},
	})
}

// unwritten are the libraries of the table that the page does not name.
func unwritten(page string) []string {
	var missing []string
	for _, d := range doors {
		if !strings.Contains(page, "`"+d.library+"`") {
			missing = append(missing, d.library)
		}
	}
	return missing
}

func TestEachLibraryHasItsReasonWritten(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(libraryPage)
	require.NoError(t, err)
	require.Empty(t, unwritten(string(page)), "say in %s what need each of these serves, and why this one", libraryPage)
	require.Contains(t, unwritten(""), "go.etcd.io/bbolt", "an empty page must be complained about")
}
