// One row of the queue: one person, and one decision.
import { html } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { age, now, span, when } from "../../clock.js";
import { LevelOf } from "../../level.js";
import { mine } from "../../queue.js";
import { inShort } from "../../said.js";
import { why } from "./why.js";

/** @typedef {import('../../queue.js').Row} RowOf */

/** @param {{ row: RowOf, id: string, at: number, of: number, on: boolean, onClick: () => void, onOpen: () => void }} p */
export function Row({ row, id, at, of, on, onClick, onOpen }) {
  const shown = on ? " current" : "";
  return html`<li
    id=${id}
    role="option"
    class=${"row" + shown}
    aria-selected=${on ? "true" : "false"}
    aria-posinset=${at}
    aria-setsize=${of}
    onClick=${onClick}
    onDblClick=${onOpen}
  >
    <span class="how">
      <${LevelOf} level=${row.level} />
      <span>${waits(row)}</span>
      ${due(row)}
    </span>
    <span class="who">
      <strong>${person(row)}</strong>
      ${row.private && html` <span class="quiet">${t("board.private")}</span>`}
      <span class="said">${inShort(row.said)}</span>
    </span>
    <span class="why">${why(row)} <span class="quiet">${advised(row)}</span></span>
    <span class="has">${row.gone ? t("board.gone") : has(row)} <span class="quiet">${offered(row)}</span></span>
  </li>`;
}

/** First name and age. @param {Pick<RowOf, 'person'>} row */
export function person({ person }) {
  if (!person) return t("board.unnamed");
  return t("board.person", { name: person.name.split(" ")[0], age: age(person.birthDate) });
}

/** @param {RowOf} row */
const waits = row => t("board.waits", { time: span(now.value - row.reportedAt) });

/** @param {RowOf} row */
function due(row) {
  if (!row.dueBy) return null;
  const late = row.overdue || row.dueBy < now.value;
  return html`<span class=${late ? "late" : ""}
    >${late ? t("board.overdue", { time: span(now.value - row.dueBy) }) : t("board.due", { when: when(row.dueBy) })}</span
  >`;
}

/** What the phone advised, and what the person did. @param {RowOf} row */
export function advised(row) {
  const did = row.adviceAction ? " " + t("board.did." + row.adviceAction) : "";
  return row.adviceShownAt ? t("board.advised", { when: when(row.adviceShownAt) }) + did : t("board.notAdvised") + did;
}

/** That another team was asked, or could not. @param {RowOf} row */
function offered({ offer }) {
  return offer ? t("reroute.row." + offer.status, { team: offer.team || t("board.noTeamNamed"), words: offer.answer ?? "" }) : null;
}

/** @param {RowOf} row */
export function has(row) {
  if (!row.claimedBy) return t("board.free");
  return mine(row) ? t("board.yours") : t("board.has", { name: row.claimedName ?? t("board.somebody") });
}
