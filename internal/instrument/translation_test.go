package instrument_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

const draftTranslation = "draft translation, not clinically approved"

// withoutTranslations is the embedded data in English alone.
func withoutTranslations(t *testing.T) fstest.MapFS {
	t.Helper()
	data := folder(t, "", "", "")
	found := 0
	for name := range data {
		if strings.HasPrefix(name, "translation.") {
			delete(data, name)
			found++
		}
	}
	require.Positive(t, found)
	return data
}

// Plain Spanish speaks to people as usted, calmly.
var familiar = regexp.MustCompile(`(?i)\b(tú|tu|tus|te|ti|contigo|tuyo|tienes|puedes|estás|llamas|llámalos)\b|[!¡]|  |\.\.`)

func TestEveryTextOfTheInstrumentIsThereInSpanishAsADraft(t *testing.T) {
	t.Parallel()
	l := library(t)
	require.Equal(t, []string{"es"}, l.Languages())
	require.Equal(t, []string{"advice|1.1.0", "cg|0.1.0", "hna|1.0.0", "profile.UK|1.0.0", "profile.US|1.0.0"}, l.Originals())
	texts := 0
	for _, of := range l.Originals() {
		spanish, ok := l.Translation("es", of)
		require.True(t, ok, of)
		require.True(t, spanish.Draft(), of)
		require.Equal(t, draftTranslation, spanish.Review, of)
		for code, text := range spanish.Texts {
			require.NotRegexp(t, familiar, text.Text, "%s %s", of, code)
			if text.Text == text.English {
				require.Regexp(t, `^[0-9]+$`, text.Text, "%s %s is in English still", of, code)
			}
			said, ok := l.In("es").Text(of, code)
			require.True(t, ok)
			require.Equal(t, instrument.Said{Text: text.Text, Language: "es", Draft: true}, said)
			said, ok = l.In("fr").Text(of, code)
			require.True(t, ok)
			require.Equal(t, instrument.Said{Text: text.English, Language: "en"}, said)
			texts++
		}
	}
	q, _ := l.Questionnaire(hna)
	require.Greater(t, texts, len(q.Items)+len(q.Measures))
	for _, odd := range [][2]string{{"hna|1.0.0", "phy.zzz"}, {"hna|9.0.0", "phy.sleep"}, {"", ""}} {
		_, ok := l.In("es").Text(odd[0], odd[1])
		require.False(t, ok, odd)
	}
}

// Answers are judged by rules that no translation can reach: with and without them a person is told the same, by the same ids.
func TestHazard_H05_NoVerdictDependsOnTheLanguage(t *testing.T) {
	t.Parallel()
	english, err := instrument.Load(withoutTranslations(t))
	require.NoError(t, err)
	both, err := instrument.Load(folder(t, "", "", ""))
	require.NoError(t, err)
	edges, err := os.ReadFile("testdata/edges.v1.json")
	require.NoError(t, err)
	vectors, ok := english.File("vectors.v1.json")
	require.True(t, ok)
	for _, data := range [][]byte{vectors.Data, edges} {
		want, err := english.RunVectors(bytes.NewReader(data))
		require.NoError(t, err)
		got, err := both.RunVectors(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	number := regexp.MustCompile(`\d+`)
	for _, c := range shared[resultCase](t, resultsFile) {
		in := c.Input.input()
		want, err := english.Evaluate(in)
		require.NoError(t, err)
		got, err := both.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, want, got, c.Name)
		for _, id := range got.Advice {
			for _, line := range []string{"", "020 7946 0000"} {
				plain, err := both.Render(c.Input.Rules, c.Input.Region, id, line)
				require.NoError(t, err)
				said, err := both.In("es").Render(c.Input.Rules, c.Input.Region, id, line)
				require.NoError(t, err)
				require.Equal(t, "es", said.Language, id)
				require.NotContains(t, said.Text, "{", id)
				ours, theirs := number.FindAllString(plain, -1), number.FindAllString(said.Text, -1)
				slices.Sort(ours)
				slices.Sort(theirs)
				require.Equal(t, ours, theirs, "%s: %s", id, said.Text)
			}
		}
	}
}

// translated is an advice text as a person reads it in a language, for programs in any language.
type translated struct {
	Language, Rules, Region, ID, Line, Want, Said string
	Draft                                         bool
}

func TestAdviceIsSaidInTheLanguageAskedForAndEnglishStandsInAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range shared[translated](t, "translated.v1.json") {
		said, err := library(t).In(c.Language).Render(c.Rules, c.Region, c.ID, c.Line)
		require.NoError(t, err)
		require.Equal(t, instrument.Said{Text: c.Want, Language: c.Said, Draft: c.Draft}, said, c.Language)
	}
	_, err := library(t).In("es").Render(redflags, "UK", "lineUnknown", "")
	require.True(t, fault.Is(err, fault.Invalid), "it is no advice")

	// A region whose words nobody translated keeps its own within the Spanish sentence; a whole file that is missing is English.
	data := folder(t, "", "", "")
	delete(data, "translation.es.profile.UK.v1.json")
	l, err := instrument.Load(data)
	require.NoError(t, err)
	said, err := l.In("es").Render(redflags, "UK", "adv.practice_today", "")
	require.NoError(t, err)
	require.Contains(t, said.Text, "Llame hoy a su GP practice o a su pharmacy")
	delete(data, "translation.es.advice.v1.json")
	l, err = instrument.Load(data)
	require.NoError(t, err)
	said, err = l.In("es").Render(redflags, "US", "adv.practice_today", "")
	require.NoError(t, err)
	require.Equal(t, "en", said.Language)
	require.Contains(t, said.Text, "your primary care office or your drugstore", "no Spanish word within English ones")
}

