package mobileapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"
)

// Pages for people who have no account here: each is one file with its own style and script, rendered once a language from words that are data.

//go:embed words/*.json
var pageWords embed.FS

// pageLanguages are those in which the pages are; the first is for everybody else.
var pageLanguages = []string{"en", "es"}

var pageMatcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// languageOf is the language that somebody chose, if there are pages in it, or else the one that the browser asks for.
func languageOf(c *fiber.Ctx, chosen string) string {
	_, at := language.MatchStrings(pageMatcher, chosen, c.Get(fiber.HeaderAcceptLanguage))
	return pageLanguages[at]
}

// inLanguage says of an answer in which language it is, and what else that hangs on.
func inLanguage(c *fiber.Ctx, lang string) {
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderContentLanguage, lang)
}

// wordsOf are the words of a page in a language.
func wordsOf(lang, page string) map[string]any {
	text, err := pageWords.ReadFile("words/" + lang + ".json")
	var all map[string]map[string]any
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(err) // the files are in the program: the first test finds it
	}
	return all[page]
}

// dateOn writes a civil date as people say it: `form` is "day", with the weekday, or "birthday". What is no date stands as it is written.
func dateOn(lang, form, date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	words := wordsOf(lang, "dates")
	named := func(list string, n int) string { return words[list].([]any)[n].(string) }
	return strings.NewReplacer(
		"{weekday}", named("weekdays", int(at.Weekday())), "{day}", strconv.Itoa(at.Day()), "{month}", named("months", int(at.Month())-1), "{year}", strconv.Itoa(at.Year()),
	).Replace(words[form].(string))
}

// plainPage is a page in one language, with what a browser may do in it.
type plainPage struct {
	html   []byte
	policy string
}

// plainPages renders a page once a language. Its script says `words` what it says itself.
func plainPages(name, text string) map[string]plainPage {
	parsed := template.Must(template.New(name).Option("missingkey=error").Parse(text))
	pages := map[string]plainPage{}
	for i, lang := range pageLanguages {
		words := wordsOf(lang, name)
		spoken := map[string]any{} // those that the script says
		for key, said := range words {
			if strings.Contains(text, "words."+key) {
				spoken[key] = said
			}
		}
		var b bytes.Buffer
		if err := parsed.Execute(&b, map[string]any{"Lang": lang, "Other": pageLanguages[1-i], "W": words, "Spoken": spoken}); err != nil {
			panic(err)
		}
		html := b.Bytes()
		pages[lang] = plainPage{html, "default-src 'none'; connect-src 'self'; script-src " + sumOf(html, "script") + "; style-src " + sumOf(html, "style") +
			"; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"}
	}
	return pages
}

// send answers with the page in the language that is asked for.
func sendPage(c *fiber.Ctx, pages map[string]plainPage) error {
	lang := languageOf(c, c.Query("lang")) // ?lang=es: chosen on the page
	page := pages[lang]
	inLanguage(c, lang)
	c.Set(fiber.HeaderContentSecurityPolicy, page.policy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if err := c.Send(page.html); err != nil {
		return err
	}
	return pack(c)
}

// sumOf names the content of a page's one element of that name, as a policy does.
func sumOf(page []byte, element string) string {
	_, rest, _ := bytes.Cut(page, []byte("<"+element+">"))
	content, _, _ := bytes.Cut(rest, []byte("</"+element+">"))
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
