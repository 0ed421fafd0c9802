package instrument_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

func TestARegionThatNobodyProgrammedIsOneMoreFile(t *testing.T) {
	t.Parallel()
	data := folder(t, "", "", "")
	text := string(data["profile.US.v1.json"].Data)
	for _, change := range [][2]string{{`"id":"US"`, `"id":"NZ"`}, {`"911"`, `"111"`}, {`"988"`, `"1737"`}, {`[degF]`, `Cel`}} {
		require.Contains(t, text, change[0])
		text = strings.Replace(text, change[0], change[1], 1)
	}
	data["profile.NZ.v1.json"] = &fstest.MapFile{Data: []byte(text)}
	l, err := instrument.Load(data)
	require.NoError(t, err)
	require.Equal(t, []string{"NZ", "UK", "US"}, l.Current().Regions())
	for region, says := range map[string]string{"NZ": "Call 111 now", "UK": "Call 999 now", "US": "Call 911 now"} {
		advice, err := l.Render(redflags, region, "adv.call_emergency", "")
		require.NoError(t, err)
		require.Contains(t, advice, says)
	}
	in := input(t, `{"m.temp": 37.6}`)
	in.Context["infectionRisk"] = true
	in.Region = "NZ" // its thresholds are those of the US
	result, err := l.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, []string{"A01"}, result.Fired)
	recheck, err := l.Render(redflags, "NZ", "adv.recheck_1h", "")
	require.NoError(t, err)
	require.Contains(t, recheck, "38.0 °C (100.4 °F)")
}

func TestAProfileThatIsNotWholeIsRefusedAndThePlaceNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, replacement, says string }{
		{`"emergency":"911"`, `"emergency":""`, "emergency is missing"},
		{`"emergency":"911"`, `"emergency":"999"`, "profile US: emergency: is 999, and 911"},
		{`"crisis":"988"`, `"crisis":""`, "crisis is missing"},
		{`"thresholds":"US"`, `"thresholds":"FR"`, `has no parameters of the name "FR"`},
		{`[degF]`, `F`, "temperatureUnit is Cel or [degF]"},
		{`"month-day"`, `"year"`, "dates.order"},
		{`"clock":12`, `"clock":6`, "dates.clock"},
		{`"id":"US"`, `"id":"UK"`, "region UK stands in two files"},
		{`"modules"`, `"switches"`, `unknown member "switches"`},
		{`"practice":"primary care office"`, `"practice":""`, "wording.practice is missing"},
	} {
		_, err := instrument.Load(folder(t, "profile.US.v1.json", c.old, c.replacement))
		require.True(t, fault.Is(err, fault.Invalid), c.replacement)
		require.ErrorContains(t, err, c.says, c.replacement)
	}
}

// The page stands in the program and not in the bundle, so nothing but this test keeps the two together.
func TestThePageThatNeedsNoRulesNamesTheSameNumbers(t *testing.T) {
	t.Parallel()
	page, err := instrument.Calling()
	require.NoError(t, err)
	for _, region := range library(t).Current().Regions() {
		profile, ok := library(t).Profile(region)
		require.True(t, ok)
		text := page.Page(region, "01632 960 111")
		fever, err := library(t).Render(redflags, region, "adv.recheck_1h", "")
		require.NoError(t, err)
		_, fever, _ = strings.Cut(fever, "if it is ")
		fever, _, _ = strings.Cut(fever, " (")
		require.Contains(t, text, fever+" or above", region)
		require.Contains(t, text, "Call "+profile.Emergency+" for", region)
		require.Contains(t, text, "01632 960 111", region)
		require.NotContains(t, text, "{", region)
	}
	require.Contains(t, page.Page("FR", ""), "Call your team's 24-hour number at once")
	require.NotContains(t, page.Page("FR", ""), "999")
	require.NotContains(t, strings.ToLower(page.SMSFallback), "fever")
	_, inBundle := library(t).File("whentocall.v1.json")
	require.False(t, inBundle)
}

func TestDatesAreWrittenAsPeopleThereWriteThem(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Monday 2 January, 15:04", instrument.DateStyle{Order: "day-month", Clock: 24}.Layout())
	require.Equal(t, "Monday, January 2, 3:04 PM", instrument.DateStyle{Order: "month-day", Clock: 12}.Layout())
}
