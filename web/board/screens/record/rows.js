// The rows of one record in the queue of this team: what is private stands in a row of its own. Whatever is done here is done with one of them, which
// is marked; each can be taken, closed and passed on.
import { html, useState } from "../../../ui/html.js";
import { Button } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { isHidden } from "../../hidden.js";
import { LevelOf } from "../../level.js";
import { cursor } from "../../queue.js";
import { said } from "../../said.js";
import { team } from "../../store.js";
import { has } from "../queue/row.js";

/** @import { Document } from '../../../sdk/src/types.js' */

const order = ["emergency", "red", "amber", "green", "info"];

/** The rows of a record in this team's queue, out of its documents: the most urgent first. @param {Document[]} docs @param {string} id @returns {any[]} */
function rowsOf(docs, id) {
  return docs
    .filter(
      d =>
        d.id.startsWith("triage/") &&
        d.fields.team === team.value &&
        /** @type {any} */ (d.fields.waiting)?.length > 0 &&
        !isHidden({ doc: d.id, waiting: /** @type {any[]} */ (d.fields.waiting) }),
    )
    .map(d => {
      const waiting = /** @type {any[]} */ (d.fields.waiting);
      const level = order.find(one => waiting.some(w => w.level === one)) ?? "info";
      const claimedBy = d.fields.claimedBy ? String(d.fields.claimedBy).replace(/^account\//, "") : undefined;
      return { ...d.fields, record: id, doc: d.id, waiting, level, claimedBy };
    })
    .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (a.doc < b.doc ? -1 : 1));
}

/** The rows, and the one with which something is done: at first the one that was opened in the queue. @param {Document[]} docs @param {string} id */
export function useRow(docs, id) {
  const [chosen, choose] = useState(cursor.value);
  const rows = rowsOf(docs, id);
  return { rows, row: rows.find(one => one.doc === chosen) ?? rows[0], choose };
}

/** @param {{ rows: any[], row: any, docs: Document[], busy: boolean, onChoose: (doc: string) => void }} p busy: a panel is open that is about the row */
export function Rows({ rows, row, docs, busy, onChoose }) {
  if (rows.length < 2) return row && html`<p><${LevelOf} level=${row.level} /> ${has(row)}</p>`;
  return html`<div role="group" aria-label=${t("board.rows")}>
    <p>${t("board.rows")} <kbd>j</kbd></p>
    ${rows.map(
      one =>
        html`<p key=${one.doc}>
          <${LevelOf} level=${one.level} />${" "}
          <${Button} kind=${one === row ? "main" : ""} aria-pressed=${String(one === row)} busy=${busy} onClick=${() => onChoose(one.doc)}>
            ${one === row ? "✓ " : ""}${[what(one, docs), one.private && t("board.private"), has(one)].filter(Boolean).join(" · ")}
          <//>
        </p>`,
    )}
  </div>`;
}

/** @param {any} row @param {Document[]} docs */
const what = (row, docs) =>
  said(
    docs,
    row.waiting.flatMap((/** @type {any} */ w) => w.concerns ?? []),
  ).what;
