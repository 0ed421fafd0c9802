package syncing

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// The vectors of testdata/vectors are for every implementation of the protocol. Their answers are written by hand, or worked
// out with other programs, never by this code. Here they are held against the functions that the engine uses.

// vectors is one file of them. Members that nobody declared fail, so a slip of the pen in a file is found.
type vectors[Case any] struct {
	About    string            `json:"about"`
	Format   map[string]string `json:"format"`
	Replicas map[string]UUID   `json:"replicas"`
	Cases    []Case            `json:"cases"`
}

func readVectors[Case any](t *testing.T, name string) vectors[Case] {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "vectors", name+".v1.json"))
	require.NoError(t, err)
	var v vectors[Case]
	require.NoError(t, json.Unmarshal(body, &v, json.RejectUnknownMembers(true)))
	require.NotEmpty(t, v.About)
	require.NotEmpty(t, v.Format)
	require.NotEmpty(t, v.Cases)
	return v
}

// write is one write of a merge vector: one that stands, or the one that arrives.
type vectorWrite struct {
	Do        string         `json:"do"`
	Value     jsontext.Value `json:"value"`
	Rev       Rev            `json:"rev"`
	Replica   string         `json:"replica"`
	N         uint64         `json:"n"`
	Effective int64          `json:"effective"`
	Full      Rev            `json:"full"`
	Own       []vectorOwn    `json:"own"`
}

type vectorOwn struct {
	Replica string `json:"replica"`
	N       uint64 `json:"n"`
}

type mergeCase struct {
	Name  string              `json:"name"`
	Rule  Rule                `json:"rule"`
	Kind  Kind                `json:"kind"`
	Codes []string            `json:"codes"`
	Moves map[string][]string `json:"moves"`
	Field []vectorWrite       `json:"field"`
	Write vectorWrite         `json:"write"`
	Then  struct {
		Outcome  Status           `json:"outcome"`
		Joined   bool             `json:"joined"`
		Shown    jsontext.Value   `json:"shown"`
		Siblings []jsontext.Value `json:"siblings"`
		Writes   *int             `json:"writes"`
	} `json:"then"`
}

func TestMergeVectors(t *testing.T) {
	t.Parallel()
	file := readVectors[mergeCase](t, "merge")
	rules := map[Rule]int{}
	replica := func(name string) ReplicaID {
		if id, ok := file.Replicas[name]; ok {
			return ReplicaID{id}
		}
		id, err := ParseUUID(name)
		require.NoError(t, err)
		return ReplicaID{id}
	}
	for _, c := range file.Cases {
		rules[c.Rule]++
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			d, a, cov := c.state(replica)
			outcome := Applied
			if refusal := d.vectorWrite(a, cov, c.Write); refusal != nil {
				outcome = Status(refusal.Reason)
			}
			require.Equal(t, c.Then.Outcome, outcome)
			elem := ""
			if c.Rule == Set {
				elem = vectorElem
			}
			f := d.after.field(vectorField, elem)
			joined := false
			for _, w := range f.Writes {
				joined = joined || w.Origin == &a.origin
			}
			require.Equal(t, c.Then.Joined, joined, "joined")
			if c.Rule == Set {
				require.Equal(t, string(c.Then.Shown), fmt.Sprint(len(f.Writes) > 0), "shown")
				require.Len(t, f.Writes, *c.Then.Writes)
				return
			}
			require.Equal(t, string(c.Then.Shown), string(nullable(f.shown())), "shown")
			siblings := []jsontext.Value{}
			for i := 1; i < len(f.Writes); i++ {
				siblings = append(siblings, nullable(f.Writes[i].Value))
			}
			require.Equal(t, c.Then.Siblings, siblings)
		})
	}
	for _, rule := range []Rule{LWW, MV, Max, Set, CAS, FSM} {
		require.GreaterOrEqual(t, rules[rule], 5, "cases of %s", rule)
	}
}

// The one field of a merge vector, and the one element if it is a set.
const (
	vectorField = "field"
	vectorElem  = `"element"`
)

