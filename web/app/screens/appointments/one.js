// One appointment: when and where, what to bring, how to get there, and what the person and whoever helps them say of it.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Notice, Title } from "../../../ui/parts.js";
import { civilTime, number } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { teamName } from "../../names.js";
import { link } from "../../route.js";
import { all, helps, shown, write } from "../../store.js";
import { earlier, elsewhere } from "./when.js";

/** @import { Document, Json } from '../../../sdk/src/types.js' */

/** @param {{ one: Document }} p */
export function Appointment({ one }) {
  const f = one.fields;
  const open = !earlier(one) && f.status !== "cancelled";
  const minutes = (/** @type {Json | undefined} */ n) => (typeof n === "number" ? t("appointments.minutes", { n: number(n) }) : "");
  return html`
    <${Back} to=${["appointments"]} />
    <${Title}>${f.title}<//>
    ${f.status === "cancelled" && html`<${Notice} level="amber"><p>${t("appointments.cancelled.about")}</p><//>`}
    <dl class="facts">
      <${Fact} name="when">${civilTime(String(f.start))}${elsewhere(one)}<//>
      <${Fact} name="with">${[teamName(f.ownerTeam), .../** @type {string[]} */ (f.participant ?? [])].join(", ")}<//>
      <${Fact} name="place">${f.place ?? t("appointments.place.unknown")}<//>
      <${Fact} name="travel">${minutes(f.travelMinutes)}<//>
      <${Fact} name="lasts">${minutes(f.durationMinutes)}<//>
      <${Fact} name="before">${f.instructions}${(one.siblings.instructions ?? []).map(s => html`<br />${s.value}`)}<//>
      <${Video} one=${one} />
    </dl>
    ${open && html`<${Coming} one=${one} />`}
    <h2 class="apart">${t("appointments.yours")}</h2>
    <dl class="facts">
      ${["patientNote", "caregiverNote", "transport", "companion", "bring", "callMe"].map(field => html`<${Said} key=${field} one=${one} field=${field} />`)}
    </dl>
  `;
}

/** @param {{ name: string, children?: import('../../../vendor/preact.js').ComponentChildren }} p */
function Fact({ name, children }) {
  if ([children].flat(2).every(it => !it)) return null;
  return html`<div>
    <dt>${t("appointments." + name)}</dt>
    <dd>${children}</dd>
  </div>`;
}

/** How to join by video, where that is so. The address is the team's own. @param {{ one: Document }} p */
function Video({ one }) {
  const [video] = all("virtualService").filter(d => d.fields.appointment === one.id);
  if (!video || !URL.canParse(String(video.fields.address)) || new URL(String(video.fields.address)).protocol !== "https:") return null;
  return html`<${Fact} name="video">
    <a href=${video.fields.address} target="_blank" rel="noreferrer noopener">${t("appointments.join")}</a>
    ${video.fields.accessCode && html`<br />${t("appointments.access", { code: String(video.fields.accessCode) })}`}
  <//>`;
}

/** Whether the person will come: their word, or that of whoever helps them. @param {{ one: Document }} p */
function Coming({ one }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const said = one.fields.patientResponse;
  const say = async (/** @type {string} */ response) => {
    setError(null);
    await write({ doc: one.id, set: { patientResponse: response }, base: shown.value }).catch(setError);
  };
  return html`<section aria-labelledby="coming">
    <h2 id="coming">${t(helps.value ? "appointments.coming.other" : "appointments.coming")}</h2>
    <${Failure} error=${error} />
    <div class="choices">
      ${["accepted", "tentative", "declined"].map(
        response =>
          html`<${Button}
            key=${response}
            wide
            aria-pressed=${response === said ? "true" : "false"}
            onClick=${() => response !== said && say(response)}
          >
            ${response === said && html`<span aria-hidden="true">✓ </span>`}${t("appointments.coming." + response)}
          <//>`,
      )}
    </div>
    ${said === "declined" && html`<p role="status">${t("appointments.coming.then")}</p>`}
  </section>`;
}

/** Which notes are whose: each writes their own. */
const others = () => (helps.value ? "patientNote" : "caregiverNote");

/** What was said of one thing, with the way to say it. @param {{ one: Document, field: string }} p */
function Said({ one, field }) {
  const value = one.fields[field];
  const mine = field !== others();
  if (!mine && !value) return null;
  const label = t(`appointments.${field}${field.endsWith("Note") ? (mine ? ".mine" : ".other") : ""}`);
  const words = field === "callMe" ? value && t("appointments.callMe." + value) : Array.isArray(value) ? value.join(", ") : value;
  return html`<div>
    <dt>${label}</dt>
    <dd>
      ${words || html`<span class="quiet">${t("appointments.nothing")}</span>`}
      ${one.siblings[field] && html`<br /><a href="#/conflicts">${t("appointments.both")}</a>`}
      ${
        mine &&
        !one.siblings[field] &&
        html`<br /><a class="change" href=${link("appointments", one.id.slice("appointment/".length), field)}
            >${t(words ? "appointments.change" : "appointments.add")}<span class="only-read-aloud">: ${label}</span></a
          >`
      }
    </dd>
  </div>`;
}
