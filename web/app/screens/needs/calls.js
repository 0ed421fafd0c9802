// Whom to call, always first: the telephone is there for everybody, also for who cannot use this app (hazard H36).
import { html } from "../../../ui/html.js";
import { tel } from "../../../words/tel.js";
import { t } from "../../../words/words.js";

/** @import { Call } from '../../judge.js' */

/** One big button for each number; each says whom it calls. @param {{ calls: Call[] }} p */
export const CallButtons = ({ calls }) =>
  html`<div class="calls">
    ${calls.map(
      (call, i) =>
        html`<a class=${"button wide call" + (i === 0 ? " main" : "")} key=${call.number} href=${tel(call.number)}>
          ${t("needs.call." + call.kind, { number: call.number })}
        </a>`,
    )}
  </div>`;

/** The numbers of this record, as far as this device knows them. @param {{ known: { line: string, emergency: string } }} p */
export function Calls({ known }) {
  const calls = [
    { kind: "line", number: known.line },
    { kind: "em", number: known.emergency },
  ].filter(call => call.number);
  return html`<section aria-label=${t("needs.calls")}>
    ${!known.line && html`<p>${t("needs.lineUnknown")}</p>`}
    <${CallButtons} calls=${calls} />
  </section>`;
}
