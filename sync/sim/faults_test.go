package sim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/sim"
)

// A check that cannot fail is a defect. Each of these faults is planted between the replicas, the engine and its store, and the
// simulation must notice it within a few seeds.

// seedsMost is within how many seeds a fault must be noticed.
const seedsMost = 64

func TestTheOracleNotices(t *testing.T) {
	t.Parallel()
	for what, tamper := range faults() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var said error
			for seed := uint64(0); said == nil && seed < seedsMost; seed++ {
				_, said = sim.Run(sim.Options{Seed: seed, Steps: steps, Disk: disk(), Tamper: tamper})
			}
			require.Error(t, said, "%d seeds took no notice", seedsMost)
			t.Log(said)
		})
	}
}

func faults() map[string]sim.Tamper {
	all := map[string]sim.Tamper{}
	for _, some := range []map[string]sim.Tamper{storeFaults(), requestFaults(), answerFaults(), accessFaults()} {
		for what, tamper := range some {
			all[what] = tamper
		}
	}
	return all
}

// storeFaults lose single rows on their way to the store.
func storeFaults() map[string]sim.Tamper {
	lose := func(table syncing.Table, prefix string) sim.Tamper {
		return sim.Tamper{Store: func(s syncing.Store) syncing.Store { return &leaky{Store: s, table: table, prefix: prefix} }}
	}
	return map[string]sim.Tamper{
		"what a full disk refused is kept":               {Store: func(s syncing.Store) syncing.Store { return &keeping{s} }},
		"a row of the journal is lost":                   lose(syncing.TableJournal, ""),
		"how far a replica came is lost":                 lose(syncing.TableReplicas, ""),
		"a held mutation is not listed":                  lose(syncing.TableDocuments, "held/"),
		"a document stays as it was":                     lose(syncing.TableDocuments, "note/"),
		"what waits for a document is forgotten":         lose(syncing.TableWaiting, ""),
		"a change is not among the changes":              lose(syncing.TableChanges, ""),
		"the name under which something came is lost":    lose(syncing.TableNames, ""),
		"the record forgets its clock and its audiences": lose(syncing.TableHead, ""),
	}
}

// requestFaults show the engine something else than was sent.
func requestFaults() map[string]sim.Tamper {
	each := func(change func(*syncing.RecordRequest)) sim.Tamper {
		return sim.Tamper{Request: func(req *syncing.Request) {
			for i := range req.Records {
				change(&req.Records[i])
			}
		}}
	}
	return map[string]sim.Tamper{
		"the clock decides where one write covers the other": each(func(r *syncing.RecordRequest) { rewrite(r, "base", jsontext.Value("null")) }),
		"everything is covered":                              each(func(r *syncing.RecordRequest) { rewrite(r, "base", syncing.TextValue(r.Cursor)) }),
		"what was there before a restore is not said":        each(func(r *syncing.RecordRequest) { rewrite(r, "was", jsontext.Value("{}")) }),
		"what a copy continues is not said":                  each(func(r *syncing.RecordRequest) { r.Continues = nil }),
		"the last mutation is thrown away": each(func(r *syncing.RecordRequest) {
			r.Mutations = r.Mutations[:max(0, len(r.Mutations)-1)]
		}),
		"what was acknowledged is not said": each(func(r *syncing.RecordRequest) { r.Acked = 0 }),
		"pages are larger than asked":       each(func(r *syncing.RecordRequest) { r.Limit = 500 }),
		"a device's clock is believed": {Request: func(req *syncing.Request) {
			req.Now += 3_600_000
		}},
	}
}

// rewrite sets one member of every mutation that has it.
func rewrite(r *syncing.RecordRequest, member string, value jsontext.Value) {
	for i := range r.Mutations {
		var m map[string]jsontext.Value
		if json.Unmarshal(r.Mutations[i].Raw, &m) != nil || m[member] == nil {
			continue
		}
		m[member] = value
		r.Mutations[i].Raw, _ = json.Marshal(m, json.Deterministic(true))
	}
}

