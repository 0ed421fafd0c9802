// What this device will remind of, as it works it out by itself: in words, with the day and the clock of its place.
import { html } from "../../../ui/html.js";
import { text } from "../../../sdk/src/calendar/papers.js";
import { civilTime, dayAndTime } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";
import { ownerName } from "../../names.js";
import { daysAhead, rings } from "../../reminders.js";
import { documents, helps } from "../../store.js";

/** A reminder in a sentence. @param {{ code: string, focus: string }} m */
export function says({ code, focus }) {
  const of = documents.value?.find(d => d.id === focus);
  const what = of ? text(of, "title") || text(of, "display") : "";
  const [mine, theirs] = ["today.rang." + code, "today.helps." + code];
  const key = helps.value && has(theirs) ? theirs : has(mine) ? mine : "today.rang.new";
  return t(key, { what, who: ownerName() }).trim();
}

/** What rings in the days ahead; whoever helps, who has nothing to answer, reads here what rang, too. It is closed, and as high whatever is known: nothing below it jumps. */
export function Rings() {
  const { due, ahead } = rings.value;
  const list = [
    ...(helps.value ? due.map(m => ({ id: m.id, at: dayAndTime(m.at), of: [m] })) : []),
    ...(ahead ?? []).map(m => ({
      id: m.id,
      at: m.here ? t("today.there", { at: civilTime(m.wall), here: civilTime(m.here) }) : civilTime(m.wall),
      of: m.of,
    })),
  ];
  const n = list.length > 0 ? list.length : t(ahead ? "today.rings.none" : "today.rings.unknown");
  return html`<details>
    <summary>${t("today.rings", { n, days: daysAhead })}</summary>
    ${!ahead && html`<p>${t("today.rings.later")}</p>`} ${ahead && list.length === 0 && html`<p>${t("today.rings.how")}</p>`}
    <ul class="cards">
      ${list.map(
        one =>
          html`<li key=${one.id}>
            <strong>${one.at}</strong>
            ${one.of.map(m => html`<br />${says(m)}`)}
          </li>`,
      )}
    </ul>
  </details>`;
}
