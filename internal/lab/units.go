package lab

import (
	"encoding/json"
	"maps"
	"slices"
)

//go:generate go run ./gen

// Units are the units that a number of a group may have, its own first; none for a code that is no group.
func (t *Groups) Units(code string) []string {
	g, ok := t.byCode[code]
	if !ok {
		return nil
	}
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(g.Units)), func(unit string) bool { return unit == g.Unit })
	return append([]string{g.Unit}, others...)
}

// UnitsModule is Units of every group as a module that a desk loads: so nobody keeps a second list of units by hand.
func (t *Groups) UnitsModule() (string, error) {
	all := map[string][]string{}
	for code := range t.byCode {
		all[code] = t.Units(code)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	return "// The units that a number of each test may have, its own first. Written from internal/lab/data/groups.v1.json by `make generate`.\n" +
		"// prettier-ignore\n/** @type {{ [code: string]: string[] }} */\nexport const units = " + string(text) + ";\n", err
}
