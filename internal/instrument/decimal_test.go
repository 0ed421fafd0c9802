package instrument

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exactTenths rounds half up with exact fractions: what tenths must give.
func exactTenths(t *testing.T, text string, fahrenheit bool) int64 {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	if fahrenheit {
		r.Mul(r.Sub(r, big.NewRat(32, 1)), big.NewRat(5, 9))
	}
	r.Add(r.Mul(r, big.NewRat(10, 1)), big.NewRat(1, 2))
	return new(big.Int).Div(r.Num(), r.Denom()).Int64() // Div rounds down, also below zero
}

func TestTenthsAreExactAndRoundHalfUpOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		text := fmt.Sprintf("%d.%0*d", rnd.IntN(130), 1+rnd.IntN(12), rnd.IntN(1000))
		d, ok := parseDecimal(text)
		require.True(t, ok, text)
		require.Equal(t, exactTenths(t, text, false), d.tenths(), "seed=%d %s", seed, text)
		require.Equal(t, exactTenths(t, text, true), d.tenthsFromFahrenheit(), "seed=%d %s F", seed, text)
	}
}

func TestADecimalIsDigitsAndOnePoint(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0", "37", "37.5", "037.50", "999999", "999999.999999999", "1." + strings.Repeat("3", fractionDigits)} {
		_, ok := parseDecimal(text)
		require.True(t, ok, text)
	}
	for _, text := range []string{
		"", ".", "37.", ".5", "-1", "+1", "1e3", " 37", "37 ", "3 7", "37,5", "3.7.5", "1000000", "٣٧", "0x10", "NaN",
		"1." + strings.Repeat("3", fractionDigits+1),
	} {
		d, ok := parseDecimal(text)
		require.False(t, ok, text)
		require.Zero(t, d.tenths(), "it can be counted with all the same")
	}
}

func TestANumberIsReadAsAJavaScriptEngineReadsIt(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"5": "5", "5.0": "5", "5e0": "5", "50e-1": "5", "-0": "0", "0.0": "0", "37.45": "37.45",
		"37.449999999999999999999": "37.45", "1e5": "100000", "1e-7": "0.0000001", "1e-400": "0",
	} {
		text, ok := numberText([]byte(raw))
		require.True(t, ok, raw)
		require.Equal(t, want, text, raw)
	}
	for _, raw := range []string{"-1", "1e6", "1e999", "true", `"5"`, "", "{}", "NAN", "Inf", "0x10p1", ".5", "+5", "05"} {
		_, ok := numberText([]byte(raw))
		require.False(t, ok, raw)
	}
}

func TestCountsCompareWithoutRounding(t *testing.T) {
	t.Parallel()
	less := func(a, b string) bool {
		x, okX := parseDecimal(a)
		y, okY := parseDecimal(b)
		require.True(t, okX && okY)
		return x.less(y)
	}
	require.True(t, less("0.99", "1.0"))
	require.False(t, less("1.0", "1"))
	require.False(t, less("1", "1.000000000"))
	require.True(t, less("999999.999999998", "999999.999999999"))
	require.False(t, less("50", "49.9"))
}

// decimalCases are texts and JSON numbers with what they are in tenths, for programs in any language.
type decimalCases struct {
	Decimals []struct {
		Text           string `json:"text"`
		Tenths         int64  `json:"tenths"`
		FromFahrenheit int64  `json:"fromFahrenheit"`
		Whole          bool   `json:"whole"`
	} `json:"decimals"`
	Refused []string `json:"refused"`
	Numbers []struct {
		Raw  json.RawMessage `json:"raw"`
		Text string          `json:"text"` // in its shortest form; "" for what is no number here
	} `json:"numbers"`
}

func TestTheDecimalsThatPhonesShareAreReadTheSame(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/decimals.v1.json")
	require.NoError(t, err)
	var cases decimalCases
	require.NoError(t, json.Unmarshal(data, &cases))
	require.Greater(t, len(cases.Decimals), 40)
	for _, c := range cases.Decimals {
		d, ok := parseDecimal(c.Text)
		require.True(t, ok, c.Text)
		require.Equal(t, exactTenths(t, c.Text, false), c.Tenths, c.Text)
		require.Equal(t, exactTenths(t, c.Text, true), c.FromFahrenheit, c.Text)
		require.Equal(t, []any{c.Tenths, c.FromFahrenheit, c.Whole}, []any{d.tenths(), d.tenthsFromFahrenheit(), d.whole}, c.Text)
	}
	for _, text := range cases.Refused {
		_, ok := parseDecimal(text)
		require.False(t, ok, text)
	}
	for _, c := range cases.Numbers {
		text, ok := numberText(c.Raw)
		require.Equal(t, c.Text != "", ok, string(c.Raw))
		require.Equal(t, c.Text, text, string(c.Raw))
	}
}
