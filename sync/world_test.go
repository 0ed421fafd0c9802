package syncing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// A world is one engine over a store, driven as a client would drive it: JSON in, JSON out, under a clock that the test sets.

const (
	patient   = syncing.Role("patient")
	caregiver = syncing.Role("caregiver")
	nurse     = syncing.Role("nurse")
)

var everyone = []syncing.Role{patient, caregiver, nurse}

// thing has a field of each merge rule.
func testSchema() *syncing.Schema {
	text := func(name string, rule syncing.Rule, writers ...syncing.Role) syncing.FieldSpec {
		return syncing.FieldSpec{Name: name, Kind: syncing.Text, Rule: rule, Writers: writers}
	}
	return syncing.NewSchema(1,
		&syncing.Type{Name: "thing", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "title", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
			text("draft", syncing.LWW, everyone...), text("note", syncing.MV, everyone...), text("dose", syncing.CAS, patient, nurse),
			text("secret", syncing.CAS, nurse),
			{Name: "pain", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
			{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
			{
				Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone, Codes: []string{"open", "busy", "closed"},
				Moves: map[string][]string{"": {"open"}, "open": {"busy", "closed"}, "busy": {"closed"}},
			},
		}},
		&syncing.Type{Name: "memo", Category: "schedule", Deletable: true, Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone, Required: true},
			text("owner", syncing.CAS, everyone...), text("signed", syncing.CAS, nurse),
		}},
		&syncing.Type{Name: "order", Category: "schedule", Creators: []syncing.Role{nurse}, Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		}},
		&syncing.Type{Name: "private", Category: "concerns", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
			{Name: "open", Kind: syncing.Bool, Rule: syncing.LWW, Writers: everyone},
		}, Categorise: func(s syncing.Snapshot) string {
			if open, _ := s.Bool("open"); open {
				return "schedule"
			}
			return "concerns"
		}},
		&syncing.Type{Name: "event", Category: "schedule", Event: true, Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "body", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone, Required: true},
		}},
		&syncing.Type{Name: "reply", Category: "schedule", Event: true, Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "to", Kind: syncing.Reference, Rule: syncing.CAS, Writers: everyone, Required: true},
		}, Require: func(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
			thing, err := r.Document(syncing.DocID(c.After.Text("to")))
			if err != nil || thing.Text("status") == "open" {
				return nil, err
			}
			return &syncing.Refusal{Reason: syncing.Invalid, Detail: "Nobody is there to be told."}, nil
		}},
		&syncing.Type{Name: "form", Category: "schedule", SealedAt: "completed", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "answers.*", Kind: syncing.Answer, Rule: syncing.LWW, Writers: everyone},
			{
				Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Required: true, Writers: everyone,
				Moves: map[string][]string{"": {"draft", "completed"}, "draft": {"completed"}, "completed": {"amended"}, "amended": {"amended"}},
			},
		}, Derive: func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
			if c.After.Text("status") == "draft" {
				return nil, nil
			}
			id := syncing.NewDocID("thing", syncing.DerivedUUID("follow", string(c.After.ID())))
			return []syncing.Patch{{Doc: id, Set: map[string]jsonValue{"title": syncing.TextValue("from a form")}}}, nil
		}},
	)
}

type world struct {
	t      *testing.T
	store  *storetest.Memory
	engine *syncing.Engine
	grants *grants
	now    int64
	record syncing.RecordID
	ids    int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: storetest.NewMemory(), now: 1_800_000_000_000, record: syncing.RecordID{UUID: syncing.DerivedUUID("record")}}
	w.grants = &grants{record: w.record, held: map[syncing.AccountID]syncing.Grant{}}
	w.boot("00000000000000aa")
	return w
}

func (w *world) boot(epoch string) {
	w.engine = syncing.New(w.store, testSchema(), w.grants, syncing.Options{Epoch: epoch, Now: func() int64 { return w.now }})
}

// grants is who may see the one record of a test world.
type grants struct {
	record syncing.RecordID
	held   map[syncing.AccountID]syncing.Grant
	locked map[syncing.AccountID]bool // may not sign in any more, whatever they hold
}

func (g *grants) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	if tx.Record() != g.record {
		return syncing.Scope{}, nil
	}
	grant := g.held[who.Account]
	grant.Account = who.Account
	return syncing.NewScope(grant), nil
}

// TeamScopes sees of each team what the last of its members who came sees.
func (g *grants) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) {
	seen := map[syncing.TeamID]syncing.Grant{}
	for _, grant := range g.held {
		if len(grant.Teams) > 0 && grant.Active {
			grant.Account = syncing.AccountID{}
			seen[grant.Teams[0]] = grant
		}
	}
	var list []syncing.Scope
	for _, grant := range seen {
		list = append(list, syncing.NewScope(grant))
	}
	return list, nil
}

func (g *grants) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	if _, ok := g.held[account]; !ok || g.locked[account] {
		return syncing.Principal{}, false, nil
	}
	return syncing.Principal{Account: account}, true, nil
}

func (g *grants) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("home", account.String())}
}

