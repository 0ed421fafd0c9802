import { deriveContext } from "./context.js";
import { halfUp } from "./decimal.js";
import { evaluate } from "./evaluate.js";
import { loadLimits, loadQuestionnaire } from "./questionnaire.js";
import { loadRules } from "./rules.js";
import { must, read, refuse } from "./strict.js";
import { english, keyOfPlace, loadTranslation, textsOf, textsOfPlace } from "./translation.js";
import { runVectors } from "./vectors.js";
import { Words } from "./words.js";

/** @import { Json } from '../json.js' */
/** @import { Count } from './context.js' */
/** @import { Input, Result } from './evaluate.js' */
/** @import { File, Questionnaire } from './questionnaire.js' */
/** @import { Rules } from './rules.js' */
/** @import { Translation } from './translation.js' */

/** @typedef {{ id: string, call: string[], private: boolean, text: string, source: string, review: string }} AdviceText call: buttons, the first is the biggest */

/**
 * What differs from place to place: whom to call, how a temperature and a date are written, what things are called.
 * @typedef {object} Profile
 * @property {string} id
 * @property {string} version
 * @property {string} review
 * @property {string} name
 * @property {string} language
 * @property {string} emergency the number to call
 * @property {string} crisis of a mental health crisis, as words to read out
 * @property {'Cel' | '[degF]'} temperatureUnit
 * @property {string} thresholds a parameter set of the rules file
 * @property {{ order: 'day-month' | 'month-day', clock: 12 | 24 }} dates
 * @property {{ emergencyDepartment: string, practice: string, pharmacy: string }} wording
 * @property {{ [name: string]: boolean }} modules
 */

const [s, b, n] = ["string", "boolean", "number"];
const adviceShape = {
  id: s,
  version: s,
  language: s,
  about: s,
  lineUnknown: s,
  texts: [{ id: s, call: [s], private: b, text: s, source: s, review: s }],
};
const profileShape = {
  id: s,
  version: s,
  review: s,
  about: s,
  source: s,
  name: s,
  language: s,
  emergency: s,
  crisis: s,
  temperatureUnit: s,
  thresholds: s,
  dates: { order: s, clock: n },
  wording: { emergencyDepartment: s, practice: s, pharmacy: s },
  modules: { "*": b },
};

/** A set of files that belong together, checked against one another. Read-only. */
export class Library {
  /** @type {Map<string, Questionnaire>} */
  questionnaires = new Map();
  /** @type {Map<string, Rules>} */
  rules = new Map();
  /** @type {Map<string, AdviceText>} */
  advice = new Map();
  /** @type {Map<string, Profile>} by region */
  profiles = new Map();
  /** @type {Map<string, any>} by the questionnaire and by the rules that they are for */
  limits = new Map();
  /** @type {Map<string, Map<string, string>>} English texts by what they belong to, such as "hna|1.0.0", and code */
  originals = new Map();
  /** @type {Map<string, Map<string, Translation>>} by language, and by what they are of */
  translations = new Map();
  #advice = "";

  /** Refuses what it does not understand, and names the place. @param {File[]} files */
  constructor(files) {
    const kind = (/** @type {string} */ name) => files.filter(f => f.name.startsWith(name + "."));
    for (const f of kind("limits")) {
      const file = loadLimits(f);
      this.limits.set(file.questionnaire, file).set(file.rules, file);
    }
    const advice = kind("advice");
    must("data", advice.length === 1, "needs exactly one advice.*.json");
    this.#addAdvice(advice[0]);
    for (const f of kind("profile")) this.#addProfile(f);
    for (const f of kind("hna")) {
      const q = loadQuestionnaire(f, this.limits);
      put(this.questionnaires, f.name, q);
      this.originals.set(q.key, textsOf(q));
    }
    for (const f of kind("redflags")) {
      const r = loadRules(f, this);
      this.#bindProfiles(r);
      put(this.rules, f.name, r);
    }
    must("data", Boolean(this.current), "needs at least one hna.*.json and one redflags.*.json");
    for (const r of this.rules.values()) this.#checkReviewed(r);
    for (const f of kind("translation")) this.#addTranslation(f);
  }

