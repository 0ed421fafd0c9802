package ward_test

import (
	"context"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/ward"
	syncing "satchel/sync"
)

// A check that cannot fail is a defect. Each of these faults is planted between the rooms, and the ward must notice it within a few
// seeds, and say it in the words that belong to it.

// seedsMost is within how many seeds a fault must be noticed.
const seedsMost = 40

// planted is a fault and how the complaint about it begins: by the letter of what is broken (see oracle_*.go).
type planted struct {
	tamper func() ward.Tamper // a new one for each run: some remember
	says   string
}

func TestTheWardNotices(t *testing.T) {
	t.Parallel()
	for what, fault := range faults() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var said error
			for seed := uint64(0); said == nil && seed < seedsMost; seed++ {
				_, said = play(seed, fault.tamper())
			}
			require.ErrorContains(t, said, ": "+fault.says, "%d seeds took no notice", seedsMost)
			t.Log(said)
		})
	}
}

func faults() map[string]planted {
	all := map[string]planted{}
	for _, some := range []map[string]planted{scopeFaults(), ruleFaults(), wayFaults()} {
		for what, fault := range some {
			all[what] = fault
		}
	}
	return all
}

// scoped changes what identity says about whom it does not concern.
func scoped(change func(record syncing.RecordID, who syncing.Principal, s syncing.Scope) syncing.Scope) func() ward.Tamper {
	return func() ward.Tamper { return ward.Tamper{Scope: change} }
}

// grantOf takes a scope apart.
func grantOf(s syncing.Scope) syncing.Grant {
	return syncing.Grant{
		Account: s.Account(), Name: s.Name(), Roles: s.Roles(), Teams: s.Teams(), Categories: s.Categories(), Owner: s.Owner(),
		Active: s.Active(), Known: s.Active(),
	}
}

// scopeFaults let the engine see other rights than there are.
func scopeFaults() map[string]planted {
	return map[string]planted{
		"a caregiver is given one kind of information too many": {scoped(func(_ syncing.RecordID, _ syncing.Principal, s syncing.Scope) syncing.Scope {
			g := grantOf(s)
			if g.Active && slices.Contains(g.Roles, "caregiver") {
				g.Categories = append(g.Categories, "plan")
			}
			return syncing.NewScope(g)
		}), "a: "},
		"what one team alone may see is seen by both": {scoped(func(_ syncing.RecordID, _ syncing.Principal, s syncing.Scope) syncing.Scope {
			g := grantOf(s)
			if len(g.Teams) > 0 {
				g.Categories = append(g.Categories, "concerns.sensitive.oncology")
			}
			return syncing.NewScope(g)
		}), "a: "},
		"an access that came to its end goes on": {func() ward.Tamper {
			return ward.Tamper{Behind: func(now int64) int64 { return now - 30*24*3600_000 }}
		}, "a: "},
		"a revocation is overlooked": {func() ward.Tamper {
			type key struct {
				record  syncing.RecordID
				account syncing.AccountID
			}
			once := map[key]syncing.Scope{}
			return ward.Tamper{Scope: func(record syncing.RecordID, who syncing.Principal, s syncing.Scope) syncing.Scope {
				at := key{record, who.Account}
				if s.Active() {
					once[at] = s
				} else if before, was := once[at]; was {
					return before
				}
				return s
			}}
		}, "a: "},
		"a caregiver is shown what others wrote and was held": {scoped(func(_ syncing.RecordID, _ syncing.Principal, s syncing.Scope) syncing.Scope {
			g := grantOf(s)
			if g.Active && slices.Contains(g.Roles, "caregiver") {
				g.Teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("no team")}}
			}
			return syncing.NewScope(g)
		}), "a: "},
		"a team is shown too little": {scoped(func(_ syncing.RecordID, _ syncing.Principal, s syncing.Scope) syncing.Scope {
			g := grantOf(s)
			g.Categories = slices.DeleteFunc(g.Categories, func(c string) bool { return c == "triage" })
			return syncing.NewScope(g)
		}), ""},
	}
}

