package care

import (
	"slices"
	"strconv"
	"strings"

	syncing "satchel/sync"
)

// OpenAPISchema is one document type as a component schema of OpenAPI 3.1.
type OpenAPISchema struct {
	Name string // "AppointmentDocument"
	YAML string // the schema's members, in a fixed order, not indented, each line ended
}

// OpenAPISchemas describes what clients see of each document type: its fields with their shown values. What JSON Schema has no
// word for stands in x-merge, x-writers, x-unit and x-moves.
func OpenAPISchemas(schema *syncing.Schema) []OpenAPISchema {
	list := make([]OpenAPISchema, 0, len(schema.Types()))
	for _, t := range schema.Types() {
		var b strings.Builder
		documentSchema(t).write(&b, 0)
		list = append(list, OpenAPISchema{Name: capital(t.Name) + "Document", YAML: b.String()})
	}
	return list
}

// yaml is a mapping whose members keep their order.
type yaml []yamlMember

type yamlMember struct {
	key   string
	value any // string, int, bool, []string or yaml
}

func (y *yaml) put(key string, value any) { *y = append(*y, yamlMember{key, value}) }

func (y yaml) write(b *strings.Builder, indent int) {
	for _, m := range y {
		b.WriteString(strings.Repeat("  ", indent) + yamlKey(m.key) + ":")
		switch value := m.value.(type) {
		case yaml:
			b.WriteString("\n")
			value.write(b, indent+1)
		case []string:
			quoted := make([]string, 0, len(value))
			for _, s := range value {
				quoted = append(quoted, strconv.Quote(s))
			}
			b.WriteString(" [" + strings.Join(quoted, ", ") + "]\n")
		case string:
			b.WriteString(" " + strconv.Quote(value) + "\n")
		case int:
			b.WriteString(" " + strconv.Itoa(value) + "\n")
		case bool:
			b.WriteString(" " + strconv.FormatBool(value) + "\n")
		}
	}
}

// yamlKey quotes a key that is not plain letters.
func yamlKey(key string) string {
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == "" && key != "" && !slices.Contains([]string{"yes", "no", "on", "off", "true", "false", "null", "y", "n"}, key) {
		return key
	}
	return strconv.Quote(key)
}

func documentSchema(t *syncing.Type) yaml {
	var y, properties, families yaml
	var required []string
	y.put("type", "object")
	y.put("description", t.Doc)
	for _, f := range t.Fields {
		if family, open := strings.CutSuffix(f.Name, ".*"); open {
			families.put("^"+family+"\\..", fieldSchema(f))
			continue
		}
		properties.put(f.Name, fieldSchema(f))
		if f.Required {
			required = append(required, f.Name)
		}
	}
	if len(required) > 0 {
		y.put("required", required)
	}
	if len(properties) > 0 {
		y.put("properties", properties)
	}
	if len(families) > 0 {
		y.put("patternProperties", families)
	}
	y.put("x-event", t.Event)
	y.put("x-deletable", t.Deletable)
	if t.SealedAt != "" {
		y.put("x-sealed-at", t.SealedAt)
	}
	return y
}

func fieldSchema(f syncing.FieldSpec) yaml {
	y := kindSchema(f.Kind, f)
	if f.Doc != "" {
		y.put("description", f.Doc)
	}
	if f.Rule != "" {
		y.put("x-merge", string(f.Rule))
		y.put("x-writers", strings.Split(roleNames(f.Writers), ", "))
	}
	if f.Unit != "" {
		y.put("x-unit", f.Unit)
	}
	if f.Rule == syncing.FSM {
		var states yaml
		states.put("", f.Moves[""])
		for _, state := range f.Codes {
			states.put(state, f.Moves[state])
		}
		y.put("x-moves", states)
	}
	return y
}

// kindSchema is JSON Schema's word for a kind.
func kindSchema(kind syncing.Kind, f syncing.FieldSpec) (y yaml) {
	switch kind {
	case syncing.Bool:
		y.put("type", "boolean")
	case syncing.Int:
		y.put("type", "integer")
	case syncing.Instant:
		y.put("type", "integer")
		y.put("format", "int64")
	case syncing.Answer:
		y.put("type", []string{"number", "boolean", "string", "object"})
	case syncing.SetOf:
		y.put("type", "array")
		y.put("uniqueItems", true)
		y.put("items", kindSchema(f.Of, f))
	case syncing.Object:
		y.put("type", "object")
		var members yaml
		for _, m := range f.Fields {
			members.put(m.Name, fieldSchema(m))
		}
		if len(members) > 0 {
			y.put("properties", members)
		}
	default:
		return textSchema(kind, f)
	}
	return y
}

// textSchema is for the kinds that travel as strings.
func textSchema(kind syncing.Kind, f syncing.FieldSpec) (y yaml) {
	y.put("type", "string")
	switch kind {
	case syncing.Date:
		y.put("format", "date")
	case syncing.Decimal:
		y.put("pattern", `^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$`)
	case syncing.CivilTime:
		y.put("pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$`)
	}
	if f.Max > 0 {
		y.put("maxLength", f.Max)
	}
	if len(f.Codes) > 0 {
		y.put("enum", f.Codes)
	}
	return y
}
