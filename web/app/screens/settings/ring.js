// Whether this device rings while the app is closed, and why not where it cannot.
import { html, useState } from "../../../ui/html.js";
import { Button } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { hush, ring, rung, wanted } from "../../rung.js";

export function Ring() {
  const [busy, setBusy] = useState(false);
  const turn = async () => {
    setBusy(true);
    await (wanted.value ? hush() : ring()).finally(() => setBusy(false));
  };
  return html`<section aria-labelledby="ring">
    <h2 id="ring">${t("settings.ring")}</h2>
    <p>${t("settings.ring.about")}</p>
    <p role="status">${t("settings.ring." + rung.value)}</p>
    <${Button} wide busy=${busy} onClick=${turn}>${t(wanted.value ? "settings.ring.stop" : "settings.ring.start")}<//>
  </section>`;
}