// ruleFaults change the rules of care.
func ruleFaults() map[string]planted {
	rules := func(change func(*syncing.Schema)) func() ward.Tamper {
		return func() ward.Tamper { return ward.Tamper{Schema: change} }
	}
	return map[string]planted{
		"nothing follows from an assessment": {rules(func(s *syncing.Schema) { s.Type("assessment").Derive = nil }), "f: "},
		"only half of what follows is written": {rules(func(s *syncing.Schema) {
			derive := s.Type("assessment").Derive
			s.Type("assessment").Derive = func(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
				patches, err := derive(c, r)
				return slices.DeleteFunc(patches, func(p syncing.Patch) bool { return p.Doc.Type() == "triage" }), err
			}
		}), "f: "},
		"what follows from a message follows twice": {rules(func(s *syncing.Schema) {
			derive := s.Type("message").Derive
			s.Type("message").Derive = func(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
				patches, err := derive(c, r)
				for _, p := range patches {
					if p.Doc.Type() == "receipt" {
						p.Doc = syncing.NewDocID("receipt", syncing.DerivedUUID("again", string(p.Doc)))
						return append(patches, p), err
					}
				}
				return patches, err
			}
		}), "f: "},
		"nobody asks whether a change is allowed": {rules(func(s *syncing.Schema) {
			for _, kind := range s.Types() {
				kind.Allow = nil
			}
		}), ""},
		"a sensitive concern lies with the others": {rules(func(s *syncing.Schema) {
			s.Type("concern").Categorise = func(syncing.Snapshot) string { return "concerns.physical" }
		}), "a: "},
		"a draft is shown before it is reported": {rules(func(s *syncing.Schema) {
			s.Type("assessment").Categorise = func(syncing.Snapshot) string { return "assessments" }
		}), "a: "},
		"a rule panics": {rules(func(s *syncing.Schema) {
			s.Type("activity").Derive = func(syncing.Change, syncing.Reader) ([]syncing.Patch, error) { panic("a rule") }
		}), "panic"},
		"what a rule derives cannot be written": {rules(func(s *syncing.Schema) {
			s.Type("note").Derive = func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
				return []syncing.Patch{{Doc: syncing.NewDocID("task", syncing.DerivedUUID(string(c.After.ID())))}}, nil
			}
		}), "d: "},
	}
}

// wayFaults change what passes between a phone, the engine and the store.
func wayFaults() map[string]planted {
	each := func(change func(*syncing.RecordResponse)) func() ward.Tamper {
		return func() ward.Tamper {
			return ward.Tamper{Response: func(_ syncing.AccountID, _ *syncing.Request, answer *syncing.Response) {
				for i := range answer.Records {
					change(&answer.Records[i])
				}
			}}
		}
	}
	return map[string]planted{
		"a phone is not told to begin anew when consent changes": {func() ward.Tamper {
			return ward.Tamper{Response: func(_ syncing.AccountID, req *syncing.Request, answer *syncing.Response) {
				for i := range answer.Records {
					answer.Records[i].Reset = answer.Records[i].Reset && req.Records[i].Cursor == ""
				}
			}}
		}, "e: "},
		"an outcome is another one later": {func() ward.Tamper {
			asked := 0
			return ward.Tamper{Response: func(_ syncing.AccountID, _ *syncing.Request, answer *syncing.Response) {
				for i := range answer.Records {
					for at := range answer.Records[i].Outcomes {
						if o := &answer.Records[i].Outcomes[at]; o.Reason != "" {
							if asked++; asked%2 == 0 {
								o.Reason = syncing.Stale
							}
						}
					}
				}
			}}
		}, "c: "},
		"what was refused is said to be applied": {each(func(r *syncing.RecordResponse) {
			for i := range r.Outcomes {
				r.Outcomes[i].Status, r.Outcomes[i].Reason = syncing.Applied, ""
			}
		}), "b: "},
		"a page loses a document": {each(func(r *syncing.RecordResponse) { r.Changes = r.Changes[:max(0, len(r.Changes)-1)] }), "e: "},
		"a change has its effect twice": {func() ward.Tamper {
			return ward.Tamper{Request: func(req *syncing.Request) {
				for i := range req.Records {
					if list := req.Records[i].Mutations; len(list) > 0 {
						last := list[len(list)-1]
						req.Records[i].Mutations = append(list, renumbered(last))
					}
				}
			}}
		}, "b: "},
		"a queue loses a row": {func() ward.Tamper {
			return ward.Tamper{Store: func(s syncing.Store) syncing.Store { return &forgetful{s} }}
		}, "f: "},
	}
}

// renumbered is the same change under the next number.
func renumbered(m syncing.RawMutation) syncing.RawMutation {
	var members map[string]jsontext.Value
	if json.Unmarshal(m.Raw, &members) != nil {
		return m
	}
	m.N++
	members["n"] = syncing.IntValue(int64(m.N))
	m.Raw, _ = json.Marshal(members, json.Deterministic(true))
	return m
}

// forgetful is a store that keeps no queue.
type forgetful struct{ syncing.Store }

func (f *forgetful) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return f.Store.Update(ctx, record, func(tx syncing.Tx) error { return fn(&forgetfulTx{tx}) })
}

type forgetfulTx struct{ syncing.Tx }

func (tx *forgetfulTx) PutIndex(index string, key, value []byte) error {
	if index == "queue" {
		return nil
	}
	return tx.Tx.PutIndex(index, key, value)
}
