package instrument

import (
	"maps"
	"slices"
	"strings"
)

// Said is a text as a person reads it.
type Said struct {
	Text string
	// Language is the one asked for, or English where there is no translation: English stands in, and whoever shows it says so.
	Language string
	// Draft says that a translation is in it which nobody has signed off.
	Draft bool
}

// Words are a library's texts in one language. No verdict depends on it.
type Words struct {
	l        *Library
	language string
}

// In gives the texts in a language, such as "es" or "es-MX".
func (l *Library) In(language string) Words {
	return Words{l: l, language: languageOf(language)}
}

// languageOf takes a tag's language alone.
func languageOf(tag string) string {
	plain, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(plain)
}

// Languages lists those into which anything is translated.
func (l *Library) Languages() []string { return slices.Sorted(maps.Keys(l.translations)) }

// Originals lists what can be translated, such as "hna|1.0.0".
func (l *Library) Originals() []string { return slices.Sorted(maps.Keys(l.originals)) }

// Translation finds a translation. Read-only.
func (l *Library) Translation(language, of string) (Translation, bool) {
	t, ok := l.translations[language][of]
	return t, ok
}

// Text finds a text by what it belongs to and its code there, such as "hna|1.0.0" and "phy.fever".
func (w Words) Text(of, code string) (Said, bool) {
	english, known := w.l.originals[of][code]
	if t, ok := w.l.Translation(w.language, of); known && ok {
		return Said{Text: t.Texts[code].Text, Language: w.language, Draft: t.Draft()}, true
	}
	return Said{Text: english, Language: English}, known
}

// Render is Library.Render in this language. What is put in is in the language of the text around it, as far as there is any.
func (w Words) Render(rules, region, id, line string) (Said, error) {
	const op = "instrument.Render"
	r, ok := w.l.Rules(rules)
	if !ok {
		return Said{}, invalid(op, "rules %q are not here.", rules)
	}
	values, err := r.region(op, region)
	if err != nil {
		return Said{}, err
	}
	said, ok := w.Text(w.l.advice.key, id)
	if !ok || id == lineUnknown {
		return Said{}, invalid(op, "advice %q has no text.", id)
	}
	around := w.l.In(said.Language)
	if line == "" {
		unknown, _ := around.Text(w.l.advice.key, lineUnknown)
		line = unknown.Text
	}
	place := w.l.profiles[region]
	put := []string{"{line}", line, "{em}", values.emergency, "{fever}", place.Temperature(values.numbers["fever_c"])}
	for name, code := range map[string]string{"{crisis}": "crisis", "{ed}": "wording.emergencyDepartment", "{practice}": "wording.practice", "{pharmacy}": "wording.pharmacy"} {
		word, _ := around.Text(place.key(), code)
		put = append(put, name, word.Text)
		said.Draft = said.Draft || word.Draft && strings.Contains(said.Text, name)
	}
	said.Text = strings.NewReplacer(put...).Replace(said.Text)
	return said, nil
}
