// Whether anyone needs something from the person: what rang, what a team asks, what two people wrote differently, what could not be used.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { civilDay, dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Call } from "../../call.js";
import { differences, held } from "../../differing.js";
import { partyName, teamName } from "../../names.js";
import { rings } from "../../reminders.js";
import { link } from "../../route.js";
import { screens } from "../../screens.js";
import { all, helps, record, who, write } from "../../store.js";
import { reported } from "../../surroundings.js";
import { says } from "./rings.js";

/** @import { Due } from '../../reminders.js' */

/** @typedef {{ id: string, words: string, since?: number, to?: string[], call?: string, ring?: Due }} Ask `to`: the screen where it is done; `call`: the team to call; `ring`: a reminder to answer */

const laterMinutes = 60;

/** The questions that a team asks to be answered, until something was sent since. @returns {Ask[]} */
const requests = () =>
  all("assessmentRequest")
    .filter(q => text(q, "status") === "active")
    .filter(q => !all("assessment").some(a => reported(a) && (whole(a, "reportedAt") === 0 || whole(a, "reportedAt") >= whole(q, "askedAt"))))
    .map(q => ({
      id: q.id,
      words: t("today.questions", { team: teamName(text(q, "team")), day: civilDay(text(q, "dueOn")) }),
      to: ["needs"],
    }));

/** Messages that ask something of whoever looks, until somebody answered them. @returns {Ask[]} */
function messages() {
  const me = helps.value ? "account/" + who.value?.account : record.value;
  const from = new Map(all("receipt").map(r => [text(r, "message"), text(r, "from")]));
  const answered = new Set([...all("message").map(m => text(m, "replyTo")), ...all("receipt").map(r => text(r, "answer") && text(r, "message"))]);
  return all("message")
    .filter(m => texts(m, "recipient").includes(me) && (m.fields.actionRequired === true || ["advice-request", "call-us"].includes(text(m, "kind"))))
    .filter(m => !answered.has(m.id))
    .map(m => {
      const team = text(m, "fromTeam") || from.get(m.id) || "";
      const call = text(m, "kind") === "call-us";
      return {
        id: m.id,
        words: t(call ? "today.callUs" : "today.asks", { team: partyName(team) }),
        ...(call ? { call: team } : { to: ["messages"] }),
      };
    });
}

/** What rang lately and was not answered, told by the server or by this device itself. It is the person's own; what a team asks stands above. @param {number} now @returns {Ask[]} */
function rang(now) {
  const replies = all("reminderReply");
  const open = (/** @type {Due} */ m) => {
    const said = replies.filter(r => text(r, "reminder") === m.id || (text(r, "focus") === m.focus && whole(r, "at") >= m.at));
    const [last] = said.sort((a, b) => whole(b, "at") - whole(a, "at"));
    return !last || (text(last, "what") === "snooze" && whole(last, "at") + whole(last, "minutes") * 60_000 <= now);
  };
  /** @type {Map<string, Due>} the newest of each document */
  const newest = new Map();
  for (const m of rings.value.due) if (m.kind !== "assessment" && m.at >= (newest.get(m.focus)?.at ?? 0)) newest.set(m.focus, m);
  return [...newest.values()].filter(open).map(m => {
    const reads = m.kind === "unread" && m.focus.startsWith("planVersion/");
    return { id: m.id, words: says(m), since: m.at, ...(reads ? { to: ["plan"] } : { ring: m }) };
  });
}

/** What could not be used as it was. What was written differently stands above every screen. @returns {Ask[]} */
const unused = () => (held.value.length > 0 ? [{ id: "held", words: t("today.held", { n: held.value.length }), to: ["conflicts"] }] : []);

/** @param {{ now: number }} p */
export function Asked({ now }) {
  const list = [...messages(), ...requests(), ...(helps.value ? [] : rang(now)), ...unused()];
  return html`<section aria-labelledby="today-asked">
    <h2 id="today-asked">${t("today.asked")}</h2>
    ${list.length + differences.value.length === 0 && html`<p>${t("today.nobody")}</p>`}
    <ul class="cards">
      ${list.map(
        one =>
          html`<li key=${one.id}>
            <p>${one.words}${one.since && html`<br /><span class="quiet">${t("today.since", { at: dayAndTime(one.since) })}</span>`}</p>
            ${one.call !== undefined && html`<${Call} id=${one.call} kind="main" />`}
            ${one.to && one.to[0] in screens && html`<${Button} wide href=${link(...one.to)}>${t("today.to." + one.to[0])}<//>`}
            ${one.ring && html`<${Answer} ring=${one.ring} />`}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** What the person says to a reminder. @param {{ ring: Due }} p */
function Answer({ ring }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const say = (/** @type {string} */ what) =>
    write({
      doc: newDocument("reminderReply"),
      set: { focus: ring.focus, reminder: ring.id, what, at: Date.now(), ...(what === "snooze" ? { minutes: laterMinutes } : {}) },
    }).then(() => setError(null), setError);
  return html`<${Failure} error=${error} />
    <div class="answers">
      ${["done", "snooze", "cannot"].map(what => html`<${Button} key=${what} onClick=${() => say(what)}>${t("today.answer." + what)}<//>`)}
    </div>`;
}
