// How I am: a new report, one that was begun, and those that were sent with what became of them.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Empty, Level, Loading, Notice, Title } from "../../ui/parts.js";
import { newDocument } from "../../sdk/src/index.js";
import { dayAndTime } from "../../words/dates.js";
import { t } from "../../words/words.js";
import { replace } from "../route.js";
import { rules, rulesHere } from "../rules.js";
import { all, documents, helps, status, write } from "../store.js";
import { madeAt, reported, text } from "../surroundings.js";
import { judge, reach, whenToCall } from "../judge.js";
import { DraftWords, fill, foreign } from "../said.js";
import { AdviceOf } from "./needs/advice.js";
import { Asking } from "./needs/asking.js";
import { Calls } from "./needs/calls.js";
import { became } from "./needs/seen.js";

/** @import { Document } from '../../sdk/src/types.js' */
/** @import { Judged } from '../judge.js' */

/** @param {{ path: string[] }} p */
export function Needs({ path: [id = "", what = ""] }) {
  if (documents.value === undefined) return html`<${Loading} />`;
  const doc = all("assessment").find(d => d.id === "assessment/" + id);
  if (id === "" || !doc) return html`<${List} />`;
  if (what === "advice") return html`<${AdviceOf} doc=${doc} />`;
  return html`<${Asking} doc=${doc} />`;
}

function List() {
  const mine = all("assessment").filter(d => text(d, "status") !== "entered-in-error");
  const begun = mine.filter(d => text(d, "status") === "in-progress" && text(d, "answeredBy") === answerer());
  const sent = mine.filter(reported).sort((a, b) => madeAt(b.id) - madeAt(a.id));
  const [busy, setBusy] = useState(false);
  const [known, setKnown] = useState(/** @type {Known | null} */ (null));
  useEffect(() => void look().then(setKnown), [status.value]);
  async function begin() {
    setBusy(true);
    const { library } = await rules();
    const doc = newDocument("assessment");
    if (library) {
      await write({ doc, set: { questionnaire: rulesHere(library).questionnaire.key, status: "in-progress", answeredBy: answerer() } });
      replace("needs", doc.slice("assessment/".length));
    }
    setBusy(false);
  }
  if (!known) return html`<${Title}>${t("needs.title")}<//><${Loading} />`;
  const { page } = known.judged;
  return html`
    <${Title}>${t("needs.title")}<//>
    <${Calls} known=${known.reach} />
    <${Trust} ...${known} />
    ${begun.map(d => html`<${Button} key=${d.id} kind="main" wide href=${"#/needs/" + d.id.slice("assessment/".length)}>${t("needs.goOn")}<//>`)}
    ${!page && answerer() === "caregiver" && html`<p>${t("needs.notAsked")}</p>`}
    ${page && begun.length === 0 && html`<p>${t("needs.noQuestions")}</p>`}
    ${!page && begun.length === 0 && html`<${Button} kind="main" wide busy=${busy} onClick=${begin}>${t("needs.begin")}<//>`}
    <h2>${t("needs.before")}</h2>
    ${sent.length === 0 && html`<${Empty}>${t("needs.none")}<//>`}
    <ul class="cards">
      ${sent.map(d => html`<${Sent} key=${d.id} doc=${d} />`)}
    </ul>
  `;
}

const answerer = () => (helps.value ? "caregiver" : "patient");

/** What stands above the list, all at once, so that nothing jumps. @typedef {{ reach: { line: string, emergency: string }, words: any, judged: Judged }} Known */

/** @returns {Promise<Known>} */
async function look() {
  const [numbers, words, judged] = await Promise.all([reach(), whenToCall(), judge({}, { caregiver: false })]);
  return { reach: numbers, words, judged };
}

/** Where there are no rules that can be trusted, the page that needs none: when to call. @param {Known} p */
function Trust({ judged, words }) {
  const { page } = judged;
  const emergencies = html`<p class=${page ? "" : "quiet"} lang=${foreign(words.language)}>${words.notForEmergencies}</p>`;
  if (!page) return emergencies;
  return html`<${Notice} level="amber">
    <p>${t("needs.noRules")}</p>
    <section lang=${foreign(page.language)}>
      <h2>${page.title}</h2>
      ${page.lines.map(line => html`<p key=${line}>${line}</p>`)}
    </section>
    ${emergencies}
    <p class="quiet">${fill("needs.rules", { review: judged.review })}</p>
    <${DraftWords} draft=${judged.draft} />
  <//>`;
}

/** A report, and what is known of it. @param {{ doc: Document }} p */
function Sent({ doc }) {
  const level = text(doc, "serverLevel") || text(doc, "phoneLevel");
  const grade = level === "emergency" || level === "red" ? "red" : level === "amber" ? "amber" : "green";
  return html`<li>
    <strong>${dayAndTime(madeAt(doc.id))}</strong>
    <p>${level && html`<${Level} level=${grade}>${t("needs.level." + level)}<//>`}</p>
    <p class="quiet">${became(doc)}</p>
    <${Button} href=${"#/needs/" + doc.id.slice("assessment/".length) + "/advice"}>${t("needs.see")}<//>
  </li>`;
}
