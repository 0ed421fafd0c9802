package web

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// companionMost is what the companion's own files may weigh on the way to a phone, compressed as the server does: bytes.
const companionMost = 150 << 10

func read(t testing.TB, name string) string {
	t.Helper()
	content, err := Files.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}

// ours are the files of the web apps that somebody here wrote.
func ours(t testing.TB, ending string) (names []string) {
	t.Helper()
	require.NoError(t, fs.WalkDir(Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() && path.Ext(name) == ending && !strings.Contains(name, "vendor/") {
			names = append(names, name)
		}
		return err
	}))
	require.NotEmpty(t, names)
	return names
}

func TestTheTypesOfThePagesHold(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(filepath.Join("sdk", "node_modules", ".bin", "tsc"), "-p", ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// What a browser runs is what a person reads: the files of this folder say nothing that their policy forbids.
func TestNoPageHasAScriptOrAStyleInItself(t *testing.T) {
	t.Parallel()
	for _, name := range ours(t, ".html") {
		page := read(t, name)
		require.NotRegexp(t, `<style|style=|\son\w+=|<script[^>]*>[^<]`, page, name)
		require.NotContains(t, page, "//", "%s asks no other server", name)
	}
	names := strings.NewReplacer("http://hl7.org/fhir/sid/", "", "http://terminology.hl7.org/CodeSystem/", "", "http://loinc.org", "", "http://www.w3.org/1999/xhtml", "") // of FHIR: nobody is asked there
	for _, name := range append(ours(t, ".js"), ours(t, ".css")...) {
		require.NotRegexp(t, `innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function|https?://[a-z]`, names.Replace(read(t, name)), name)
	}
}

// A colour has a meaning, and stands in one file.
func TestColoursStandInTheThemeAlone(t *testing.T) {
	t.Parallel()
	for _, name := range ours(t, ".css") {
		if name != "ui/theme.css" {
			require.NotRegexp(t, `#[0-9a-fA-F]{3,8}\b|rgb|hsl`, read(t, name), name)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// formsOf gives a text's forms, one for what has no number in it.
func formsOf(t testing.TB, words json.RawMessage) map[string]string {
	t.Helper()
	if words[0] == '"' {
		var text string
		require.NoError(t, json.Unmarshal(words, &text))
		return map[string]string{"": text}
	}
	var forms map[string]string
	require.NoError(t, json.Unmarshal(words, &forms))
	require.NotEmpty(t, forms["other"], "%s", words)
	return forms
}

// Each language says all of it, with the same things put in; nothing is empty.
func TestEachLanguageHasEveryTextWithWhatIsPutIntoIt(t *testing.T) {
	t.Parallel()
	areas, err := fs.Glob(Files, "words/en/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, areas)
	others, err := fs.Glob(Files, "words/es/*.json")
	require.NoError(t, err)
	require.Len(t, others, len(areas))
	for _, name := range areas {
		all := map[string]map[string]json.RawMessage{}
		for _, language := range []string{"en", "es"} {
			var words map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(read(t, "words/"+language+"/"+path.Base(name))), &words), "%s %s", language, name)
			all[language] = words
		}
		require.Len(t, all["es"], len(all["en"]), name)
		for key, english := range all["en"] {
			require.Contains(t, all["es"], key, name)
			put := map[string][]string{}
			for language, words := range map[string]json.RawMessage{"en": english, "es": all["es"][key]} {
				for form, text := range formsOf(t, words) {
					require.NotEmpty(t, strings.TrimSpace(text), "%s %s %s", language, name, key)
					require.NotContains(t, text, "!", "%s %s %s: calm", language, name, key)
					require.False(t, strings.Contains(text, "¡") || strings.Contains(text, "  "), "%s %s %s", language, name, key)
					if form == "other" || form == "" {
						put[language] = placeholder.FindAllString(text, -1)
						slices.Sort(put[language])
					}
				}
			}
			require.Equal(t, put["en"], put["es"], "%s %s", name, key)
		}
	}
}

// Which texts a page asks for by a name that stands in the code is seen here; what data choose is seen when the page is drawn.
func TestEveryTextThatAPageNamesIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	areas, err := fs.Glob(Files, "words/en/*.json")
	require.NoError(t, err)
	for _, name := range areas {
		var words map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(read(t, name)), &words))
		for key := range words {
			known[strings.TrimSuffix(path.Base(name), ".json")+"."+key] = true
		}
	}
	named := regexp.MustCompile(`\bt\(\s*"([^"]+)"\s*[,)]`)
	found := 0
	for _, name := range ours(t, ".js") {
		for _, m := range named.FindAllStringSubmatch(read(t, name), -1) {
			require.True(t, known[m[1]], "%s asks for %s", name, m[1])
			found++
		}
	}
	require.Positive(t, found)
}

// packed is how many bytes a file is as a browser gets it: compressed by Brotli.
func packed(t testing.TB, text string) int {
	t.Helper()
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Len()
}

// What a phone fetches to have the companion without a network is light: what the page reaches and its words in every language, compressed as the one
// answer that the server makes of them (mobile-api/web_kept.go).
func TestTheCompanionIsLightOnTheWayToAPhone(t *testing.T) {
	t.Parallel()
	kept, err := Kept(Files)
	require.NoError(t, err)
	own, others := map[string]string{}, map[string]string{}
	for _, name := range kept {
		if strings.Contains(name, "vendor/") {
			others[name] = read(t, name)
		} else {
			own[name] = read(t, name)
		}
	}
	weighs := func(files map[string]string) int {
		answer, err := json.Marshal(files)
		require.NoError(t, err)
		return packed(t, string(answer))
	}
	t.Logf("%d files: %d bytes of ours, and %d of libraries, compressed", len(kept), weighs(own), weighs(others))
	require.LessOrEqual(t, weighs(own), companionMost)
}

// What is kept on a phone is what the page reaches, whichever way a module names another, and nothing beside it.
func TestWhatIsKeptOnAPhoneIsWhatThePageReaches(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"app/index.html": file(`<link href="/web/app/app.css" /><script type="module" src="/web/app/main.js"></script>`), "app/app.css": file(""),
		"app/main.js":  file("import {\n  a,\n} from \"./a.js\";\n/** @import { T } from \"./type.js\" */\nconst b = () => import(\"./b.js\");\nfetch(new URL(\"./c.json\", import.meta.url));"),
		"app/areas.js": file(`export const areas = ["ui"];`), "app/a.js": file(`import{y}from"./b.js";export{z}from"../sdk/z.js";`), "app/b.js": file(`import "./a.js";`), "app/c.json": file("{}"),
		"sdk/z.js": file(""), "app/type.js": file(""), "board/x.js": file(""), "words/en/ui.json": file("{}"), "words/es/ui.json": file("{}"), "words/en/board.json": file("{}"),
	}
	kept, err := Kept(files)
	require.NoError(t, err)
	require.Equal(t, []string{"app/a.js", "app/app.css", "app/b.js", "app/c.json", "app/index.html", "app/main.js", "sdk/z.js", "words/en/ui.json", "words/es/ui.json"}, kept)
	delete(files, "sdk/z.js")
	_, err = Kept(files)
	require.ErrorContains(t, err, "app/a.js")
}

