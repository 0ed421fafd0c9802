package mobileapi

import (
	"errors"
	"mime"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/sync"
)

// depthMax is how deep a body may nest; the sync endpoint has its own limit, inside a mutation.
const depthMax = 32

const decodeOp = "mobileapi.decode"

var (
	errContentType = fault.New(fault.Unsupported, decodeOp, "Send the body as application/json.")
	errNoJSON      = fault.New(fault.Invalid, decodeOp, "The body is not valid JSON, or a member of it is unknown, repeated or of the wrong kind.")
	errDepth       = fault.New(fault.Invalid, decodeOp, "The body nests too deep.")
)

// jsonBody gives the unpacked body of a request that says it is JSON.
func jsonBody(c *fiber.Ctx) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return nil, errContentType
	}
	return unpack(c)
}

// decode reads a body strictly: unknown and repeated members, wrong case, invalid UTF-8 and anything behind the value are
// refused. into holds nothing that Fiber owns.
func decode(c *fiber.Ctx, into any) error {
	body, err := jsonBody(c)
	if err != nil {
		return err
	}
	return decodeBody(body, into)
}

func decodeBody(body []byte, into any) error {
	if deeperThan(body, depthMax) {
		return errDepth
	}
	if json.Unmarshal(body, into, json.RejectUnknownMembers(true), noNull) != nil {
		return errNoJSON // its own text may repeat what was sent
	}
	return nil
}

// noNull refuses null where something is to be said: the decoder would take it for nothing, or for the zero of its kind. What is
// kept as it came may be null, such as a field that is taken away.
var noNull = json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, into any) error {
	if _, asItCame := into.(*jsontext.Value); !asItCame && dec.PeekKind() == 'n' {
		return errNoJSON
	}
	return errors.ErrUnsupported // the decoder goes on
}))

// deeperThan counts brackets outside of strings; it needs no valid JSON.
func deeperThan(body []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case !quoted && (b == '{' || b == '['):
			if depth++; depth > most {
				return true
			}
		case !quoted && (b == '}' || b == ']'):
			depth--
		}
	}
	return false
}

// uuidOf reads a part of the path. What is no id names nothing that is here.
func uuidOf(c *fiber.Ctx, name string) (syncing.UUID, error) {
	id, err := syncing.ParseUUID(c.Params(name))
	if err != nil || id.IsZero() {
		return syncing.UUID{}, notHere("mobileapi.uuidOf")
	}
	return id, nil
}

func recordOf(c *fiber.Ctx) (syncing.RecordID, error) {
	id, err := uuidOf(c, "record")
	return syncing.RecordID{UUID: id}, err
}

const (
	keyHeader   = "Idempotency-Key"
	keyBytesMax = 128
)

// keyOf reads the name under which a request that comes twice is one.
func keyOf(c *fiber.Ctx) (string, error) {
	key := c.Get(keyHeader)
	if key == "" || len(key) > keyBytesMax || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, "mobileapi.keyOf",
			"This request needs the header Idempotency-Key: 1 to 128 letters, digits or signs, new for each intent and the same when it is sent again.")
	}
	return key, nil
}

// intQuery reads a whole number of the query; absent is otherwise.
func intQuery(c *fiber.Ctx, name string, otherwise, least, most int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return otherwise, nil
	}
	n := 0
	for _, digit := range []byte(text) {
		if digit < '0' || digit > '9' || n > most {
			return 0, errNumber
		}
		n = n*10 + int(digit-'0')
	}
	if n < least || n > most {
		return 0, errNumber
	}
	return n, nil
}

var errNumber = fault.New(fault.Invalid, "mobileapi.intQuery", "A number of the query is not one, or is out of its range.")
