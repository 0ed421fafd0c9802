// Signing out: everything goes from this device. What was not sent is said first, for then it would be lost.
import { html, useState } from "../../../ui/html.js";
import { Button, Notice } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { leaveQuickly } from "../../away.js";
import { hush } from "../../rung.js";
import { leave, unsent } from "../../store.js";

export function Leaving() {
  const [asked, setAsked] = useState(/** @type {number | null} */ (null));
  return html`<section aria-labelledby="leaving">
    <h2 id="leaving">${t("settings.leaving")}</h2>
    <p><${Button} wide onClick=${leaveQuickly}>${t("settings.quick")}<//></p>
    ${
      asked === null
        ? html`<${Button} kind="danger" wide onClick=${async () => setAsked(await unsent())}>${t("settings.leave")}<//>`
        : html`<${Notice} level="amber" role="alert">
            <p>${asked > 0 ? t("settings.leave.unsent", { n: asked }) : t("settings.leave.sure")}</p>
            <${Button} kind="danger" wide onClick=${() => hush().then(leave, leave)}>${t("settings.leave.yes")}<//>
            <${Button} kind="plain" wide onClick=${() => setAsked(null)}>${t("settings.leave.no")}<//>
          <//>`
    }
  </section>`;
}