// The page names each module with which the companion begins, and no other: half of the app is loaded when somebody opens it.
func TestThePageNamesEveryModuleThatTheCompanionBeginsWith(t *testing.T) {
	t.Parallel()
	var named []string
	for _, m := range regexp.MustCompile(`<link rel="modulepreload" href="/web/([^"]+)" />`).FindAllStringSubmatch(read(t, "app/index.html"), -1) {
		named = append(named, m[1])
	}
	require.Contains(t, named, "app/main.js")
	require.Contains(t, named, "app/screens/today.js")
	for _, name := range named {
		for _, m := range imported.FindAllStringSubmatch(read(t, name), -1) {
			require.Contains(t, named, path.Join(path.Dir(name), m[1]), name)
		}
	}
	kept, err := Kept(Files)
	require.NoError(t, err)
	modules := 0
	for _, name := range kept {
		if path.Ext(name) == ".js" {
			modules++
		}
	}
	t.Logf("%d modules of %d", len(named), modules)
	require.Less(t, len(named)*3, modules*2, "what is not on the first screen is loaded later")
	for _, later := range []string{"app/rules.js", "app/screens/settings.js", "app/screens/sign-in.js", "sdk/src/instrument/rules.js"} {
		require.NotContains(t, named, later)
		require.Contains(t, kept, later)
	}
}

