// Who handles what, topic by topic: what nobody handles comes first, with a way to settle it.
import { html } from "../../../ui/html.js";
import { Button, Level } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { named, proposes, says } from "./who.js";

/** @import { Who } from './who.js' */

/** What people ask about, in the order in which it is listed. */
export const topics =
  "pain side-effects mental-health fatigue bp diabetes other-conditions fertility intimacy prescriptions medicines fit-note results surveillance care-review late-effects vaccinations screening appointments money home-care planning-ahead out-of-hours".split(
    " ",
  );

/** What nobody handles, in words. @param {Who} who */
export const gapsOf = who => who.topics.filter(r => r.state === "gap").map(r => t("plan.topic." + r.topic));

/** @param {{ who: Who, onSettle: (topic: string) => void }} p */
export function Topics({ who, onSettle }) {
  const gaps = who.topics.filter(r => r.state === "gap");
  const rest = who.topics.filter(r => r.state !== "gap");
  const ask = gaps.find(r => r.ask)?.ask;
  return html`
    ${
      gaps.length > 0 &&
      html`<p><${Level} level="amber">${t("planning.gaps", { n: gaps.length, of: who.topics.length })}<//></p>
        ${ask && html`<p class="quiet">${t("planning.ask", { team: named(who, ask) })}</p>`}`
    }
    <ul class="topics">
      ${rest.map(
        r =>
          html`<li key=${r.topic}>
            <p><strong>${t("plan.topic." + r.topic)}</strong></p>
            <p class="quiet">${says(who, r)}</p>
          </li>`,
      )}
      ${gaps.map(
        r =>
          html`<li key=${r.topic} class="gap">
            <span><strong>${t("plan.topic." + r.topic)}</strong> <${Level} level="amber">${t("planning.nobody")}<//></span>
            ${
              !r.activity &&
              proposes() &&
              html`<${Button} aria-label=${t("planning.settle.of", { topic: t("plan.topic." + r.topic) })} onClick=${() => onSettle(r.topic)}
                >${t("planning.settle")}<//
              >`
            }
          </li>`,
      )}
    </ul>
  `;
}
