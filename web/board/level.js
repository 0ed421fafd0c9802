// A level as the board says it: word, shape and colour.
import { html } from "../ui/html.js";
import { Level } from "../ui/parts.js";
import { t } from "../words/words.js";

const colours = { emergency: "red", red: "red", amber: "amber", green: "green" };

/** @param {{ level: string }} p */
export function LevelOf({ level }) {
  const colour = colours[/** @type {keyof typeof colours} */ (level)];
  if (!colour) return html`<span class="level"><span aria-hidden="true">○</span> ${t("board.level.info")}</span>`;
  return html`<${Level} level=${colour}>${t("board.level." + level)}<//>`;
}
