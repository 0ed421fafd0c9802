// The questions, one a screen. Each answer is kept when it is given, so that going back, closing the app and an empty battery lose none; what cannot wait is
// shown and reported at once, for many stop there and call.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Loading, Notice } from "../../../ui/parts.js";
import { lang, t } from "../../../words/words.js";
import { complete, judge } from "../../judge.js";
import { go, replace } from "../../route.js";
import { DraftWords } from "../../said.js";
import { rules, rulesHere } from "../../rules.js";
import { all, helps, keep, kept, record, write } from "../../store.js";
import { answersOf } from "../../surroundings.js";
import { Advice } from "./advice.js";
import { Domain, Measure, Note, Severity, Urgency } from "./questions.js";
import { height, red } from "../../urgent.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Judged } from '../../judge.js' */
/** @import { Library } from '../../../sdk/src/instrument/library.js' */
/** @import { Questionnaire } from '../../../sdk/src/instrument/questionnaire.js' */

/** How far somebody is: what was ticked, which question is open, the wish and the note, and how high advice was shown. @typedef {{ ticked: string[], at: number, urgency: string, note: string, shown: number }} Progress */
/** @typedef {{ kind: 'domain' | 'item' | 'measure' | 'urgency' | 'note', code: string }} Step */

/** Without the sensitive questions for a caregiver: whoever helps with the form may be the reason for an answer. @param {Questionnaire} q @param {boolean} caregiver */
const openTo = (q, caregiver) => (caregiver ? { ...q, items: q.items.filter(item => !item.sensitive) } : q);

/** The questions that there are now: what is ticked asks more. @param {Questionnaire} q @param {string[]} ticked @returns {Step[]} */
export function steps(q, ticked) {
  const domains = [...new Set(q.items.map(item => item.domain))].map(code => ({ kind: /** @type {const} */ ("domain"), code }));
  const items = q.items
    .filter(item => ticked.includes(item.code) && item.kind === "severity")
    .map(({ code }) => ({ kind: /** @type {const} */ ("item"), code }));
  const measures = q.measures
    .filter(m => m.askWhen.some(code => ticked.includes(code)))
    .map(({ code }) => ({ kind: /** @type {const} */ ("measure"), code }));
  return [...domains, ...items, ...measures, { kind: "urgency", code: "urgency" }, { kind: "note", code: "note" }];
}

/** @param {{ doc: Document }} p */
export function Asking({ doc }) {
  const name = "asking " + doc.id;
  const [library, setLibrary] = useState(/** @type {Library | null | undefined} */ (undefined));
  const [progress, setProgress] = useState(/** @type {Progress | null} */ (null));
  const [urgent, setUrgent] = useState(/** @type {Judged | null} */ (null));
  useEffect(() => {
    rules().then(({ library }) => setLibrary(library));
    kept(record.value, name).then(text =>
      setProgress(text === undefined ? { ticked: [], at: 0, urgency: "", note: "", shown: -1 } : JSON.parse(text)),
    );
  }, [doc.id]);
  if (library === undefined || !progress) return html`<${Loading} />`;
  if (library === null) return html`<${Notice} level="amber"><p>${t("needs.noRules")}</p><//>`;
  const caregiver = helps.value;
  const q = openTo(rulesHere(library).questionnaire, caregiver);
  const say = (/** @type {string} */ code) => library.in(lang()).text(q.key, code);
  const list = steps(q, progress.ticked);
  const at = Math.min(progress.at, list.length - 1);
  const move = async (/** @type {Partial<Progress>} */ change) => {
    const next = { ...progress, ...change };
    await keep(record.value, name, JSON.stringify(next));
    setProgress(next);
  };
  /** Keeps answers, and shows at once what cannot wait. */
  async function answer(/** @type {{ [code: string]: any }} */ answers, /** @type {Partial<Progress>} */ change) {
    const set = Object.fromEntries(Object.entries(answers).map(([code, value]) => ["answers." + code, value]));
    if (Object.keys(set).length > 0) await write({ doc: doc.id, set });
    const now = all("assessment").find(d => d.id === doc.id) ?? doc;
    const judged = await judge(answersOf(now), { caregiver });
    const cannotWait = height(judged.level) >= red && height(judged.level) > (progress?.shown ?? -1);
    if (cannotWait) setUrgent(await complete(now, { caregiver }));
    await move({ ...change, ...(cannotWait ? { shown: height(judged.level) } : {}) });
  }
  async function finish(/** @type {string} */ note) {
    await complete(all("assessment").find(d => d.id === doc.id) ?? doc, { urgency: progress?.urgency ?? "", note, caregiver });
    await keep(record.value, name);
    replace("needs", doc.id.slice("assessment/".length), "advice");
  }
  if (urgent) return html`<${Advice} doc=${doc} judged=${urgent} onward=${() => setUrgent(null)} />`;
  const step = list[at];
  const on = {
    q,
    say,
    doc,
    progress,
    step,
    answer,
    next: (/** @type {Partial<Progress>} */ change = {}) => move({ ...change, at: at + 1 }),
    at,
    finish,
  };
  const Question = { domain: Domain, item: Severity, measure: Measure, urgency: Urgency, note: Note }[step.kind];
  return html`<section class="asking" aria-label=${t("needs.of", { n: at + 1, all: list.length })}>
    <p class="quiet">${t("needs.of", { n: at + 1, all: list.length })}</p>
    <${Question} key=${step.kind + step.code} ...${on} />
    <${Button} kind="plain" wide onClick=${() => (at === 0 ? go("needs") : move({ at: at - 1 }))}>${t("ui.back")}<//>
    <${DraftWords} draft=${say("urgencyQuestion").draft} />
  </section>`;
}
