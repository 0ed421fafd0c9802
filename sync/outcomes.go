package syncing

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// outcomes lists what became of the mutations asked about, and of those that the client has not acknowledged.
func (r *round) outcomes(tx ReadTx, in *intake, scope Scope) error {
	more, most := 0, in.row.last
	if in.stopped == Fork { // what lies from there on under this name is a copy's
		most = min(most, in.refused-1)
	}
	for n := r.part.Acked + 1; n <= most && n > 0 && more < outcomesMax; n++ {
		if in.outcomes[n] != nil {
			continue
		}
		row, err := loadName(tx, in.replica, n)
		if err != nil {
			return err
		}
		if row == nil {
			return corrupt("syncing.outcomes", errRow)
		}
		in.outcomes[n] = row
		more++
	}
	for n, row := range in.outcomes {
		o := row.outcome
		o.N = n
		r.resp.Outcomes = append(r.resp.Outcomes, o)
	}
	slices.SortFunc(r.resp.Outcomes, func(a, b Outcome) int { return int(int64(a.N) - int64(b.N)) })
	return r.conflicts(in, scope)
}

// conflicts says, for each applied mutation whose writes still stand, where other writes stand beside them. Made anew at
// each answer, from what the account may read now.
func (r *round) conflicts(in *intake, scope Scope) error {
	for i := range r.resp.Outcomes {
		o := &r.resp.Outcomes[i]
		id := in.outcomes[o.N].doc
		if o.Status != Applied || id == "" {
			continue
		}
		doc, err := r.document(id)
		if err != nil {
			return err
		}
		if doc != nil && scope.sees(doc.audience()) && !doc.Deleted() {
			o.Conflicts = conflictsOf(r.engine.schema.Type(doc.Type()), doc, o.Rev)
		}
	}
	return nil
}

// conflictsOf finds the fields in which the write of a rev does not stand alone.
func conflictsOf(t *Type, doc *Document, rev Rev) []Conflict {
	var list []Conflict
	for i := range doc.Fields {
		f := &doc.Fields[i]
		if f.Elem != "" || len(f.Writes) < 2 {
			continue
		}
		at := slices.IndexFunc(f.Writes, func(w Write) bool { return w.Origin.Rev == rev })
		if at < 0 {
			continue
		}
		other, won := f.Writes[0], "theirs"
		if at == 0 {
			if spec := t.Field(f.Name); spec == nil || spec.Rule == Max {
				continue // what lost by rank is kept and not sent
			}
			other, won = f.Writes[1], "yours"
		}
		list = append(list, Conflict{Field: f.Name, Won: won, Value: nullable(other.Value), Rev: other.Origin.Rev, By: other.Origin.By})
	}
	return list
}

var jsonNull = jsontext.Value("null")

func nullable(v jsontext.Value) jsontext.Value {
	if v == nil {
		return jsonNull
	}
	return v
}
