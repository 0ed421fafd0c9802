// How old what is shown is: said when it is older than a day, and on top with whom to call when it is older than two weeks.
import { html } from "../ui/html.js";
import { Notice } from "../ui/parts.js";
import { dayAndTime } from "../words/dates.js";
import { t } from "../words/words.js";
import { Call, treating } from "./call.js";
import { status } from "./store.js";

const day = 864e5;

export function Age() {
  const { heard } = status.value;
  const old = Date.now() - heard;
  if (!heard || old < day) return null;
  const when = t("labs.age", { when: dayAndTime(heard) });
  if (old < 14 * day) return html`<p class="quiet">${when}</p>`;
  return html`<${Notice} level="amber"
    ><p>${when} ${t("labs.ageOld")}</p>
    <${Call} id=${treating()[0] ?? ""}
  /><//>`;
}
