import assert from "node:assert/strict";
import { test } from "node:test";
import { codeText, emergencyCard, lines, narrowed, screenText, summary, textMax } from "../src/emergency/index.js";
import { en } from "../src/emergency/en.js";
import { es } from "../src/emergency/es.js";

const at = Date.UTC(2026, 4, 8, 12);
/** @param {string} type @param {{ [field: string]: any }} fields */
const doc = (type, fields) => ({ id: `${type}/5f0c0000-0000-7000-8000-000000000001`, rev: 1, fields, siblings: {} });
/** @param {ReturnType<typeof doc>[]} docs */
const cardOf = docs => emergencyCard({ docs, library: null, region: "UK", at, updatedAt: at });

test("what is not on the list is on no card, whoever wrote it", () => {
  const docs = [
    doc("prognosis", { text: "canary" }),
    doc("carePlan", { status: "active", phase: "canary", title: "canary" }),
    doc("constructor", { a: "canary" }),
  ];
  assert.deepEqual(narrowed(docs), [doc("carePlan", { status: "active", phase: "canary" })]);
  const said = [screenText(cardOf(docs)), codeText(cardOf(docs)), JSON.stringify(summary(cardOf(docs), "x", at))].join();
  assert.ok(!said.includes("canary"));
});

test("without rules the card is there, and the risks are unknown unless a plan says otherwise", () => {
  const context = doc("clinicalContext", { sactLastDose: "2020-01-01", transplantOrCarT: false, allergies: "Penicillin" });
  const card = cardOf([context]);
  assert.deepEqual([card.treatment, card.sepsis, card.emergency], ["unknown", "unknown", ""]);
  assert.match(screenText(card), /Allergies: Penicillin\n[^]*Emergency: unknown\./);
  assert.equal(cardOf([doc("carePlan", { status: "active", phase: "active-treatment" })]).treatment, "yes");
});

test("which growth factor it was is said in the language of the card", () => {
  const card = cardOf([doc("clinicalContext", { gcsfLastDose: "2026-05-01", gcsfKind: "pegylated" })]);
  assert.match(screenText(card), /Last dose of growth factor \(G-CSF\): 2026-05-01 \(pegylated\)\n/);
  assert.match(screenText(card, "es"), /\(G-CSF\): 2026-05-01 \(pegilado\)\n/);
});

test("both languages say the same things, with the same put into them", () => {
  /** @param {any} words @param {string} path @returns {string[]} */
  const put = (words, path) =>
    typeof words === "object"
      ? Object.keys(words).flatMap(key => put(words[key], `${path}.${key}`))
      : [path + " " + (words.match(/\{\w+\}/g) ?? []).sort().join()];
  assert.deepEqual(put(es, ""), put(en, ""));
  const card = cardOf([doc("person", { name: "Ada {born}" })]);
  assert.equal(lines(card, "es").length, lines(card).length);
  assert.equal(lines(card)[0], "Ada {born}, born unknown");
  assert.equal(lines(card, "xx")[0], lines(card)[0], "a language that nobody wrote is English");
});

test("the text of a code fits in each language, and says that it was cut", () => {
  const long = "é".repeat(2000);
  const card = cardOf([doc("person", { name: long }), doc("clinicalContext", { allergies: long, sactRegimen: long, gcsfLastDose: long })]);
  for (const language of ["en", "es"]) {
    const text = codeText(card, language);
    assert.ok(new TextEncoder().encode(text).length <= textMax);
    assert.match(text, / \[(cut: ask|cortado: pregunte)\]/);
  }
});
