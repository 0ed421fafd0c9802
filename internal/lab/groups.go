package lab

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
)

//go:embed data/groups.v1.json
var groupsFile []byte

// Groups is the table of what is measured: data/groups.v1.json, read and checked.
type Groups struct {
	Version, Review string

	byCode  map[string]*Group
	byLoinc map[string]*Group
	panels  map[string]*panel
	codes   []string
}

// Group is one thing that is measured, whatever code a laboratory gave it.
type Group struct {
	Code        string            `json:"code"`
	Title       string            `json:"title"`
	Loinc       []string          `json:"loinc"`
	Unit        string            `json:"unit"` // UCUM, in which numbers are compared
	Digits      int               `json:"digits"`
	Plausible   bounds            `json:"plausible"`
	Units       map[string]factor `json:"units"`
	NotThis     map[string]string `json:"notThis"`
	UpperNormal string            `json:"upperNormal"`
}

type bounds struct {
	Min string `json:"min"`
	Max string `json:"max"`
}

// factor makes a number of another unit one of the group's: times Times, plus Plus.
type factor struct {
	Times string `json:"times"`
	Plus  string `json:"plus"`
}

type panel struct {
	Code     string   `json:"code"`
	Title    string   `json:"title"`
	Loinc    []string `json:"loinc"`
	Contains []string `json:"contains"`
}

type groupsData struct {
	ID      string  `json:"id"`
	Version string  `json:"version"`
	Review  string  `json:"review"`
	Source  string  `json:"source"`
	About   string  `json:"about"`
	Groups  []Group `json:"groups"`
	Panels  []panel `json:"panels"`
}

// ReadGroups reads a table. One that is not whole, or says a thing twice, is an error that names the place.
func ReadGroups(data []byte) (*Groups, error) {
	var d groupsData
	if err := json.Unmarshal(data, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("labgroups: %w", err)
	}
	if d.ID != "labgroups" || d.Version == "" || d.Review == "" || d.Source == "" {
		return nil, fmt.Errorf("labgroups: id, version, review or source is missing")
	}
	g := &Groups{Version: d.Version, Review: d.Review, byCode: map[string]*Group{}, byLoinc: map[string]*Group{}, panels: map[string]*panel{}}
	for i := range d.Groups {
		if err := g.addGroup(&d.Groups[i]); err != nil {
			return nil, fmt.Errorf("labgroups: %s: %w", d.Groups[i].Code, err)
		}
	}
	for i := range d.Panels {
		if err := g.addPanel(&d.Panels[i]); err != nil {
			return nil, fmt.Errorf("labgroups: %s: %w", d.Panels[i].Code, err)
		}
	}
	return g, nil
}

func (g *Groups) addGroup(one *Group) error {
	if one.Code == "" || one.Title == "" || one.Unit == "" || g.byCode[one.Code] != nil {
		return fmt.Errorf("a code, title or unit is missing, or the code stands twice")
	}
	if own := one.Units[one.Unit]; own.Times != "1" || own.Plus != "" {
		return fmt.Errorf("its own unit must be among its units, unchanged")
	}
	for _, n := range []string{one.Plausible.Min, one.Plausible.Max} {
		if _, err := constant(n); err != nil {
			return err
		}
	}
	for unit, f := range one.Units {
		if times, err := constant(f.Times); err != nil || times.Sign() <= 0 {
			return fmt.Errorf("unit %s: %q is no factor", unit, f.Times)
		}
		if _, err := constant(f.plus()); err != nil {
			return fmt.Errorf("unit %s: %w", unit, err)
		}
	}
	for _, code := range one.Loinc {
		if g.byLoinc[code] != nil {
			return fmt.Errorf("LOINC %s stands twice", code)
		}
		g.byLoinc[code] = one
	}
	g.byCode[one.Code] = one
	g.codes = append(g.codes, one.Code)
	return nil
}

