package syncing

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"

	"github.com/google/uuid"
)

// UUID is a 16-byte RFC 9562 identifier. Its one text form is canonical: lower case, with hyphens.
type UUID [16]byte

var errID = errors.New("not a canonical UUID (36 characters, lower case, with hyphens)")

// ParseUUID reads the canonical text form, and nothing else: two spellings of one id would be two documents in a digest.
func ParseUUID(s string) (UUID, error) {
	if len(s) != 36 {
		return UUID{}, errID
	}
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return UUID{}, errID
	}
	return UUID(u), nil
}

// String gives the canonical text form.
func (u UUID) String() string { return uuid.UUID(u).String() }

// MarshalText gives the canonical text form.
func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// AppendText appends the canonical text form.
func (u UUID) AppendText(b []byte) ([]byte, error) {
	var text [36]byte
	hex.Encode(text[:8], u[:4])
	hex.Encode(text[9:13], u[4:6])
	hex.Encode(text[14:18], u[6:8])
	hex.Encode(text[19:23], u[8:10])
	hex.Encode(text[24:], u[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(b, text[:]...), nil
}

// UnmarshalText reads the canonical text form.
func (u *UUID) UnmarshalText(text []byte) error {
	parsed, err := ParseUUID(string(text))
	if err != nil {
		return err
	}
	*u = parsed
	return nil
}

// IsZero reports whether no id was given.
func (u UUID) IsZero() bool { return u == UUID{} }

// LogValue logs a tag that tells lines of one id apart and cannot be looked up.
func (u UUID) LogValue() slog.Value {
	sum := sha256.Sum256(u[:])
	return slog.StringValue(hex.EncodeToString(sum[:4]))
}

// RecordID names a record: everything that belongs to one person in care, or one account, or one organisation.
type RecordID struct{ UUID }

// ReplicaID names one local database. It belongs to the account that first used it.
type ReplicaID struct{ UUID }

// AccountID names who signs in. The zero AccountID is the actor `system`.
type AccountID struct{ UUID }

// systemName is how the zero AccountID is spelled on the wire.
const systemName = "system"

// MarshalText gives the canonical text form, or "system".
func (a AccountID) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// AppendText appends the canonical text form, or "system".
func (a AccountID) AppendText(b []byte) ([]byte, error) { return append(b, a.String()...), nil }

// String gives the canonical text form, or "system".
func (a AccountID) String() string {
	if a.IsZero() {
		return systemName
	}
	return a.UUID.String()
}

// UnmarshalText reads the canonical text form, or "system".
func (a *AccountID) UnmarshalText(text []byte) error {
	if string(text) == systemName {
		*a = AccountID{}
		return nil
	}
	return a.UUID.UnmarshalText(text)
}

// TeamID names a care team.
type TeamID struct{ UUID }

// Rev is a record's sequence number. Each applied mutation takes the next one; 0 is before the first.
type Rev uint64

// DocID names a document as "type/id".
type DocID string

// ParseDocID splits and checks a document's name. The error says what is wrong, without repeating it.
func ParseDocID(s string) (DocID, error) {
	kind, id, ok := strings.Cut(s, "/")
	if !ok || kind == "" || len(kind) > typeNameMax {
		return "", errors.New("a document is named type/id")
	}
	if _, err := ParseUUID(id); err != nil {
		return "", err
	}
	return DocID(s), nil
}

// NewDocID joins a type and an id.
func NewDocID(kind string, id UUID) DocID { return DocID(kind + "/" + id.String()) }

// Type is the document type's name.
func (d DocID) Type() string {
	kind, _, _ := strings.Cut(string(d), "/")
	return kind
}

// ID is the part after the slash.
func (d DocID) ID() string {
	_, id, _ := strings.Cut(string(d), "/")
	return id
}

// DerivedUUID makes an id that depends on nothing but its parts (UUIDv8 over SHA-256), for documents that the rules of
// care or the held list make: making them twice makes one.
func DerivedUUID(parts ...string) UUID {
	h := sha256.New()
	for _, part := range parts {
		var size [4]byte
		size[0], size[1], size[2], size[3] = byte(len(part)>>24), byte(len(part)>>16), byte(len(part)>>8), byte(len(part))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	var u UUID
	copy(u[:], h.Sum(nil))
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return u
}