// state is the document before, and the mutation that arrives, with what it covers.
func (c *mergeCase) state(replica func(string) ReplicaID) (*draft, *attempt, coverage) {
	spec := FieldSpec{Name: vectorField, Rule: c.Rule, Kind: c.Kind, Codes: c.Codes, Moves: c.Moves}
	doc := &Document{}
	f := doc.ensure(vectorField, "")
	if c.Rule == Set {
		f = doc.ensure(vectorField, vectorElem)
	}
	for _, w := range c.Field {
		f.Writes = append(f.Writes, Write{vectorValue(w.Value), &Origin{Rev: w.Rev, Replica: replica(w.Replica), N: w.N, Effective: w.Effective}})
	}
	sortWrites(&spec, f.Writes)
	a := &attempt{origin: Origin{Replica: replica(c.Write.Replica), N: c.Write.N, Effective: c.Write.Effective}}
	cov := coverage{full: c.Write.Full, own: []Continued{{a.origin.Replica, a.origin.N - 1}}}
	for _, own := range c.Write.Own {
		cov.own = append(cov.own, Continued{replica(own.Replica), own.N})
	}
	return &draft{spec: &Type{Fields: []FieldSpec{spec}}, after: doc}, a, cov
}

func (d *draft) vectorWrite(a *attempt, cov coverage, w vectorWrite) *Refusal {
	switch w.Do {
	case "add":
		d.add(a, cov, element{vectorField, vectorElem})
		return nil
	case "remove":
		d.drop(a, cov, element{vectorField, vectorElem})
		return nil
	}
	return d.set(a, cov, assignment{vectorField, vectorValue(w.Value)})
}

func vectorValue(v jsontext.Value) jsontext.Value {
	if v.Kind() == 'n' {
		return nil
	}
	return v
}

func TestEffectiveVectors(t *testing.T) {
	t.Parallel()
	type effectiveCase struct {
		Name      string         `json:"name"`
		At        jsontext.Value `json:"at"`
		Now       jsontext.Value `json:"now"`
		After     jsontext.Value `json:"after"`
		ServerNow int64          `json:"serverNow"`
		Last      int64          `json:"last"`
		Effective int64          `json:"effective"`
	}
	for _, c := range readVectors[effectiveCase](t, "effective").Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			m := readMutation(RawMutation{N: 1, Raw: jsontext.Value(fmt.Sprintf(`{"n":1,"at":%s,"after":%s}`, c.At, c.After))})
			in := &intake{skew: saturate(c.ServerNow, -ClockValue(c.Now)), row: &replicaRow{effective: c.Last}}
			require.Equal(t, c.Effective, in.effective(m, c.ServerNow))
		})
	}
}

func TestDigestVectors(t *testing.T) {
	t.Parallel()
	type digestCase struct {
		Name      string `json:"name"`
		Documents []struct {
			Doc     DocID `json:"doc"`
			Rev     Rev   `json:"rev"`
			Deleted bool  `json:"deleted"`
		} `json:"documents"`
		Digest string `json:"digest"`
	}
	for _, c := range readVectors[digestCase](t, "digest").Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			h := newHead("")
			for _, d := range c.Documents {
				doc := &Document{ID: d.Doc, Rev: d.Rev, Audiences: []AudienceMark{{Audience: "schedule"}}}
				if d.Deleted {
					doc.Deletions = []Deletion{{Origin: &Origin{Rev: d.Rev}}}
				}
				h.recount(nil, doc)
			}
			scope := NewScope(Grant{Active: true, Categories: []string{"schedule"}})
			require.Equal(t, c.Digest, fmt.Sprintf("%016x", h.digest(scope)))
		})
	}
}

func TestHashVectors(t *testing.T) {
	t.Parallel()
	type hashCase struct {
		Name      string  `json:"name"`
		Mutation  string  `json:"mutation"`
		Canonical *string `json:"canonical"`
		SHA256    string  `json:"sha256"`
	}
	for _, c := range readVectors[hashCase](t, "hash").Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			form, err := canonicalMutation(jsontext.Value(c.Mutation))
			require.Equal(t, c.Canonical == nil, err != nil, "read or not")
			if c.Canonical != nil {
				require.Equal(t, *c.Canonical, string(form.hashed))
			}
			hash := readMutation(RawMutation{N: 1, Raw: jsontext.Value(c.Mutation)}).hash
			require.Equal(t, c.SHA256, hex.EncodeToString(hash[:]))
		})
	}
}

func TestASlipOfThePenInVectorsIsFound(t *testing.T) {
	t.Parallel()
	var v vectors[mergeCase]
	require.Error(t, json.Unmarshal([]byte(`{"about":"x","cases":[{"name":"x","then":{"outcom":"applied"}}]}`), &v, json.RejectUnknownMembers(true)))
}
