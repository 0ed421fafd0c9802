package syncing

import (
	"bytes"
	"errors"
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
)

// DecodeRequest reads the body of POST /v1/sync. The envelope is read strictly; a mutation inside of it is only measured,
// so that one that cannot be read is held and stops nobody. Members that nobody here knows are passed over. Of a list that is longer
// than it may be, one element more than it may have is kept, for whoever refuses it. Faults: Invalid, TooLarge.
func DecodeRequest(body []byte) (*Request, error) {
	if partsOf(body) > requestPartsMax {
		return nil, fault.New(fault.TooLarge, "syncing.DecodeRequest", "The request has more parts than are taken in at once. Send fewer changes.")
	}
	dec := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	d := &envelope{dec: dec}
	req := &Request{}
	d.object("the request", func(name string) {
		switch name {
		case "replica":
			d.id(name, &req.Replica.UUID)
		case "now":
			req.Now = d.clock(name)
		case "schema":
			req.Schema = int(d.whole(name))
		case "records":
			d.array(name, recordsMax, func() { req.Records = append(req.Records, d.record()) })
		default:
			d.skip()
		}
	})
	if d.wrong == "" && dec.PeekKind() != 0 {
		d.fail("The body holds more than one JSON value.")
	}
	if d.wrong != "" {
		return nil, fault.New(fault.Invalid, "syncing.DecodeRequest", d.wrong)
	}
	return req, nil
}

// envelope reads a request member by member. The first mistake stays.
type envelope struct {
	dec   *jsontext.Decoder
	wrong string
}

var errEnvelope = errors.New("unreadable")

func (d *envelope) fail(text string) {
	if d.wrong == "" {
		d.wrong = text
	}
}

func (d *envelope) token() jsontext.Token {
	if d.wrong != "" {
		return jsontext.Null
	}
	t, err := d.dec.ReadToken()
	if err != nil {
		d.fail("The body is not valid JSON.")
		return jsontext.Null
	}
	return t
}

func (d *envelope) value() jsontext.Value {
	if d.wrong != "" {
		return nil
	}
	v, err := d.dec.ReadValue()
	if err != nil {
		d.fail("The body is not valid JSON.")
		return nil
	}
	return v
}

func (d *envelope) skip() { d.value() }

// object reads an object whose members come once each.
func (d *envelope) object(what string, member func(name string)) {
	if d.token().Kind() != '{' {
		d.fail("In the body, " + what + " is not an object.")
		return
	}
	seen := map[string]bool{}
	for d.wrong == "" && d.dec.PeekKind() != '}' {
		name := d.token().String()
		if seen[name] {
			d.fail("In the body, a member of " + what + " comes twice.")
			return
		}
		seen[name] = true
		if len(seen) > membersMax {
			d.fail("In the body, " + what + " has more members than any request has.")
		}
		if d.wrong == "" {
			member(name)
		}
	}
	d.token()
}

// array passes over what comes behind one element more than there may be.
func (d *envelope) array(what string, most int, element func()) {
	if d.dec.PeekKind() == 'n' {
		d.token()
		return
	}
	if d.token().Kind() != '[' {
		d.fail("In the body, " + what + " is not a list.")
		return
	}
	for n := 0; d.wrong == "" && d.dec.PeekKind() != ']'; n++ {
		if n > most {
			d.skip()
			continue
		}
		element()
	}
	d.token()
}

func (d *envelope) id(what string, to *UUID) {
	id, err := ParseUUID(textOf(d.value()))
	if err != nil {
		d.fail("In the body, " + what + " is not a UUID in lower case.")
		return
	}
	*to = id
}

// whole reads a whole number from 0; what is not one is a mistake.
func (d *envelope) whole(what string) uint64 {
	n, ok := intOf(d.value())
	if !ok || n < 0 {
		d.fail("In the body, " + what + " is not a whole number from 0.")
		return 0
	}
	return uint64(n)
}

func (d *envelope) clock(what string) int64 {
	v := d.value()
	if v.Kind() != '0' {
		d.fail("In the body, " + what + " is not a number of milliseconds.")
		return 0
	}
	return ClockValue(v)
}

// limit reads a page size: any number counts, below 1 as 1.
func (d *envelope) limit() int {
	v := d.value()
	if v.Kind() != '0' {
		d.fail("In the body, limit is not a number.")
		return 0
	}
	return int(min(max(ClockValue(v), 1), math.MaxInt32))
}

func (d *envelope) record() RecordRequest {
	var r RecordRequest
	d.object("a record", func(name string) {
		switch name {
		case "record":
			d.id(name, &r.Record.UUID)
		case "cursor":
			v := d.value()
			if r.Cursor = textOf(v); v.Kind() != '"' && v.Kind() != 'n' {
				d.fail("In the body, cursor is neither a text nor null.")
			}
		case "acked":
			r.Acked = d.whole(name)
		case "limit":
			r.Limit = d.limit()
		case "continues":
			d.array(name, continuesMax, func() { r.Continues = append(r.Continues, d.continued()) })
		case "mutations":
			d.array(name, mutationsMax, func() { r.Mutations = append(r.Mutations, d.mutation()) })
		default:
			d.skip()
		}
	})
	return r
}

func (d *envelope) continued() (c Continued) {
	d.object("continues", func(name string) {
		switch name {
		case "replica":
			d.id(name, &c.Replica.UUID)
		case "n":
			c.N = d.whole(name)
		default:
			d.skip()
		}
	})
	return c
}

// mutation keeps a mutation's bytes and finds its number: without one it cannot be placed at all.
func (d *envelope) mutation() RawMutation {
	raw := RawMutation{Raw: d.value().Clone()}
	n, err := numberOf(raw.Raw)
	if err != nil {
		d.fail("In the body, a change has no number n, a whole number from 1, or has it twice.")
	}
	raw.N = n
	return raw
}

func numberOf(raw jsontext.Value) (n uint64, err error) {
	if raw.Kind() != '{' {
		return 0, errEnvelope
	}
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := dec.ReadToken(); err != nil {
		return 0, err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return 0, err
		}
		isN := name.String() == "n"
		value, err := dec.ReadValue()
		if err != nil {
			return 0, err
		}
		if !isN {
			continue
		}
		number, ok := intOf(value)
		if !ok || number < 1 || n != 0 {
			return 0, errEnvelope
		}
		n = uint64(number)
	}
	if n == 0 {
		return 0, errEnvelope
	}
	return n, nil
}

// MarshalJSON gives the mutation as it came: its number is among its members.
func (m RawMutation) MarshalJSON() ([]byte, error) { return m.Raw, nil }

// UnmarshalJSON keeps the mutation's bytes and finds its number.
func (m *RawMutation) UnmarshalJSON(b []byte) error {
	n, err := numberOf(b)
	if err != nil {
		return err
	}
	*m = RawMutation{N: n, Raw: bytes.Clone(b)}
	return nil
}
