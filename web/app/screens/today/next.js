// What is next: appointments and tests, the next one first, each where and by the clock of its place.
import { html } from "../../../ui/html.js";
import { Empty, Notice } from "../../../ui/parts.js";
import { wallText } from "../../../sdk/src/calendar/date.js";
import { testPlans } from "../../../sdk/src/calendar/lab.js";
import { text } from "../../../sdk/src/calendar/papers.js";
import { knows, wallAt } from "../../../sdk/src/calendar/zone.js";
import { civilDay, civilTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { all, documents, shared } from "../../store.js";
import { Rings } from "./rings.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** Something that comes, `at` a civil date or time of its place. @typedef {{ id: string, at: string, what: string, where: string, unsure: boolean }} Coming */

const shownMost = 3;
const hour = 3600_000;
/** Whether the time stands, by an appointment's status; what is in none of them is not to come. @type {{ [status: string]: boolean }} */
const stands = { booked: true, pending: false, proposed: false };

/** What stands on the clock of a place; an unknown zone is read as this device's. @param {number} ms @param {string} zone */
const wall = (ms, zone) => wallText(wallAt(ms, knows(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone));

/** Those to which the person comes, until they are over. @param {number} now @returns {Coming[]} */
function visits(now) {
  const between = (/** @type {Document} */ d) => text(d, "audience") === "clinicians" || (text(d, "audience") === "" && text(d, "type") === "mdt");
  return all("appointment")
    .filter(d => text(d, "status") in stands && text(d, "patientResponse") !== "declined" && !between(d))
    .filter(d => text(d, "start") >= wall(now - hour, text(d, "zone")))
    .map(d => ({ id: d.id, at: text(d, "start"), what: text(d, "title"), where: text(d, "place"), unsure: !stands[text(d, "status")] }));
}

/** The next date of each test that is followed; null if this device cannot work them out. @param {number} now @returns {Coming[] | null} */
function tests(now) {
  try {
    return testPlans(documents.value ?? [], now)
      .filter(plan => plan.state !== "ended" && plan.state !== "on-hold")
      .flatMap(({ order, state, dates }) => {
        const next = dates.find(d => d.state === "planned");
        return next ? [{ id: order.id, at: next.date, what: text(order, "title"), where: text(order, "place"), unsure: state === "gap" }] : [];
      });
  } catch {
    return null;
  }
}

/** @param {{ now: number }} p */
export function Next({ now }) {
  const dates = tests(now);
  const list = [...visits(now), ...(dates ?? [])].sort((a, b) => (a.at < b.at ? -1 : 1));
  return html`<section aria-labelledby="today-next">
    <h2 id="today-next">${t("today.next")}</h2>
    ${dates === null && html`<${Notice} level="amber"><p>${t("today.testsUnknown")}</p><//>`}
    ${list.length === 0 && html`<${Empty}>${t(shared("schedule") ? "today.nothing" : "app.notShared")}<//>`}
    <ul class="cards">
      ${list.slice(0, shownMost).map(
        one =>
          html`<li key=${one.id}>
            <strong>${one.at.includes("T") ? civilTime(one.at) : civilDay(one.at)}</strong><br />
            ${one.what}${one.where && html`<br /><span class="quiet">${one.where}</span>`}
            ${one.unsure && html`<br /><span class="quiet">${t("today.unsure")}</span>`}
          </li>`,
      )}
    </ul>
    ${list.length > shownMost && html`<p class="quiet">${t("today.more", { n: list.length - shownMost })}</p>`}
    <${Rings} />
  </section>`;
}
