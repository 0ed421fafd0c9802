// The plan, and who handles what.
import { html } from "../../../ui/html.js";
import { Empty } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { civilDay } from "../../../words/dates.js";

/** @import { Document } from '../../../sdk/src/types.js' */

const of = (/** @type {Document[]} */ docs, /** @type {string} */ type) => docs.filter(d => d.id.startsWith(type + "/"));

/** @param {Document[]} docs @param {unknown} team */
const teamName = (docs, team) => String(docs.find(d => d.id === "careTeam/" + team)?.fields.name ?? t("board.noTeamNamed"));

const over = ["completed", "cancelled", "declined", "entered-in-error"];

/** @param {{ docs: Document[] }} p */
export function Plan({ docs }) {
  const plans = of(docs, "carePlan").filter(d => d.fields.status !== "entered-in-error");
  const open = of(docs, "activity").filter(d => !over.includes(String(d.fields.status)));
  open.sort((a, b) => String(a.fields.dueBy ?? "9").localeCompare(String(b.fields.dueBy ?? "9")));
  if (plans.length + open.length === 0) return html`<${Empty}>${t("board.plan.none")}<//>`;
  return html`
    ${plans.map(d => html`<p key=${d.id}><strong>${String(d.fields.title)}</strong></p>`)}
    <ul>
      ${open.map(
        d =>
          html`<li key=${d.id} class="card">
            <p>${String(d.fields.title)}</p>
            <p class="quiet">
              ${teamName(docs, d.fields.accountableTeam)}. ${d.fields.status !== "accepted" ? t("board.plan.open") : ""}
              ${d.fields.dueBy ? t("board.plan.due", { day: civilDay(String(d.fields.dueBy)) }) : ""}
            </p>
          </li>`,
      )}
    </ul>
  `;
}

/** @param {{ docs: Document[] }} p */
export function Teams({ docs }) {
  const teams = of(docs, "careTeam").filter(d => d.fields.status === "active");
  if (teams.length === 0) return html`<${Empty}>${t("board.handles.none")}<//>`;
  return html`<ul>
    ${teams.map(d => {
      const { name, phone, hours, outOfHours } = /** @type {any} */ (d.fields);
      const handles = of(docs, "activity").filter(a => a.fields.accountableTeam === d.id.slice(9) && !over.includes(String(a.fields.status)));
      return html`<li key=${d.id} class="card">
        <p><strong>${name}</strong></p>
        ${phone && html`<p>${phone}${hours ? ", " + hours : ""}</p>`}
        ${outOfHours && html`<p class="quiet">${t("board.handles.after", { phone: outOfHours })}</p>`}
        ${handles.length > 0 && html`<p class="quiet">${handles.map(a => String(a.fields.title)).join(" · ")}</p>`}
      </li>`;
    })}
  </ul>`;
}
