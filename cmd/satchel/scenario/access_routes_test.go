package scenario

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

var rewrite = flag.Bool("rewrite", false, "write the matrix of access as it is found: for reading the difference")

const routesFile = "testdata/access_routes.txt"

// door is one operation of openapi.yaml, with what is named in it for each relation.
type door struct {
	name         string // METHOD /path, and the action
	method, path string
	action       string
	public       bool
	page         bool // it answers with a page for people
	relations    []string
}

// doors are all operations of the contract: nothing is left out by hand.
func doors(t testing.TB) (list []door) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(satchel.OpenAPI)
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d := door{name: method + " " + path, method: method, path: path, public: op.Security != nil && len(*op.Security) == 0}
			d.relations = relationsOf(d.name, path)
			d.page = op.Responses.Status(http.StatusOK) != nil && op.Responses.Status(http.StatusOK).Value.Content["text/html"] != nil
			if !strings.Contains(path, "{action}") {
				list = append(list, d)
				continue
			}
			for _, action := range item.Parameters.GetByInAndName("path", "action").Schema.Value.Enum {
				each := d
				each.action = action.(string)
				each.name += " " + each.action
				list = append(list, each)
			}
		}
	}
	slices.SortFunc(list, func(a, b door) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a.name, b.name)) })
	return list
}

// rank puts last what takes away, so that there is something to take, and streams, which read on when their answer has begun.
func rank(d door) int {
	if at := slices.Index([]string{"POST /v1/own-record", "POST /v1/emergency-access", "GET /v1/live", "POST /v1/sign-out"}, d.name); at >= 0 {
		return 10 + at
	}
	return slices.Index([]string{"GET", "HEAD", "PUT", "POST", "DELETE"}, d.method)
}

func relationsOf(name, path string) []string {
	switch {
	case name == "POST /v1/emergency-access":
		return []string{relMissing, relErased, relUnlinked, relLinked} // a few tries are all that anybody has
	case strings.Contains(path, "{record}"), name == "POST /v1/sync", name == "GET /v1/schema":
		return []string{relMissing, relErased, relUnlinked, relNarrow, relLinked}
	case strings.Contains(path, "{team}"), strings.Contains(path, "{organisation}"):
		return []string{relMissing, relUnlinked, relLinked}
	}
	return []string{"-"}
}

