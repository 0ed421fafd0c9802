package instrument

import (
	"slices"
	"strings"
)

// Kinds of an item's answer.
const (
	KindSeverity = "severity" // an integer on the questionnaire's scale
	KindYesNo    = "yesno"    // true or false
)

// Types of a measure's answer.
const (
	TypeBool        = "bool"
	TypeInt         = "int"
	TypeTemperature = "decimal-Cel" // degrees Celsius; Fahrenheit is converted on reading
)

// Questionnaire is one version of a questionnaire, as its file has it. Shared and read-only.
type Questionnaire struct {
	URL      string            `json:"url"`
	Version  string            `json:"version"`
	Scale    Scale             `json:"scale"`
	Domains  map[string]string `json:"domains"` // code to heading
	Urgency  UrgencyQuestion   `json:"urgencyQuestion"`
	Measures []Measure         `json:"measures"`
	Items    []Item            `json:"items"`

	key    string
	sha256 string
	fields []field        // items in their order, then measures
	slots  map[string]int // code to its place in fields
}

// Scale is what a severity is counted on.
type Scale struct {
	Min      int    `json:"min"`
	Max      int    `json:"max"`
	Integer  bool   `json:"integer"`
	Anchor0  string `json:"anchor0"`
	Anchor10 string `json:"anchor10"`
}

// UrgencyQuestion asks how soon the person needs to hear from someone.
type UrgencyQuestion struct {
	Code   string   `json:"code"`
	Text   string   `json:"text"`
	Values []string `json:"values"`
}

// Item is one thing that a person may tick and score.
type Item struct {
	Code      string   `json:"code"`
	Domain    string   `json:"domain"`
	Text      string   `json:"text"`
	Route     []string `json:"route"` // O, C, N, or X: by plan phase
	Acute     bool     `json:"acute"`
	Sensitive bool     `json:"sensitive"` // hidden from caregivers unless the person ticks it
	Kind      string   `json:"kind"`
}

// Measure is a follow-up question, asked only when one of its parent items is ticked.
type Measure struct {
	Code    string   `json:"code"`
	Type    string   `json:"type"`
	AskWhen []string `json:"askWhen"` // parent items, the first is the one it belongs to
	Text    string   `json:"text"`
}

// field is an item or a measure as the evaluator sees it.
type field struct {
	code      string
	kind      string // an item's kind or a measure's type
	min, max  int64  // tenths, inclusive; for numbers
	sensitive bool   // of a measure: all its parents are sensitive
	parents   []int  // of a measure: slots of its items
}

// Key is the name and version that responses and rules refer to, such as "hna|1.0.0".
func (q *Questionnaire) Key() string { return q.key }

// SHA256 is the hash of the file's bytes, in hex. A phone stores it with each response.
func (q *Questionnaire) SHA256() string { return q.sha256 }

// Item finds an item by its code.
func (q *Questionnaire) Item(code string) (Item, bool) {
	slot, ok := q.slots[code]
	if !ok || slot >= len(q.Items) {
		return Item{}, false
	}
	return q.Items[slot], true
}

// Sensitive reports whether the code is a sensitive item, or a measure that is asked only for sensitive items.
func (q *Questionnaire) Sensitive(code string) bool {
	slot, ok := q.slots[code]
	return ok && q.fields[slot].sensitive
}

// Asks reports whether the questionnaire has an item or a measure of this code.
func (q *Questionnaire) Asks(code string) bool {
	_, ok := q.slots[code]
	return ok
}

// loadQuestionnaire reads and checks one file; bounds come from the limits file.
func loadQuestionnaire(f File, limits map[string]limitsFile) (*Questionnaire, error) {
	q := &Questionnaire{sha256: f.SHA256, slots: map[string]int{}}
	if err := decodeStrict(f.Data, q); err != nil {
		return nil, refuse(f.Name, "%v", err)
	}
	if q.URL == "" || q.Version == "" {
		return nil, refuse(f.Name, "url or version is missing")
	}
	q.key = q.URL[strings.LastIndex(q.URL, ":")+1:] + "|" + q.Version
	if q.Scale.Min != 0 || q.Scale.Max < 1 || !q.Scale.Integer {
		return nil, refuse(f.Name+": scale", "must be integers from 0 upwards")
	}
	if q.Urgency.Code == "" || len(q.Urgency.Values) == 0 {
		return nil, refuse(f.Name+": urgencyQuestion", "code or values are missing")
	}
	for _, item := range q.Items {
		if err := q.addItem(f.Name+": item "+item.Code, item); err != nil {
			return nil, err
		}
	}
	bounds := limits[q.key].Bounds
	for _, m := range q.Measures {
		if err := q.addMeasure(f.Name+": measure "+m.Code, m, bounds); err != nil {
			return nil, err
		}
	}
	for code := range bounds {
		if slot, ok := q.slots[code]; !ok || slot < len(q.Items) {
			return nil, refuse("limits: bounds of "+code, "%s has no such measure", q.key)
		}
	}
	return q, nil
}

func (q *Questionnaire) addItem(place string, item Item) error {
	if item.Text == "" {
		return refuse(place, "text is missing")
	}
	if _, known := q.Domains[item.Domain]; !known {
		return refuse(place, "domain %q is not in domains", item.Domain)
	}
	if item.Kind != KindSeverity && item.Kind != KindYesNo {
		return refuse(place, "kind %q is unknown; it is severity or yesno", item.Kind)
	}
	if len(item.Route) == 0 {
		return refuse(place, "route is missing")
	}
	for _, token := range item.Route {
		if !slices.Contains(routeTokens, token) {
			return refuse(place, "route %q is unknown; it is O, C, N or X", token)
		}
	}
	return q.addField(place, field{
		code: item.Code, kind: item.Kind, sensitive: item.Sensitive,
		min: int64(q.Scale.Min) * 10, max: int64(q.Scale.Max) * 10,
	})
}

func (q *Questionnaire) addMeasure(place string, m Measure, bounds map[string]boundsFile) error {
	if m.Text == "" || len(m.AskWhen) == 0 {
		return refuse(place, "text or askWhen is missing")
	}
	f := field{code: m.Code, kind: m.Type, sensitive: true}
	for _, parent := range m.AskWhen {
		slot, ok := q.slots[parent]
		if !ok || slot >= len(q.Items) {
			return refuse(place, "askWhen names %q, which is not an item", parent)
		}
		f.parents = append(f.parents, slot)
		f.sensitive = f.sensitive && q.Items[slot].Sensitive
	}
	bound, bounded := bounds[m.Code]
	switch m.Type {
	case TypeBool:
		if bounded {
			return refuse(place, "a yes/no measure has no bounds")
		}
	case TypeInt, TypeTemperature:
		if !bounded {
			return refuse(place, "the limits file has no bounds for it")
		}
		var ok bool
		if f.min, f.max, ok = bound.tenths(); !ok {
			return refuse(place, "its bounds cannot be read, or min is above max")
		}
	default:
		return refuse(place, "type %q is unknown; it is bool, int or decimal-Cel", m.Type)
	}
	return q.addField(place, f)
}

func (q *Questionnaire) addField(place string, f field) error {
	if f.code == "" {
		return refuse(place, "code is missing")
	}
	if _, twice := q.slots[f.code]; twice {
		return refuse(place, "the code stands twice; codes are permanent and never reused")
	}
	q.slots[f.code] = len(q.fields)
	q.fields = append(q.fields, f)
	return nil
}
