// A message that is written and not sent: it says so, and can be thrown away, in two steps.
import { html, useState } from "../../../ui/html.js";
import { Button } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";

/** @param {{ drop: () => void }} p */
export function Unsent({ drop }) {
  const [sure, setSure] = useState(false);
  return html`<p class="quiet">${t("messages.draft")}</p>
    ${
      sure
        ? html`<div class="choices">
            <${Button} kind="danger" wide onClick=${drop}>${t("messages.draft.yes")}<//>
            <${Button} wide onClick=${() => setSure(false)}>${t("messages.draft.no")}<//>
          </div>`
        : html`<${Button} kind="plain" onClick=${() => setSure(true)}>${t("messages.draft.drop")}<//>`
    }`;
}
