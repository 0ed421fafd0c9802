package instrument

import (
	"encoding/json"
	"fmt"
	"strings"
)

// truth is three-valued: an unanswered measure makes a comparison unknown, and a rule fires only on yes. There is no negation
// in the rules today; with one, unknown would still not turn into yes.
type truth int8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// conditionDepthMax is how deep all and any may nest in one rule.
const conditionDepthMax = 8

// condition is one node of a rule's "when", checked and bound to its questionnaire.
type condition struct {
	op    string // all, any, ctx, absent, yes, or a comparison
	kids  []condition
	slot  int    // the item or measure that a leaf asks
	flag  string // of ctx
	value bool   // compared with, for yes/no
	want  int64  // compared with, tenths
	param string // if not "": want is this parameter of the region
}

// truth of the condition in a situation. A context flag that nobody knows counts as yes (hazard H06).
func (c *condition) truth(s *situation) truth {
	switch c.op {
	case "all":
		result := yes
		for i := range c.kids {
			result = min(result, c.kids[i].truth(s))
		}
		return result
	case "any":
		result := no
		for i := range c.kids {
			result = max(result, c.kids[i].truth(s))
		}
		return result
	case "ctx":
		value, stated := s.context[c.flag]
		return truthOf(value || !stated)
	case "absent":
		return truthOf(!s.now[c.slot].known)
	}
	r := s.now[c.slot]
	if !r.known {
		return unknown
	}
	return truthOf(c.compare(s, r))
}

func (c *condition) compare(s *situation, r reading) bool {
	if kind := s.questionnaire.fields[c.slot].kind; kind == KindYesNo || kind == TypeBool {
		return r.yes == c.value
	}
	want := c.want
	if c.param != "" {
		want = s.region.numbers[c.param]
	}
	switch c.op {
	case ">=":
		return r.tenths >= want
	case ">":
		return r.tenths > want
	case "<=":
		return r.tenths <= want
	case "<":
		return r.tenths < want
	}
	return r.tenths == want
}

// holding calls found with the slot of each answered question whose own part of a condition that holds, holds.
func (c *condition) holding(s *situation, found func(slot int)) {
	if c.op == "ctx" || c.op == "absent" || c.truth(s) != yes {
		return
	}
	if c.op != "all" && c.op != "any" {
		found(c.slot)
		return
	}
	for i := range c.kids {
		c.kids[i].holding(s, found)
	}
}

// slots calls found with every item and measure that the condition mentions.
func (c *condition) slots(found func(slot int)) {
	for i := range c.kids {
		c.kids[i].slots(found)
	}
	if c.op != "all" && c.op != "any" && c.op != "ctx" {
		found(c.slot)
	}
}

// conditionFile is a node as the file has it: exactly one of the first seven, and op with v beside sev and m.
type conditionFile struct {
	All    []json.RawMessage `json:"all"`
	Any    []json.RawMessage `json:"any"`
	Ctx    string            `json:"ctx"`
	Absent string            `json:"absent"`
	Yes    string            `json:"yes"`
	Sev    string            `json:"sev"`
	M      string            `json:"m"`
	Op     string            `json:"op"`
	V      json.RawMessage   `json:"v"`
}

// conditions binds the nodes of one rules file.
type conditions struct {
	questionnaire *Questionnaire
	regions       map[string]region
	flags         map[string]bool
}

