// A drawing of numbers, for who sees it; beside it stand the same numbers in a table, for everybody. The library is fetched only where something is drawn.
import { html, useEffect, useRef } from "./html.js";

/**
 * What a drawing is made with: `plot` the library, `width` px, `size` of the text in px, `colour` by its meaning, `axis` as all axes look.
 * @typedef {{ plot: any, width: number, size: number, colour: (name: string) => string, axis: object }} Around
 */

/** @param {{ values: (number | null | undefined)[][], options: (around: Around) => object }} p `options`: what of the library's own settings differs */
export function Plot({ values, options }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const into = /** @type {HTMLElement} */ (box.current);
    const gone = new AbortController();
    void library().then(plot => gone.signal.aborted || draw(plot, into, values, options, gone.signal));
    return () => gone.abort();
  }, [JSON.stringify(values)]);
  return html`<div class="chart" aria-hidden="true" ref=${box}></div>`;
}

/** The library with its styles, once. */
async function library() {
  if (!document.querySelector("link[data-uplot]")) {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/web/vendor/uplot.css" });
    sheet.dataset.uplot = "";
    document.head.append(sheet);
  }
  return (await import("../vendor/uplot.js")).default;
}

/**
 * Draws it, and again when the colours, the size of the text or the width are others.
 * @param {any} plot @param {HTMLElement} box @param {(number | null | undefined)[][]} values @param {(around: Around) => object} options @param {AbortSignal} gone
 */
function draw(plot, box, values, options, gone) {
  /** @type {any} */
  let shown = null;
  const again = () => {
    shown?.destroy();
    shown = new plot(settings(plot, box, options), values, box);
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

/** @param {any} plot @param {HTMLElement} box @param {(around: Around) => object} options */
function settings(plot, box, options) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const size = parseFloat(style.fontSize);
  const axis = {
    font: `${size * 0.875}px system-ui`,
    stroke: colour("--text"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: box.clientWidth,
    height: Math.round(size * 14),
    cursor: { show: false },
    legend: { show: false },
    padding: [size, size * 2, 0, 0],
    ...options({ plot, width: box.clientWidth, size, colour, axis }),
  };
}

/** How an axis writes its numbers. @param {(n: number) => string} one */
export const writes = one => (/** @type {unknown} */ _, /** @type {number[]} */ all) => all.map(one);

/** A line with its points. @param {Around} around */
export const line = ({ colour, size }) => ({
  stroke: colour("--accent"),
  width: 3,
  points: { show: true, size: size * 0.6, fill: colour("--accent"), stroke: colour("--accent") },
});

/** An axis as long as what it shows. */
export const spans = (/** @type {unknown} */ _, /** @type {number} */ from, /** @type {number} */ to) => [from, to];
