package sim

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// The simulation has a ward of its own, with every merge rule, a type of events, a sealed type, a deletable one, one whose
// category depends on its content, and a rule that makes documents.

const (
	patient   = syncing.Role("patient")
	caregiver = syncing.Role("caregiver")
	nurse     = syncing.Role("nurse")
	doctor    = syncing.Role("doctor")
)

const (
	diary   = "diary"
	plan    = "plan"
	private = "private"
)

var (
	everyone   = []syncing.Role{patient, caregiver, nurse, doctor}
	clinicians = []syncing.Role{nurse, doctor}
	home       = []syncing.Role{patient, caregiver, nurse}
)

var taskMoves = map[string][]string{
	"": {"proposed", "booked"}, "proposed": {"booked", "cancelled"}, "booked": {"done", "cancelled"}, "done": {"booked"},
}

var reportMoves = map[string][]string{"": {"draft", "completed"}, "draft": {"completed"}, "completed": {"amended"}}

// schema declares the simulation's types.
func schema() *syncing.Schema {
	return syncing.NewSchema(2, noteType(), taskType(), messageType(), reportType(), flagType())
}

func noteType() *syncing.Type {
	return &syncing.Type{
		Name: "note", Category: diary, Deletable: true, Creators: everyone,
		Fields: []syncing.FieldSpec{
			{Name: "title", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone, Required: true},
			{Name: "text", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone, Max: 40},
			{Name: "mood", Kind: syncing.Text, Rule: syncing.LWW, Writers: everyone},
			{Name: "pain", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
			{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
			{Name: "owner", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone},
			{Name: "private", Kind: syncing.Bool, Rule: syncing.LWW, Writers: home},
			{Name: "answers.*", Kind: syncing.Answer, Rule: syncing.LWW, Writers: everyone},
		},
		Categorise: func(s syncing.Snapshot) string {
			if hidden, _ := s.Bool("private"); hidden {
				return private
			}
			return diary
		},
	}
}

func taskType() *syncing.Type {
	return &syncing.Type{
		Name: "task", Category: plan, Creators: clinicians,
		Fields: []syncing.FieldSpec{
			{Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone, Required: true, Moves: taskMoves},
			{Name: "dose", Kind: syncing.Int, Rule: syncing.CAS, Writers: clinicians},
			{Name: "memo", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone},
			{Name: "urgent", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
		},
	}
}

func messageType() *syncing.Type {
	return &syncing.Type{
		Name: "message", Category: diary, Event: true, Creators: everyone,
		Fields: []syncing.FieldSpec{
			{Name: "text", Kind: syncing.Text, Rule: syncing.CAS, Writers: everyone, Required: true},
			{Name: "to", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
		},
	}
}

func reportType() *syncing.Type {
	return &syncing.Type{
		Name: "report", Category: diary, SealedAt: "completed", Creators: everyone,
		Fields: []syncing.FieldSpec{
			{Name: "status", Kind: syncing.Code, Rule: syncing.FSM, Writers: everyone, Required: true, Moves: reportMoves},
			{Name: "area", Kind: syncing.Code, Rule: syncing.LWW, Writers: everyone, Codes: []string{"a", "b"}},
			{Name: "level", Kind: syncing.Int, Rule: syncing.Max, Writers: everyone},
			{Name: "note", Kind: syncing.Text, Rule: syncing.MV, Writers: everyone},
			{Name: "answers.*", Kind: syncing.Answer, Rule: syncing.LWW, Writers: everyone},
			{Name: "tags", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: everyone},
		},
		Derive: func(c syncing.Change, _ syncing.Reader) ([]syncing.Patch, error) {
			area := c.After.Text("area")
			if area == "" || c.After.Text("status") == "draft" {
				return nil, nil
			}
			level, _ := c.After.Int("level")
			p := syncing.Patch{
				Doc: flagID(area),
				Set: map[string]jsontext.Value{"level": syncing.IntValue(level), "says": syncing.TextValue("level " + strconv.FormatInt(level, 10)), "latest": syncing.TextValue(string(c.After.ID()))},
			}
			source := map[string][]jsontext.Value{"sources": {syncing.TextValue(string(c.After.ID()))}}
			if p.Add = source; level == 0 { // it raises nothing
				p.Add, p.Remove = nil, source
			}
			return []syncing.Patch{p}, nil
		},
	}
}

// flagType is what completed reports of an area make.
func flagType() *syncing.Type {
	return &syncing.Type{
		Name: "flag", Category: plan, Deletable: true, Creators: clinicians,
		Fields: []syncing.FieldSpec{
			{Name: "level", Kind: syncing.Int, Rule: syncing.Max, Writers: clinicians, Required: true},
			{Name: "says", Kind: syncing.Text, Rule: syncing.LWW, Writers: clinicians},
			{Name: "claimed", Kind: syncing.Text, Rule: syncing.CAS, Writers: clinicians},
			{Name: "latest", Kind: syncing.Text, Rule: syncing.CAS, Writers: clinicians},
			{Name: "sources", Kind: syncing.SetOf, Of: syncing.Text, Rule: syncing.Set, Writers: clinicians},
		},
	}
}

func flagID(area string) syncing.DocID {
	return syncing.NewDocID("flag", syncing.DerivedUUID("flag", area))
}
