// Today: what is next, whether anyone needs something, and that everything said has arrived.
import { html } from "../../ui/html.js";
import { Button, Empty, Loading, Notice, Title } from "../../ui/parts.js";
import { link } from "../route.js";
import { civilTime } from "../../words/dates.js";
import { t } from "../../words/words.js";
import { unsettled } from "../judge.js";
import { all, documents } from "../store.js";

export function Today() {
  if (documents.value === undefined) return html`<${Loading} />`;
  const next = all("appointment")
    .filter(d => typeof d.fields.start === "string")
    .sort((a, b) => (String(a.fields.start) < String(b.fields.start) ? -1 : 1));
  return html`
    <${Title}>${t("app.today.title")}<//>
    ${unsettled().map(
      d =>
        html`<${Notice} key=${d.id} level="red">
          <p>${t("app.today.unsettled")}</p>
          <${Button} kind="main" wide href=${link("needs", d.id.slice("assessment/".length), "advice")}>${t("app.today.advice")}<//>
        <//>`,
    )}
    ${next.length === 0 && html`<${Empty}>${t("app.today.nothing")}<//>`}
    <ul class="cards">
      ${next.map(d => html`<li key=${d.id}><strong>${civilTime(String(d.fields.start))}</strong><br />${d.fields.title ?? d.fields.reason ?? ""}</li>`)}
    </ul>
  `;
}
