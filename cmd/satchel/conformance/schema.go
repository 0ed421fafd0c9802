package conformance

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const (
	patient   = syncing.Role("patient")
	caregiver = syncing.Role("caregiver")
	nurse     = syncing.Role("nurse")
)

var everyone = []syncing.Role{patient, caregiver, nurse}

// schema declares the kit's types; they are those of the transcripts. From version 2 on there is more than a client of version 1 can
// know: a field `zone`, and a type `leaflet`.
func schema(version int) *syncing.Schema {
	things := []syncing.FieldSpec{
		{Name: "title", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		{Name: "draft", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone},
		{Name: "note", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone},
		{Name: "dose", Kind: syncing.Text, Rule: syncing.CAS, Writers: []syncing.Role{patient, nurse}},
		{Name: "secret", Kind: syncing.Text, Rule: syncing.CAS, Writers: []syncing.Role{nurse}},
		{Name: "pain", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
		{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
		{
			Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone, Codes: []string{"open", "busy", "closed"},
			Moves: map[string][]string{"": {"open"}, "open": {"busy", "closed"}, "busy": {"closed"}},
		},
	}
	types := append([]*syncing.Type{{Name: "thing", Category: "schedule", Creators: everyone, Fields: things}}, others()...)
	if version > 1 {
		zone := syncing.FieldSpec{Name: "zone", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone}
		types[0].Fields = append(slices.Clone(things), zone)
		types = append(types, &syncing.Type{Name: "leaflet", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "page", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		}})
	}
	return syncing.NewSchema(version, types...)
}

func others() []*syncing.Type {
	required := func(name string, kind syncing.Kind, rule syncing.Rule) syncing.FieldSpec {
		return syncing.FieldSpec{Name: name, Kind: kind, Rule: rule, Writers: everyone, Required: true}
	}
	return []*syncing.Type{
		{Name: "memo", Category: "schedule", Deletable: true, Creators: everyone, Fields: []syncing.FieldSpec{
			required("text", syncing.Text, syncing.MV), {Name: "owner", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone},
		}},
		{Name: "private", Category: "concerns", Creators: everyone, Fields: []syncing.FieldSpec{
			required("text", syncing.Text, syncing.LWW), {Name: "open", Kind: syncing.Bool, Rule: syncing.LWW, Writers: everyone},
		}, Categorise: func(s syncing.Snapshot) string {
			if open, _ := s.Bool("open"); open {
				return "schedule"
			}
			return "concerns"
		}},
		{Name: "event", Category: "schedule", Event: true, Creators: everyone, Fields: []syncing.FieldSpec{required("body", syncing.Text, syncing.CAS)}},
		{
			Name: "reply", Category: "schedule", Event: true, Creators: everyone, Require: answered,
			Fields: []syncing.FieldSpec{required("to", syncing.Reference, syncing.CAS)},
		},
		{Name: "form", Category: "schedule", SealedAt: "completed", Creators: everyone, Derive: followUp, Fields: []syncing.FieldSpec{
			{Name: "answers.*", Kind: syncing.Answer, Rule: syncing.LWW, Writers: everyone},
			{
				Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Required: true, Writers: everyone,
				Moves: map[string][]string{"": {"draft", "completed"}, "draft": {"completed"}, "completed": {"amended"}, "amended": {"amended"}},
			},
		}},
	}
}

// answered: a reply is to a thing that is open.
func answered(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	thing, err := r.Document(syncing.DocID(c.After.Text("to")))
	if err != nil || thing.Text("status") == "open" {
		return nil, err
	}
	return &syncing.Refusal{Reason: syncing.Invalid, Detail: "Nobody is there to be told."}, nil
}

// followUp makes a thing of each form that is completed.
func followUp(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
	if c.After.Text("status") == "draft" {
		return nil, nil
	}
	id := syncing.NewDocID("thing", syncing.DerivedUUID("follow", string(c.After.ID())))
	return []syncing.Patch{{Doc: id, Set: map[string]jsontext.Value{"title": syncing.TextValue("from a form")}}}, nil
}
