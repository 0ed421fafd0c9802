package conformance

import (
	"slices"

	syncing "satchel/sync"
)

const (
	patient = syncing.Role("patient")
	nurse   = syncing.Role("nurse")
)

var everyone = []syncing.Role{patient, nurse}

// schema declares the kit's types; they are those of the transcripts. From version 2 on there is more than a client of version 1 can
// know: a field `zone`, and a type `leaflet`.
func schema(version int) *syncing.Schema {
	things := []syncing.FieldSpec{
		{Name: "title", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		{Name: "draft", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone},
		{Name: "note", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone},
		{Name: "dose", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone},
		{Name: "secret", Kind: syncing.Text, Rule: syncing.CAS, Writers: []syncing.Role{nurse}},
		{Name: "pain", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
		{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
		{
			Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone, Codes: []string{"open", "busy", "closed"},
			Moves: map[string][]string{"": {"open"}, "open": {"busy", "closed"}, "busy": {"closed"}},
		},
	}
	types := []*syncing.Type{
		{Name: "thing", Category: "schedule", Creators: everyone, Fields: things},
		{Name: "memo", Category: "schedule", Deletable: true, Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone, Required: true},
		}},
		{Name: "private", Category: "concerns", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		}},
		{Name: "event", Category: "schedule", Event: true, Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "body", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone, Required: true},
		}},
	}
	if version > 1 {
		zone := syncing.FieldSpec{Name: "zone", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone}
		types[0].Fields = append(slices.Clone(things), zone)
		types = append(types, &syncing.Type{Name: "leaflet", Category: "schedule", Creators: everyone, Fields: []syncing.FieldSpec{
			{Name: "page", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
		}})
	}
	return syncing.NewSchema(version, types...)
}
