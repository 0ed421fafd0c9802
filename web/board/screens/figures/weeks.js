// A share week by week: what it says, a line, and the numbers.
import { html } from "../../../ui/html.js";
import { Plot, line, spans, writes } from "../../../ui/plot.js";
import { shortDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { parts, percents } from "./words.js";

/** @param {{ id: string, title: string, says: string, weeks: any[], of: string }} p the oldest first */
export function Weeks({ id, title, says, weeks, of }) {
  const counted = weeks.filter(week => week[of].percent !== undefined);
  const at = weeks.map(week => week.from / 1000);
  return html`<section aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    <p>${says}</p>
    ${counted.length > 1 ? html`<${Plot} values=${[at, weeks.map(week => week[of].percent ?? null)]} options=${options(at)} />` : html`<p class="quiet">${t("figures.noLine")}</p>`}
    ${
      counted.length > 0 &&
      html`<table class="values">
        <caption class="only-read-aloud">
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t("figures.from")}</th>
            <th scope="col">${t("figures.share")}</th>
            <th scope="col">${t("figures.count")}</th>
          </tr>
        </thead>
        <tbody>
          ${[...weeks].reverse().map(
            week =>
              html`<tr key=${week.from}>
                <th scope="row">${shortDay(week.from)}</th>
                <td>${week[of].percent === undefined ? t("figures.none") : percents(week[of].percent)}</td>
                <td>${parts(week[of])}</td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }
  </section>`;
}

/** Settings of a drawing over weeks: as many of them are named as there is room for, the newest always. @param {number[]} at @returns {(around: import("../../../ui/plot.js").Around) => object} */
const options = at => around => {
  const { axis, size, width } = around;
  const step = Math.ceil((at.length * size * 6) / width);
  const named = () => at.filter((_, i) => (at.length - 1 - i) % step === 0);
  return {
    scales: { x: { time: false, range: spans }, y: { range: [0, 100] } },
    axes: [
      { ...axis, size: size * 2.5, splits: named, values: writes(sec => shortDay(sec * 1000)) },
      { ...axis, size: size * 3.5, space: size * 2.5, values: writes(percents) },
    ],
    series: [{}, { ...line(around), spanGaps: true }],
  };
};
