package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

const waysFile = "testdata/access_ways.txt"

// TestAccess_NoWayLetsOutWhatSomebodyMayNotSee lets everybody try each way by which bytes leave: every operation of openapi.yaml, with
// each of its parameters, histories of all documents, pages, other people's cursors, streams. No word and no id of what is outside of
// their scope comes out by any of them; and the file says which comes out by which to whom, so that a way which lets nothing out is
// seen too. A new operation has no line in the file, and fails.
func TestAccess_NoWayLetsOutWhatSomebodyMayNotSee(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	canaries := w.plant()
	var b strings.Builder
	b.WriteString("# Which kinds of information come out by which way, and to whom. Made by: go test ./cmd/satchel/scenario -run NoWay -rewrite; read the difference before it is kept.\n")
	for _, way := range w.ways() {
		b.WriteString(way.name + "\n")
		by := map[string][]string{}
		for _, c := range w.columns {
			out := way.try(c)
			var found []string
			for _, canary := range canaries {
				if !strings.Contains(out, canary.word) {
					continue
				}
				require.True(t, canary.seen(c.name), "%s lets out to %s %q, which is of %v", way.name, c.name, canary.word, canary.of)
				found = append(found, strings.Join(canary.of, " or "))
			}
			slices.Sort(found)
			if outcome := strings.Join(slices.Compact(found), ", "); outcome != "" {
				by[outcome] = append(by[outcome], c.name)
			}
		}
		for _, outcome := range slices.Sorted(maps.Keys(by)) {
			fmt.Fprintf(&b, "  %s\n    %s\n", strings.Join(by[outcome], " "), outcome)
		}
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(waysFile, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(waysFile)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// waysElsewhere are ways that hold no word of anybody, whose tests are their own: what they tell is that something is there to be pulled.
// A sender has a row in TestEverySenderHasItsRow.
var waysElsewhere = map[string]string{
	"TestAListenerIsToldOfWhatItMaySee":                      "../../../mobile-api/live_test.go",
	"TestAfterAnEndedAccessNothingIsTold":                    "../../../mobile-api/live_test.go",
	"TestAChangeWakesThoseWhoMaySeeItAndNobodyElse":          "../../../server/run_test.go",
	"TestHazard_H19_APrivateReportRingsNowhereButAtTheTeam":  "../../../server/hazard_h19_test.go",
	"TestAWakeUpIsNotSentToWhoeverLostAccessSinceItWasAsked": "../../../server/wake_test.go",
	"TestEverySenderHasItsRow":                               "../../../server/canary_test.go",
}

func TestAccess_TheWaysThatAreTriedElsewhereAreTriedThere(t *testing.T) {
	t.Parallel()
	for name, file := range waysElsewhere {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(text), "\nfunc "+name+"(t *testing.T) {")
	}
}

// wayOut is one way by which bytes leave.
type wayOut struct {
	name string
	try  func(c column) string // everything that came
}

// parameters are what can be asked of an operation beside its path. Words that nobody reads are among them: a filter or an order over
// what is hidden must not be one some day (threat T13).
var parameters = map[string][]string{
	"GET /v1/records":                            {"limit=1", "filter=concerns.sensitive&sort=level"},
	"GET /v1/records/{record}/call":              {"topic=pain"},
	"GET /v1/records/{record}/access-log":        {"limit=1", "before=9999999999999"},
	"GET /v1/records/{record}/caregiver-notices": {"limit=1", "before=9999999999999"},
	"GET /v1/teams/{team}/queue":                 {"limit=1", "limit=200", "filter=concerns.sensitive&sort=level&q=yrn"},
	"GET /v1/teams/{team}/work":                  {"kind=review", "limit=200"},
	"GET /v1/teams/{team}/tests":                 {"limit=1", "limit=200", "filter=concerns.sensitive&sort=level"},
	"GET /v1/teams/{team}/inbox":                 {"all=true", "limit=200", "q=yrn"},
	"GET /v1/teams/{team}/figures":               {"days=28"},
	"GET /v1/teams/{team}/quality":               {"days=28", "format=csv"},
	"GET /v1/teams/{team}/digest":                {"days=7"},
	"GET /v1/organisations":                      {"limit=200"},
}

// plainPages are the same for everybody, whoever asks and whatever is in the store.
var plainPages = []string{"/openapi.yaml", "/docs", "/view", "/worker.js", "/app", "/board", "/web/{file}"}

// ways are all of them. Operations that change something come after those that only read.
func (w *accessWorld) ways() (list []wayOut) {
	for _, d := range doors(w.t) {
		if d.path == "/v1/live" || slices.Contains(plainPages, d.path) {
			continue
		}
		if d.method != http.MethodGet && len(list) > 0 && !slices.ContainsFunc(list, func(way wayOut) bool { return strings.HasPrefix(way.name, "history") }) {
			list = append(list, w.furtherWays()...)
		}
		list = append(list, wayOut{d.name, func(c column) string { return w.everyRelation(d, c) }})
	}
	return append(list, wayOut{"sync, of writes to each document that oncology sees", w.writes}) // last: from then on everybody has named them
}

// everyRelation is what an operation answers about the linked record and about those beside it, with each of its parameters.
func (w *accessWorld) everyRelation(d door, c column) string {
	var out strings.Builder
	relations := slices.Clone(d.relations)
	if d.name == "POST /v1/emergency-access" { // what it opens is read elsewhere
		relations = []string{relMissing}
	}
	for _, relation := range relations {
		if relation == relErased {
			continue
		}
		out.WriteString(answered(w.try(d, relation, c)))
		for _, query := range parameters[d.name] {
			path, _, _ := w.asked(d, relation, c)
			out.WriteString(answered(w.knock(d.method, path+"?"+query, c.token, nil)))
		}
	}
	return out.String()
}

func answered(k knocked) string {
	var head strings.Builder
	_ = k.header.Write(&head)
	return head.String() + string(k.body)
}

// furtherWays are those that openapi.yaml has no operation of its own for.
func (w *accessWorld) furtherWays() []wayOut {
	cursors := map[string]string{}
	for _, who := range []string{"patient", "oncology"} {
		cursors[who] = w.pulled(w.column(who), "", 1000).cursor
	}
	return []wayOut{
		{"history of each document that anybody sees", w.histories},
		{"sync, page by page", func(c column) string { return w.pulled(c, "", 3).text }},
		{"sync, from the patient's cursor", func(c column) string { return w.pulled(c, cursors["patient"], 1000).text }},
		{"sync, from oncology's cursor", func(c column) string { return w.pulled(c, cursors["oncology"], 1000).text }},
	}
}

func (w *accessWorld) column(name string) column {
	return w.columns[slices.IndexFunc(w.columns, func(c column) bool { return c.name == name })]
}

// histories asks for each document that the person or a team sees.
func (w *accessWorld) histories(c column) string {
	var out strings.Builder
	asked := map[syncing.DocID]bool{}
	for _, who := range []*actor{w.ada, w.olive, w.pia} {
		w.done(who.sync(w.record))
		for _, d := range who.db.View(w.record) {
			if !asked[d.ID] {
				asked[d.ID] = true
				path := "/v1/records/" + w.record.UUID.String() + "/documents/" + string(d.ID) + "/history"
				out.WriteString(string(w.knock(http.MethodGet, path, c.token, nil).body))
			}
		}
	}
	return out.String()
}

// pulledAll is what came by sync, and where it ended.
type pulledAll struct{ text, cursor string }

// pulled pulls as a new phone, from that cursor on, to the end.
func (w *accessWorld) pulled(c column, cursor string, limit int) (all pulledAll) {
	w.t.Helper()
	replica := uuid.NewString()
	all.cursor = cursor
	for range 1000 {
		part := map[string]any{"record": w.record.UUID.String(), "limit": limit}
		if all.cursor != "" {
			part["cursor"] = all.cursor
		}
		got := w.knock(http.MethodPost, "/v1/sync", c.token, map[string]any{"replica": replica, "now": w.clock.Now().UnixMilli(), "schema": 1, "records": []any{part}})
		all.text += answered(got)
		var said syncing.Response
		if got.status != 200 || json.Unmarshal(got.body, &said) != nil || len(said.Records) != 1 || !said.Records[0].More {
			if len(said.Records) == 1 {
				all.cursor = said.Records[0].Cursor
			}
			return all
		}
		all.cursor = said.Records[0].Cursor
	}
	w.t.Error("a pull has no end")
	return all
}

// writes hands in a write of each document that the person or oncology sees: what is answered of one that the caller does not see
// must not show what stands in it.
func (w *accessWorld) writes(c column) string {
	w.t.Helper()
	var mutations []any
	var named []string
	for _, d := range w.olive.db.View(w.record) {
		mutations = append(mutations, map[string]any{
			"n": len(mutations) + 1, "schema": 1, "at": w.clock.Now().UnixMilli(), "base": nil, "doc": d.ID, "set": map[string]any{"yours": "mine"},
		})
		named = append(named, d.ID.ID(), "")
	}
	out := answered(w.knock(http.MethodPost, "/v1/sync", c.token, map[string]any{
		"replica": uuid.NewString(), "now": w.clock.Now().UnixMilli(), "schema": 1, "records": []any{map[string]any{"record": w.record.UUID.String(), "mutations": mutations}},
	}))
	return strings.NewReplacer(named...).Replace(out) // without the ids that the caller has just said
}
