package care

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// matrixRoles are all that there are; each sees everything here, so that nothing but the writers of a field decides.
var matrixRoles = []syncing.Role{
	RolePatient, RoleCaregiver, RoleOncology, RolePrimary, RoleNavigator, RoleNursing, RoleSpecialist, RoleAdministrator, RoleEmergency,
}

// notYours is what the engine says, and nothing else, to whoever may not write.
const notYours = "This is not yours to change here."

// fieldCell is one way to touch one field.
type fieldCell struct {
	kind  *syncing.Type
	field *syncing.FieldSpec // nil: the document as a whole
	op    string
	doc   syncing.DocID
	body  map[string]any
	may   map[syncing.Role]bool
}

func (c fieldCell) name() string {
	field := "the document"
	if c.field != nil {
		field = c.field.Name
	}
	return c.kind.Name + " " + field + " " + c.op
}

// TestAccess_OnlyTheWritersOfAFieldWriteIt tries every field of every document type in every role: on creation, by set, by add, by
// remove, and whole documents by delete; as a phone hands it in and as an action. Whoever is not among the writers is held, or
// refused, as forbidden, whatever the type's own rule thinks of it; a writer is never told that it is not theirs.
func TestAccess_OnlyTheWritersOfAFieldWriteIt(t *testing.T) {
	t.Parallel()
	p := bareRecord(t, testConfig(t))
	schema := p.engine.Schema()
	categories := append(slices.Clone(treating), CategoryClock) // for this matrix alone: the fields of what nobody sees have no writers either
	for _, c := range treating {
		categories = append(categories, c+".shared", c+".oncology", c+".practice")
	}
	for _, role := range matrixRoles {
		var teams []syncing.TeamID
		if slices.Contains(staff, role) {
			teams = []syncing.TeamID{{UUID: syncing.DerivedUUID("team", string(role))}}
		}
		p.person("matrix "+string(role), role, categories, teams...)
		p.people[account("matrix "+string(role))] = owning(p.people[account("matrix "+string(role))])
	}
	var cells []fieldCell
	for _, kind := range schema.Types() {
		if kind.Name != syncing.HeldType { // settled, not written: sync holds that to its own rules
			cells = append(cells, p.cellsOf(kind)...)
		}
	}
	require.Greater(t, len(cells), 800)
	for _, role := range matrixRoles {
		p.tryBySync(role, cells)
		p.tryByAction(role, cells)
	}
}

// owning: everybody sees what only the owner does; who writes is asked by role.
func owning(g syncing.Grant) syncing.Grant {
	g.Owner = true
	return g
}

// cellsOf are all cells of a type, on a document that system made and on none.
func (p *place) cellsOf(kind *syncing.Type) (cells []fieldCell) {
	p.t.Helper()
	here := syncing.NewDocID(kind.Name, syncing.DerivedUUID("matrix", kind.Name))
	whole, members := map[string]any{}, map[string]any{}
	for i := range kind.Fields {
		switch f := &kind.Fields[i]; {
		case f.Required && f.Rule == syncing.Set:
			members[f.Name] = []any{sample(f)}
		case f.Required:
			whole[f.Name] = sample(f)
		}
	}
	made := syncing.Patch{Doc: here, Set: p.values(whole), Add: p.elements(members)}
	require.NoError(p.t, p.engine.System(p.t.Context(), p.record, []syncing.Patch{made}))
	require.True(p.t, p.sees("matrix patient", here).Exists(), kind.Name)
	creators := rolesIn(kind.Creators)
	for i := range kind.Fields {
		f := &kind.Fields[i]
		name, writers := strings.Replace(f.Name, "*", "x", 1), rolesIn(f.Writers)
		both := map[syncing.Role]bool{}
		for role := range creators {
			both[role] = writers[role] && mayAll(kind, whole, role) && mayAll(kind, members, role)
		}
		fresh := syncing.NewDocID(kind.Name, syncing.DerivedUUID("matrix new", kind.Name, f.Name))
		value := map[string]any{name: sample(f)}
		if f.Rule == syncing.Set {
			value = map[string]any{name: []any{sample(f)}}
			cells = append(cells, fieldCell{kind, f, "add", here, map[string]any{"add": value}, writers}, fieldCell{kind, f, "remove", here, map[string]any{"remove": value}, writers})
			cells = append(cells, fieldCell{kind, f, "create", fresh, map[string]any{"set": whole, "add": joined(members, value)}, both})
			continue
		}
		cells = append(cells, fieldCell{kind, f, "set", here, map[string]any{"set": value}, writers}, fieldCell{kind, f, "create", fresh, map[string]any{"set": joined(whole, value), "add": members}, both})
		cells = append(cells, fieldCell{kind, f, "clear", here, map[string]any{"set": map[string]any{name: nil}}, writers})
	}
	may := map[syncing.Role]bool{}
	for role := range creators {
		may[role] = kind.Deletable && mayAll(kind, whole, role) && mayAll(kind, members, role)
	}
	return append(cells, fieldCell{kind: kind, op: "delete", doc: here, body: map[string]any{"delete": true}, may: may})
}

