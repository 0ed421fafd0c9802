// What a person said, out of the documents of their record.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { itemName } from "./items.js";

/** @import { Document } from '../sdk/src/types.js' */

/** A text, of which there may be two that somebody wrote at the same time. @param {any} value @returns {string} */
export const text = value =>
  Array.isArray(value) ? value.map(text).join(" / ") : value && typeof value === "object" ? text(value.value) : String(value ?? "");

/** "Pain: 8 of 10". @param {Document} concern */
export const name = concern => named(/** @type {any} */ (concern.fields));

/** @param {{ code: string, severity?: number }} of */
function named({ code, severity }) {
  return typeof severity === "number" && severity > 0 ? t("board.severity", { what: itemName(code), n: severity }) : itemName(code);
}

/** One line of what the concerns of a row say, the worst first, and the person's words. @param {Document[]} docs @param {string[]} concerns */
export function said(docs, concerns) {
  const mine = docs.filter(d => concerns.includes(d.id));
  mine.sort((a, b) => Number(b.fields.severity ?? 0) - Number(a.fields.severity ?? 0));
  const reports = new Set(mine.map(d => String(d.fields.assessment).replace(/^(assessment\/)?/, "assessment/")));
  const words = [...mine.map(d => text(d.fields.note)), ...docs.filter(d => reports.has(d.id)).map(d => text(d.fields.note))].filter(Boolean);
  return { what: mine.map(name).join(" · "), words: [...new Set(words)].map(w => `“${w}”`).join(" ") };
}

/** What a row carries of it, in one line: two reports of the same are said once. @param {import('./queue.js').Row['said']} of */
export const inShort = ({ items = [] }) => [...new Set(items.map(named))].join(" · ") || t("board.nothingSaid");

/** The words that a row carries. Each stands apart: how one is written from right to left turns nothing beside it. @param {import('./queue.js').Row['said']} of */
export function quoted({ words = [], more }) {
  if (words.length === 0 && !more) return null;
  return html`<span class="words">${words.map(one => html`“<bdi>${one}</bdi>” `)}${more && t("board.saidMore")}</span>`;
}