// What others wrote is as they published it.
func TestWhatOthersWroteIsAsTheyPublishedIt(t *testing.T) {
	t.Parallel()
	modules := strings.NewReplacer(`from"preact/hooks"`, `from"./hooks.js"`, `from"preact"`, `from"./preact.js"`, `from"@preact/signals-core"`, `from"./signals-core.js"`)
	maps := regexp.MustCompile(`(?m)^//# sourceMappingURL.*\n?`)
	for name, published := range map[string]string{
		"preact.js": "preact/dist/preact.mjs", "hooks.js": "preact/hooks/dist/hooks.mjs", "htm.js": "htm/dist/htm.mjs", "signals.js": "@preact/signals/dist/signals.mjs",
		"signals-core.js": "@preact/signals-core/dist/signals-core.mjs", "uplot.js": "uplot/dist/uPlot.iife.min.js", "uplot.css": "uplot/dist/uPlot.min.css", "lean-qr.js": "lean-qr/nano.mjs",
	} {
		theirs, err := os.ReadFile(filepath.Join("node_modules", published))
		require.NoError(t, err, "`make tools` installs it")
		want := modules.Replace(maps.ReplaceAllString(string(theirs), ""))
		if name == "uplot.js" {
			want += "export default uPlot;\n"
		}
		require.Equal(t, strings.TrimSpace(want), strings.TrimSpace(read(t, "vendor/"+name)), name)
	}
}

// Words that two people may both mean stand until somebody chooses: whatever a person may write so is offered to them, by a name that they know.
func TestEveryFieldInWhichAPersonsWordsMayDifferIsOfferedToThem(t *testing.T) {
	t.Parallel()
	types, err := os.ReadFile(filepath.Join("..", "docs", "types.md"))
	require.NoError(t, err)
	var words map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(read(t, "words/en/conflicts.json")), &words))
	kind, found := "", 0
	row := regexp.MustCompile("^\\| `(\\w+)` \\|[^|]*\\| mv \\|([^|]*)\\|")
	for line := range strings.Lines(string(types)) {
		if name, is := strings.CutPrefix(line, "## "); is {
			kind = strings.TrimSpace(name)
		}
		if m := row.FindStringSubmatch(line); m != nil && strings.Contains(m[2], "patient") {
			require.Contains(t, words, "field."+kind+"."+m[1])
			require.Equal(t, strings.Contains(m[2], "caregiver"), strings.Contains(read(t, "app/differing.js"), kind+"."+m[1]), "%s.%s for a caregiver", kind, m[1])
			found++
		}
	}
	require.Positive(t, found)
}

// ran gives what a program says of a module of ours, run by node.
func ran(t testing.TB, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command("node", append([]string{"--input-type=module", "-e", program}, args...)...).Output()
	require.NoError(t, err)
	return string(out)
}

// A team's own card, which somebody tried, counts before a number that was typed once: in the order in which the phone in Go takes them.
func TestTheLineDayAndNightIsTheOneThatSomebodyTried(t *testing.T) {
	t.Parallel()
	const card = `"contacts.a":{"system":"phone","value":"1","is24h":true,"verifiedAt":5},"contacts.b":{"system":"phone","value":"2","is24h":true,"verifiedAt":7},"contacts.c":{"system":"phone","value":"3","verifiedAt":9}`
	for fields, want := range map[string]string{
		`{` + card + `,"phone":"4","is24h":true,"outOfHours":"5"}`: "2", `{"phone":"4","is24h":true,"outOfHours":"5"}`: "4",
		`{"phone":"4","outOfHours":"5"}`: "5", `{"phone":"4"}`: "",
	} {
		require.Equal(t, want, ran(t, "import { dayAndNight } from './app/line.js'; process.stdout.write(dayAndNight(JSON.parse(process.argv[1])));", fields), fields)
	}
}

