package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"satchel/internal/fault"
)

// header is the first line; the number is the version of the format.
const header = "satchel ledger 1"

const (
	// sumDigits is how much of the SHA-256 a line carries, in hex.
	sumDigits = 32
	// entryBytesMax is the longest entry; ours are far shorter.
	entryBytesMax = 64 << 10
)

// first is what the sum of the first entry goes on from.
func first() string { return sumOf("", header) }

// sumOf binds a line to the one before it.
func sumOf(before, body string) string {
	sum := sha256.Sum256([]byte(before + "\n" + body))
	return hex.EncodeToString(sum[:])[:sumDigits]
}

// nearLineFeed are the bytes of which one flipped bit makes a line feed. Without them a flip can neither end a line nor join two.
const nearLineFeed = "\x0b\x08\x0e\x02\x1a*J\x8a"

// Escape writes a text of JSON without the bytes that no entry may hold. Outside of strings JSON has none of them.
func Escape(json []byte) string {
	return strings.NewReplacer("*", `\u002a`, "J", `\u004a`).Replace(string(json))
}

func checkEntry(entry string) error {
	if entry == "" || len(entry) > entryBytesMax || strings.ContainsAny(entry, "\n\r\x00"+nearLineFeed[:7]) || strings.IndexByte(entry, 0x8a) >= 0 {
		return fault.New(fault.Internal, "ledger.Append", "The ledger was asked to keep something that is not an entry.")
	}
	return nil
}

// line gives an entry's line and the sum that the next one goes on from.
func line(before, entry string) (text, sum string) {
	sum = sumOf(before, entry)
	return entry + "." + sum + "\n", sum
}

var errSum = errors.New("the sum differs")

// parse reads a line without its line feed.
func parse(before, text string) (entry, sum string, err error) {
	cut := strings.LastIndexByte(text, '.')
	if cut < 0 || sumOf(before, text[:cut]) != text[cut+1:] {
		return "", "", errSum
	}
	return text[:cut], text[cut+1:], nil
}
