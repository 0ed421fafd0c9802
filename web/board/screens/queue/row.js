// One row of the queue: one person, and one decision.
import { html } from "../../../ui/html.js";
import { t } from "../../../words/words.js";
import { go } from "../../../app/route.js";
import { age, now, span, when } from "../../clock.js";
import { LevelOf } from "../../level.js";
import { cursor, mine, urgent } from "../../queue.js";
import { inShort, quoted } from "../../said.js";
import { why } from "./why.js";

/** @typedef {import('../../queue.js').Row} RowOf */

/**
 * It is given nothing that is new each time the list is drawn: a row of which nothing changed is then not drawn again, as signals skip a component
 * whose props are the same.
 * @param {{ row: RowOf, id: string, at: number, of: number, on: boolean }} p
 */
export function Row({ row, id, at, of, on }) {
  const shown = on ? " current" : "";
  const words = quoted(row.said);
  return html`<li
    id=${id}
    role="option"
    class=${"row" + shown}
    aria-selected=${on ? "true" : "false"}
    aria-posinset=${at}
    aria-setsize=${of}
    onClick=${() => (cursor.value = row.doc)}
    onDblClick=${() => go("record", row.record)}
  >
    <span class="how">
      <${LevelOf} level=${row.level} />
      <span>${waits(row)}</span>
      ${due(row)}
    </span>
    <span class="who">
      <strong>${person(row)}${row.private && ` · ${t("board.private")}`}</strong>
      <span class=${words ? "about beside" : "about"}>${inShort(row.said)}</span>
      ${words}
    </span>
    <span class="why"
      >${callFirst(row) && html`<strong>${t("board.callFirst")}</strong> `}<span class="quiet">${advised(row)}</span> ${why(row)}</span
    >
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

/** What the phone advised, and what the person did. A row that is not urgent does not tell, so nothing is said. @param {RowOf} row */
function advised(row) {
  const shown = row.adviceShownAt ? t("board.advised", { when: when(row.adviceShownAt) }) : t("board.notAdvised");
  if (!row.adviceShownAt && !row.adviceAction) return urgent(row) && row.waiting.some(isReport) ? shown : "";
  return shown + " " + t("board.did." + (row.adviceAction ?? "unsaid"));
}

/** What comes late, or is urgent while nobody was called as far as is known, is answered before it is read. @param {RowOf} row */
const callFirst = row => row.late || (urgent(row) && (row.adviceShownAt || row.adviceAction) && !called.includes(row.adviceAction ?? ""));
const called = ["called-emergency", "called-line", "went-to-ed"];

/** A phone advises whoever reports, and nobody about a result. @param {{ assessment: string }} one */
const isReport = ({ assessment }) => assessment.startsWith("assessment/");

/** That another team was asked, or could not. @param {RowOf} row */
function offered({ offer }) {
  return offer ? t("reroute.row." + offer.status, { team: offer.team || t("board.noTeamNamed"), words: offer.answer ?? "" }) : null;
}

/** @param {RowOf} row */
export function has(row) {
  if (!row.claimedBy) return t("board.free");
  return mine(row) ? t("board.yours") : t("board.has", { name: row.claimedName ?? t("board.somebody") });
}
