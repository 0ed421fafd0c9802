// Two answers told as people, and what one says: for the companion and the board.
import { html, useState } from "./html.js";
import { Button, Failure, Field, Notice } from "./parts.js";
import { civilDay, dayAndTime, number } from "../words/dates.js";
import { has, t } from "../words/words.js";

/** @import { Document, Json } from '../sdk/src/types.js' */

/** One answer of several: `at` 0 where it is not known, `who` '' where nobody knows; `last` was written later. @typedef {{ value: Json, who: string, at: number, last: boolean }} Version */

/** @param {Document | undefined} doc @param {string} type @param {string} area of the words for types */
function what(doc, type, area) {
  const name = doc?.fields.title ?? doc?.fields.name ?? (type === "goal" ? doc?.fields.text : undefined);
  const kind = t(`${area}.type.${has(`${area}.type.${type}`) ? type : "other"}`);
  return typeof name === "string" && name ? `${kind}, ${name}` : kind;
}

/** What a field is about. @param {Document} doc @param {string} words of the field @param {string} [area] whose words for types */
export const about = (doc, words, area = "conflicts") => t("conflicts.about", { what: what(doc, doc.id.split("/")[0], area), field: words });

/** What a change was meant for. @param {string} id of a document, which may not be here @param {Document[]} documents @param {string} [area] whose words for types */
export function meant(id, documents, area = "conflicts") {
  const doc = documents.find(d => d.id === id);
  return what(doc, id.split("/")[0], area);
}

/** How a value reads. @param {Json | undefined} value @returns {string} */
export function said(value) {
  if (value === null || value === undefined || value === "") return t("conflicts.value.none");
  if (typeof value === "boolean") return t(value ? "conflicts.value.yes" : "conflicts.value.no");
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return /^\d{4}-\d\d-\d\d$/.test(value) ? civilDay(value) : value;
  return Object.values(value).map(said).join(", ");
}

/** What a change said, by its field, where it said something that a person reads. @param {Json | undefined} mutation @returns {[field: string, value: Json][]} */
export function words(mutation) {
  const set = /** @type {{ set?: { [field: string]: Json } } | undefined} */ (mutation)?.set ?? {};
  return Object.entries(set).filter(([, value]) => typeof value === "string" && !/^[\w-]+\/[0-9a-f-]{36}$/.test(value)); // prettier-ignore
}

/** "Carla wrote on Tuesday 24 November, 10:02, later:" @param {Version} version */
function sentence({ who, at, last }) {
  const by = who || t("conflicts.somebody");
  if (at === 0) return t(last ? "conflicts.wrote.later" : "conflicts.wrote", { who: by });
  return t(last ? "conflicts.wrote.at.later" : "conflicts.wrote.at", { who: by, when: dayAndTime(at) });
}

/** What a button can hold of it. @param {string} text */
const brief = text => (text.length > 40 ? text.slice(0, 38).trimEnd() + "…" : text);

/** Several answers of which one is kept, or other words. @param {{ versions: Version[], wide?: boolean, most?: number, choose: (value: Json) => Promise<void> }} p `most`: letters of other words */
export function Answers({ versions, wide = false, most = 500, choose }) {
  const [own, setOwn] = useState(/** @type {string | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  async function tries(/** @type {Json} */ value) {
    setError(null);
    await choose(value).catch(setError);
  }
  return html`
    ${versions.map(
      (version, i) =>
        html`<${Notice} key=${i}>
          <p class="quiet">${sentence(version)}</p>
          <blockquote>${said(version.value)}</blockquote>
        <//>`,
    )}
    <${Failure} error=${error} />
    <div class="choices">
      ${versions.map(({ value }, i) => html`<${Button} key=${i} wide=${wide} onClick=${() => tries(value)}>${t("conflicts.keep", { words: brief(said(value)) })}<//>`)}
      ${
        own === null
          ? html`<${Button} wide=${wide} onClick=${() => setOwn("")}>${t("conflicts.own")}<//>`
          : html`<${Own} text=${own} wide=${wide} most=${most} onInput=${setOwn} keep=${tries} />`
      }
    </div>
  `;
}

/** @param {{ text: string, wide: boolean, most: number, onInput: (text: string) => void, keep: (text: string) => void }} p */
function Own({ text, wide, most, onInput, keep }) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    keep(text.trim());
  };
  return html`<form onSubmit=${submit}>
    <${Field} as="textarea" rows="3" label=${t("conflicts.own.label")} value=${text} onInput=${onInput} maxlength=${most} required />
    <${Button} kind="main" wide=${wide} type="submit">${t("conflicts.own.keep")}<//>
  </form>`;
}
