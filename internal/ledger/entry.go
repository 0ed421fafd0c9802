package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	syncing "satchel/sync"
)

// Kind says what an entry tells.
type Kind string

// The kinds of version 1.
const (
	AccessEnded  Kind = "access"  // Account has no access to Record any more
	DeviceEnded  Kind = "device"  // the device ID of Account is signed out
	SessionEnded Kind = "session" // the session family ID of Account is over
	RecordErased Kind = "erased"  // the key of Record, in slot Number, was destroyed
	StoreHead    Kind = "head"    // the store of life ID had committed the sequence Number
)

// Entry is one line. Which fields count is said beside its kind; the others are zero.
type Entry struct {
	Kind    Kind
	At      int64 // ms since 1970 UTC, the server's clock
	Account syncing.AccountID
	Record  syncing.RecordID
	ID      syncing.UUID
	Number  uint64
}

// header is the first line; the number is the version of the format.
const header = "satchel ledger 1"

// sumDigits is how much of the SHA-256 a line carries, in hex.
const sumDigits = 32

// first is what the sum of the first entry goes on from.
func first() string { return sumOf("", header) }

// sumOf binds a line to the one before it.
func sumOf(before, body string) string {
	sum := sha256.Sum256([]byte(before + "\n" + body))
	return hex.EncodeToString(sum[:])[:sumDigits]
}

func (k Kind) known() bool {
	switch k {
	case AccessEnded, DeviceEnded, SessionEnded, RecordErased, StoreHead:
		return true
	}
	return false
}

// body is a line without its sum. Its alphabet (a-z, 0-9, "-", ".") is such that no flip of one bit makes a line feed.
func (e Entry) body() string {
	return fmt.Sprintf("%s.%d.%s.%s.%s.%d", e.Kind, e.At, e.Account.UUID.String(), e.Record.UUID.String(), e.ID.String(), e.Number)
}

// line gives the entry's line and the sum that the next one goes on from.
func (e Entry) line(before string) (line, sum string) {
	body := e.body()
	sum = sumOf(before, body)
	return body + "." + sum + "\n", sum
}

// parse reads a line without its line feed.
func parse(before, line string) (e Entry, sum string, err error) {
	cut := strings.LastIndexByte(line, '.')
	if cut < 0 || sumOf(before, line[:cut]) != line[cut+1:] {
		return e, "", fmt.Errorf("the sum differs")
	}
	parts := strings.Split(line[:cut], ".")
	if len(parts) != 6 || !Kind(parts[0]).known() {
		return e, "", fmt.Errorf("the line is of a kind that this program does not know")
	}
	e.Kind = Kind(parts[0])
	if e.At, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return e, "", err
	}
	for i, id := range []*syncing.UUID{&e.Account.UUID, &e.Record.UUID, &e.ID} {
		if *id, err = syncing.ParseUUID(parts[2+i]); err != nil {
			return e, "", err
		}
	}
	e.Number, err = strconv.ParseUint(parts[5], 10, 64)
	return e, line[cut+1:], err
}
