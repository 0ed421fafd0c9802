package lab

import (
	"math/big"
	"strings"

	"satchel/internal/fault"
)

// numberMax is the length of a number as it is sent; the longest that means anything is shorter by half.
const numberMax = 20

// Number reads a decimal such as "50000" or "0.45": digits, one point, no sign, no exponent, no spaces. ok is false for all else.
func Number(text string) (n *big.Rat, ok bool) {
	whole, fraction, pointed := strings.Cut(text, ".")
	if len(text) > numberMax || whole == "" || pointed && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// constant reads a number of a data file, which may be a fraction and may be negative.
func constant(text string) (*big.Rat, error) {
	n, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "eE_xX ") {
		return nil, fault.New(fault.Invalid, "lab.constant", "A number of a data file is written like 0.5 or 5/9.")
	}
	return n, nil
}

// exactDigits bound what is written of a number that does not end, such as a third.
const exactDigits = 6

// text writes a number without needless zeros, to exactDigits after the point at most, half up.
func text(n *big.Rat) string {
	s := n.FloatString(exactDigits)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