// phone is one client of a test: it keeps what it must send by hand.
type phone struct {
	w       *world
	account syncing.AccountID
	replica syncing.ReplicaID
	n       int
	cursor  string
	skew    int64
	digest  string
	last    map[string]any // the latest answer for the record
}

// join makes an account with a role and lets it begin with a phone.
func (w *world) join(name string, role syncing.Role, categories ...string) *phone {
	w.t.Helper()
	account := syncing.AccountID{UUID: syncing.DerivedUUID("account", name)}
	grant := syncing.Grant{Roles: []syncing.Role{role}, Categories: categories, Owner: role == patient, Active: true}
	if role == nurse {
		grant.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("team")}}
	}
	w.grants.held[account] = grant
	p := &phone{w: w, account: account, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("replica", name)}}
	if role == patient {
		err := w.engine.Create(context.Background(), syncing.Principal{Account: account}, w.record, "begin", func(syncing.Tx) error { return nil },
			[]syncing.Patch{{Doc: w.id("thing"), Set: map[string]jsonValue{"title": syncing.TextValue("first")}}})
		require.NoError(w.t, err)
	}
	return p
}

// other is a second phone of the same account.
func (p *phone) other(name string) *phone {
	return &phone{w: p.w, account: p.account, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("replica", name)}}
}

// id makes a new document's name.
func (w *world) id(kind string) syncing.DocID {
	w.ids++
	return syncing.NewDocID(kind, syncing.DerivedUUID("doc", fmt.Sprint(w.ids)))
}

type object = map[string]any

// mutation numbers and dates a change; members in m stand as they are.
func (p *phone) mutation(doc syncing.DocID, m object) object {
	p.n++
	out := object{"n": p.n, "doc": string(doc), "schema": 1, "base": p.cursor, "at": p.w.now + p.skew, "after": 0}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func set(field string, value any) object { return object{"set": object{field: value}} }

// send hands mutations in and reads on from the phone's cursor; the cursor moves with a complete pull.
func (p *phone) send(mutations ...object) object {
	p.w.t.Helper()
	return p.sendWith(object{}, mutations...)
}

func (p *phone) sendWith(members object, mutations ...object) object {
	p.w.t.Helper()
	record := object{"record": p.w.record, "cursor": p.cursor, "mutations": mutations}
	for k, v := range members {
		record[k] = v
	}
	p.last = p.post(record)
	if p.last["error"] == nil && p.last["more"] == false {
		p.cursor, _ = p.last["cursor"].(string)
		p.digest, _ = p.last["digest"].(string)
	}
	return p.last
}

func (p *phone) post(record object) object {
	p.w.t.Helper()
	body, err := json.Marshal(object{"replica": p.replica, "now": p.w.now + p.skew, "schema": 1, "records": []object{record}})
	require.NoError(p.w.t, err)
	req, err := syncing.DecodeRequest(body)
	require.NoError(p.w.t, err)
	p.w.now += 1000
	resp, err := p.w.engine.Sync(context.Background(), syncing.Principal{Account: p.account}, req)
	require.NoError(p.w.t, err)
	encoded, err := json.Marshal(resp)
	require.NoError(p.w.t, err)
	var answer struct {
		Records []object `json:"records"`
	}
	require.NoError(p.w.t, json.Unmarshal(encoded, &answer))
	require.Len(p.w.t, answer.Records, 1)
	return answer.Records[0]
}

// do writes one change and gives its outcome.
func (p *phone) do(doc syncing.DocID, m object) object {
	p.w.t.Helper()
	return outcome(p.send(p.mutation(doc, m)), p.n)
}

func outcome(answer object, n int) object {
	for _, o := range answer["outcomes"].([]any) {
		if o.(object)["n"] == float64(n) {
			return o.(object)
		}
	}
	return nil
}

// all reads the whole record anew and gives its documents by name.
func (p *phone) all() map[string]object {
	p.w.t.Helper()
	docs := map[string]object{}
	answer := p.post(object{"record": p.w.record})
	for _, c := range answer["changes"].([]any) {
		docs[c.(object)["doc"].(string)] = c.(object)
	}
	p.digest, _ = answer["digest"].(string)
	return docs
}

// shown is a document's value of one field, read anew.
func (p *phone) shown(doc syncing.DocID, field string) any {
	p.w.t.Helper()
	change := p.all()[string(doc)]
	if change == nil {
		return nil
	}
	values, _ := change["set"].(object)
	return values[field]
}

// siblings are the values beside the shown one.
func (p *phone) siblings(doc syncing.DocID, field string) []any {
	p.w.t.Helper()
	all, _ := p.all()[string(doc)]["siblings"].(object)
	var values []any
	list, _ := all[field].([]any)
	for _, s := range list {
		values = append(values, s.(object)["value"])
	}
	return values
}

// held are the values of the held mutations that the account sees, by document.
func (p *phone) held() map[string]object {
	p.w.t.Helper()
	list := map[string]object{}
	for id, change := range p.all() {
		if strings.HasPrefix(id, syncing.HeldType+"/") {
			list[id] = change["set"].(object)
		}
	}
	return list
}