// TestAccess_EveryDoorOpensForThoseOfTheMatrixAndForNobodyElse lets everybody knock at every operation of openapi.yaml, for a record
// that is theirs, shared in part, somebody else's, erased and nowhere, and compares with the matrix. A new operation has no row yet,
// and fails here until somebody has read its row. Beside the file, three sentences hold whatever it says: without a valid sign-in
// nothing opens; what is not the caller's answers byte for byte like what is nowhere, after the same reads of the store and the same
// hashing; an administrator reads nothing of anybody.
func TestAccess_EveryDoorOpensForThoseOfTheMatrixAndForNobodyElse(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	var b strings.Builder
	b.WriteString("# Who gets which status where. Made by: go test ./cmd/satchel/scenario -run EveryDoor -rewrite; read the difference before it is kept.\n")
	for _, d := range doors(t) {
		b.WriteString(d.name + "\n")
		w.done(w.server.Identity().Tend(besideRequests(w.ctx))) // what is done once a minute is no part of any answer
		nowhere := make([]knocked, len(w.columns))
		rows := &rowsOfDoor{}
		for _, relation := range d.relations {
			by := map[string][]string{}
			for i, c := range w.columns {
				got := w.try(d, relation, c)
				outcome := outcomeOf(d, got)
				by[outcome] = append(by[outcome], c.name)
				w.holds(d, relation, c, got)
				if relation == relMissing {
					nowhere[i] = got
				}
				if forbidden(relation, c) && got.status == nowhere[i].status && got.status >= 400 {
					require.Equal(t, printed(nowhere[i]), printed(got), "%s tells %s that something %s is there", d.name, c.name, relation)
					require.Equal(t, nowhere[i].work, got.work, "%s works otherwise for %s when something %s is there", d.name, c.name, relation)
				}
				if alike(d, relation) {
					require.Equal(t, printed(nowhere[i]), printed(got), "%s tells %s that something %s is there", d.name, c.name, relation)
				}
			}
			rows.add(relation, w.rowText(by))
		}
		b.WriteString(rows.text())
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(routesFile, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(routesFile)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// rowText is one row of the matrix: each outcome with who gets it; "others" are all who are not named.
func (w *accessWorld) rowText(by map[string][]string) string {
	most := ""
	for outcome, names := range by {
		if len(names) > len(by[most]) || len(names) == len(by[most]) && outcome < most {
			most = outcome
		}
	}
	var b strings.Builder
	for _, outcome := range slices.Sorted(maps.Keys(by)) {
		names := strings.Join(by[outcome], " ")
		if outcome == most {
			names = "others"
		}
		fmt.Fprintf(&b, "    %-13s %s\n", outcome, strings.Replace(names, "anonymous expired-token revoked-device", "not-signed-in", 1))
	}
	return b.String()
}

// rowsOfDoor are the rows of one operation; relations with the same row are written once.
type rowsOfDoor struct{ relations, rows []string }

func (r *rowsOfDoor) add(relation, row string) {
	if n := len(r.rows); n > 0 && r.rows[n-1] == row {
		r.relations[n-1] += " " + relation
		return
	}
	r.relations, r.rows = append(r.relations, relation), append(r.rows, row)
}

func (r *rowsOfDoor) text() string {
	var b strings.Builder
	for i, row := range r.rows {
		b.WriteString("  " + r.relations[i] + "\n" + row)
	}
	return b.String()
}

// outcomeOf is the status; of a sync, whose status speaks of the envelope, what became of the record.
func outcomeOf(d door, got knocked) string {
	if d.path != "/v1/sync" || got.status != http.StatusOK {
		return fmt.Sprint(got.status)
	}
	var said struct {
		Records []struct {
			Ended bool `json:"ended"`
			Error *struct {
				Code string `json:"code"`
			} `json:"error"`
			Changes []any `json:"changes"`
		} `json:"records"`
	}
	if json.Unmarshal(got.body, &said) != nil || len(said.Records) != 1 {
		return "unreadable"
	}
	switch r := said.Records[0]; {
	case r.Error != nil:
		return "200/" + r.Error.Code
	case r.Ended:
		return "200/ended"
	case len(r.Changes) == 0:
		return "200/empty"
	}
	return "200/pulled"
}

// alike reports whether the relation must look like what is nowhere: to everybody, except where the answer is the point of the
// operation.
func alike(d door, relation string) bool {
	switch {
	case d.name == "POST /v1/emergency-access": // it opens what is not one's own: that is what it is for, see break_glass_test.go
		return false
	case relation == relUnlinked:
		return strings.Contains(d.path, "{record}") || d.path == "/v1/sync" || d.path == "/v1/schema"
	case relation == relErased:
		return d.path != "/v1/sync" // phones that had it are told to forget it
	}
	return false
}

// forbidden reports whether what is named is there and is nothing of the caller's: it costs what it costs to look for what is nowhere.
func forbidden(relation string, c column) bool {
	return relation == relErased || relation == relUnlinked || relation != relMissing && c.name == "other-team"
}

// printed is an answer without what differs from one request to the next by itself.
func printed(k knocked) string {
	var head bytes.Buffer
	_ = k.header.Write(&head)
	body := serverNow.ReplaceAllString(string(k.body), `"$1":0`)
	return fmt.Sprintf("%d\n%s\n%s", k.status, head.String(), recordNamed.ReplaceAllString(body, `"record":""`))
}

var (
	serverNow   = regexp.MustCompile(`"(serverNow|now|at)":\d+`)
	recordNamed = regexp.MustCompile(`"record":"[^"]*"`)
)

// holds are the sentences that no row of the file can take back.
func (w *accessWorld) holds(d door, relation string, c column, got knocked) {
	w.t.Helper()
	what := fmt.Sprintf("%s %s %s: %d", d.name, relation, c.name, got.status)
	opened := got.status < 300 && outcomeOf(d, got) != "200/empty" && (d.path != "/v1/sync" || outcomeOf(d, got) == "200/pulled")
	require.Less(w.t, got.status, 500, what)
	if !d.public && slices.Contains([]string{"anonymous", "expired-token", "revoked-device"}, c.name) {
		require.Equal(w.t, 401, got.status, what)
	}
	if d.name == "POST /v1/emergency-access" || relation == "-" || d.public {
		return
	}
	named := strings.Contains(d.path, "{record}") || d.path == "/v1/sync" || d.path == "/v1/schema"
	stranger := slices.Contains([]string{
		"caregiver-pending", "caregiver-expired", "caregiver-revoked", "other-team", "left-the-team", "emergency-over", "organisation-administrator", "administrator",
	}, c.name)
	ends := d.method == http.MethodDelete // an administrator may end any access, and reads nothing by it; whoever declines what was offered may repeat it
	if named && (relation != relLinked && relation != relNarrow || stranger) && !ends {
		require.False(w.t, opened, what)
	}
	if c.name == "emergency" && named && d.method != http.MethodGet && d.method != http.MethodHead && d.path != "/v1/sync" {
		require.False(w.t, opened, "an emergency is for reading: "+what)
	}
}

// try lets one knock at one door.
func (w *accessWorld) try(d door, relation string, c column) knocked {
	w.t.Helper()
	path, body, ok := w.asked(d, relation, c)
	require.True(w.t, ok, "%s has no line in asked: say what a well-formed request of it is", d.name)
	token := c.token
	if d.path == "/v1/sign-out" && c.actor != nil {
		token = w.signedIn(c.actor)
	}
	got := w.knock(d.method, path, token, body)
	w.tidy(d, path, token, got)
	return got
}

// tidy takes back what would be in the way of the next one.
func (w *accessWorld) tidy(d door, path, token string, got knocked) {
	w.t.Helper()
	var made struct {
		ID   string `json:"id"`
		Link struct {
			ID string `json:"id"`
		} `json:"link"`
		Calendar struct {
			ID string `json:"id"`
		} `json:"calendar"`
	}
	handedOut := func(holds func(s, part string) bool, end string) bool {
		return slices.ContainsFunc([]string{"codes", "invitations", "links", "papers", "calendars"}, func(kind string) bool { return holds(d.path, "/"+kind+end) })
	}
	if d.method == http.MethodDelete && handedOut(strings.Contains, "/") {
		w.knock(http.MethodDelete, path, w.ada.Tokens().AccessToken, nil)
	}
	if got.status != http.StatusCreated || json.Unmarshal(got.body, &made) != nil {
		return
	}
	if handedOut(strings.HasSuffix, "") {
		require.Equal(w.t, 204, w.knock(http.MethodDelete, path+"/"+made.ID+made.Link.ID+made.Calendar.ID, token, nil).status)
	}
}

// asked is a well-formed request of an operation. ok is false for one that nobody has thought of yet.
func (w *accessWorld) asked(d door, relation string, c column) (path string, body any, ok bool) {
	record := w.records[relation].UUID.String()
	team, organisation := w.oncology.ID.UUID, w.oncology.Organisation
	switch {
	case strings.HasPrefix(d.path, "/v1/records/"):
		team = w.spare.ID.UUID
	case strings.Contains(d.path, "{record}"):
	case relation == relUnlinked:
		team, organisation = w.elsewhere.ID.UUID, w.elsewhere.Organisation
	case relation == relMissing:
		team, organisation = syncing.UUID(uuid.New()), syncing.UUID(uuid.New())
	}
	account := w.target.Tokens().Account
	if strings.Contains(d.path, "/leads/") {
		account = w.oscar.Tokens().Account
	}
	path = strings.NewReplacer("{record}", record, "{team}", team.String(), "{organisation}", organisation.String(), "{account}", account.String(),
		"{contact}", w.contact.String(), "{sha256}", w.blob, "{type}/{id}", string(w.private), "{action}", d.action,
		"{code}", w.contact.String(), "{invitation}", w.contact.String(), "{id}", w.contact.String(), "{device}", w.contact.String(),
		"{link}", w.contact.String(), "{paper}", w.contact.String(), "{calendar}", w.contact.String(), "{passkey}", w.contact.String(), "{token}", strings.Repeat("A", 43), "{secret}", strings.Repeat("A", 43), "{ticket}", "AAAA",
		"{file}", "app/main.js").Replace(d.path)
	if relation == relLinked && d.method == http.MethodDelete {
		path = w.takenBack(d, path)
	}
	if slices.Contains([]string{"accept", "decline", "counter", "take-activity"}, d.action) && relation == relLinked {
		w.activity = w.offer(w.olive, w.family, w.oncology, w.primary, set{"topic": "bp", "title": "Blood pressure"}) // one that nobody has answered
	}
	if d.action != "" {
		body, ok = w.deeds()[d.action]
		return path, body, ok
	}
	switch d.path {
	case "/v1/schema":
		path += "?record=" + record
	}
	if d.public {
		return path, bodyless(d), true // refused for what it says, whoever says it: what opens is tested where each is
	}
	body, ok = w.bodies(record)[d.name]
	return path, body, ok || !strings.Contains("PUT POST", d.method) || d.name == "POST /v1/sign-out" || strings.HasSuffix(d.path, "/challenge") || strings.Contains(d.path, "/leads/")
}

// takenBack names a code or an invitation that is there to be cancelled.
func (w *accessWorld) takenBack(d door, path string) string {
	w.t.Helper()
	if strings.HasSuffix(d.path, "/devices/{device}") { // one that was lost just now
		tokens, err := w.server.Identity().Seed().SignIn(w.ctx, w.target.Tokens().Account, identity.DeviceFacts{Kind: "android", Name: "lost"})
		w.done(err)
		return strings.Replace(path, w.contact.String(), tokens.Device.String(), 1)
	}
	var made struct {
		ID string `json:"id"`
	}
	for _, kind := range []string{"links", "calendars"} {
		if strings.Contains(d.path, "/"+kind+"/") {
			var kept struct {
				Link     struct{ ID string } `json:"link"`
				Calendar struct{ ID string } `json:"calendar"`
			}
			of := "/v1/records/" + w.record.UUID.String() + "/" + kind
			w.done(w.ada.post(of, w.bodies("")["POST /v1/records/{record}/"+kind], &kept))
			return of + "/" + kept.Link.ID + kept.Calendar.ID
		}
	}
	for _, kind := range []string{"codes", "invitations", "papers"} {
		if strings.Contains(d.path, "/"+kind+"/") {
			of := "/v1/records/" + w.record.UUID.String() + "/" + kind
			w.done(w.ada.post(of, w.bodies("")["POST /v1/records/{record}/"+kind], &made))
			return of + "/" + made.ID
		}
	}
	return path
}

func bodyless(d door) any {
	if d.method == http.MethodPost {
		return map[string]any{}
	}
	return nil
}

// bodies are of what takes one.
func (w *accessWorld) bodies(record string) map[string]any {
	person := map[string]any{"name": "New Example", "birthDate": birthday}
	return map[string]any{
		"POST /v1/sync":                       map[string]any{"replica": uuid.NewString(), "now": w.clock.Now().UnixMilli(), "schema": 1, "records": []any{map[string]any{"record": record, "cursor": nil}}},
		"POST /v1/records/{record}/links":     map[string]any{"base": "http://127.0.0.1", "content": "e30..aXY.Y2lwaGVy.dGFn"},
		"POST /v1/records/{record}/calendars": nil,
		"POST /v1/records":                    map[string]any{"person": person, "teams": []any{w.oncology.ID}},
		"POST /v1/own-record":                 map[string]any{"person": person, "helps": w.record, "kinds": []string{"navigation"}},
		"POST /v1/emergency-access":           map[string]any{"record": record, "reason": "emergency-treatment", "why": "Brought in with a fever, cannot say which."},

		"POST /v1/records/{record}/codes":                        map[string]any{"kind": "caregiver", "birthDate": birthday},
		"POST /v1/records/{record}/invitations":                  map[string]any{"as": "specialist", "for": "Dr Weber, gynaecology"},
		"POST /v1/records/{record}/papers":                       map[string]any{"order": string(w.ordered), "host": "satchel.example.org"},
		"PUT /v1/records/{record}/caregivers/{account}":          map[string]any{"categories": []string{"schedule"}},
		"POST /v1/records/{record}/caregivers/{account}/confirm": map[string]any{},
		"PUT /v1/records/{record}/teams/{team}":                  map[string]any{},
		"PUT /v1/records/{record}/blobs/{sha256}":                []byte("a synthetic picture"),
		"POST /v1/invitations/accept":                            map[string]any{"code": ""},
		"POST /v1/codes/accept":                                  map[string]any{"code": "00000-00000", "birthDate": birthday, "name": "Somebody"},
		"POST /v1/proof":                                         map[string]any{"password": passphrase},
		"PUT /v1/accounts/{account}/oidc":                        map[string]any{"subject": "somebody"},
		"POST /v1/passkeys/registration/begin":                   nil,
		"POST /v1/passkeys/registration/finish":                  map[string]any{"name": "A phone", "credential": map[string]any{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": map[string]any{"clientDataJSON": "AAAA"}}},
		"POST /v1/passkeys/proof/begin":                          nil,
		"POST /v1/second-factor/begin":                           nil,
		"POST /v1/second-factor/confirm":                         map[string]any{"code": "000000"},
		"PUT /v1/mail/address":                                   naming("somebody@ward.example"),
		"POST /v1/mail/verify":                                   map[string]any{"code": "314159"},
		"PUT /v1/mail/digest":                                    map[string]any{"rhythm": "daily", "hour": 8},
		"PUT /v1/devices/self/push":                              map[string]any{"platform": "fcm", "token": "synthetic"},

		"PUT /v1/teams/{team}":                            map[string]any{"about": "We look after people.", "doesHandle": []string{"side-effects"}, "doesNotHandle": []string{"fit-note"}},
		"PUT /v1/teams/{team}/contacts/{contact}":         map[string]any{"system": "phone", "value": "01632 960 222", "label": "Reception", "is24h": true},
		"POST /v1/teams/{team}/contacts/{contact}/verify": map[string]any{"code": "314159"},
		"POST /v1/teams/{team}/unmatched-results":         unmatched("4711"),
		"POST /v1/teams/{team}/queue/{record}/claim":      map[string]any{},
		"POST /v1/teams/{team}/queue/{record}/hand-back":  map[string]any{},
		"POST /v1/teams/{team}/queue/{record}/close":      map[string]any{"outcome": "advice-given", "note": "Spoke", "seen": []any{}},
	}
}

// deeds are the actions, about what is in the linked record.
func (w *accessWorld) deeds() map[string]any {
	triage := map[string]any{"triage": w.row.Doc}
	with := func(more map[string]any) map[string]any {
		more["triage"] = w.row.Doc
		return more
	}
	activity := map[string]any{"activity": w.activity}
	task := map[string]any{"task": w.task.Doc}
	return map[string]any{
		"write":             map[string]any{"doc": newDoc("note"), "set": map[string]any{"text": "Bring the blue folder"}},
		"re-route":          with(map[string]any{"to": w.primary.ID, "concerns": []string{w.concern}, "reason": "Her practice knows this best"}),
		"accept-re-route":   map[string]any{"reroute": w.reroutes[0].Reroute},
		"decline-re-route":  map[string]any{"reroute": w.reroutes[1].Reroute, "answer": "We are closed until Monday"},
		"withdraw-re-route": map[string]any{"reroute": w.reroutes[2].Reroute},
		"seen":              with(map[string]any{"seen": []any{}}),
		"attempt":           with(map[string]any{"at": w.clock.Now().UnixMilli(), "result": "no-answer"}),
		"sign-off":          with(map[string]any{"arranged": "The district nurse looks in before noon"}), "take-over": with(map[string]any{"from": w.olive.Tokens().Account}),
		"claim": triage, "hand-back": triage, "close": with(map[string]any{"outcome": "advice-given", "note": "Spoke", "seen": []any{}}),
		"attach-result": map[string]any{"team": w.oncology.ID, "unmatched": w.contact, "identifiers": []any{set{"system": "birthDate", "value": birthday}, set{"system": "hospital", "value": "4711"}}},
		"take-task":     task, "return-task": task, "complete-task": map[string]any{"task": w.task.Doc, "outcome": "justified", "note": "Read"},
		"accept": activity, "decline": map[string]any{"activity": w.activity, "reason": "Not on Mondays"}, "counter": map[string]any{"activity": w.activity, "terms": "On Mondays"},
		"take-activity": map[string]any{"activity": w.activity, "team": w.oncology.ID}, "publish": map[string]any{"plan": w.plan, "number": 2},
		"acknowledge": map[string]any{"version": w.version, "team": w.primary.ID},
	}
}
