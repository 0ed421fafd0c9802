// A text as a code that a camera reads: black on white in any colours, with the quiet space around it. Level M: one on a scratched screen is read, too.
import { html } from "./html.js";
import { correction, generate } from "../vendor/lean-qr.js";

const quiet = 4; // modules

/** @param {{ text: string, label: string }} p */
export function Code({ text, label }) {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const edge = code.size + 2 * quiet;
  let dark = "";
  for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) if (code.get(x, y)) dark += `M${x + quiet} ${y + quiet}h1v1h-1z`;
  return html`<svg class="drawn" role="img" aria-label=${label} viewBox=${`0 0 ${edge} ${edge}`} shape-rendering="crispEdges">
    <path d=${dark} />
  </svg>`;
}
