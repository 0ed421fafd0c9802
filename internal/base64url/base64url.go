package base64url

import (
	"encoding/base64"
	"errors"
	"strings"
)

var errSpelling = errors.New("base64url: not what Encode writes")

// Encode gives the text of some bytes.
func Encode(content []byte) string { return base64.RawURLEncoding.EncodeToString(content) }

// Decode gives the bytes of which Encode made the text; an error if it made it of none.
func Decode(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, errSpelling
	}
	content, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errSpelling
	}
	return content, nil
}

// EncodedLen is the length of the text of n bytes.
func EncodedLen(n int) int { return base64.RawURLEncoding.EncodedLen(n) }