func (b conditions) bind(place string, raw json.RawMessage, depth int) (condition, error) {
	var node conditionFile
	if depth > conditionDepthMax {
		return condition{}, refuse(place, "nested more than %d deep", conditionDepthMax)
	}
	if err := decodeStrict(raw, &node); err != nil {
		return condition{}, refuse(place, "%v", err)
	}
	if node.kinds() != 1 {
		return condition{}, refuse(place, "a condition is exactly one of all, any, ctx, absent, yes, sev, m")
	}
	if (node.Op != "" || node.V != nil) && node.Sev == "" && node.M == "" {
		return condition{}, refuse(place, "op and v belong beside sev or m")
	}
	switch {
	case node.All != nil:
		return b.bindKids(place, "all", node.All, depth)
	case node.Any != nil:
		return b.bindKids(place, "any", node.Any, depth)
	case node.Ctx != "":
		if !b.flags[node.Ctx] {
			return condition{}, refuse(place, "context flag %q has no definition", node.Ctx)
		}
		return condition{op: "ctx", flag: node.Ctx}, nil
	case node.Absent != "":
		slot, err := b.slot(place, node.Absent, "a measure", TypeBool, TypeInt, TypeTemperature)
		return condition{op: "absent", slot: slot}, err
	case node.Yes != "":
		slot, err := b.slot(place, node.Yes, "a yes/no item", KindYesNo)
		return condition{op: "yes", slot: slot, value: true}, err
	}
	return b.bindComparison(place, node)
}

func (n conditionFile) kinds() (count int) {
	for _, set := range []bool{n.All != nil, n.Any != nil, n.Ctx != "", n.Absent != "", n.Yes != "", n.Sev != "", n.M != ""} {
		if set {
			count++
		}
	}
	return count
}

func (b conditions) bindKids(place, op string, raws []json.RawMessage, depth int) (condition, error) {
	if len(raws) == 0 {
		return condition{}, refuse(place, "%s is empty", op)
	}
	c := condition{op: op}
	for i, raw := range raws {
		kid, err := b.bind(fmt.Sprintf("%s.%s[%d]", place, op, i), raw, depth+1)
		if err != nil {
			return condition{}, err
		}
		c.kids = append(c.kids, kid)
	}
	return c, nil
}

func (b conditions) bindComparison(place string, node conditionFile) (condition, error) {
	c := condition{op: node.Op}
	var err error
	if node.Sev != "" {
		c.slot, err = b.slot(place, node.Sev, "an item with a severity", KindSeverity)
	} else {
		c.slot, err = b.slot(place, node.M, "a measure", TypeBool, TypeInt, TypeTemperature)
	}
	if err != nil {
		return condition{}, err
	}
	f := b.questionnaire.fields[c.slot]
	if f.kind == TypeBool {
		if c.op != "==" {
			return condition{}, refuse(place, "operator %q: a yes/no measure is compared with ==", c.op)
		}
		c.value = string(node.V) == "true"
		if !c.value && string(node.V) != "false" {
			return condition{}, refuse(place, "v must be true or false")
		}
		return c, nil
	}
	if !strings.Contains(" >= <= > < == ", " "+c.op+" ") || c.op == "" {
		return condition{}, refuse(place, "operator %q is unknown; it is >=, <=, >, < or ==", c.op)
	}
	return b.bindWanted(place, c, f, node.V)
}

// bindWanted reads what a number is compared with: a number that the field can have, or a parameter of every region.
func (b conditions) bindWanted(place string, c condition, f field, v json.RawMessage) (condition, error) {
	var ref struct {
		Param string `json:"param"`
	}
	if len(v) > 0 && v[0] == '{' {
		if err := decodeStrict(v, &ref); err != nil {
			return condition{}, refuse(place+".v", "%v", err)
		}
		for name, region := range b.regions {
			if _, known := region.numbers[ref.Param]; !known {
				return condition{}, refuse(place+".v", "parameter %q is not a number of region %s", ref.Param, name)
			}
		}
		c.param = ref.Param
		return c, nil
	}
	d, ok := readNumber(v)
	if !ok || !f.holds(d.tenths()) || f.kind != TypeTemperature && !d.whole {
		return condition{}, refuse(place+".v", "%s is not a value that %s can have", string(v), f.code)
	}
	c.want = d.tenths()
	return c, nil
}

func (b conditions) slot(place, code, what string, kinds ...string) (int, error) {
	slot, ok := b.questionnaire.slots[code]
	if ok {
		for _, kind := range kinds {
			if b.questionnaire.fields[slot].kind == kind {
				return slot, nil
			}
		}
	}
	return 0, refuse(place, "%q is not %s of %s", code, what, b.questionnaire.key)
}
