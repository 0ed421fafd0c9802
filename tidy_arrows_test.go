package satchel_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// floor is how high a room stands. Tests may use any room on a lower floor, so a handler is tested over a real bolt file;
// the program itself may use only what its row in rooms names.
type room struct {
	floor int
	uses  []string
}

var (
	pure     = []string{"internal/base64url", "internal/fault", "sync"}
	disk     = append(slices.Clone(pure), "internal/flock")
	ward     = []string{"internal/base64url", "internal/fault", "sync", "internal/instrument", "internal/calendar", "internal/lab"}
	wire     = append(slices.Clone(ward), ".", "internal/identity", "internal/care", "internal/reminder", "internal/fhir", "internal/healthlink", "internal/qr", "internal/feed")
	process  = append(slices.Clone(wire), "mobile-api", "internal/bolt", "internal/heads", "internal/ledger", "internal/postgres", "internal/seal", "internal/notify", "web")
	anything = append(slices.Clone(process), "internal/flock", "server", "sync/replica", "sync/storetest", "sync/sim")
)

// rooms are the arrows of the house: each room with the rooms its program may import. A folder belongs to the deepest
// room that it lies in, and a room may import its own folders.
var rooms = map[string]room{
	".":                   {0, nil},
	"internal/base64url":  {0, nil},
	"internal/fault":      {0, nil},
	"internal/cost":       {0, nil},
	"internal/flock":      {0, nil},
	"web":                 {0, nil},
	"sync":                {1, []string{"internal/base64url", "internal/fault"}},
	"sync/replica":        {3, pure},
	"sync/storetest":      {2, pure},
	"sync/sim":            {3, append(slices.Clone(pure), "sync/replica")},
	"internal/instrument": {4, pure},
	"internal/calendar":   {4, pure},
	"internal/lab":        {4, []string{"internal/fault", "internal/calendar"}},
	"internal/bolt":       {4, disk},
	"internal/heads":      {4, pure},
	"internal/ledger":     {4, disk},
	"internal/postgres":   {4, pure},
	"internal/seal":       {4, disk},
	"internal/notify":     {5, pure},
	"internal/qr":         {4, []string{"internal/fault"}},
	"internal/care":       {5, ward},
	"internal/identity":   {5, ward},
	"internal/fhir":       {5, ward},
	"internal/healthlink": {5, pure},
	"internal/feed":       {5, append(slices.Clone(ward), "internal/care")},         // a reading of what care says
	"internal/trial":      {4, []string{"sync", "sync/storetest", "internal/care"}}, // for tests alone: those of each room above care may use it
	"internal/reminder":   {6, []string{"sync", "internal/calendar", "internal/lab", "internal/care"}},
	"mobile-api":          {7, wire},
	"server":              {8, process},
	"cmd":                 {9, slices.DeleteFunc(slices.Clone(anything), func(r string) bool { return r == "web" })},
}

// roomOf finds the deepest room that holds the folder; false if none does.
func roomOf(folder string) (string, bool) {
	if folder == "." {
		return ".", true
	}
	best, found := "", false
	for name := range rooms {
		if within(folder, name) && len(name) > len(best) {
			best, found = name, true
		}
	}
	return best, found
}

func arrows(s source) []string {
	from, known := roomOf(s.dir())
	if !known {
		return []string{fmt.Sprintf("%s lies in no room. Move it to one of %s, or give its room a row in tidy_arrows_test.go and in the README.",
			s.path, strings.Join(slices.Sorted(maps.Keys(rooms)), ", "))}
	}
	var complaints []string
	for _, imported := range s.imports() {
		if !within(imported, module) {
			continue
		}
		folder := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
		if folder == "" {
			folder = "."
		}
		to, known := roomOf(folder)
		if known && (to == from || mayUse(from, to, s.isTest())) {
			continue
		}
		complaints = append(complaints, fmt.Sprintf("%s imports %s, but arrows point down and siblings never meet: %s may use %v. "+
			"Declare an interface where it is needed, or hand the value in from the room above.", s.path, imported, from, rooms[from].uses))
	}
	return complaints
}

func mayUse(from, to string, test bool) bool {
	if slices.Contains(rooms[from].uses, to) {
		return true
	}
	if test && from == "sync" && (to == "sync/storetest" || to == "sync/replica") {
		return true // the engine is tested over the store in memory, and in transcripts between real phones
	}
	return test && to != "web" && rooms[to].floor < rooms[from].floor
}

func TestArrowsPointDown(t *testing.T) {
	t.Parallel()
	holds(t, arrows)
}

func TestArrowsRuleSeesBreaches(t *testing.T) {
	t.Parallel()
	planted(t, arrows, []plant{
		{"the program uses the server", "cmd/satchel/serve.go", `package main; import _ "satchel/server"`, ""},
		{"the server uses the web", "server/app.go", `package server; import _ "satchel/web"`, ""},
		{"care uses sync", "internal/care/plan.go", `package care; import _ "satchel/sync"`, ""},
		{"a folder of notify uses notify", "internal/notify/fcm/send.go", `package fcm; import _ "satchel/internal/notify"`, ""},
		{"a test of the API uses a real store", "mobile-api/sync_test.go", `package mobileapi; import _ "satchel/internal/bolt"`, ""},
		{"a store's test runs the contract", "internal/bolt/bolt_test.go", `package bolt; import _ "satchel/sync/storetest"`, ""},
		{"the simulation has replicas", "sync/sim/sim.go", `package sim; import _ "satchel/sync/replica"`, ""},
		{"sync looks up", "sync/engine.go", `package syncing; import _ "satchel/internal/care"`, "internal/care"},
		{"sync leans on its own client", "sync/engine.go", `package syncing; import _ "satchel/sync/replica"`, "sync/replica"},
		{"fault leans on sync", "internal/fault/fault.go", `package fault; import _ "satchel/sync"`, "arrows point down"},
		{"siblings meet", "internal/identity/scope.go", `package identity; import _ "satchel/internal/care"`, "siblings"},
		{"siblings meet in a test", "internal/bolt/a_test.go", `package bolt; import _ "satchel/internal/seal"`, "siblings"},
		{"the API knows the store", "mobile-api/sync.go", `package mobileapi; import _ "satchel/internal/bolt"`, "internal/bolt"},
		{"a store runs the contract outside tests", "internal/bolt/a.go", `package bolt; import _ "satchel/sync/storetest"`, "storetest"},
		{"the program reaches past the server to the web", "cmd/satchel/a.go", `package main; import _ "satchel/web"`, "satchel/web"},
		{"a test below looks up", "sync/a_test.go", `package syncing; import _ "satchel/server"`, "satchel/server"},
		{"a transcript has real phones", "sync/a_test.go", `package syncing_test; import _ "satchel/sync/replica"`, ""},
		{"a new room", "internal/cache/a.go", `package cache`, "lies in no room"},
		{"an import of no room", "server/a.go", `package server; import _ "satchel/internal/cache"`, "internal/cache"},
	})
}
