// What was closed a moment ago stands below every screen, with the way back; and what could not be closed, with why.
import { html } from "../ui/html.js";
import { Button, sentence } from "../ui/parts.js";
import { link } from "../app/route.js";
import { t } from "../words/words.js";
import { closings, drop, last, undo } from "./closings.js";
import { useKeys } from "./screens/queue/keys.js";

export function Undo() {
  useKeys({ z: undo });
  const all = closings.value;
  const newest = last();
  return html`<div class="closings" role="status">
    ${all.map(
      one =>
        html`<p key=${one.key}>
          <span>${words(one)}</span>
          ${one === newest && html`<${Button} onClick=${undo}>${t("undo.go")} <kbd>z</kbd><//>`}
          ${
            one.state === "refused" &&
            html`<${Button} href=${link("record", one.row.record)}>${t("undo.look")}<//>
              <${Button} onClick=${() => drop(one.key)}>${t("undo.read")}<//>`
          }
        </p>`,
    )}
  </div>`;
}

/** @param {import('./closings.js').Closing} one */
function words({ name, state, error }) {
  if (state === "refused") return html`${t("undo.refused", { name })} ${sentence(error)}`;
  return t(state === "held" ? "undo.closed" : "undo.sending", { name });
}
