package instrument

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// nestingMax is how deep a data file may nest. The deepest rule today has six levels.
const nestingMax = 32

// decodeStrict reads exactly one JSON value into v: valid UTF-8, no unknown and no repeated member, nothing behind it. A typing
// mistake in a clinical file is an error, never a default.
func decodeStrict(data []byte, v any) error {
	if err := checkJSON(data); err != nil {
		return err
	}
	if err := checkNames(data, reflect.TypeOf(v), ""); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// checkNames refuses members that the Go type does not have in exactly this spelling. The standard decoder would take "When" for
// "when"; a phone's engine would not, and the two would judge differently.
func checkNames(raw json.RawMessage, t reflect.Type, path string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 && json.Unmarshal(raw, &elements) == nil:
		for i, element := range elements {
			if err := checkNames(element, t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Map && json.Unmarshal(raw, &members) == nil:
		for name, member := range members {
			if err := checkNames(member, t.Elem(), path+"."+name); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Struct && json.Unmarshal(raw, &members) == nil:
		return checkStruct(members, t, path)
	}
	return nil // of another shape than the type: the decoder says so
}

func checkStruct(members map[string]json.RawMessage, t reflect.Type, path string) error {
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		if tag, tagged := t.Field(i).Tag.Lookup("json"); tagged {
			known[tag] = t.Field(i).Type
		}
	}
	for name, member := range members {
		if known[name] == nil {
			return fmt.Errorf("%s: unknown member %q", placeOr(strings.TrimPrefix(path, "."), "at the top"), name)
		}
		if err := checkNames(member, known[name], path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("not valid UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return err
	}
	return checkValue(json.NewDecoder(bytes.NewReader(data)), "", 0)
}

// checkValue reads one value and refuses a member that stands twice in one object, naming its path.
func checkValue(dec *json.Decoder, path string, depth int) error {
	if depth > nestingMax {
		return fmt.Errorf("nested more than %d levels deep", nestingMax)
	}
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		for i := 0; dec.More(); i++ {
			if err := checkValue(dec, fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
				return err
			}
		}
		_, err = dec.Token()
	case json.Delim('{'):
		err = checkMembers(dec, path, depth)
	}
	return err
}

func checkMembers(dec *json.Decoder, path string, depth int) error {
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if seen[name] {
			return fmt.Errorf("%q stands twice in %s", name, placeOr(path, "the file"))
		}
		seen[name] = true
		if err := checkValue(dec, path+"."+name, depth+1); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

func placeOr(path, whole string) string {
	if path == "" {
		return whole
	}
	return path
}
