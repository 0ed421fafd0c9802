package care

//go:generate go run ./gen

import (
	"fmt"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// TypeTable writes every document type as Markdown: its fields, how they merge, who writes them, and what they mean.
func TypeTable(schema *syncing.Schema) string {
	var b strings.Builder
	b.WriteString("# Document types\n\nGenerated from `internal/care` by `make generate`; do not edit. " +
		"Merge rules: see the protocol. A field whose name ends in `.*` is an open family.\n")
	for _, t := range schema.Types() {
		writeType(&b, t)
	}
	return b.String()
}

func writeType(b *strings.Builder, t *syncing.Type) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", t.Name, t.Doc)
	category := "`" + t.Category + "`"
	if t.Categorise != nil {
		category = "by content, see `Categorise`"
	}
	fmt.Fprintf(b, "Category: %s. Created by: %s.", category, roleNames(t.Creators))
	if t.Event {
		b.WriteString(" Event: written once.")
	}
	if t.SealedAt != "" {
		fmt.Fprintf(b, " Frozen at `%s`.", t.SealedAt)
	}
	if t.Deletable {
		b.WriteString(" Deletable.")
	}
	b.WriteString("\n\n| field | kind | merge | written by | meaning |\n|---|---|---|---|---|\n")
	for _, f := range t.Fields {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", f.Name, kindWords(f), f.Rule, roleNames(f.Writers), meaning(f))
	}
	for _, f := range t.Fields {
		writeMoves(b, f)
	}
}

func kindWords(f syncing.FieldSpec) string {
	kind := string(f.Kind)
	if f.Kind == syncing.SetOf {
		kind += " of " + string(f.Of)
	}
	if f.Max > 0 {
		kind += fmt.Sprintf(", %d", f.Max)
	}
	if f.Unit != "" {
		kind += ", `" + f.Unit + "`"
	}
	return kind
}

func meaning(f syncing.FieldSpec) string {
	words := strings.ReplaceAll(f.Doc, "|", "\\|")
	if f.Required {
		words = "**required**; " + words
	}
	if len(f.Codes) > 0 && f.Rule != syncing.FSM {
		words += ": `" + strings.Join(f.Codes, "`, `") + "`"
	}
	var inner []string
	for _, m := range f.Fields {
		inner = append(inner, fmt.Sprintf("`%s` (%s)", m.Name, kindWords(m)))
	}
	if len(inner) > 0 {
		words += "; members " + strings.Join(inner, ", ")
	}
	return words
}

func writeMoves(b *strings.Builder, f syncing.FieldSpec) {
	if f.Rule != syncing.FSM {
		return
	}
	fmt.Fprintf(b, "\nMoves of `%s`: first `%s`", f.Name, strings.Join(f.Moves[""], "`, `"))
	for _, state := range f.Codes {
		if to := f.Moves[state]; len(to) > 0 {
			fmt.Fprintf(b, "; `%s` to `%s`", state, strings.Join(to, "`, `"))
		}
	}
	b.WriteString(".\n")
}

func roleNames(roles []syncing.Role) string {
	if len(roles) == 0 {
		return "system"
	}
	names := make([]string, 0, len(roles))
	for _, role := range roles {
		names = append(names, string(role))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
