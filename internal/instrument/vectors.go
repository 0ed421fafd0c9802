package instrument

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"satchel/internal/fault"
)

// vectorsBytesMax is the size of a vectors file.
const vectorsBytesMax = 16 << 20

// VectorResult is what came of one vector.
type VectorResult struct {
	Index       int // from 1
	Name        string
	Level       Level    // as evaluated
	Fired       []string // as evaluated
	Differences []string // in plain words; empty: the vector holds
	Notes       []string // what looks like a slip in the vector itself, such as a code that is never asked
}

// vectorFile is one vector of data/vectors.v1.json. Pointers tell a missing member from an empty one.
type vectorFile struct {
	Name        *string                    `json:"name"`
	Answers     Answers                    `json:"answers"`
	Context     map[string]json.RawMessage `json:"context"`
	Region      *string                    `json:"region"`
	Previous    Answers                    `json:"previous"` // of a response within the lookback; null: none
	Urgency     string                     `json:"urgency"`
	ExpectLevel *Level                     `json:"expectLevel"`
	ExpectRules *[]string                  `json:"expectRules"`
}

const vectorMembers = "name, answers, context, region, previous, urgency, expectLevel, expectRules"

// RunVectors evaluates each vector of a file against the current embedded rules. The list of fired rules must be equal, order and
// generic rules included. The error, of code invalid, names every vector that could not be read and what to do about it; results are
// given for all the others.
func RunVectors(r io.Reader) ([]VectorResult, error) {
	l, err := Embedded()
	if err != nil {
		return nil, err
	}
	return l.RunVectors(r)
}

// RunVectors is the function of that name, on this library.
func (l *Library) RunVectors(r io.Reader) ([]VectorResult, error) {
	const op = "instrument.RunVectors"
	data, err := io.ReadAll(io.LimitReader(r, vectorsBytesMax+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, "The vectors file could not be read.")
	}
	if len(data) > vectorsBytesMax {
		return nil, fault.New(fault.TooLarge, op, "The vectors file is larger than 16 MiB. Split it.")
	}
	if err := checkJSON(data); err != nil {
		return nil, invalid(op, "The vectors file is not JSON that can be relied on: %v. Correct the place and run again.", err)
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(data, &raws); err != nil || raws == nil {
		return nil, invalid(op, "The vectors file must be a list: [ {vector}, {vector} ]. Put the vectors into square brackets.")
	}
	results, unread := []VectorResult{}, []error{}
	for i, raw := range raws {
		result, err := l.runVector(i+1, raw)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		results = append(results, result)
	}
	return results, errors.Join(unread...)
}

func (l *Library) runVector(index int, raw json.RawMessage) (VectorResult, error) {
	vector, err := readVector(index, raw)
	if err != nil {
		return VectorResult{}, err
	}
	rules := l.Current()
	in := Input{
		Questionnaire: rules.questionnaire.key, Rules: rules.key, Region: *vector.Region, Answers: vector.Answers,
		Urgency: vector.Urgency, Context: Context{},
	}
	out := VectorResult{Index: index, Name: *vector.Name}
	if vector.Previous != nil {
		in.Previous = &Previous{Answers: vector.Previous}
	}
	for _, name := range sortedNames(vector.Context) {
		if !slices.Contains(derivedFlags, name) {
			out.Notes = append(out.Notes, fmt.Sprintf("context has %q, which no rule knows", name))
		}
		if value, stated, ok := readFlag(vector.Context[name]); !ok {
			return out, vectorError(index, out.Name, fmt.Sprintf("context %q must be true, false or null (unknown)", name))
		} else if stated {
			in.Context[name] = value
		}
	}
	result, err := l.Evaluate(in)
	if err != nil {
		return out, vectorError(index, out.Name, strings.TrimSuffix(fault.TextOf(err), "."))
	}
	for _, code := range result.Unrecognised {
		out.Notes = append(out.Notes, fmt.Sprintf("answers have %q, which %s does not ask", code, in.Questionnaire))
	}
	for _, code := range result.Missing {
		out.Notes = append(out.Notes, fmt.Sprintf("the value of %q cannot be used and counts as unanswered", code))
	}
	out.Level, out.Fired = result.Level, result.Fired
	out.Differences = differences(*vector.ExpectLevel, result.Level, *vector.ExpectRules, result.Fired)
	return out, nil
}

func readVector(index int, raw json.RawMessage) (vectorFile, error) {
	var vector vectorFile
	var named struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(raw, &named) // only to say which vector is meant; what is wrong is said below
	if err := decodeStrict(raw, &vector); err != nil {
		text := strings.TrimPrefix(err.Error(), "json: ")
		return vector, vectorError(index, named.Name, fmt.Sprintf("%s; a vector has %s", text, vectorMembers))
	}
	for _, needed := range []struct {
		member string
		there  bool
	}{
		{"name", vector.Name != nil},
		{"answers", vector.Answers != nil},
		{"region", vector.Region != nil},
		{"expectLevel", vector.ExpectLevel != nil},
		{"expectRules", vector.ExpectRules != nil},
	} {
		if !needed.there {
			return vector, vectorError(index, named.Name, needed.member+" is missing")
		}
	}
	return vector, nil
}

func vectorError(index int, name, what string) error {
	return invalid("instrument.RunVectors", "Vector %d (%q): %s. Correct it and run again.", index, name, what)
}

// readFlag reads a context flag; null and "unknown" both say that nobody knows.
func readFlag(raw json.RawMessage) (value, stated, ok bool) {
	switch string(raw) {
	case "true", "false":
		return string(raw) == "true", true, true
	case "null", `"unknown"`:
		return false, false, true
	}
	return false, false, false
}

func sortedNames(m map[string]json.RawMessage) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// differences says what a vector expects and did not get.
func differences(wantLevel, level Level, wantRules, fired []string) []string {
	list := []string{}
	if wantLevel != level {
		list = append(list, fmt.Sprintf("level: expected %s, got %s", wantLevel, level))
	}
	if slices.Equal(wantRules, fired) {
		return list
	}
	missing, extra := without(wantRules, fired), without(fired, wantRules)
	if len(missing) > 0 {
		list = append(list, "rules: expected and did not fire: "+strings.Join(missing, ", "))
	}
	if len(extra) > 0 {
		list = append(list, "rules: fired and not expected: "+strings.Join(extra, ", "))
	}
	if len(missing)+len(extra) == 0 {
		list = append(list, fmt.Sprintf("rules: expected in the order %s, got %s", strings.Join(wantRules, ", "), strings.Join(fired, ", ")))
	}
	return list
}

func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(taken, id) })
}