func joined(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func rolesIn(list []syncing.Role) map[syncing.Role]bool {
	in := map[syncing.Role]bool{}
	for _, role := range list {
		in[role] = true
	}
	return in
}

// mayAll: whoever writes a whole document writes each field of it.
func mayAll(kind *syncing.Type, whole map[string]any, role syncing.Role) bool {
	for name := range whole {
		if !slices.Contains(kind.Field(name).Writers, role) {
			return false
		}
	}
	return true
}

// sample is a value of the field's kind. Whether it makes sense is another question: it is asked after who may.
func sample(f *syncing.FieldSpec) any {
	kind := f.Kind
	if kind == syncing.SetOf {
		kind = f.Of
	}
	switch {
	case f.Rule == syncing.FSM:
		return f.Moves[""][0]
	case kind == syncing.Code && len(f.Codes) > 0:
		return f.Codes[0]
	}
	switch kind {
	case syncing.Bool:
		return true
	case syncing.Int, syncing.Instant, syncing.Answer:
		return 1
	case syncing.Decimal:
		return "1"
	case syncing.Date:
		return "2026-11-22"
	case syncing.CivilTime:
		return "2026-11-22T09:00"
	case syncing.Reference:
		return syncing.DerivedUUID("somewhere").String()
	case syncing.Object:
		members := map[string]any{}
		for i := range f.Fields {
			members[f.Fields[i].Name] = sample(&f.Fields[i])
		}
		return members
	}
	return "Europe/London" // a zone, a name, a text
}

// tryBySync hands every cell in, as a phone does. Whatever is not forbidden may have changed the record: those are looked at one by
// one afterwards, so that each cell finds the record as it was.
func (p *place) tryBySync(role syncing.Role, cells []fieldCell) {
	p.t.Helper()
	const batch = 400
	who := syncing.Principal{Account: account("matrix " + string(role))}
	for from := 0; from < len(cells); from += batch {
		part := cells[from:min(from+batch, len(cells))]
		request := syncing.RecordRequest{Record: p.record}
		n := uint64(0)
		var sent []fieldCell
		for _, c := range part {
			if c.may[role] {
				continue // tryByAction asks, where a refusal leaves nothing behind
			}
			n++
			request.Mutations = append(request.Mutations, p.mutation(n, c))
			sent = append(sent, c)
		}
		replica := syncing.ReplicaID{UUID: syncing.DerivedUUID("matrix", string(role), fmt.Sprint(from))}
		resp, err := p.engine.Sync(p.t.Context(), who, &syncing.Request{Replica: replica, Now: p.now, Schema: SchemaVersion, Records: []syncing.RecordRequest{request}})
		require.NoError(p.t, err)
		require.Nil(p.t, resp.Records[0].Error)
		require.Len(p.t, resp.Records[0].Outcomes, len(sent))
		for i, o := range resp.Records[0].Outcomes {
			require.Equal(p.t, []any{syncing.Held, syncing.Forbidden, notYours}, []any{o.Status, o.Reason, o.Detail}, "%s by sync: %s", role, sent[i].name())
		}
	}
}

func (p *place) mutation(n uint64, c fieldCell) syncing.RawMutation {
	p.t.Helper()
	all := map[string]any{"n": n, "doc": c.doc, "schema": SchemaVersion, "base": nil, "at": p.now, "after": 0}
	for k, v := range c.body {
		all[k] = v
	}
	raw, err := json.Marshal(all)
	require.NoError(p.t, err)
	return syncing.RawMutation{N: n, Raw: raw}
}

// tryByAction does every cell as an action; there is no action that deletes.
func (p *place) tryByAction(role syncing.Role, cells []fieldCell) {
	p.t.Helper()
	for _, c := range cells {
		if c.op == "delete" {
			continue
		}
		patch := syncing.Patch{Doc: c.doc, Set: p.values(c.body["set"])}
		patch.Add, patch.Remove = p.elements(c.body["add"]), p.elements(c.body["remove"])
		err := p.act("matrix "+string(role), patch)
		if !c.may[role] {
			require.True(p.t, fault.Is(err, fault.Forbidden), "%s by action: %s: %v", role, c.name(), err)
			require.Equal(p.t, notYours, fault.TextOf(err), "%s by action: %s", role, c.name())
			continue
		}
		require.False(p.t, err != nil && fault.TextOf(err) == notYours, "%s by action: %s", role, c.name())
	}
}

func (p *place) values(v any) map[string]jsontext.Value {
	p.t.Helper()
	fields, _ := v.(map[string]any)
	out := map[string]jsontext.Value{}
	for name, value := range fields {
		raw, err := json.Marshal(value)
		require.NoError(p.t, err)
		out[name] = raw
	}
	return out
}

func (p *place) elements(v any) map[string][]jsontext.Value {
	p.t.Helper()
	fields, _ := v.(map[string]any)
	out := map[string][]jsontext.Value{}
	for name, value := range fields {
		raw, err := json.Marshal(value.([]any)[0])
		require.NoError(p.t, err)
		out[name] = []jsontext.Value{raw}
	}
	return out
}

// TestAccess_WhatARoleNeverWrites are the sentences behind the writers lists: a list that says otherwise is wrong, whoever wrote it.
func TestAccess_WhatARoleNeverWrites(t *testing.T) {
	t.Parallel()
	schema := Schema(testConfig(t))
	clinicians := []syncing.Role{RoleOncology, RolePrimary, RoleNursing, RoleSpecialist, RoleNavigator}
	for _, never := range []struct {
		roles  []syncing.Role
		fields []string // type.field; type.* is all of them
	}{
		{[]syncing.Role{RolePatient, RoleCaregiver}, []string{
			"labOrder.status", "labOrder.resultResponsibleTeam", "labOrder.anchor", "carePlan.*", "planVersion.*", "clinicalContext.*", "triage.*",
			"followUpProtocol.*", "result.verified", "result.class", "result.responsibleTeam", "result.holdUntil", "resultAck.*", "expectedFinding.*", "activity.accountableTeam", "activity.status", "task.team", "concern.level", "concern.severity", "concern.routes", "reroute.*", "careTeam.*",
		}},
		{[]syncing.Role{RoleCaregiver}, []string{
			"goal.*", "assessment.whoCanSee.*", "concern.*", "correction.*", "decision.*", "preference.*", "emergencyAccess.*", "person.*",
		}},
		{clinicians, []string{
			"assessment.*", "concern.severity", "concern.level", "concern.note", "concern.patientComment", "concern.sensitive", "goal.text", "goal.priority", "goal.target",
			"decision.preference", "decision.matters", "correction.text", "activity.patientDone", "activity.patientNote", "appointment.patientResponse",
			"appointment.patientNote", "labOrder.patientNote", "emergencyAccess.*",
		}},
		{[]syncing.Role{RoleEmergency, RoleAdministrator}, []string{"assessment.*", "message.*", "note.*", "goal.*", "concern.*", "triage.*", "carePlan.*", "activity.*"}},
	} {
		for _, named := range never.fields {
			name, field, _ := strings.Cut(named, ".")
			kind := schema.Type(name)
			require.NotNil(t, kind, named)
			found := 0
			for i := range kind.Fields {
				f := &kind.Fields[i]
				if field != "*" && f.Name != field {
					continue
				}
				found++
				for _, role := range never.roles {
					require.NotContains(t, f.Writers, role, "%s writes %s.%s", role, name, f.Name)
				}
			}
			require.NotZero(t, found, named)
		}
	}
}
