// How a test went: a line for who sees it, and the same values in a table for everybody. The library is fetched only where a line is drawn.
import { html, useEffect, useRef } from "../../../ui/html.js";
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

/** The library with its styles, once. */
async function library() {
  if (!document.querySelector("link[data-uplot]")) {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/web/vendor/uplot.css" });
    sheet.dataset.uplot = "";
    document.head.append(sheet);
  }
  return (await import("../../../vendor/uplot.js")).default;
}

/** @param {{ list: Document[] }} p the oldest first */
function Line({ list }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const values = list.map(r => [whole(r, "effective") / 1000, Number(text(r, "normalised"))]);
  useEffect(() => {
    const into = /** @type {HTMLElement} */ (box.current);
    const gone = new AbortController();
    void library().then(plot => gone.signal.aborted || draw(plot, into, values, gone.signal));
    return () => gone.abort();
  }, [JSON.stringify(values)]);
  return html`<div class="chart" aria-hidden="true" ref=${box}></div>`;
}

/**
 * Draws the line, and again when the colours, the size of the text or the width are others.
 * @param {any} plot @param {HTMLElement} box @param {number[][]} values @param {AbortSignal} gone
 */
function draw(plot, box, values, gone) {
  /** @type {any} */
  let shown = null;
  const again = () => {
    shown?.destroy();
    shown = new plot(options(box), [values.map(v => v[0]), values.map(v => v[1])], box);
  };
  const sized = new ResizeObserver(() => shown?.width !== box.clientWidth && again());
  const looked = new MutationObserver(again);
  sized.observe(box);
  looked.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-contrast", "style"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal: gone });
  gone.addEventListener("abort", () => {
    sized.disconnect();
    looked.disconnect();
    shown?.destroy();
  });
}

/** @param {HTMLElement} box */
function options(box) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const size = parseFloat(style.fontSize);
  const axis = {
    font: `${size * 0.875}px system-ui`,
    stroke: colour("--text"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  const write = (/** @type {(n: number) => string} */ one) => (/** @type {unknown} */ _, /** @type {number[]} */ all) => all.map(one);
  return {
    width: box.clientWidth,
    height: Math.round(size * 14),
    cursor: { show: false },
    legend: { show: false },
    padding: [size, size * 2, 0, 0],
    scales: { x: { range: (/** @type {unknown} */ _, /** @type {number} */ from, /** @type {number} */ to) => [from, to] } },
    axes: [
      { ...axis, size: size * 2.5, space: size * 5, values: write(at => shortDay(at * 1000, home())) },
      { ...axis, size: size * 3.5, space: size * 2.5, values: write(n => number(n)) },
    ],
    series: [
      {},
      { stroke: colour("--accent"), width: 3, points: { show: true, size: size * 0.6, fill: colour("--accent"), stroke: colour("--accent") } },
    ],
  };
}
