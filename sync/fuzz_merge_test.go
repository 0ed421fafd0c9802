package syncing

import (
	"fmt"
	"slices"
	"testing"
)

// arrival is one write on its way to a field, with what its author had seen of the others: nothing but his own.
type arrival struct {
	write Write
	cov   coverage
}

// arrivals makes at most nine writes out of bytes: of a few replicas, each in the order of its numbers.
func arrivals(raw []byte, kind Kind) []arrival {
	var list []arrival
	written := map[byte]uint64{}
	for len(raw) >= 3 && len(list) < 1+siblingsMax {
		who := raw[0] % 5
		written[who]++
		replica := ReplicaID{DerivedUUID("replica", fmt.Sprint(who))}
		value := IntValue(int64(raw[1] % 4))
		if kind == Text {
			value = TextValue(string(raw[1:2]))
		}
		if raw[1] == 0 {
			value = nil
		}
		origin := &Origin{Rev: Rev(len(list) + 1), Replica: replica, N: written[who], Effective: int64(raw[2] % 3)}
		list = append(list, arrival{Write{value, origin}, coverage{own: []Continued{{replica, written[who]}}}})
		raw = raw[3:]
	}
	return list
}

// inOrder draws an order of arrival in which each replica keeps its own, as the protocol promises (S4).
func inOrder(list []arrival, draw []byte) []arrival {
	rest, out := slices.Clone(list), []arrival{}
	for i := 0; len(rest) > 0; i++ {
		at := 0
		if len(draw) > 0 {
			at = int(draw[i%len(draw)]) % len(rest)
		}
		for j := range at { // the first of the same replica goes before
			if rest[j].write.Origin.Replica == rest[at].write.Origin.Replica {
				at = j
				break
			}
		}
		out, rest = append(out, rest[at]), slices.Delete(rest, at, at+1)
	}
	return out
}

// standing says what a field shows and keeps, by who wrote it.
func standing(f *Field) (text string) {
	for _, w := range f.Writes {
		text += fmt.Sprintf("%s/%d=%s ", w.Origin.Replica.String()[:8], w.Origin.N, w.Value)
	}
	return text
}

// mergedFields merges one field into another, write by write, as a store does that takes in what another one has.
func mergedFields(spec *FieldSpec, into, from Field) Field {
	out := Field{Name: into.Name, Writes: slices.Clone(into.Writes)}
	for _, w := range from.Writes {
		join(spec, &out, w, coverage{own: []Continued{{w.Origin.Replica, w.Origin.N}}})
	}
	return out
}

// FuzzMerge: whatever is written, the order of arrival changes neither what is shown nor what stands beside it (commutative), what
// comes twice, or late, changes nothing (idempotent), and it does not matter what was merged with what before (associative).
func FuzzMerge(f *testing.F) {
	f.Add([]byte{0}, []byte{0, 1, 0, 1, 2, 0, 2, 3, 1}, []byte{2, 0, 1})
	f.Add([]byte{1}, []byte{0, 1, 0, 0, 2, 2, 1, 3, 1, 1, 0, 0}, []byte{3, 1})
	f.Add([]byte{2}, []byte{4, 1, 0, 3, 1, 0, 2, 1, 0, 1, 3, 0, 0, 3, 0}, []byte{4, 3, 2, 1})
	rules := []FieldSpec{
		{Name: "f", Rule: LWW, Kind: Text}, {Name: "f", Rule: MV, Kind: Text}, {Name: "f", Rule: Max, Kind: Int}, {Name: "f", Rule: Set, Kind: SetOf, Of: Text},
	}
	f.Fuzz(func(t *testing.T, rule, raw, draw []byte) {
		if len(rule) == 0 {
			return
		}
		spec := &rules[int(rule[0])%len(rules)]
		list := arrivals(raw, spec.Kind)
		var one, other Field
		for _, a := range list {
			join(spec, &one, a.write, a.cov)
		}
		for _, a := range inOrder(list, draw) {
			join(spec, &other, a.write, a.cov)
		}
		if standing(&one) != standing(&other) {
			t.Fatalf("%s: %s in one order, %s in another", spec.Rule, standing(&one), standing(&other))
		}
		before := standing(&one)
		for _, a := range inOrder(list, draw) {
			if join(spec, &one, a.write, a.cov); standing(&one) != before {
				t.Fatalf("%s: what came again made %s of %s", spec.Rule, standing(&one), before)
			}
		}
		var parts [3]Field
		for i, a := range list {
			part := i % len(parts)
			if len(draw) > 0 {
				part = int(draw[i%len(draw)]) % len(parts)
			}
			join(spec, &parts[part], a.write, a.cov)
		}
		left := mergedFields(spec, mergedFields(spec, parts[0], parts[1]), parts[2])
		right := mergedFields(spec, parts[0], mergedFields(spec, parts[1], parts[2]))
		swapped := mergedFields(spec, mergedFields(spec, parts[2], parts[0]), parts[1])
		if standing(&left) != before || standing(&right) != before || standing(&swapped) != before {
			t.Fatalf("%s: %s by the left, %s by the right, %s swapped, and %s one by one", spec.Rule, standing(&left), standing(&right), standing(&swapped), before)
		}
	})
}
