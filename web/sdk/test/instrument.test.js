import assert from "node:assert/strict";
import { test } from "node:test";
import { callPage, celsius, Library, readFiles, temperature } from "../src/instrument/index.js";
import { decimal, number, tenths, tenthsFromFahrenheit } from "../src/instrument/decimal.js";
import { instrumentFiles, instrumentTexts, jsonOf, textOf } from "../vectors.js";

const library = new Library(await instrumentFiles());
/** The files without the spaces between words, as the shared changes expect them. */
const compact = Object.fromEntries(Object.entries(instrumentTexts()).map(([name, text]) => [name, text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1")]));

for (const [path, count] of /** @type {const} */ ([
  ["instrument/data/vectors.v1.json", 32],
  ["instrument/testdata/edges.v1.json", 118],
])) {
  test(`the vectors of ${path} hold`, () => {
    const results = library.vectors(textOf(path));
    assert.deepEqual(
      results.filter(r => r.differences.length > 0),
      [],
    );
    assert.ok(results.length >= count);
  });
}

test("a vector that does not hold is said to", () => {
  const [vector] = jsonOf("instrument/data/vectors.v1.json");
  const wrong = [
    { ...vector, expectLevel: "info" },
    { ...vector, expectRules: [] },
  ];
  assert.deepEqual(
    library.vectors(JSON.stringify(wrong)).map(r => r.differences),
    [["level: expected info, got red"], ["rules: expected , got R01"]],
  );
  assert.throws(() => library.vectors(JSON.stringify([{ ...vector, expectLevels: "info" }])), RangeError);
  assert.throws(() => library.vectors(JSON.stringify([{ ...vector, context: { steroid: "no" } }])), RangeError);
});

test("whole results are those of Go: concerns, routes, advice, what is public, what is missing", () => {
  const list = jsonOf("instrument/testdata/results.v1.json");
  assert.ok(list.length > 100);
  for (const c of list) {
    const rules = library.rules.get(c.input.rules);
    assert.ok(rules);
    const want = { ...c.want, questionnaireSha256: rules.questionnaire.sha256, rulesSha256: rules.sha256 };
    assert.deepEqual(library.evaluate(c.input), want, c.name);
  }
});

test("rules of tomorrow are judged as in Go", async () => {
  const list = jsonOf("instrument/testdata/changed.v1.json");
  assert.ok(list.length > 15);
  for (const c of list) {
    assert.ok(compact["redflags.v1.json"].includes(c.old), c.name);
    const l = new Library(await readFiles({ ...compact, "redflags.v1.json": compact["redflags.v1.json"].replace(c.old, () => c.replacement) }));
    assert.deepEqual({ ...l.evaluate(c.input), questionnaireSha256: "", rulesSha256: "" }, c.want, c.name);
  }
});

test("contexts are derived as in Go", () => {
  for (const c of jsonOf("instrument/testdata/contexts.v1.json")) {
    assert.deepEqual(library.deriveContext("redflags|1.0.0", "UK", c.clinical, c.counts, "2026-11-22"), c.want, c.name);
  }
  for (const [rules, region, today] of [
    ["redflags|9.0.0", "UK", "2026-11-22"],
    ["redflags|1.0.0", "", "2026-11-22"],
    ["redflags|1.0.0", "UK", ""],
    ["redflags|1.0.0", "UK", "2026-02-30"],
  ]) {
    assert.throws(() => library.deriveContext(rules, region, {}, [], today), RangeError);
  }
});

test("decimals and numbers are read as in Go, exactly", () => {
  const { decimals, refused, numbers } = jsonOf("instrument/testdata/decimals.v1.json");
  for (const c of decimals) {
    const d = decimal(c.text);
    assert.ok(d, c.text);
    assert.deepEqual([tenths(d), tenthsFromFahrenheit(d), d.whole], [c.tenths, c.fromFahrenheit, c.whole], c.text);
  }
  for (const text of refused) assert.equal(decimal(text), null, text);
  for (const c of numbers) assert.deepEqual(number(c.raw), c.text === "" ? null : decimal(c.text), c.text);
  for (const odd of [NaN, Infinity, undefined, 5n, new Number(5)]) assert.equal(number(odd), null);
  assert.equal(celsius({ value: "100.4", unit: "[degF]" }), 380);
});

test("a file that is not understood is refused, as in Go", async () => {
  new Library(await readFiles(compact));
  for (const c of jsonOf("instrument/testdata/refused.v1.json")) {
    assert.ok(compact[c.file].includes(c.old), `the change must hit something: ${c.old}`);
    const files = await readFiles({ ...compact, [c.file]: compact[c.file].replace(c.old, () => c.replacement) });
    assert.throws(() => new Library(files), RangeError, `${c.old} -> ${c.replacement}`);
  }
  for (const name of ["hna.v1.json", "redflags.v1.json", "advice.v1.json", "limits.v1.json"]) {
    const { [name]: gone, ...rest } = compact;
    const without = await readFiles(rest);
    assert.throws(() => new Library(without), RangeError, name);
    if (name === "limits.v1.json") continue;
    const twice = await readFiles({ ...compact, [name.replace("v1", "v2")]: gone });
    assert.throws(() => new Library(twice), RangeError, name + " twice");
  }
});

test("an unknown version or region is an error and not a guess", () => {
  const input = { questionnaire: "hna|1.0.0", rules: "redflags|1.0.0", region: "UK", answers: {} };
  library.evaluate(input);
  for (const change of [{ questionnaire: "hna|2.0.0" }, { rules: "redflags|0.9.0" }, { region: "" }, { region: "uk" }, { region: "constructor" }]) {
    assert.throws(() => library.evaluate({ ...input, ...change }), RangeError);
  }
});

test("no name of an answer, a flag or a wish is special", () => {
  const input = {
    questionnaire: "hna|1.0.0",
    rules: "redflags|1.0.0",
    region: "UK",
    answers: JSON.parse('{"__proto__": 9, "constructor": 9, "toString": true}'),
    urgency: "constructor",
  };
  const result = library.evaluate(input);
  assert.deepEqual(result.unrecognised, ["__proto__", "constructor", "toString"]);
  assert.deepEqual([result.level, result.missing], ["info", ["urgency"]]);
});

test("every advice text is written for every region", () => {
  for (const c of jsonOf("instrument/testdata/renders.v1.json")) assert.equal(library.render(c.rules, c.region, c.id, c.line), c.want, c.id);
  for (const id of library.advice.keys()) {
    for (const region of library.profiles.keys()) assert.ok(!library.render("redflags|1.0.0", region, id, "020 7946 0000").includes("{"), id);
  }
  assert.throws(() => library.render("redflags|1.0.0", "FR", "adv.lowest"), RangeError);
  const us = library.profiles.get("US");
  assert.ok(us && temperature(us, 380) === "100.4 °F (38.0 °C)");
});

test("advice is said in the language asked for, as in Go; English stands in and says so", async () => {
  for (const { language, rules, region, id, line, want, said, draft } of jsonOf("instrument/testdata/translated.v1.json"))
    assert.deepEqual(library.in(language).render(rules, region, id, line), { text: want, language: said, draft }, language + " " + id);
  for (const odd of [
    ["hna|1.0.0", "phy.zzz"],
    ["hna|9.0.0", "phy.sleep"],
    ["constructor", "name"],
    ["hna|1.0.0", "constructor"],
  ])
    assert.throws(() => library.in("es").text(odd[0], odd[1]), RangeError);
  assert.throws(() => library.in("es").render("redflags|1.0.0", "UK", "lineUnknown"), RangeError);

  // A region whose words nobody translated keeps its own within the Spanish sentence; a whole file that is missing is English.
  const some = { ...compact };
  delete some["translation.es.profile.UK.v1.json"];
  const place = new Library(await readFiles(some)).in("es").render("redflags|1.0.0", "UK", "adv.practice_today");
  assert.ok(place.language === "es" && place.text.includes("Llame hoy a su GP practice o a su pharmacy"), place.text);
  delete some["translation.es.advice.v1.json"];
  const without = new Library(await readFiles(some)).in("es");
  const english = without.render("redflags|1.0.0", "US", "adv.practice_today");
  assert.deepEqual([english.language, english.draft, english.text.includes("your primary care office or your drugstore")], ["en", false, true]);
  assert.equal(without.text("hna|1.0.0", "phy.sleep").text, "Dormir mal");
});

test("H05: no verdict depends on the language", async () => {
  const texts = Object.fromEntries(Object.entries(instrumentTexts()).filter(([name]) => !name.startsWith("translation.")));
  const alone = new Library(await readFiles(texts));
  assert.ok(library.translations.size > 0 && alone.translations.size === 0);
  for (const c of jsonOf("instrument/testdata/results.v1.json")) assert.deepEqual(library.evaluate(c.input), alone.evaluate(c.input), c.name);
  for (const [of, words] of library.originals) {
    for (const code of words.keys())
      assert.deepEqual([library.in("es").text(of, code).language, library.in("es").text(of, code).draft], ["es", true], code);
  }
});

test("H34: a translation is a draft until somebody signed it off, and that needs rules that were", async () => {
  const by = (/** @type {string} */ text) =>
    text.replace("{", '{"status":"active","signOff":{"name":"Dra. Sintética","role":"clinical translator","date":"2026-11-21"},');
  const texts = { ...compact };
  const name = "translation.es.advice.v1.json";
  const approve = (/** @type {string} */ file) =>
    (texts[file] = by(texts[file]).replace("draft translation, not clinically approved", "approved by Dra. Sintética"));
  const draft = async () => new Library(await readFiles(texts)).in("es").render("redflags|1.0.0", "UK", "adv.practice_today").draft;
  approve(name);
  await assert.rejects(draft, /rules themselves are a draft/);
  for (const file of Object.keys(texts)) texts[file] = texts[file].replaceAll('"draft, not clinically approved"', '"approved by Dr Synthetic"');
  texts["redflags.v1.json"] = by(texts["redflags.v1.json"].replace(/"status":"draft",/, ""));
  assert.equal(await draft(), true, "the words of the place are a draft still");
  approve("translation.es.profile.UK.v1.json");
  assert.equal(await draft(), false);
  texts[name] = texts[name].replace('"name":"Dra. Sintética"', '"name":""');
  await assert.rejects(draft, RangeError);
});

test("the page that needs no rules is there for every region", () => {
  const page = jsonOf("instrument/data/whentocall.v1.json");
  for (const region of ["UK", "US", "FR", "constructor"]) {
    const { title, lines } = callPage(page, region, "01632 960 111");
    assert.ok(title && lines.length > 0 && lines.join().includes("01632 960 111") && !lines.join().includes("{"), region);
  }
  assert.ok(callPage(page, "FR").lines.join().includes(page.lineUnknown));
});

test("the newest rules are current, and the older ones can still judge", async () => {
  const texts = instrumentTexts();
  for (const version of ["1.9.0", "1.10.0"]) {
    for (const kind of ["redflags", "limits"]) {
      texts[`${kind}.v${version}.json`] = texts[`${kind}.v1.json`]
        .replace('"version": "1.0.0"', `"version": "${version}"`)
        .replace("redflags|1.0.0", "redflags|" + version);
    }
  }
  const l = new Library(await readFiles(texts));
  assert.equal(l.current.key, "redflags|1.10.0");
  assert.ok(l.rules.has("redflags|1.0.0"));
});
