import { compare } from "../calendar/papers.js";
import { dateOf, dayAt, dayOf } from "../calendar/date.js";
import { wallAt } from "../calendar/zone.js";
import { en } from "./en.js";
import { es } from "./es.js";

/** @import { Card, Fact, Finding } from './card.js' */

/** How long the text of a code may be, in bytes: what a scanner without a network still reads from a small screen. */
export const textMax = 1200;

const pageMax = 2000; // bytes of a free text
const findingsInText = 2; // of several the first; the rest is counted
const [wordsInText, wordsInTextMin, wordsStep] = [240, 16, 8];
const codeInText = 24; // bytes of a code or a unit in a line

/** The languages in which a card can be said. Its words other than English are a draft. @type {{ [language: string]: typeof en }} */
const languages = { en, es };
const wordsOf = (/** @type {string} */ language) => languages[language] ?? en;

const utf8 = new TextEncoder();
const space = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+"; // as Go has it
const [around, between] = [new RegExp(`^${space}|${space}$`, "g"), new RegExp(space, "g")];

/** Without spaces around it. @param {string} text */
export const trimmed = text => text.replace(around, "");

/** @param {string} template @param {{ [name: string]: string | number }} put */
const fill = (template, put) => template.replace(/\{(\w+)\}/g, (_, name) => String(put[name]));

/** Shortens a text to so many bytes, between two characters, on one line; that something stood here is said. @param {string} text @param {number} most @param {string} mark */
function cut(text, most, mark) {
  const whole = trimmed(text).replace(between, " ");
  const bytes = utf8.encode(whole);
  if (bytes.length <= most) return whole;
  let end = Math.max(most - utf8.encode(mark).length, 0);
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end)).replace(/ +$/, "") + mark;
}

/**
 * The card from the top, a line each, the notes of expected findings first. Free texts are cut at most bytes; of findings at most so many are said.
 * @param {Card} card
 * @param {string} [language]
 * @param {number} [most]
 * @param {number} [findings]
 * @returns {string[]}
 */
export function lines(card, language = "en", most = pageMax, findings = Infinity) {
  const w = wordsOf(language);
  const said = (/** @type {string} */ text) => cut(text, most, w.cut) || w.unknown;
  const list = card.findings
    .slice(0, findings)
    .flatMap(f => [fill(w.note, { says: says(f, language) }), ...more(f, language).map(line => " " + cut(line, most, w.cut))]);
  if (card.findings.length > findings) list.push(fill(w.moreFindings, { n: card.findings.length - findings }));
  return [
    ...list,
    fill(w.person, { name: said(card.name), born: card.birthDate || w.unknown }),
    ...treatment(card, language, most),
    fill(w.call, { line: said(card.line), emergency: card.emergency || w.unknown }),
    ...card.teams.map(team => `${said(team.name)}: ${said(team.phone)}`),
    card.planVersion ? fill(w.plan, { n: card.planVersion }) : w.noPlan,
    updated(card, language),
  ];
}

/** What must be known of the treatment, a line each. @param {Card} card @param {string} [language] @param {number} [most] */
export function treatment(card, language = "en", most = pageMax) {
  const w = wordsOf(language);
  const kinds = /** @type {{ [code: string]: string }} */ (w.gcsf);
  const kind = (/** @type {Fact} */ { code, value }) =>
    code === "gcsf" ? String(value).replace(/\((\w+)\)$/, (_, one) => `(${kinds[one] ?? one})`) : String(value);
  const said = (/** @type {Fact} */ fact) =>
    (typeof fact.value === "boolean" ? (fact.value ? w.yes : w.no) : cut(kind(fact), most, w.cut)) || w.unknown;
  return [
    w.treatment[card.treatment],
    `${w.risk}: ${w.sepsis[card.sepsis]}`,
    ...card.facts.map(fact => `${w.facts[/** @type {keyof typeof en.facts} */ (fact.code)]}: ${said(fact)}`),
  ];
}

/** What is expected, until when, and when to call all the same, in one line. @param {Finding} f @param {string} [language] */
export function says(f, language = "en") {
  const w = wordsOf(language);
  const what = /** @type {{ [code: string]: string }} */ (w.tests)[f.group] || cut(f.group, codeInText, w.cut);
  const range = fill(f.low && f.high ? "{low}-{high}" : f.high ? w.upTo : w.from, { low: f.low, high: f.high });
  const unit = cut(f.unit.replace("10*9/L", "x10^9/L"), codeInText, w.cut);
  const day = dayOf(f.to);
  return fill(w.expected, { what, range, unit, day: dayWords(day, w), calls: anyOf(calls(f, w), w) });
}

/** The reasons to call whatever was expected: a fever, a number beyond it, and what else excludes it. @param {Finding} f @param {typeof en} w */
function calls(f, w) {
  const known = /** @type {{ [code: string]: string }} */ (w.exclusions);
  const list = f.exclusions.map(code => known[code] || code.replaceAll("-", " ")).sort(compare);
  const beyond = f.high ? ">" + f.high : "<" + f.low;
  const fever = list.indexOf(known.fever);
  if (fever < 0) return [beyond, ...list];
  list.splice(fever, 1);
  return [known.fever, beyond, ...list];
}

/** @param {string[]} list @param {typeof en} w */
const anyOf = (list, w) => (list.length < 2 ? list.join("") : list.slice(0, -1).join(", ") + w.or + list.at(-1));

/** Why a finding is expected, and what to do if it is otherwise. @param {Finding} f @param {string} [language] */
export function more(f, language = "en") {
  const w = wordsOf(language);
  return [f.because && `${w.because}: ${f.because}`, f.outside && `${w.otherwise}: ${f.outside}`].filter(Boolean);
}

/** "12 May". @param {number} day @param {typeof en} w */
function dayWords(day, w) {
  const [, month, date] = dateOf(day).split("-").map(Number);
  return fill(w.day, { date, month: w.months[month - 1] });
}

/** How old the copy is of which the card was made. @param {Card} card @param {string} [language] */
export function updated(card, language = "en") {
  const w = wordsOf(language);
  if (!card.updatedAt) return w.never;
  const wall = wallAt(card.updatedAt, card.zone);
  const at = new Date(wall * 6e4).toISOString();
  return fill(w.updated, { day: dayWords(dayAt(wall), w), year: Number(at.slice(0, 4)), time: at.slice(11, 16) });
}

/** The card as it fills a screen. @param {Card} card @param {string} [language] */
export const screenText = (card, language) => lines(card, language).join("\n") + "\n";

/** The card for a code: at most textMax bytes, whatever stands in the record. What is too long is cut, and says so. @param {Card} card @param {string} [language] */
export function codeText(card, language) {
  for (let most = wordsInText; ; most -= wordsStep) {
    const text = lines(card, language, most, findingsInText).join("\n");
    if (utf8.encode(text).length <= textMax || most <= wordsInTextMin) return text;
  }
}
