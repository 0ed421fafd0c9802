// Results of a person, the newest first: what a prescriber signed about a number stands above it; of one that was corrected it is said what it was.
import { html } from "../../../ui/html.js";
import { Empty, Level } from "../../../ui/parts.js";
import { dateOf, dayAt } from "../../../sdk/src/calendar/date.js";
import { elements, ofType, text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { knows, wallAt } from "../../../sdk/src/calendar/zone.js";
import { t } from "../../../words/words.js";
import { dayAndTime } from "../../../words/dates.js";
import { measured } from "../../../words/measure.js";
import { colours, Note, number, range, testName } from "../results/row.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @param {{ docs: Document[] }} p */
export function Tests({ docs }) {
  const results = ofType(docs, "result").filter(d => !["cancelled", "entered-in-error"].includes(text(d, "status")));
  results.sort((a, b) => whole(b, "effective") - whole(a, "effective"));
  if (results.length === 0) return html`<${Empty}>${t("board.tests.none")}<//>`;
  return html`<ul>
    ${results.map(d => html`<li key=${d.id} class="card"><${Result} result=${d} docs=${docs} /></li>`)}
  </ul>`;
}

/** @param {{ result: Document, docs: Document[] }} p */
function Result({ result: d, docs }) {
  const fields = /** @type {any} */ (d.fields);
  const grey = fields.verified !== true;
  const done = whole(d, "version") > 0 && whole(d, "acknowledgedVersion") === whole(d, "version"); // what was said of a version before counts for nothing
  const colour = colours[/** @type {keyof typeof colours} */ (fields.class)];
  return html`
    <${Note} finding=${findingOf(d, docs)} />
    <p><strong>${testName(text(d, "code"))}</strong>${" "}${number(fields)}</p>
    <p class="quiet">${range({ ...fields, low: fields.referenceLow, high: fields.referenceHigh })}</p>
    ${colour && !done && html`<p><${Level} level=${colour}>${fields.emergency ? t("results.emergency") : t("board.class." + fields.class)}<//></p>`}
    ${grey && html`<p>${t("results.grey")}</p>`} ${fields.value && fields.conclusion && html`<p>${fields.conclusion}</p>`}
    ${earlier(d).map(was => html`<p>${t("labs.corrected", { was })}</p>`)}
    <p class="quiet">
      ${t("results.taken", { when: dayAndTime(whole(d, "effective")) })}${" "}${fields.status === "preliminary" && t("results.preliminary")}${" "}
      ${done ? t("board.tests.read", { name: fields.acknowledgedBy }) + " " + t("results.decision." + fields.decision) + "." : t("board.tests.unread")}
    </p>
  `;
}

/** What it was before it was corrected. @param {Document} d @returns {string[]} */
const earlier = d =>
  elements(d, "earlier").map(one => {
    const { value, unit = "", conclusion = "" } = /** @type {{ [member: string]: string }} */ (one);
    return value ? measured(value, unit) : conclusion;
  });

/** The signed finding that speaks of a result, as the documents say it. @param {Document} d @param {Document[]} docs */
function findingOf(d, docs) {
  if (!text(d, "value")) return null;
  const signed = ofType(docs, "expectedFinding").filter(f => text(f, "status") === "signed");
  const said = (/** @type {Document} */ f, /** @type {string} */ match) => ({
    match,
    asks: match === "asks" ? texts(f, "exclusions") : [],
    text: text(f, "clinicianText"),
    because: text(f, "because"),
    signedBy: text(f, "signedBy"),
    ifOutside: text(f, "ifOutside"),
  });
  const named = signed.find(f => f.id === text(d, "expected"));
  if (named) return said(named, text(d, "match"));
  const zone = ofType(docs, "person").map(p => text(p, "homeZone"))[0] ?? "";
  const on = dateOf(dayAt(wallAt(whole(d, "effective"), knows(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone)));
  const dated = signed.find(f => text(f, "code") === text(d, "code") && text(f, "validFrom") <= on && on <= text(f, "validTo"));
  return dated && d.fields.verified === true && text(d, "normalised") ? said(dated, "outside") : null;
}
