// Rows that were closed at this desk, and what waited in them: one in which something new waits is shown again.
import { signal } from "../ui/html.js";

/** @typedef {{ doc: string, waiting: any[] }} Hidden */
/** @typedef {import('./queue.js').Row} Row */

/** What waited in them, and where they stood, if they did. @type {Map<string, { waits: string, stood: { at: number, row: Row } | null }>} */
const hidden = new Map();
/** Whoever asks is drawn again when the answer is another. */
const changes = signal(0);

/** @param {Hidden} row */
const waits = row =>
  row.waiting
    .map(w => [w.assessment, w.event, w.receivedAt, w.reopenedAt, [...(w.concerns ?? [])].sort().join()].join())
    .sort()
    .join("|");

/** Whether a row was closed here, and nothing came in since. @param {Hidden} row */
export const isHidden = row => changes.value >= 0 && hidden.get(row.doc)?.waits === waits(row);

/** @param {Hidden} row @param {{ at: number, row: Row } | null} stood */
export function keep(row, stood) {
  hidden.set(row.doc, { waits: waits(row), stood });
  changes.value++;
}

/** It is hidden no more: gives where it stood. @param {Hidden} row */
export function take(row) {
  const stood = hidden.get(row.doc)?.stood ?? null;
  if (hidden.delete(row.doc)) changes.value++;
  return stood;
}
