// What answers mean and what to do, from what lies on this device, with no network. The server judges again, and the higher level stands.
import { callPage } from "../sdk/src/instrument/index.js";
import { rules, rulesHere } from "./rules.js";
import { all, write } from "./store.js";
import { answersOf, look, reported, text } from "./surroundings.js";
import { lang, t } from "../words/words.js";

/** @import { Document } from '../sdk/src/types.js' */
/** @import { Said } from './said.js' */

/** @typedef {{ number: string, kind: string }} Call a button: whom it calls, as the rules name it: line, em, crisis, practice */
/** @typedef {{ said: Said, calls: Call[] }} Advice in the language of the screen, as far as there is any */

/**
 * @typedef {object} Judged
 * @property {string} level info, green, amber, red, emergency; '' where no rules can be trusted
 * @property {Advice[]} advice first to do first
 * @property {Call[]} calls of all of it, the first to call first
 * @property {Page | null} page shown in the place of a verdict where there are no rules
 * @property {Said} review by whom the rules were approved, or that they are a draft
 * @property {boolean} draft what is said is a translation that nobody has signed off
 * @property {() => { set: import("../sdk/src/types.js").Fields, add: { [field: string]: import("../sdk/src/types.js").Json[] } }} noted what an assessment keeps of it
 */

/** @typedef {{ title: string, lines: string[], language: string }} Page */

/** The page that needs no rules, by language: it is part of this program. @type {{ [language: string]: URL }} */
const pages = {
  en: new URL("./whentocall.v1.json", import.meta.url),
  es: new URL("./whentocall.es.v1.json", import.meta.url),
};

/** @type {Map<string, Promise<any>>} */
const calling = new Map();

/** The page that needs no rules, in the language of the screen. */
export function whenToCall() {
  const language = pages[lang()] ? lang() : "en";
  const page = calling.get(language) ?? fetch(pages[language]).then(got => got.json());
  calling.set(language, page);
  page.catch(() => calling.delete(language));
  return page;
}

/** What is said of rules by whoever answers for them; the words about a draft are ours. @param {boolean} draft @param {string} review @returns {Said} */
const approval = (draft, review) => ({ text: draft ? t("needs.draft") : review, language: draft ? lang() : "en", draft: false });

/** Whom to call now, as far as this device knows: for every screen, also without rules. */
export async function reach() {
  const { library, region } = await rules();
  const around = look({ region, regions: library ? [...library.profiles.keys()] : [region || "UK"] });
  return { ...around, emergency: library?.profiles.get(around.region)?.emergency ?? "" };
}

/**
 * Judges answers. A caregiver sees what is not for the person alone: whoever helps with the form may be the reason for an answer.
 * @param {{ [code: string]: any }} answers
 * @param {{ urgency?: string, caregiver: boolean }} o
 * @returns {Promise<Judged>}
 */
export async function judge(answers, { urgency = "", caregiver }) {
  const { library, region, asked } = await rules();
  if (!library) return withoutRules(region);
  const now = rulesHere(library);
  const around = look({ region, regions: [...library.profiles.keys()] });
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: around.zone }).format(Date.now());
  const context = library.deriveContext(now.key, around.region, around.clinical, [], today);
  const result = library.evaluate({
    questionnaire: now.questionnaire.key,
    rules: now.key,
    region: around.region,
    answers,
    urgency,
    context,
    previous: around.previous,
    phase: around.phase,
    today,
  });
  const place = /** @type {import('../sdk/src/instrument/library.js').Profile} */ (library.profiles.get(around.region));
  /** @type {{ [kind: string]: string }} */
  const numbers = { em: place.emergency, line: around.line, crisis: place.crisis, practice: around.practice };
  const words = library.in(lang());
  const seen = caregiver ? result.public : result;
  const texts = seen.advice.map(id => /** @type {import('../sdk/src/instrument/library.js').AdviceText} */ (library.advice.get(id)));
  const advice = texts
    .filter(one => !(caregiver && one.private))
    .map(one => ({
      said: words.render(now.key, around.region, one.id, around.line),
      calls: one.call.filter(kind => numbers[kind]).map(kind => ({ kind, number: numbers[kind] })),
    }));
  return {
    level: seen.level,
    advice,
    calls: unique(advice.flatMap(one => one.calls)),
    page: null,
    review: approval(now.status !== "active", now.review),
    draft: advice.some(one => one.said.draft),
    noted: () => noted(now, result, asked, words.text(now.questionnaire.key, "urgencyQuestion")),
  };
}

/** @param {Call[]} calls @returns {Call[]} */
const unique = calls => calls.filter((one, i) => calls.findIndex(other => other.number === one.number) === i);

/** What the assessment keeps of the verdict: of all that was said, whoever read it. @param {any} now the rules @param {any} result @param {number} asked @param {Said} said a text of the questionnaire, as the person read it @returns {ReturnType<Judged['noted']>} */
function noted(now, result, asked, said) {
  const version = now.key.slice(now.key.indexOf("|") + 1);
  /** @type {{ [field: string]: string[] }} */
  const add = result.fired.length > 0 ? { phoneRules: result.fired.map((/** @type {string} */ id) => `${id}|${version}`) } : {};
  /** @type {import("../sdk/src/types.js").Fields} */
  const words = said.language === "en" ? {} : { wordsIn: said.language, wordsDraft: said.draft };
  return { set: { ...words, phoneLevel: result.level, phoneHash: now.sha256, ...(asked > 0 ? { phoneRulesAt: asked } : {}) }, add };
}

/** @param {string} region @returns {Promise<Judged>} */
async function withoutRules(region) {
  const page = await whenToCall();
  const around = look({ region, regions: [region || "UK"] });
  const calls = [around.line, around.practice].filter(Boolean).map(number => ({ kind: number === around.line ? "line" : "practice", number }));
  return {
    level: "",
    advice: [],
    calls,
    page: { ...callPage(page, around.region, around.line), language: page.language },
    review: approval(page.review.includes("draft"), page.review),
    draft: page.review.includes("draft translation"),
    noted: () => ({ set: {}, add: {} }),
  };
}

/**
 * Ends an assessment, or amends one that was ended: what this device worked out and showed is noted with it.
 * @param {Document} d
 * @param {{ urgency?: string, note?: string, caregiver: boolean }} o
 * @returns {Promise<Judged>}
 */
export async function complete(d, { urgency = "", note = "", caregiver }) {
  const judged = await judge(answersOf(d), { urgency, caregiver });
  const { set, add } = judged.noted();
  const more = { ...(urgency ? { urgency } : {}), ...(note ? { note } : {}), ...(reported(d) ? {} : { status: "completed" }) };
  await write({ doc: d.id, set: { adviceShownAt: Date.now(), ...set, ...more }, add });
  return judged;
}