func TestHazard_H05_AChangedWordOfATranslationIsNotAsItWasSigned(t *testing.T) {
	t.Parallel()
	b := bundle(t, library(t))
	const name = "translation.es.advice.v1.json"
	require.Contains(t, b.Files[name], "Llame ahora al {em}.")
	b.Files[name] = strings.Replace(b.Files[name], "Llame ahora al {em}.", "No llame al {em}.", 1)
	_, _, err := b.Open(publicOf(keyOf("a")))
	require.True(t, fault.Is(err, fault.Refused), "%v", err)

	b = bundle(t, library(t))
	delete(b.Files, name)
	_, _, err = b.Open(publicOf(keyOf("a")))
	require.True(t, fault.Is(err, fault.Refused), "none is taken away on the way either: %v", err)
}

// What made translations possible without a new kind of bundle stays so: files of a kind that a program does not know are checked to be as
// they were signed, and left alone.
func TestAKindOfFileThatAProgramDoesNotKnowIsSignedAndLeftAlone(t *testing.T) {
	t.Parallel()
	b := bundle(t, library(t))
	s, err := b.Envelope.Statement(publicOf(keyOf("a")))
	require.NoError(t, err)
	b.Files["picture.v1.json"] = `{"of": "tomorrow"}`
	s.Files["picture.v1.json"] = sumOf(b.Files["picture.v1.json"])
	b.Envelope = envelopeOf(t, s)
	l, _, err := b.Open(publicOf(keyOf("a")))
	require.NoError(t, err)
	require.Equal(t, redflags, l.Current().Key())
	b.Files["picture.v1.json"] += " "
	_, _, err = b.Open(publicOf(keyOf("a")))
	require.True(t, fault.Is(err, fault.Refused), "%v", err)
}

// approved makes of a draft translation what somebody answers for.
func approved(data fstest.MapFS, name string) {
	text := bytes.Replace(data[name].Data, []byte("{"), []byte(`{"status":"active","signOff":{"name":"Dra. Sintética","role":"clinical translator","date":"2026-11-21"},`), 1)
	data[name].Data = bytes.ReplaceAll(text, []byte(draftTranslation), []byte("approved by Dra. Sintética"))
}

func TestHazard_H34_ATranslationIsADraftUntilSomebodySignedItOff(t *testing.T) {
	t.Parallel()
	const name = "translation.es.advice.v1.json"
	data := signedOff(t)
	l, err := instrument.Load(data)
	require.NoError(t, err)
	said, err := l.In("es").Render(redflags, "UK", "adv.practice_today", "")
	require.NoError(t, err)
	require.True(t, said.Draft, "who signs the rules off has not signed off what they say in Spanish")

	approved(data, name)
	l, err = instrument.Load(data)
	require.NoError(t, err)
	said, err = l.In("es").Render(redflags, "UK", "adv.practice_today", "")
	require.NoError(t, err)
	require.True(t, said.Draft, "the words of the place are a draft still")
	approved(data, "translation.es.profile.UK.v1.json")
	l, err = instrument.Load(data)
	require.NoError(t, err)
	said, err = l.In("es").Render(redflags, "UK", "adv.practice_today", "")
	require.NoError(t, err)
	require.False(t, said.Draft)
	spanish, _ := l.Translation("es", "advice|1.1.0")
	require.Equal(t, "Dra. Sintética", spanish.SignOff.Name)

	for _, c := range []struct{ old, replacement, says string }{
		{`"name":"Dra. Sintética"`, `"name":""`, "need the name and the role"},
		{"2026-11-21", "soon", "date must be a date"},
		{`"review":"approved by`, `"review":"draft, looked at by`, "its review or the rules themselves are a draft"},
	} {
		data := signedOff(t)
		approved(data, name)
		require.Contains(t, string(data[name].Data), c.old)
		data[name].Data = []byte(strings.Replace(string(data[name].Data), c.old, c.replacement, 1))
		_, err := instrument.Load(data)
		require.True(t, fault.Is(err, fault.Invalid), c.replacement)
		require.ErrorContains(t, err, c.says)
	}
}

func TestThePageThatNeedsNoRulesIsThereInSpanishWithTheSameNumbers(t *testing.T) {
	t.Parallel()
	english, err := instrument.Calling()
	require.NoError(t, err)
	spanish, err := instrument.CallingIn("es-US")
	require.NoError(t, err)
	require.Equal(t, "es", spanish.Language)
	require.Equal(t, draftTranslation, spanish.Review)
	other, err := instrument.CallingIn("fr")
	require.NoError(t, err)
	require.Same(t, english, other)
	number := regexp.MustCompile(`\d+(\.\d)?( °[CF])?`)
	for _, region := range []string{"UK", "US", "FR"} {
		ours, theirs := number.FindAllString(english.Page(region, "01632 960 111"), -1), number.FindAllString(spanish.Page(region, "01632 960 111"), -1)
		slices.Sort(ours)
		slices.Sort(theirs)
		require.Equal(t, ours, theirs, region)
		require.NotContains(t, spanish.Page(region, ""), "{")
		require.NotRegexp(t, familiar, strings.ReplaceAll(spanish.Page(region, ""), "\n  ", " "), region)
	}
	require.Contains(t, spanish.Page("FR", ""), "Llame enseguida al número de 24 horas de su equipo")
	require.Equal(t, english.SMSFallback, spanish.SMSFallback, "it goes to a team's telephone")
	require.Contains(t, spanish.NotForEmergencies, "no es para emergencias")
}
