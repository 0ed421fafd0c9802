// What matters to the person, in their own words, and what the teams suggest to aim for: each team's words stay beside the other's.
import { html } from "../../../ui/html.js";
import { Button, Empty } from "../../../ui/parts.js";
import { ofType, text, whole } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { treats } from "./who.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @param {{ docs: Document[], onSuggest: (goal: Document) => void }} p */
export function Goals({ docs, onSuggest }) {
  const goals = ofType(docs, "goal").filter(g => !["cancelled", "rejected"].includes(text(g, "lifecycleStatus")));
  goals.sort((a, b) => (whole(a, "priority") || 99) - (whole(b, "priority") || 99));
  if (goals.length === 0) return html`<${Empty}>${t("planning.noGoals")}<//>`;
  return html`<ul>
    ${goals.map(
      g =>
        html`<li key=${g.id} class="card">
          <p><q>${text(g, "text")}</q></p>
          ${text(g, "target") && html`<p class="quiet">${t("plan.target", { target: text(g, "target") })}</p>`}
          ${suggestions(g).map((words, i) => html`<p key=${i}>${t("planning.suggestion", { words })}</p>`)}
          ${text(g, "achievementStatus") && html`<p class="quiet">${t("planning.achieved." + text(g, "achievementStatus"))}</p>`}
          ${
            treats() &&
            html`<p class="buttons">
              <${Button} aria-label=${t("planning.suggest.of", { words: text(g, "text") })} onClick=${() => onSuggest(g)}>${t("planning.suggest")}<//>
            </p>`
          }
        </li>`,
    )}
  </ul>`;
}

/** What stands, and what another wrote at the same time. @param {Document} g */
const suggestions = g => [text(g, "targetSuggestion"), ...(g.siblings.targetSuggestion ?? []).map(s => String(s.value ?? ""))].filter(Boolean);
