package instrument

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Answers are a response's answers: code of an item or a measure to its JSON value, as it is synced. A severity is an integer,
// yes/no a bool, a count an integer, a temperature a number or decimal text in degrees Celsius, or
// {"value": 100.4, "unit": "F"} with the unit F, [degF], C or Cel.
type Answers map[string]json.RawMessage

// reading is one answer, understood.
type reading struct {
	known  bool
	yes    bool
	tenths int64
}

// read understands answers. Both lists are in a fixed order: wrong values as the questionnaire asks, unrecognised codes by name.
func (q *Questionnaire) read(answers Answers) (readings []reading, missing, unrecognised []string) {
	readings = make([]reading, len(q.fields))
	missing, unrecognised = []string{}, []string{}
	found := 0
	for i, f := range q.fields {
		raw, ok := answers[f.code]
		if !ok {
			continue
		}
		found++
		if readings[i], ok = f.read(raw); !ok {
			readings[i] = reading{}
			missing = append(missing, f.code)
		}
	}
	if found < len(answers) {
		for code := range answers {
			if !q.Asks(code) {
				unrecognised = append(unrecognised, code)
			}
		}
		slices.Sort(unrecognised)
	}
	return readings, missing, unrecognised
}

// read understands one value; ok is false for a value of the wrong type, off the scale or out of bounds.
func (f field) read(raw json.RawMessage) (r reading, ok bool) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) {
		return reading{}, false
	}
	if string(raw) == "null" {
		return reading{}, true // taken back: unanswered, and nothing wrong with it
	}
	switch f.kind {
	case KindYesNo, TypeBool:
		yes := string(raw) == "true"
		return reading{known: true, yes: yes}, yes || string(raw) == "false"
	case TypeTemperature:
		tenths, ok := readTemperature(raw)
		return reading{known: true, tenths: tenths}, ok && f.holds(tenths)
	default:
		d, ok := readNumber(raw)
		return reading{known: true, tenths: d.tenths()}, ok && d.whole && f.holds(d.tenths())
	}
}

func (f field) holds(tenths int64) bool { return f.min <= tenths && tenths <= f.max }

func readNumber(raw json.RawMessage) (decimal, bool) {
	text, ok := numberText(raw)
	if !ok {
		return notDecimal, false
	}
	return parseDecimal(text)
}

// Temperature reads a temperature as answers have it, in tenths of a degree Celsius.
func Temperature(answer json.RawMessage) (tenths int64, ok bool) {
	if answer = bytes.TrimSpace(answer); !json.Valid(answer) {
		return 0, false
	}
	return readTemperature(answer)
}

// readTemperature gives tenths of a degree Celsius.
func readTemperature(raw json.RawMessage) (int64, bool) {
	if raw[0] != '{' {
		d, ok := readDecimal(raw)
		return d.tenths(), ok
	}
	var quantity map[string]json.RawMessage // not a struct: Go would take "Value" for "value", and no other engine would
	if json.Unmarshal(raw, &quantity) != nil || len(quantity["value"]) == 0 {
		return 0, false
	}
	d, ok := readDecimal(quantity["value"])
	switch string(quantity["unit"]) {
	case `"Cel"`, `"C"`:
		return d.tenths(), ok
	case `"F"`, `"[degF]"`:
		return d.tenthsFromFahrenheit(), ok
	}
	return 0, false
}

// readDecimal reads a number, or decimal text: synced documents carry decimals as text.
func readDecimal(raw json.RawMessage) (decimal, bool) {
	if raw[0] != '"' {
		return readNumber(raw)
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return notDecimal, false
	}
	return parseDecimal(text)
}
