package syncing

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// textOf unquotes a JSON string; "" for anything else.
func textOf(v jsontext.Value) string {
	if v.Kind() != '"' {
		return ""
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(text)
}

// TextValue quotes a string as JSON.
func TextValue(s string) jsontext.Value {
	v, err := jsontext.AppendQuote(nil, s)
	if err != nil { // s was not valid UTF-8: what cannot be read is shown as replaced, never dropped
		v, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return v
}

// IntValue writes a whole number as JSON.
func IntValue(n int64) jsontext.Value { return strconv.AppendInt(nil, n, 10) }

// BoolValue writes a truth value as JSON.
func BoolValue(b bool) jsontext.Value { return strconv.AppendBool(nil, b) }

// intOf reads a whole number of at most 53 bits.
func intOf(v jsontext.Value) (int64, bool) {
	if v.Kind() != '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || n > safeIntegerMax || n < -safeIntegerMax {
		return 0, false
	}
	return n, true
}

var (
	decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$`)
	codeForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:|/+-]{0,127}$`)
)

// checkValue says in a sentence what is wrong with a value for a field; "" if it fits. The value is canonical JSON.
func checkValue(spec *FieldSpec, kind Kind, v jsontext.Value) string {
	text := textOf(v)
	if v.Kind() == '"' && strings.IndexByte(text, 0) >= 0 {
		return "A text may not hold the character NUL."
	}
	ok := true
	switch kind {
	case Text:
		if ok = v.Kind() == '"'; ok && spec.Max > 0 && utf8.RuneCountInString(text) > spec.Max {
			return "The text is longer than " + strconv.Itoa(spec.Max) + " characters."
		}
	case Code:
		if ok = v.Kind() == '"'; ok {
			ok = len(spec.Codes) == 0 && codeForm.MatchString(text) || slices.Contains(spec.Codes, text)
		}
	case Bool:
		ok = v.Kind() == 't' || v.Kind() == 'f'
	case Int, Instant:
		_, ok = intOf(v)
	case Decimal:
		ok = v.Kind() == '"' && decimalForm.MatchString(text)
	case Date:
		_, err := time.Parse(time.DateOnly, text)
		ok = v.Kind() == '"' && err == nil
	case CivilTime:
		ok = v.Kind() == '"' && isCivilTime(text)
	case Reference:
		ok = v.Kind() == '"' && isReference(text)
	case Answer:
		ok = v.Kind() != '[' && (v.Kind() != '"' || utf8.RuneCountInString(text) <= max(spec.Max, 500))
	case Object:
		return checkObject(spec, v)
	}
	if !ok {
		return "The value of " + spec.Name + " is not of the kind " + string(kind) + "."
	}
	return ""
}

// isCivilTime reads a wall-clock time without a zone, to the minute or the second.
func isCivilTime(text string) bool {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

func isReference(text string) bool {
	if _, err := ParseDocID(text); err == nil {
		return true
	}
	_, err := ParseUUID(text)
	return err == nil
}

// checkObject checks an object's members against its declaration; without one any object fits.
func checkObject(spec *FieldSpec, v jsontext.Value) string {
	if v.Kind() != '{' {
		return "The value of " + spec.Name + " is not an object."
	}
	if len(spec.Fields) == 0 {
		return ""
	}
	wrong := ""
	err := eachMember(v, func(name string, value jsontext.Value) bool {
		at := slices.IndexFunc(spec.Fields, func(f FieldSpec) bool { return f.Name == name })
		switch {
		case at < 0:
			wrong = "The object " + spec.Name + " has a member that is not declared."
		case value.Kind() != 'n':
			wrong = checkMember(&spec.Fields[at], value)
		}
		return wrong == ""
	})
	if err != nil {
		return "The value of " + spec.Name + " cannot be read."
	}
	return wrong
}

func checkMember(spec *FieldSpec, v jsontext.Value) string {
	if spec.Kind != SetOf {
		return checkValue(spec, spec.Kind, v)
	}
	if v.Kind() != '[' {
		return "The member " + spec.Name + " is not a list."
	}
	wrong := ""
	if err := eachElement(v, func(value jsontext.Value) bool {
		wrong = checkValue(spec, spec.Of, value)
		return wrong == ""
	}); err != nil {
		return "The member " + spec.Name + " cannot be read."
	}
	return wrong
}

// compareValues orders two values of a max field; null is lowest.
func compareValues(spec *FieldSpec, a, b jsontext.Value) int {
	if a == nil || b == nil {
		return cmp.Compare(b2i(a != nil), b2i(b != nil))
	}
	switch spec.Kind {
	case Code:
		order := spec.Order
		if len(order) == 0 {
			order = spec.Codes
		}
		return cmp.Compare(slices.Index(order, textOf(a)), slices.Index(order, textOf(b)))
	case Int, Instant:
		x, _ := intOf(a)
		y, _ := intOf(b)
		return cmp.Compare(x, y)
	case Bool:
		return cmp.Compare(b2i(a.Kind() == 't'), b2i(b.Kind() == 't'))
	case Decimal:
		return compareDecimals(textOf(a), textOf(b))
	case Date:
		return cmp.Compare(textOf(a), textOf(b))
	}
	return bytes.Compare(a, b)
}

// compareDecimals compares two decimals in their text form, without floats.
func compareDecimals(a, b string) int {
	negA, negB := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	zeroA, zeroB := strings.Trim(a, "-0.") == "", strings.Trim(b, "-0.") == ""
	switch {
	case zeroA && zeroB:
		return 0
	case zeroA:
		negA = false
	case zeroB:
		negB = false
	}
	if negA != negB {
		return cmp.Compare(b2i(negB), b2i(negA))
	}
	order := compareMagnitudes(strings.TrimPrefix(a, "-"), strings.TrimPrefix(b, "-"))
	if negA {
		return -order
	}
	return order
}

func compareMagnitudes(a, b string) int {
	wholeA, fracA, _ := strings.Cut(a, ".")
	wholeB, fracB, _ := strings.Cut(b, ".")
	return cmp.Or(
		cmp.Compare(len(wholeA), len(wholeB)),
		cmp.Compare(wholeA, wholeB),
		cmp.Compare(strings.TrimRight(fracA, "0"), strings.TrimRight(fracB, "0")),
	)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// eachMember walks the members of a JSON object in their order, until fn returns false.
func eachMember(v jsontext.Value, fn func(name string, value jsontext.Value) bool) error {
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if !fn(key, value.Clone()) {
			return nil
		}
	}
	return nil
}

// eachElement walks the elements of a JSON array in their order, until fn returns false.
func eachElement(v jsontext.Value, fn func(value jsontext.Value) bool) error {
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if !fn(value.Clone()) {
			return nil
		}
	}
	return nil
}
