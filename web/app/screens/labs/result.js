// One result: the plain sentence, then what a prescriber signed about the number, then the number with its range, then how it went.
import { html } from "../../../ui/html.js";
import { Button, Empty, Level, Notice, Title } from "../../../ui/parts.js";
import { elements, text } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { Age } from "../../age.js";
import { Call } from "../../call.js";
import { link } from "../../route.js";
import { Trend } from "./chart.js";
import { decimal, unit } from "../../../words/measure.js";
import { amount, common, day, follows, grey, note, range, results, sentence, title, urgent } from "./read.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @param {{ id: string }} p */
export function Result({ id }) {
  const r = results().find(one => one.id === id);
  const back = html`<${Button} kind="plain" href=${link("labs")}>${t("ui.back")}<//>`;
  if (!r) return html`<${Title}>${t("labs.title")}<//><${Empty}>${t("labs.gone")}<//>${back}`;
  const list = results().filter(one => text(one, "code") === text(r, "code"));
  return html`
    ${back}
    <${Title}>${title(r)}<//>
    <${Age} />
    <p class="says">${sentence(r)}</p>
    ${
      urgent(r) &&
      html`<${Notice} level="red">
        <p><${Level} level="red" /></p>
        <p>${t("labs.urgent")}</p>
        <${Call} id=${text(r, "responsibleTeam")} kind="main" />
      <//>`
    }
    <${Note} r=${r} />
    <dl class=${grey(r) ? "facts quiet" : "facts"}>
      ${
        (text(r, "value") || !text(r, "conclusion")) &&
        html`<div>
          <dt>${t("labs.number")}</dt>
          <dd><span class="number">${amount(r)}</span>${common(r) !== amount(r) && html`<br />${t("labs.same", { number: common(r) })}`}</dd>
        </div>`
      }
      ${
        text(r, "value") &&
        html`<div>
          <dt>${t("labs.usual")}</dt>
          <dd>${range(r)}</dd>
        </div>`
      }
      ${
        text(r, "conclusion") &&
        html`<div>
          <dt>${t("labs.report")}</dt>
          <dd class="lines">${text(r, "conclusion")}</dd>
        </div>`
      }
      <div>
        <dt>${t("labs.taken")}</dt>
        <dd>${day(r)}${text(r, "performer") && ", " + text(r, "performer")}</dd>
      </div>
      ${
        text(r, "status") === "preliminary" &&
        !grey(r) &&
        html`<div>
          <dt>${t("labs.status")}</dt>
          <dd>${t("labs.preliminary")}</dd>
        </div>`
      }
    </dl>
    ${earlier(r).map(words => html`<p>${words}</p>`)} ${follows(r).map(words => html`<p>${words}</p>`)}
    ${list.some(one => text(one, "value")) && html`<${Trend} list=${list} />`}
  `;
}

/** What was said before it was corrected. @param {Document} r @returns {string[]} */
function earlier(r) {
  return elements(r, "earlier").map(was => {
    const { value = "", unit: as = "", conclusion = "" } = /** @type {{ [member: string]: string }} */ (was);
    return t("labs.corrected", { was: value ? `${decimal(value)} ${unit(as)}`.trim() : conclusion });
  });
}

/** @param {{ r: Document }} p */
function Note({ r }) {
  const found = note(r);
  if (!found) return null;
  const { finding, how, asks } = found;
  const otherwise = html`<p><strong>${t("labs.otherwise")}</strong> ${text(finding, "ifOutside")}</p>`;
  if (how === "outside" || how === "excluded") {
    return html`<${Notice} level="amber">
      <p><strong>${t("labs.note." + how)}</strong> ${text(finding, "ifOutside")}</p>
      <${Call} id=${text(r, "responsibleTeam")} />
    <//>`;
  }
  return html`<${Notice}>
    <h2>${t("labs.note")}</h2>
    ${
      asks.length > 0 &&
      html`<p>${t("labs.note.asks")}</p>
        <ul class="dots">
          ${asks.map(code => html`<li key=${code}>${t("labs.ask." + code)}</li>`)}
        </ul>`
    }
    <p>${text(finding, "patientText")}</p>
    <p>
      ${t(text(finding, "signedBy") ? "labs.because" : "labs.becauseOnly", { because: text(finding, "because"), name: text(finding, "signedBy") })}
    </p>
    ${otherwise}
  <//>`;
}