// answerFaults change what the engine says, or what of it reaches the replica.
func answerFaults() map[string]sim.Tamper {
	each := func(change func(*syncing.RecordResponse)) func(*syncing.Response) {
		return func(answer *syncing.Response) {
			for i := range answer.Records {
				change(&answer.Records[i])
			}
		}
	}
	siblings := func(change func([]syncing.SiblingJSON)) func(*syncing.Response) {
		return each(func(r *syncing.RecordResponse) {
			for i := range r.Changes {
				for _, list := range r.Changes[i].Siblings {
					change(list)
				}
			}
		})
	}
	return map[string]sim.Tamper{
		"siblings are forgotten": {Response: each(func(r *syncing.RecordResponse) {
			for i := range r.Changes {
				r.Changes[i].Siblings = nil
			}
		})},
		"siblings stand in another order":   {Response: siblings(slices.Reverse[[]syncing.SiblingJSON])},
		"an outcome is not given":           {Response: each(func(r *syncing.RecordResponse) { r.Outcomes = r.Outcomes[:max(0, len(r.Outcomes)-1)] })},
		"too much is said to be safe":       {Response: each(func(r *syncing.RecordResponse) { r.Safe = r.Last })},
		"a phone lets go of what is unsafe": {Answer: each(func(r *syncing.RecordResponse) { r.Safe = r.Last })},
		"a reset without a cause":           {Response: each(func(r *syncing.RecordResponse) { r.Reset = r.Error == nil })},
		"no epoch is named":                 {Response: each(func(r *syncing.RecordResponse) { r.Epoch = "" })},
		"the digest is another one":         {Response: each(func(r *syncing.RecordResponse) { r.Digest = strings.Repeat("0", len(r.Digest)) })},
		"who has no access is told why": {Response: each(func(r *syncing.RecordResponse) {
			if r.Error != nil && r.Error.Code == syncing.Ended && len(r.Outcomes) > 0 {
				r.Outcomes[0].Reason, r.Outcomes[0].Detail = syncing.Forbidden, "No."
			}
		})},
		"conflicts are not told": {Response: each(func(r *syncing.RecordResponse) {
			for i := range r.Outcomes {
				r.Outcomes[i].Conflicts = nil
			}
		})},
		"a deletion does not reach the phone": {Answer: each(func(r *syncing.RecordResponse) {
			r.Changes = slices.DeleteFunc(r.Changes, func(c syncing.DocChange) bool { return c.Deleted })
		})},
		"a page loses a document": {Answer: each(func(r *syncing.RecordResponse) { r.Changes = r.Changes[:max(0, len(r.Changes)-1)] })},
		"a phone never hears how far it came": {Answer: each(func(r *syncing.RecordResponse) {
			r.Last, r.Outcomes = 0, nil
		})},
		"fields that were taken away stay": {Answer: each(func(r *syncing.RecordResponse) {
			for i := range r.Changes {
				r.Changes[i].Unset = nil
			}
		})},
	}
}

// accessFaults let the engine see other rights than there are.
func accessFaults() map[string]sim.Tamper {
	return map[string]sim.Tamper{
		"a hidden document leaks": {Grant: func(g syncing.Grant) syncing.Grant {
			g.Categories = append(slices.Clone(g.Categories), "private")
			return g
		}},
		"a revocation is overlooked": {Grant: func(g syncing.Grant) syncing.Grant {
			g.Active = g.Known
			return g
		}},
		"everybody settles what is held": {Grant: func(g syncing.Grant) syncing.Grant {
			g.Owner = g.Active
			return g
		}},
		"everybody writes as a nurse": {Grant: func(g syncing.Grant) syncing.Grant {
			g.Roles = append(slices.Clone(g.Roles), "nurse")
			return g
		}},
		"a record that is not theirs is taken for one that was": {Grant: func(g syncing.Grant) syncing.Grant {
			g.Known = true
			return g
		}},
	}
}

// leaky is a store that loses every seventh row of one table, and says nothing.
type leaky struct {
	syncing.Store
	table  syncing.Table
	prefix string
	count  int
}

func (l *leaky) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return l.Store.Update(ctx, record, func(tx syncing.Tx) error { return fn(&leakyTx{tx, l}) })
}

type leakyTx struct {
	syncing.Tx
	of *leaky
}

func (tx *leakyTx) Put(table syncing.Table, key, value []byte) error {
	if table == tx.of.table && strings.HasPrefix(string(key), tx.of.prefix) {
		if tx.of.count++; tx.of.count%7 == 0 {
			return nil
		}
	}
	return tx.Tx.Put(table, key, value)
}

// keeping is a store that says a transaction failed for want of room, and keeps it.
type keeping struct{ syncing.Store }

func (k *keeping) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) (said error) {
	err := k.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if said = fn(tx); fault.Is(said, fault.Full) {
			return nil
		}
		return said
	})
	if said == nil {
		said = err
	}
	return said
}

func ExampleRun() {
	result, err := sim.Run(sim.Options{Seed: 1, Steps: 50, Disk: disk()})
	fmt.Println(result.Steps, err)
	// Output: 50 <nil>
}
