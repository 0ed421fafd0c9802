// Notes, and what was done by whom.
import { html } from "../../../ui/html.js";
import { Empty } from "../../../ui/parts.js";
import { has, t } from "../../../words/words.js";
import { text } from "../../said.js";

/** @import { Document } from '../../../sdk/src/types.js' */

const of = (/** @type {Document[]} */ docs, /** @type {string} */ type) => docs.filter(d => d.id.startsWith(type + "/"));

/** @param {{ docs: Document[] }} p */
export function Notes({ docs }) {
  const notes = of(docs, "note");
  if (notes.length === 0) return html`<${Empty}>${t("board.notes.none")}<//>`;
  return html`<ul>
    ${notes.map(
      d =>
        html`<li key=${d.id} class="card">
          ${d.fields.title ? html`<p><strong>${text(d.fields.title)}</strong></p>` : ""}
          <p>${text(d.fields.text)}</p>
        </li>`,
    )}
  </ul>`;
}

/** What was done, the newest first. @param {{ docs: Document[], when: (ms: number) => string }} p */
export function Done({ docs, when }) {
  const steps = [...of(docs, "triage"), ...of(docs, "concern"), ...of(docs, "result")].flatMap(d => /** @type {any[]} */ (d.fields.steps ?? []));
  const seen = new Set();
  const each = steps.filter(s => {
    const same = [s.at, s.by, s.what, s.outcome].join();
    return !seen.has(same) && seen.add(same);
  });
  each.sort((a, b) => b.at - a.at);
  if (each.length === 0) return html`<${Empty}>${t("board.timeline.none")}<//>`;
  return html`<ol>
    ${each.map((s, i) => {
      const what = has("board.step." + s.what)
        ? t("board.step." + s.what)
        : has("board.outcome." + s.outcome)
          ? t("board.outcome." + s.outcome)
          : t("board.step.else");
      return html`<li key=${i}><span class="quiet">${when(s.at)}</span> ${s.name ?? ""} ${what} ${s.note ? text(s.note) : ""}</li>`;
    })}
  </ol>`;
}
