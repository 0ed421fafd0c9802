// Whom to call: a team with its numbers, as they lie on this device. It works with no network.
import { html } from "../ui/html.js";
import { Button } from "../ui/parts.js";
import { tel } from "../words/tel.js";
import { t } from "../words/words.js";
import { text } from "../sdk/src/calendar/papers.js";
import { teamName } from "./names.js";
import { all } from "./store.js";

/** @param {string} id */
const team = id => all("careTeam").find(d => d.id === "careTeam/" + id);

/** The teams that treat the person and are here: the first of oncology, and the first practice. */
export const treating = () =>
  ["oncology", "primary-care"].flatMap(kind =>
    all("careTeam")
      .filter(d => text(d, "status") === "active" && text(d, "kind") === kind)
      .map(d => d.id.slice("careTeam/".length))
      .sort()
      .slice(0, 1),
  );

/** Whether a team acts for the person now. @param {string} id */
export const acts = id => id !== "" && text(team(id) ?? { id: "", rev: 0, fields: {}, siblings: {} }, "status") === "active";

/** The buttons that call a team, or that no number of it is here. @param {{ id: string, kind?: 'main' | '' }} p */
export function Call({ id, kind = "" }) {
  const of = team(id);
  if (!of) return null;
  const numbers = [...new Set([text(of, "phone"), text(of, "outOfHours")].filter(Boolean))];
  if (numbers.length === 0) return html`<p class="quiet">${t("labs.noNumber", { team: teamName(id) })}</p>`;
  return numbers.map(
    number =>
      html`<p>
        <${Button} wide kind=${kind} href=${tel(number)}>
          ${t(number === text(of, "phone") ? "labs.call" : "labs.callNight", { team: teamName(id), number })}
        <//>
        ${number === text(of, "phone") && text(of, "hours") && html`<span class="quiet">${text(of, "hours")}</span>`}
      </p>`,
  );
}
