/**
 * A civil date, "2026-11-22", as days since 1970; NaN if it is none.
 * @param {unknown} text
 */
export function dayOf(text) {
  const at = typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return new Date(at || 0).toISOString().startsWith(String(text)) ? at / 864e5 : NaN; // 30 February is parsed somewhere
}
