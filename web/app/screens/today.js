// Today, without scrolling: what cannot wait, what is next, and whether anyone needs something from the person. Whether everything said has arrived
// stands above every screen.
import { html } from "../../ui/html.js";
import { Button, Loading, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { Age } from "../age.js";
import { now } from "../clock.js";
import { unsettled } from "../urgent.js";
import { place } from "../reminders.js";
import { link } from "../route.js";
import { documents } from "../store.js";
import { Asked } from "./today/asked.js";
import { Next } from "./today/next.js";

export function Today() {
  if (documents.value === undefined || place.value === undefined) return html`<${Loading} />`;
  return html`
    <${Title}>${t("today.title")}<//>
    ${unsettled().map(
      d =>
        html`<${Notice} key=${d.id} level="red">
          <p>${t("today.unsettled")}</p>
          <${Button} kind="main" wide href=${link("needs", d.id.slice("assessment/".length), "advice")}>${t("today.advice")}<//>
        <//>`,
    )}
    <${Age} />
    <${Next} now=${now.value} />
    <${Asked} now=${now.value} />
  `;
}
