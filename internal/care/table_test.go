package care

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestTheTableInDocsIsTheOneThatTheTypesGive(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("../../docs/types.md")
	require.NoError(t, err)
	require.Equal(t, TypeTable(Schema(testConfig(t))), string(committed), "run make generate and commit what it writes")
}

func TestTheTableNamesEveryField(t *testing.T) {
	t.Parallel()
	schema := Schema(testConfig(t))
	table := TypeTable(schema)
	for _, kind := range schema.Types() {
		_, section, found := strings.Cut(table, "\n## "+kind.Name+"\n")
		require.True(t, found, kind.Name)
		section, _, _ = strings.Cut(section, "\n## ")
		for _, f := range kind.Fields {
			require.Contains(t, section, "| `"+f.Name+"` |", kind.Name)
		}
	}
}

func TestASchemaForOpenAPISaysKindRuleAndWriters(t *testing.T) {
	t.Parallel()
	kind := &syncing.Type{Name: "parcel", Category: "x", Doc: "A parcel: \"fragile\".", Fields: []syncing.FieldSpec{
		field("weight", syncing.Decimal, syncing.CAS, doctors, "how heavy", required, unit("kg")),
		field("on", syncing.Date, syncing.LWW, person, "which day"),
		field("tags", syncing.Text, syncing.Set, family, "words", upTo(9)),
		field("state", syncing.Code, syncing.FSM, nobody, "where it is", moves(first("sent"), from("sent", "lost"), from("lost"))),
		field("say.*", syncing.Answer, syncing.Max, person, "answers"),
	}}
	list := OpenAPISchemas(syncing.NewSchema(1, kind))
	require.Equal(t, "HeldDocument", list[0].Name)
	require.Equal(t, "ParcelDocument", list[1].Name)
	require.Equal(t, `type: "object"
description: "A parcel: \"fragile\"."
required: ["weight"]
properties:
  weight:
    type: "string"
    pattern: "^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?$"
    description: "how heavy"
    x-merge: "cas"
    x-writers: ["oncology", "primary"]
    x-unit: "kg"
  "on":
    type: "string"
    format: "date"
    description: "which day"
    x-merge: "lww"
    x-writers: ["patient"]
  tags:
    type: "array"
    uniqueItems: true
    items:
      type: "string"
      maxLength: 9
    description: "words"
    x-merge: "set"
    x-writers: ["caregiver", "patient"]
  state:
    type: "string"
    enum: ["sent", "lost"]
    description: "where it is"
    x-merge: "fsm"
    x-writers: ["system"]
    x-moves:
      "": ["sent"]
      sent: ["lost"]
      lost: []
patternProperties:
  "^say\\..":
    type: ["number", "boolean", "string", "object"]
    description: "answers"
    x-merge: "max"
    x-writers: ["patient"]
x-event: false
x-deletable: false
`, list[1].YAML)
}

func TestEachTypeHasASchemaForOpenAPI(t *testing.T) {
	t.Parallel()
	schema := Schema(testConfig(t))
	list := OpenAPISchemas(schema)
	require.Len(t, list, len(schema.Types()))
	for i, kind := range schema.Types() {
		for _, f := range kind.Fields {
			key := yamlKey(f.Name)
			if family, open := strings.CutSuffix(f.Name, ".*"); open {
				key = yamlKey("^" + family + "\\..")
			}
			require.Contains(t, list[i].YAML, "\n  "+key+":\n", kind.Name)
		}
	}
}