// The dark colours are the same, whether the device or the person chose them.
func TestTheDarkColoursAreTheSameHoweverTheyWereChosen(t *testing.T) {
	t.Parallel()
	theme := read(t, "ui/theme.css")
	_, device, _ := strings.Cut(theme, `:root:not([data-theme="light"]) {`)
	_, chosen, found := strings.Cut(theme, `:root[data-theme="dark"] {`)
	require.True(t, found)
	lines := func(block string) (all []string) {
		block, _, _ = strings.Cut(block, "}")
		for line := range strings.Lines(block) {
			all = append(all, strings.TrimSpace(line))
		}
		return slices.DeleteFunc(all, func(line string) bool { return line == "" })
	}
	require.Greater(t, len(lines(device)), 10)
	require.Equal(t, lines(device), lines(chosen))
}

// What the server says by a code has words of ours, in every language: its own are English.
func TestWhatTheServerSaysByACodeHasWordsOfOurs(t *testing.T) {
	t.Parallel()
	codes := func(file, pattern string) []string {
		text, err := os.ReadFile(filepath.Join("..", file))
		require.NoError(t, err)
		var list []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			list = append(list, strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune(", `", r) })...)
		}
		require.Greater(t, len(list), 5, file)
		return list
	}
	told := read(t, "words/es/people.json")
	for _, code := range codes("docs/types.md", "\\*\\*required\\*\\*; what was said, as in a notice; or message: (.*) \\|") {
		require.Contains(t, told, `"told.code.`+code+`"`)
	}
	failed := read(t, "words/es/ui.json")
	for _, code := range codes("openapi.yaml", `code: \{type: string, enum: \[(invalid, unauthenticated, [^\]]*)\]`) {
		require.Contains(t, failed, `"problem.`+code+`"`)
	}
	for _, code := range codes(filepath.Join("web", "sdk", "src", "passkeys.js"), `(?m)^  (\w+): "[A-Z]`) {
		if code != "offline" { // is said as any other request without a network
			require.Contains(t, failed, `"problem.passkey-`+code+`"`)
		}
	}
	held := read(t, "words/es/conflicts.json")
	for _, code := range codes(filepath.Join("sync", "wire.go"), `\s+Reason = "(\w+)"`) {
		require.Contains(t, held, `"held.reason.`+code+`"`)
	}
}

// What a row of the queue says of itself by a code, the board words.
func TestEachCodeOfARowHasWordsOfTheBoard(t *testing.T) {
	t.Parallel()
	contract, err := os.ReadFile(filepath.Join("..", "openapi.yaml"))
	require.NoError(t, err)
	_, row, found := strings.Cut(string(contract), "    QueueRow:\n")
	require.True(t, found)
	_, told, found := strings.Cut(string(contract), "    Escalation:\n")
	require.True(t, found)
	words := read(t, "words/es/board.json")
	for name, of := range map[string]struct{ in, key string }{
		"urgency": {row, "why.wish."}, "events": {row, "why.event."}, "review": {row, "why.review."}, "adviceAction": {row, "did."}, "to": {told, "why.told."},
	} {
		codes := regexp.MustCompile(`(?m)^        ` + name + `: .*enum: \[([^\]]+)\]`).FindStringSubmatch(of.in)
		require.NotEmpty(t, codes, name)
		for code := range strings.SplitSeq(codes[1], ", ") {
			require.Contains(t, words, `"`+of.key+code+`"`)
		}
	}
}

// A crisis line is told in words with two numbers: a button that dialled the digits of both would reach nobody.
func TestAButtonDialsTheFirstNumberOfItsWordsAndNoOther(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"111 and choose the mental health option, or Samaritans on 116 123": "tel:111", "01632 960 111": "tel:01632960111", "+44 (0)1632 960-111": "tel:+441632960111", "988": "tel:988", "nobody": "tel:",
	} {
		require.Equal(t, want, ran(t, "import { tel } from './words/tel.js'; process.stdout.write(tel(process.argv[1]));", words))
	}
}

// The page that needs no rules is the program's own, word for word.
func TestThePageThatNeedsNoRulesIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join("..", "internal", "instrument", "data", "whentocall.*json"))
	require.NoError(t, err)
	require.Greater(t, len(pages), 1)
	kept, err := Kept(Files)
	require.NoError(t, err)
	for _, page := range pages {
		theirs, err := os.ReadFile(page)
		require.NoError(t, err)
		name := "app/" + filepath.Base(page)
		require.Equal(t, string(theirs), read(t, name))
		require.Contains(t, kept, name, "it is there with no network, in every language")
	}
}
