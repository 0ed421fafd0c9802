package instrument

import "slices"

// Concern is what a response says about one item.
type Concern struct {
	Code      string `json:"code"`
	Severity  int    `json:"severity"` // on the questionnaire's scale; 0 for a yes, and if only a measure spoke
	Yes       bool   `json:"yes"`      // the answer to a yes/no item
	Sensitive bool   `json:"sensitive"`
	Acute     bool   `json:"acute"`
	Routes    []Team `json:"routes"` // who must act
	Level     Level  `json:"level"`
	// Fired are the rules that speak of this item, in order; COMBINE and URGENCY speak of the whole response.
	Fired []string `json:"fired"`
}

// hitItems notes which items a fired rule speaks of: those whose own part of the rule holds. If only measures hold, it speaks
// of those of each measure's parents that are ticked, or else of its first parent. If nothing at all was answered (the rule asks for
// an absent measure), it speaks of that measure's first parent: no fired rule is without a concern.
func (v *verdict) hitItems(rule *Rule) {
	items, before := len(v.s.questionnaire.Items), len(v.hits)
	var measures []int
	rule.when.holding(v.s, func(slot int) {
		if slot < items {
			v.hit(slot, rule)
		} else {
			measures = append(measures, slot)
		}
	})
	if len(v.hits) > before {
		return
	}
	if len(measures) == 0 {
		rule.when.slots(func(slot int) { measures = append(measures, slot) })
		measures = slices.DeleteFunc(measures, func(slot int) bool { return slot < items })
	}
	for _, measure := range measures {
		parents := v.s.questionnaire.fields[measure].parents
		ticked := false
		for _, parent := range parents {
			if v.s.touched(parent) {
				v.hit(parent, rule)
				ticked = true
			}
		}
		if !ticked {
			v.hit(parents[0], rule)
		}
	}
}

func (v *verdict) hit(item int, rule *Rule) {
	h := hit{item, rule.ID, rule.Level}
	if !slices.Contains(v.hits, h) {
		v.hits = append(v.hits, h)
	}
}

// concerns lists the ticked items and those that a rule speaks of, in the questionnaire's order.
func (v *verdict) concerns(phase string) []Concern {
	list := []Concern{}
	for i, item := range v.s.questionnaire.Items {
		c := Concern{Code: item.Code, Sensitive: item.Sensitive, Acute: item.Acute, Level: v.s.band(i), Fired: []string{}}
		for _, h := range v.hits {
			if h.item == i {
				c.Level = max(c.Level, h.level)
				c.Fired = append(c.Fired, h.rule)
			}
		}
		if len(c.Fired) == 0 && !v.s.touched(i) {
			continue
		}
		c.Severity, c.Yes = int(v.s.now[i].tenths/10), v.s.now[i].yes
		c.Routes = resolveRoute(item.Route, phase)
		list = append(list, c)
	}
	return list
}

// routes are the teams of all concerns. A response that is urgent by wish alone goes to whoever treats in this phase: somebody
// who asks to hear from us now is heard, also with nothing ticked.
func (v *verdict) routes(concerns []Concern, phase string) []Team {
	var wanted []Team
	for _, c := range concerns {
		wanted = append(wanted, c.Routes...)
	}
	if len(wanted) == 0 && v.Level >= Amber {
		return resolveRoute([]string{byPhase}, phase)
	}
	return inOrder(wanted)
}
