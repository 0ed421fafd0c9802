// What to do now, on the whole screen: first what to do and whom to call, then why. It needs no network, and stays reachable until the person has said
// what they did.
import { html, useEffect, useLayoutEffect, useState } from "../../../ui/html.js";
import { Button, Level, Loading, Notice, Title } from "../../../ui/parts.js";
import { lends } from "../../lends.js";
import { link, whole } from "../../route.js";
import { t } from "../../../words/words.js";
import { judge } from "../../judge.js";
import { DraftWords, fill, foreign, show } from "../../said.js";
import { helps, status, write } from "../../store.js";
import { answersOf, text } from "../../surroundings.js";
import { CallButtons } from "./calls.js";
import { height, red } from "../../urgent.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Judged } from '../../judge.js' */

/** The advice of a report that was ended. @param {{ doc: Document }} p */
export function AdviceOf({ doc }) {
  const [judged, setJudged] = useState(/** @type {Judged | null} */ (null));
  useEffect(() => {
    judge(answersOf(doc), { urgency: text(doc, "urgency"), caregiver: helps.value }).then(setJudged);
  }, [doc.id]);
  if (!judged) return html`<${Loading} />`;
  return html`<${Advice} doc=${doc} judged=${judged} /> <${Button} wide href="#/needs">${t("ui.back")}<//>`;
}

/** @param {{ doc: Document, judged: Judged, onward?: () => void }} p `onward` goes on with the questions */
export function Advice({ doc, judged, onward }) {
  const { page } = judged;
  const level = higher(judged.level, helps.value ? "" : text(doc, "serverLevel"));
  const urgent = height(level) >= red;
  const grade = urgent ? "red" : level === "amber" ? "amber" : "green";
  useLayoutEffect(() => {
    whole.value = urgent; // nothing lies over it, and nothing leads a shaking hand away from it; a way back stands below
    return () => void (whole.value = false);
  }, [urgent]);
  const gentle = !urgent && page === null;
  return html`<article class=${"advice " + (page ? "amber" : grade)}>
    <${Title}>${page ? html`<span lang=${foreign(page.language)}>${page.title}</span>` : t("needs.do." + level)}<//>
    ${level && html`<p><${Level} level=${grade}>${t("needs.level." + level)}<//></p>`} ${!gentle && html`<${CallButtons} calls=${judged.calls} />`}
    ${urgent && status.value.unsent > 0 && html`<p><strong>${t("needs.notArrived")}</strong></p>`}
    ${judged.advice.map(({ said }) => html`<p key=${said.text}>${show(said)}</p>`)}
    ${page?.lines.map(line => html`<p key=${line} lang=${foreign(page.language)}>${line}</p>`)}
    ${gentle && judged.advice.length === 0 && html`<p>${t("needs.thanks")}</p>`} ${urgent && html`<${Done} doc=${doc} />`}
    ${onward && html`<${Button} kind=${urgent ? "" : "main"} wide onClick=${onward}>${t("needs.onward")}<//>`}
    ${onward && urgent && html`<${Button} kind="plain" wide href="#/">${t("ui.back")}<//>`}
    <p class="quiet">${fill("needs.rules", { review: judged.review })}</p>
    <${DraftWords} draft=${judged.draft} />
  </article>`;
}

/** @param {string} a @param {string} b */
const higher = (a, b) => (height(b) > height(a) ? b : a);

const deeds = ["called-emergency", "called-line", "went-to-ed", "not-yet", "disagree"];

/** What the person did. "Not yet" keeps the advice within reach. @param {{ doc: Document }} p */
function Done({ doc }) {
  const said = text(doc, "adviceAction");
  const say = (/** @type {string} */ deed) => write({ doc: doc.id, set: { adviceAction: deed } });
  return html`<${Notice}>
    <h2>${t("needs.done")}</h2>
    ${deeds.map(deed => html`<${Button} key=${deed} wide aria-pressed=${said === deed ? "true" : "false"} onClick=${() => say(deed)}>${t("needs.done." + deed)}<//>`)}
    ${said && html`<p role="status">${t("needs.done.kept")}</p>`}
    ${lends.value && ["called-emergency", "went-to-ed"].includes(said) && html`<${Button} wide href=${link("card")}>${t("needs.card")}<//>`}
  <//>`;
}
