// Appointments: what comes, what was, and one of them with everything that helps to get there.
import { html } from "../../ui/html.js";
import { Empty, Loading, Title } from "../../ui/parts.js";
import { civilTime } from "../../words/dates.js";
import { t } from "../../words/words.js";
import { Back } from "../back.js";
import { link } from "../route.js";
import { all, documents } from "../store.js";
import { Answer } from "./appointments/answer.js";
import { Appointment } from "./appointments/one.js";
import { earlier, elsewhere } from "./appointments/when.js";

/** @import { Document } from '../../sdk/src/types.js' */

/** Those that a person is shown, the next first. @returns {Document[]} */
export const appointments = () =>
  all("appointment")
    .filter(d => typeof d.fields.start === "string" && d.fields.status !== "entered-in-error")
    .sort((a, b) => (String(a.fields.start) < String(b.fields.start) ? -1 : 1));

/** @param {{ path: string[] }} p an appointment's number, and what of it is to be said */
export function Appointments({ path: [id, field] }) {
  if (documents.value === undefined) return html`<${Loading} />`;
  if (!id) return html`<${List} />`;
  const one = all("appointment").find(d => d.id === "appointment/" + id);
  if (!one) return html`<${Empty}>${t("appointments.gone")}<//>`;
  return field ? html`<${Answer} one=${one} field=${field} />` : html`<${Appointment} one=${one} />`;
}

function List() {
  const every = appointments();
  const past = every.filter(earlier).reverse();
  const next = every.filter(d => !earlier(d));
  return html`
    <${Back} to=${["more"]} />
    <${Title}>${t("appointments.title")}<//>
    ${next.length === 0 && html`<${Empty}>${t("appointments.none")}<//>`}
    <${Cards} list=${next} />
    ${past.length > 0 && html`<h2 class="apart">${t("appointments.past")}</h2>`}
    <${Cards} list=${past} />
  `;
}

/** @param {{ list: Document[] }} p */
function Cards({ list }) {
  return html`<ul class="links">
    ${list.map(
      d =>
        html`<li key=${d.id}>
          <a href=${link("appointments", d.id.slice("appointment/".length))}>
            <strong>${civilTime(String(d.fields.start))}${elsewhere(d)}</strong>
            <span>${d.fields.title}</span>
            ${d.fields.status === "cancelled" && html`<span class="waits">${t("appointments.cancelled")}</span>`}
            ${d.fields.place && html`<span class="quiet">${d.fields.place}</span>`}
          </a>
        </li>`,
    )}
  </ul>`;
}
