// The figures that both teams share: shares as bars, numbered as in their table; times and outcomes in words.
import { html } from "../../../ui/html.js";
import { Plot, writes } from "../../../ui/plot.js";
import { number } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";
import { parts, percents, share } from "./words.js";

/** @param {{ of: any }} p */
export function Quality({ of }) {
  const persons = html`<p>${t("figures.persons", { n: of.persons, count: number(of.persons) })}</p>`;
  if (of.few)
    return html`<section aria-labelledby="quality">
      <h2 id="quality">${t("figures.quality.title")}</h2>
      ${persons}
      <p>${t("figures.few")}</p>
    </section>`;
  return html`
    <section aria-labelledby="quality">
      <h2 id="quality">${t("figures.quality.title")}</h2>
      ${persons}
      <p>${share("figures.plans", of.plans)}</p>
      <${Shares} of=${of} />
    </section>
    <section aria-labelledby="times">
      <h2 id="times">${t("figures.times.title")}</h2>
      <ul class="dots">
        <li>${lasts("figures.contact", of.firstContactHours)}</li>
        <li>${lasts("figures.summaryDays", of.summaryDays)}</li>
        <li>${lasts("figures.phaseDays", of.phaseDays)}</li>
        <li>${t("figures.withoutPlan", { n: of.withoutPlan, days: of.withoutPlanDays })}</li>
        <li>${t("figures.duplicates", { n: of.duplicatesAvoided })}</li>
      </ul>
      <${Outcomes} list=${of.outcomes} />
    </section>
  `;
}

/** A median, or that there is none. @param {string} key @param {number | null} n */
const lasts = (key, n) => (n === null ? t(key + ".none") : t(key, { n }));

const shares = ["plans", "summaries", "survivorship", "managedByNurse", "alerts", "support", "review"];

/** @param {{ of: any }} p */
function Shares({ of }) {
  const counted = shares.filter(name => of[name].percent !== undefined);
  const percent = (/** @type {number} */ i) => of[counted[i]].percent;
  return html`
    ${counted.length > 0 && html`<${Plot} values=${[counted.map((_, i) => i + 1), counted.map((_, i) => percent(i))]} options=${bars} />`}
    <table class="values">
      <caption class="only-read-aloud">
        ${t("figures.quality.title")}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t("figures.what")}</th>
          <th scope="col">${t("figures.share")}</th>
          <th scope="col">${t("figures.count")}</th>
        </tr>
      </thead>
      <tbody>
        ${[...counted, ...shares.filter(name => !counted.includes(name))].map(
          (name, i) =>
            html`<tr key=${name}>
              <th scope="row">${i < counted.length ? `${i + 1}. ` : ""}${t("figures.share." + name)}</th>
              <td>${i < counted.length ? percents(percent(i)) : t("figures.none")}</td>
              <td>${parts(of[name])}${of[name].overdue > 0 ? " " + t("figures.overdue", { n: of[name].overdue }) : ""}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}

/** @param {import("../../../ui/plot.js").Around} around */
const bars = ({ plot, colour, axis, size }) => ({
  scales: {
    x: { time: false, range: (/** @type {any} */ _, /** @type {number} */ from, /** @type {number} */ to) => [from - 0.5, to + 0.5] },
    y: { range: [0, 100] },
  },
  axes: [
    { ...axis, grid: { show: false }, size: size * 2.5, incrs: [1], values: writes(n => number(n)) },
    { ...axis, size: size * 3.5, space: size * 2.5, values: writes(percents) },
  ],
  series: [{}, { paths: plot.paths.bars({ size: [0.6, 60] }), fill: colour("--accent"), stroke: colour("--accent"), points: { show: false } }],
});

/** @param {{ list: { what: string, setting: string, count: number }[] }} p */
function Outcomes({ list }) {
  if (list.length === 0) return html`<p class="quiet">${t("figures.outcomes.none")}</p>`;
  const named = (/** @type {string} */ key, /** @type {string} */ other) => (has(key) ? t(key) : other);
  return html`<table class="values">
    <caption>
      ${t("figures.outcomes")}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t("figures.what")}</th>
        <th scope="col">${t("figures.where")}</th>
        <th scope="col">${t("figures.count")}</th>
      </tr>
    </thead>
    <tbody>
      ${list.map(
        ({ what, setting, count }) =>
          html`<tr key=${what + setting}>
            <th scope="row">${named("figures.outcome." + what, what)}</th>
            <td>${named("figures.setting." + setting, setting)}</td>
            <td>${number(count)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