  /** @param {File} f */
  #addTranslation(f) {
    const t = loadTranslation(f, this);
    const all = this.translations.get(t.language) ?? new Map();
    must(f.name, !all.has(t.of), `${t.of} stands in two files in the language ${t.language}`);
    this.translations.set(t.language, all.set(t.of, t));
  }

  /** @param {File} f */
  #addAdvice(f) {
    const file = read(f.name, f.text, adviceShape);
    must(f.name, Boolean(file.lineUnknown), "lineUnknown is missing");
    this.#advice = `${file.id}|${file.version}`;
    const words = new Map([["lineUnknown", file.lineUnknown]]);
    this.originals.set(this.#advice, words);
    for (const text of file.texts ?? []) {
      const place = `${f.name}: ${text.id}`;
      must(
        place,
        text.id && !words.has(text.id) && text.text && text.source && text.review,
        "id, text, source or review is missing, or the id stands twice",
      );
      must(
        place,
        (text.text.match(/\{[^}]*\}?/g) ?? []).every((/** @type {string} */ p) => /^\{(line|em|fever|crisis|ed|practice|pharmacy)\}$/.test(p)),
        "a placeholder is unknown",
      );
      must(
        place,
        (text.call ?? []).every((/** @type {string} */ button) => ["em", "line", "crisis", "practice"].includes(button)),
        "a call button is unknown",
      );
      this.advice.set(text.id, { ...text, call: text.call ?? [], private: text.private ?? false });
      words.set(text.id, text.text);
    }
  }

  /** @param {File} f */
  #addProfile(f) {
    const p = read(f.name, f.text, profileShape);
    const w = p.wording ?? {};
    must(
      f.name,
      [p.id, p.version, p.review, p.source, p.emergency, p.crisis, p.thresholds, w.emergencyDepartment, w.practice, w.pharmacy].every(Boolean),
      "something is missing",
    );
    must(
      f.name,
      ["Cel", "[degF]"].includes(p.temperatureUnit) && ["day-month", "month-day"].includes(p.dates?.order) && [12, 24].includes(p.dates.clock),
      "temperatureUnit or dates are unknown",
    );
    must(f.name, !this.profiles.has(p.id), `region ${p.id} stands in two files`);
    this.profiles.set(p.id, p);
    this.originals.set(keyOfPlace(p), textsOfPlace(p));
  }

  /** Gives the rules their regions: each profile with the thresholds that it names. @param {Rules} r */
  #bindProfiles(r) {
    const sets = r.regions;
    for (const name of sets.keys()) must("profile", this.profiles.has(name), `region ${name} of ${r.key} is missing`);
    r.regions = new Map();
    for (const [id, p] of this.profiles) {
      const set = sets.get(p.thresholds);
      if (!set || (id === p.thresholds && set.emergency !== p.emergency))
        refuse("profile " + id, `its thresholds or its emergency number are not those of ${r.key}`);
      r.regions.set(id, { numbers: set.numbers, emergency: p.emergency });
    }
  }

  /** A sign-off is of the whole: active rules beside texts that call themselves a draft are refused. @param {Rules} r */
  #checkReviewed(r) {
    const reviews = [r, ...this.advice.values(), ...this.profiles.values()].map(one => one.review);
    must(
      r.key,
      r.status !== "active" || !reviews.some(review => review.includes("draft") || review.includes("not ")),
      "is active, and the review of a part of it says otherwise",
    );
  }

  /** The newest rules for the person in care; `current.questionnaire` is what to ask now. @returns {Rules} */
  get current() {
    return this.newest("redflags");
  }

  /** The newest rules of a name: "redflags" for the person in care, "cgflags" for somebody who helps, of themselves; undefined if there are none. @param {string} id @returns {Rules} */
  newest(id) {
    const named = [...this.rules.values()].filter(r => r.key.startsWith(id + "|"));
    return named.reduce((newest, r) => (compareVersions(r.key, newest.key) > 0 ? r : newest), named[0]);
  }

  /** @param {string} key */
  #rules(key) {
    return this.rules.get(key) ?? refuse("instrument", `rules "${key}" are not here`);
  }

  /** Judges a response. Any answers whatever give a result; an unknown version or region is an error and not a guess. @param {Input} input @returns {Result} */
  evaluate(input) {
    return evaluate(this.#rules(input.rules), input);
  }

  /** What is known of a treatment, for `evaluate`. @param {string} rules @param {string} region @param {{ [field: string]: Json }} clinical @param {Count[]} counts @param {string} today */
  deriveContext(rules, region, clinical, counts, today) {
    return deriveContext(this.#rules(rules), region, clinical, counts, today);
  }

  /** The texts in a language; English stands in where there is no translation. @param {string} language such as "es" or "es-MX" */
  in(language) {
    return new Words(this, language);
  }

  /** An advice text with its placeholders filled, in English. @param {string} rules @param {string} region @param {string} id @param {string} [line] the local 24-hour number */
  render(rules, region, id, line) {
    return this.in(english).render(rules, region, id, line).text;
  }

  /** What an advice is filled with that is the same in every language. @param {string} rules @param {string} region @param {string} id */
  filling(rules, region, id) {
    const [values, place] = [this.#rules(rules).regions.get(region), this.profiles.get(region)];
    if (!values || !place || !this.advice.has(id)) return refuse("instrument", `region "${region}" or advice "${id}" is not here`);
    const fever = temperature(place, /** @type {number} */ (values.numbers.get("fever_c")));
    return { advice: this.#advice, emergency: values.emergency, fever, place };
  }

  /** Runs vectors by the current rules: what does not hold, in words. @param {string} text */
  vectors(text) {
    return runVectors(this, text);
  }
}

/** @template {{ key: string }} T @param {Map<string, T>} all @param {string} name @param {T} one */
function put(all, name, one) {
  must(name, !all.has(one.key), `${one.key} stands in two files`);
  all.set(one.key, one);
}

/** Tenths of a degree Celsius in the unit of a place, with the other one beside it: a thermometer may come from elsewhere. @param {Profile} place @param {number} tenths */
export function temperature(place, tenths) {
  const write = (/** @type {number} */ n, /** @type {string} */ unit) => `${Math.floor(n / 10)}.${n % 10} °${unit}`;
  const both = [write(tenths, "C"), write(halfUp(tenths * 9, 5) + 320, "F")];
  const [first, other] = place.temperatureUnit === "[degF]" ? both.reverse() : both;
  return `${first} (${other})`;
}

/** Orders "redflags|1.10.0" behind "redflags|1.9.0". @param {string} a @param {string} b */
export function compareVersions(a, b) {
  const [x, y] = [a, b].map(key => key.slice(key.indexOf("|") + 1).split("."));
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return x[i].length - y[i].length || (x[i] < y[i] ? -1 : 1);
  }
  return x.length - y.length;
}
