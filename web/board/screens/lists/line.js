// One line of a list: one person, why they stand here, and who has it. It opens the record.
import { html } from "../../../ui/html.js";
import { civilDay, day } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { link } from "../../../app/route.js";
import { age, now, span, when } from "../../clock.js";
import { who } from "../../store.js";

/** @typedef {import('./read.js').Line} Line */

/** @param {{ line: Line, on: boolean }} p `on`: the nurse is at it */
export function Item({ line, on }) {
  const Says = says[/** @type {keyof typeof says} */ (line.kind)];
  return html`<li class=${on ? "card on" : "card"}>
    <p>
      <a href=${link("record", line.record)} data-line=${line.key}><strong>${named(line)}</strong></a>
    </p>
    <${Says} of=${line.of} />
  </li>`;
}

/** Full name and age: that two of one first name are not taken for each other. @param {Pick<Line, 'person'>} line */
export const named = ({ person }) => (person ? t("board.person", { name: person.name, age: age(person.birthDate) }) : t("board.unnamed"));

const says = { task: Task, tests: Test, inbox: Letter, digest: Digest };

/** @param {{ of: any }} p */
function Task({ of }) {
  return html`
    ${of.title && html`<p>${of.title}</p>`} ${of.kind === "gap" && of.focus.startsWith("person/") && html`<p>${t("lists.noPractice")}</p>`}
    <p class="quiet">
      ${t("board.waits", { time: span(now.value - of.openedAt) })}. ${of.dueBy && t("board.due", { when: when(of.dueBy) }) + "."}
      ${!of.takenBy && t("board.free")}
    </p>
    ${of.note && html`<p><q>${of.note}</q></p>`} ${of.dueBy < now.value && html`<p class="late">${t("lists.late")}</p>`}
    ${of.takenBy && html`<p class="quiet">${t(of.takenBy === who.value?.account ? "board.yours" : "lists.colleague")}</p>`}
  `;
}

/** @param {{ of: any }} p */
function Test({ of }) {
  return html`
    <p>${of.title}. ${t("lists.test." + of.state)}${of.site ? " " + t("lists.test.site", { where: of.site }) : ""}</p>
    ${of.reason && html`<p><q>${of.reason}</q></p>`}
    ${
      of.dates.length > 0 &&
      html`<ul>
        ${of.dates.map((/** @type {any} */ one) => html`<li key=${one.date} class=${one.state === "overdue" ? "late" : ""}>${t("lists.date." + one.state, { day: civilDay(one.date) })}</li>`)}
      </ul>`
    }
  `;
}

/** @param {{ of: any }} p */
function Letter({ of }) {
  return html`
    <p>${t("lists.letter." + of.kind, { who: of.sender || t("board.somebody") })}${of.topic ? `: ${of.topic}` : ""}</p>
    <p class="quiet">${t("lists.letter.sent", { when: when(of.sentAt) })} ${t("lists.letter.state." + of.state)}</p>
    ${of.dueBy && html`<p class=${of.overdue ? "late" : "quiet"}>${t(of.overdue ? "lists.letter.late" : "lists.letter.due", { when: when(of.dueBy) })}</p>`}
  `;
}

/** @param {{ of: any }} p */
function Digest({ of }) {
  const week = t("lists.week", { day: day(Date.parse(of.week + "T12:00:00Z"), "UTC"), n: of.letters.length });
  const from = [...new Set(of.letters.map((/** @type {any} */ one) => one.sender).filter(Boolean))];
  return html`<p>${week}</p>
    ${from.length > 0 && html`<p class="quiet">${from.join(" · ")}</p>`}`;
}
