package mobileapi

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/lab"
)

// Every page says the same in each language, and no word of a catalogue is said by none.
func TestAPageForPeopleWithoutAnAccountSaysTheSameInEachLanguage(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"paper": paperText, "view": viewText, "sheet": sheetText} {
		words := wordsOf("en", name)
		require.NotEmpty(t, words)
		for key, said := range words {
			require.True(t, strings.Contains(text, ".W."+key+"}}") || strings.Contains(text, "words."+key), "%s: nobody says %q", name, key)
			other := wordsOf("es", name)[key]
			require.NotEqual(t, said, other, "%s.%s is the same in Spanish", name, key)
			if states, is := said.(map[string]any); is {
				require.Equal(t, slices.Sorted(maps.Keys(states)), slices.Sorted(maps.Keys(other.(map[string]any))))
			}
		}
		require.Equal(t, slices.Sorted(maps.Keys(words)), slices.Sorted(maps.Keys(wordsOf("es", name))), name)
	}
}

func TestAPageIsInTheLanguageThatTheBrowserAsksForOrThatSomebodyChose(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, c := range []struct{ path, asks, lang string }{
		{"/paper", "", "en"},
		{"/paper", "es-MX,es;q=0.9,en;q=0.8", "es"},
		{"/paper", "fr-FR, es;q=0.5", "es"},
		{"/paper", "de", "en"},
		{"/paper?lang=en", "es", "en"},
		{"/view?lang=es", "en-GB", "es"},
		{"/view?lang=%3Cscript%3E", "en", "en"},
	} {
		got := p.do("GET", c.path, nil, nil, "Accept-Language", c.asks)
		require.Equal(t, 200, got.status)
		require.Equal(t, c.lang, got.header.Get("Content-Language"), "%s %s", c.path, c.asks)
		require.Contains(t, got.text(), `<html lang="`+c.lang+`">`)
		require.Contains(t, got.header.Get("Vary"), "Accept-Language")
		require.Contains(t, got.header.Get("Content-Security-Policy"), sumOf(got.body, "script"), "its own script and no other")
	}
}

// A place may send the number of any test that is ordered here: each has a name in each language, and whatever stands of an order is said in words.
func TestThePageOfAnOrderHasWordsForEachTestAndEachStateInEachLanguage(t *testing.T) {
	t.Parallel()
	states := []string{string(care.TestArranged), string(care.TestBeingArranged), string(care.TestGap), string(care.TestPaused), string(care.TestEnded)}
	for _, lang := range pageLanguages {
		words := wordsOf(lang, "paper")
		for _, code := range lab.Own.Codes() {
			require.NotEmpty(t, words["tests"].(map[string]any)[code], "%s %s", lang, code)
		}
		for _, state := range states {
			require.NotEmpty(t, words["states"].(map[string]any)[state], "%s %s", lang, state)
		}
	}
	require.NotContains(t, paperText, ".detail", "the server's own sentence is in English, whatever the page is in")
}

func TestADateOnPaperHasItsWeekdayAndItsMonthInWords(t *testing.T) {
	t.Parallel()
	for lang, said := range map[string]string{"en": "Thursday 26 November 2026", "es": "jueves, 26 de noviembre de 2026"} {
		require.Equal(t, said, dateOn(lang, "day", "2026-11-26"))
		require.Equal(t, "some day <soon>", dateOn(lang, "day", "some day <soon>"))
	}
	require.Equal(t, "24 May 1961", dateOn("en", "birthday", "1961-05-24"))
	require.Equal(t, "24 de mayo de 1961", dateOn("es", "birthday", "1961-05-24"))
}
