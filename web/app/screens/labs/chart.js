// How a test went: a line for who sees it, and the same values in a table for everybody.
import { html } from "../../../ui/html.js";
import { Plot, line, spans, writes } from "../../../ui/plot.js";
import { text, whole } from "../../../sdk/src/calendar/papers.js";
import { number, shortDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { common, grey, home } from "./read.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** Of one test, the newest first. @param {{ list: Document[] }} p */
export function Trend({ list }) {
  const drawn = list.filter(r => !grey(r) && Number.isFinite(Number(text(r, "normalised") || NaN))).reverse();
  return html`<section aria-labelledby="trend">
    <h2 id="trend">${t("labs.trend")}</h2>
    ${drawn.length > 1 ? html`<${Line} list=${drawn} />` : html`<p class="quiet">${t("labs.noTrend")}</p>`}
    <table class="values">
      <caption class="only-read-aloud">
        ${t("labs.trend")}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t("labs.taken")}</th>
          <th scope="col">${t("labs.number")}</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          r =>
            html`<tr key=${r.id} class=${grey(r) ? "quiet" : ""}>
              <th scope="row">${shortDay(whole(r, "effective"), home())}</th>
              <td>${common(r)}${grey(r) && html`<br />${t("labs.notChecked")}`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** @param {{ list: Document[] }} p the oldest first */
function Line({ list }) {
  return html`<${Plot} values=${[list.map(r => whole(r, "effective") / 1000), list.map(r => Number(text(r, "normalised")))]} options=${options} />`;
}

/** @param {import("../../../ui/plot.js").Around} around */
const options = around => ({
  scales: { x: { range: spans } },
  axes: [
    { ...around.axis, size: around.size * 2.5, space: around.size * 5, values: writes(at => shortDay(at * 1000, home())) },
    { ...around.axis, size: around.size * 3.5, space: around.size * 2.5, values: writes(n => number(n)) },
  ],
  series: [{}, line(around)],
});
