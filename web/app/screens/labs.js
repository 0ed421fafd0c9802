// Blood tests and the like: what is next, what came of those before, and where every date stands. All of it from what lies on this device.
import { html } from "../../ui/html.js";
import { Button, Empty, Loading, Title } from "../../ui/parts.js";
import { testPlans } from "../../sdk/src/calendar/lab.js";
import { t } from "../../words/words.js";
import { Age } from "../age.js";
import { link } from "../route.js";
import { documents, shared } from "../store.js";
import { Copy } from "./labs/copy.js";
import { Next, Order, next } from "./labs/dates.js";
import { about, day, latest, sentence, title } from "./labs/read.js";
import { Result } from "./labs/result.js";

/** @param {{ path: string[] }} p */
export function Labs({ path: [what] }) {
  if (documents.value === undefined) return html`<${Loading} />`;
  if (what === "new" && shared("results")) return html`<${Copy} />`;
  return what && what !== "new" ? html`<${Result} id=${"result/" + what} />` : html`<${All} docs=${documents.value} />`;
}

/** @param {{ docs: import('../../sdk/src/types.js').Document[] }} p */
function All({ docs }) {
  const plans = testPlans(docs, Date.now());
  const results = latest();
  const open = next(plans);
  const all = shared("schedule") && shared("results");
  return html`
    <${Title}>${t("labs.title")}<//>
    <${Age} />
    ${!all && html`<${Empty}>${t(shared("results") ? "labs.noDates" : "labs.noResults")} ${t("app.notShared")}<//>`}
    ${!all && shared("schedule") && plans.length === 0 && html`<${Empty}>${t("today.nothing")}<//>`}
    ${all && plans.length + results.length === 0 && html`<${Empty}>${t("labs.nothing")}<//>`}
    ${
      open.length > 0 &&
      html`<section aria-labelledby="next">
        <h2 id="next">${t("labs.next")}</h2>
        <ul class="cards">
          ${open.map((one, i) => html`<${Next} key=${one.plan.order.id + one.date.date} ...${one} main=${i === 0} />`)}
        </ul>
      </section>`
    }
    ${
      results.length > 0 &&
      html`<section aria-labelledby="results">
        <h2 id="results">${t("labs.results")}</h2>
        <ul class="cards">
          ${results.map(
            r =>
              html`<li key=${r.id}>
                <h3>${title(r)}</h3>
                <p class="quiet">${day(r)}</p>
                <p>${sentence(r)}</p>
                <${Button} wide href=${link("labs", r.id.slice(7))}>${t("labs.read", { test: title(r) })}<//>
              </li>`,
          )}
        </ul>
        ${about("labs.limits")}
      </section>`
    }
    ${
      plans.length > 0 &&
      html`<section aria-labelledby="dates">
        <h2 id="dates">${t("labs.dates")}</h2>
        <ul class="cards">
          ${plans.map(plan => html`<${Order} key=${plan.order.id} plan=${plan} />`)}
        </ul>
      </section>`
    }
    ${shared("results") && html`<${Button} wide href=${link("labs", "new")}>${t("labs.copy")}<//>`}
  `;
}
