package instrument

import (
	"encoding/json"
	"strconv"
)

// Digits that a decimal may have before and after its point. What comes after scaleDigits cannot change a tenth or a comparison
// with a threshold of two decimals, and is remembered only as "not an integer".
const (
	wholeDigits    = 6
	fractionDigits = 32
	scaleDigits    = 9
)

// decimal is n/scale, scale a power of ten, never negative. No clinical number passes through a float comparison.
type decimal struct {
	n, scale int64
	whole    bool // no digit but 0 after the point
}

// notDecimal stands where a text could not be read; it can be counted with, but always comes with ok = false.
var notDecimal = decimal{scale: 1}

// parseDecimal reads "37", "37.5"; no sign, no exponent, no spaces.
func parseDecimal(text string) (decimal, bool) {
	d := decimal{scale: 1, whole: true}
	point := -1
	for i := range len(text) {
		c := text[i]
		if c == '.' && point < 0 && i > 0 {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			return notDecimal, false
		}
		if point >= 0 && c != '0' {
			d.whole = false
		}
		if point >= 0 && i-point > scaleDigits {
			continue
		}
		d.n = d.n*10 + int64(c-'0')
		if point >= 0 {
			d.scale *= 10
		} else if i >= wholeDigits {
			return notDecimal, false
		}
	}
	last := len(text) - 1
	if last < 0 || point == last || point >= 0 && last-point > fractionDigits {
		return notDecimal, false
	}
	return d, true
}

// numberText gives a JSON number the text that JavaScript would print, so that every engine reads the same value. What Go reads as a
// number and JSON does not ("NaN", "0x10", ".5", "+5") is none.
func numberText(raw []byte) (string, bool) {
	if !json.Valid(raw) {
		return "", false
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f < 0 || f >= 1e6 {
		return "", false
	}
	if f == 0 {
		return "0", true // JSON has a -0
	}
	return strconv.FormatFloat(f, 'f', -1, 64), true
}

// tenths rounds half up: 37.45 is 375, 37.449 is 374.
func (d decimal) tenths() int64 { return halfUp(d.n*10, d.scale) }

// tenthsFromFahrenheit converts first and rounds once: 100.4 F is 380, and so is 100.36 F.
func (d decimal) tenthsFromFahrenheit() int64 { return halfUp((d.n-32*d.scale)*50, 9*d.scale) }

// less compares to scaleDigits digits after the point, without rounding to tenths: a count of 0.99 is below 1.0.
func (d decimal) less(other decimal) bool { return d.smallest() < other.smallest() }

// smallest counts in the smallest unit, 10 to the power of -scaleDigits.
func (d decimal) smallest() int64 {
	n := d.n
	for scale := d.scale; scale < 1e9; scale *= 10 {
		n *= 10
	}
	return n
}

// halfUp is num/den rounded to the nearest integer, halves upwards. den is positive.
func halfUp(num, den int64) int64 {
	num, den = 2*num+den, 2*den
	q := num / den
	if num%den < 0 {
		q--
	}
	return q
}
