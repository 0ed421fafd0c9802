package syncing

import (
	"cmp"
	"slices"
)

// A field is the set of writes that no other write covers. A write that arrives removes what it covers, whether it wins or
// not, and joins unless something there covers it already. What is shown is chosen from the set by the rule. So the result
// does not depend on the order of arrival, and no clock is asked where one write covers the other.

// joined says what became of a write that arrived at a field.
type joined struct {
	sent    bool // what phones are sent of this field changed
	covered bool // something there covered it already: it changed nothing by itself
}

// join merges one write into a field of rule lww, mv or max, or into one element of a set.
func join(spec *FieldSpec, f *Field, w Write, cov coverage) joined {
	before := slices.Clone(f.Writes)
	covered := coveredBy(f, w.Origin)
	f.Writes = slices.DeleteFunc(f.Writes, func(old Write) bool { return cov.covers(old.Origin) })
	if !covered {
		f.Writes = append(f.Writes, w)
		sortWrites(spec, f.Writes)
	}
	if len(f.Writes) > 1+siblingsMax {
		f.Writes = f.Writes[:1+siblingsMax]
	}
	return joined{sent: sentDiffers(spec, before, f.Writes), covered: covered}
}

// uncover removes what a coverage covers, for a remove from a set: an add that it did not see stays, so add wins.
func uncover(f *Field, cov coverage) (sent bool) {
	before := len(f.Writes)
	f.Writes = slices.DeleteFunc(f.Writes, func(old Write) bool { return cov.covers(old.Origin) })
	return before > 0 && len(f.Writes) == 0
}

// coveredBy reports whether a write that arrives is covered by one that is there: one of the same replica with a higher n
// (it was held as missing and is tried again, or it was sent again), or what the field remembers of earlier epochs.
func coveredBy(f *Field, o *Origin) bool {
	for _, old := range f.Writes {
		if old.Origin.after(o) {
			return true
		}
	}
	if slices.ContainsFunc(f.Drops, func(drop *Origin) bool { return drop.after(o) }) {
		return true
	}
	return remembered(f.Memory, o)
}

// sortWrites puts the shown write first: for max the highest, otherwise the latest. Origins are totally ordered, so swapping
// the order of arrival cannot change the answer.
func sortWrites(spec *FieldSpec, writes []Write) {
	slices.SortStableFunc(writes, func(a, b Write) int {
		if spec.Rule == Max {
			if order := compareValues(spec, b.Value, a.Value); order != 0 {
				return order
			}
		}
		return later(a.Origin, b.Origin)
	})
}

// later orders origins, the latest first, by (effective, replica, n).
func later(a, b *Origin) int {
	return cmp.Or(
		cmp.Compare(b.Effective, a.Effective),
		slices.Compare(b.Replica.UUID[:], a.Replica.UUID[:]),
		cmp.Compare(b.N, a.N),
		cmp.Compare(b.Rev, a.Rev),
	)
}

// sentDiffers reports whether phones must be told: siblings travel for every rule but max.
func sentDiffers(spec *FieldSpec, before, after []Write) bool {
	if spec.Rule == Max || spec.Rule == Set {
		return len(before) == 0 != (len(after) == 0) || len(after) > 0 && before[0].Origin != after[0].Origin
	}
	return !slices.EqualFunc(before, after, func(a, b Write) bool { return a.Origin == b.Origin })
}