func (f factor) plus() string {
	if f.Plus == "" {
		return "0"
	}
	return f.Plus
}

// addPanel takes a panel whose parts are there already, so that no panel holds itself.
func (g *Groups) addPanel(p *panel) error {
	if p.Code == "" || p.Title == "" || len(p.Contains) < 2 || g.Known(p.Code) {
		return fmt.Errorf("a code, a title or its parts are missing, or the code stands twice")
	}
	for _, part := range p.Contains {
		if !g.Known(part) {
			return fmt.Errorf("its part %s is not there, or stands behind it", part)
		}
	}
	g.panels[p.Code] = p
	g.codes = append(g.codes, p.Code)
	return nil
}

// Own are the tables that come with the program.
var Own = mustGroups(groupsFile)

func mustGroups(data []byte) *Groups {
	g, err := ReadGroups(data)
	if err != nil {
		panic(err)
	}
	return g
}

// Codes lists every code of a group or panel, in the order of the file.
func (g *Groups) Codes() []string { return slices.Clone(g.codes) }

// Known reports whether a group or a panel has the code.
func (g *Groups) Known(code string) bool { return g.byCode[code] != nil || g.panels[code] != nil }

// Title is the name in plain words; "" of what is not known.
func (g *Groups) Title(code string) string {
	if one := g.byCode[code]; one != nil {
		return one.Title
	}
	if p := g.panels[code]; p != nil {
		return p.Title
	}
	return ""
}

// Contains reports whether who has the result of one test has that of the other: a test holds itself, a panel its parts and theirs.
func (g *Groups) Contains(whole, part string) bool {
	if whole == part {
		return true
	}
	p := g.panels[whole]
	return p != nil && slices.ContainsFunc(p.Contains, func(inner string) bool { return g.Contains(inner, part) })
}

// Quantity is a number in the unit of its group.
type Quantity struct {
	Value string // a decimal
	Unit  string // UCUM
	exact *big.Rat
}

// GroupOf is the group that a LOINC code belongs to, "" if it is none of ours.
func (g *Groups) GroupOf(loinc string) string {
	if one := g.byLoinc[loinc]; one != nil {
		return one.Code
	}
	return ""
}

// Normalise gives what was measured in the unit of its group. It refuses, in a sentence for who sent it, a code that is not of
// the group, a unit that is not known, and a number that nobody can have: what was sent stays as it was, and is not guessed at.
func (g *Groups) Normalise(group, loinc, value, unit string) (Quantity, error) {
	refuse := func(format string, args ...any) (Quantity, error) {
		return Quantity{}, fault.New(fault.Invalid, "lab.Normalise", fmt.Sprintf(format, args...))
	}
	one := g.byCode[group]
	if one == nil {
		return refuse("This is not a test that has one number. Choose the test that was measured.")
	}
	if said := one.NotThis[loinc]; said != "" {
		return Quantity{}, fault.New(fault.Invalid, "lab.Normalise", said)
	}
	if loinc != "" && !slices.Contains(one.Loinc, loinc) {
		return refuse("The code does not stand for %s.", one.Title)
	}
	n, ok := Number(value)
	if !ok {
		return refuse("A value is written in digits, such as 50000 or 0.45.")
	}
	f, known := one.Units[unit]
	if !known {
		return refuse("This unit is not known for %s. Use %s, or one of those that the list names.", one.Title, one.Unit)
	}
	times, _ := constant(f.Times)
	plus, _ := constant(f.plus())
	n = new(big.Rat).Add(new(big.Rat).Mul(n, times), plus)
	low, _ := constant(one.Plausible.Min)
	high, _ := constant(one.Plausible.Max)
	if n.Cmp(low) < 0 || n.Cmp(high) > 0 {
		return refuse("This number is not possible for %s in %s. Check the number, its unit and its code.", one.Title, unit)
	}
	return Quantity{Value: text(n), Unit: one.Unit, exact: n}, nil
}
