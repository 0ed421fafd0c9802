import { must, read, refuse } from "./strict.js";
import { signedOff } from "./rules.js";

/** @import { Library, Profile } from './library.js' */
/** @import { File, Questionnaire } from './questionnaire.js' */

/** The language in which the files themselves are written. */
export const english = "en";

/**
 * One file of a library said in another language: words by their codes, with the English ones beside them from which they were made. It holds no
 * number, no condition and no button, so it cannot change what is judged or whom to call.
 * @typedef {object} Translation
 * @property {string} language "es"
 * @property {string} of "hna|1.0.0", "advice|1.0.0", "profile.UK|1.0.0"
 * @property {string} version
 * @property {'draft' | 'active'} status draft until somebody has signed it off
 * @property {string} review in words
 * @property {{ name: string, role: string, date: string } | null} signOff
 * @property {Map<string, string>} texts
 */

const s = "string";
const shape = {
  language: s,
  of: s,
  version: s,
  status: s,
  review: s,
  signOff: { name: s, role: s, date: s },
  source: s,
  about: s,
  texts: { "*": { en: s, text: s } },
};

/** Reads a translation, once all that it may translate is here. @param {File} f @param {Library} l @returns {Translation} */
export function loadTranslation(f, l) {
  const t = read(f.name, f.text, shape);
  const original = l.originals.get(t.of);
  must(f.name + ": language", /^[a-z]{2,3}$/.test(t.language ?? "") && t.language !== english, `"${t.language}" is not another language, such as es`);
  must(f.name, Boolean(t.version && t.review && t.source), "version, review or source is missing");
  if (!original) return refuse(f.name + ": of", `"${t.of}" is not here`);
  checkSigned(f.name, t, l);
  const given = new Map(Object.entries(/** @type {{ [code: string]: { en?: string, text?: string } }} */ (t.texts ?? {})));
  for (const code of given.keys()) must(`${f.name}: ${code}`, original.has(code), `${t.of} has no such text`);
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const [code, ours] of original) texts.set(code, checked(`${f.name}: ${code}`, ours, given.get(code)));
  return { ...t, status: t.status || "draft", signOff: t.signOff ?? null, texts };
}

/** What counts as signed off says by whom, and what it translates is signed off itself. @param {string} name @param {any} t @param {Library} l */
function checkSigned(name, t, l) {
  if (t.status === "active") {
    must(name + ": signOff", signedOff(t.signOff), "a name, a role or a date is missing");
    const open = t.review.includes("draft") || t.review.includes("not ") || l.current.status !== "active";
    return must(name + ": status", !open, "is active, and its review or the rules themselves are a draft");
  }
  must(name + ": status", ["draft", "", null, undefined].includes(t.status), `"${t.status}" is unknown; it is draft or active`);
  must(name + ": signOff", !t.signOff, "a draft has none; what is signed off has the status active");
}

/** Refuses a text that is not said, or says other numbers, or was made from other English words than those that stand there now. @param {string} place @param {string} ours @param {{ en?: string, text?: string } | null | undefined} given */
function checked(place, ours, given) {
  const text = given?.text ?? "";
  must(place, text.trim() !== "", "is not translated; a translation is of the whole file, or not there");
  must(place, given?.en === ours, `was made from other English words: "${given?.en}" became "${ours}"`);
  must(place, putInto(text) === putInto(ours), "has other numbers or other gaps than the English");
  return text;
}

/** What must be the same in every language: what is filled in, numbers, and the unit of a temperature. @param {string} text */
const putInto = text => (text.match(/\{[^}]*\}?|[0-9]+(?:[.,][0-9]+)*(?: ?°[CF])?/g) ?? []).sort().join("\n");

/** A questionnaire's words by their codes. @param {Questionnaire} q */
export function textsOf(q) {
  const { anchor0 = "", anchor10 = "" } = q.scale;
  const words = new Map([
    ["scale.anchor0", anchor0],
    ["scale.anchor10", anchor10],
    ["urgencyQuestion", q.urgencyQuestion.text ?? ""],
  ]);
  for (const [code, heading] of Object.entries(q.domains ?? {})) words.set("domains." + code, heading);
  for (const { code, text } of [...q.items, ...q.measures]) words.set(code, text);
  return words;
}

/** The words of a profile that stand in what people read. @param {Profile} p */
export const textsOfPlace = p =>
  new Map([
    ["name", p.name ?? ""],
    ["crisis", p.crisis],
    ["wording.emergencyDepartment", p.wording.emergencyDepartment],
    ["wording.practice", p.wording.practice],
    ["wording.pharmacy", p.wording.pharmacy],
  ]);

/** What a translation of a place is of, such as "profile.UK|1.0.0". @param {Profile} p */
export const keyOfPlace = p => `profile.${p.id}|${p.version}`;
