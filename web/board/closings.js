// Closings that a nurse can still take back: for some seconds nothing is sent (decision 0148). Whatever ends this page sends them, so that nothing is
// lost; one that no server heard is sent again under its own name, and one that was refused stands here until somebody has read why.
import { signal } from "../ui/html.js";
import { take } from "./hidden.js";
import { changed, hide, unhide } from "./queue.js";
import { renew } from "./records.js";
import { act, team, who } from "./store.js";

/** @import { Row } from './queue.js' */
/** `held`: it can be taken back. `sent`: it is on its way, or nobody heard it yet. @typedef {{ key: string, row: Row, of: string, account: string, name: string, outcome: string, note: string, state: 'held' | 'sent' | 'refused', error?: unknown }} Closing */

/** @type {import('../vendor/signals.js').Signal<Closing[]>} the newest last */
export const closings = signal([]);

/** What was said of a closing that was taken back, by its row: nobody writes it twice. @type {Map<string, { outcome: string, note: string }>} */
export const drafts = new Map();

/** How long one can be taken back, ms. */
const backMost = 10_000;
/** When one that nobody heard is sent again, ms. */
const again = 3000;

/** Closes a row, in a moment. @param {Row} row @param {string} name @param {string} outcome @param {string} note */
export function closeSoon(row, name, outcome, note) {
  const key = crypto.randomUUID();
  closings.value = [...closings.value, { key, row, of: team.value, account: who.value?.account ?? "", name, outcome, note, state: "held" }];
  drafts.delete(row.doc);
  hide(row);
  setTimeout(() => of(key)?.state === "held" && void send(key), backMost);
}

/** The newest that can be taken back. */
export const last = () => closings.value.findLast(one => one.state === "held");

/** Takes the newest back: it was never sent. */
export function undo() {
  const one = last();
  if (!one) return;
  drafts.set(one.row.doc, { outcome: one.outcome, note: one.note });
  drop(one.key);
  unhide(one.row);
}

/** Somebody has read why it was refused. @param {string} key */
export const drop = key => void (closings.value = closings.value.filter(one => one.key !== key));

/** Sends all that is held: nobody is here any more to take it back. */
export const sendAll = () => Promise.all(closings.value.filter(one => one.state !== "refused").map(one => send(one.key, true)));

addEventListener("pagehide", () => void sendAll());

/** Forgets those of somebody who is not signed in here any more. */
export function forgetOthers() {
  for (const one of closings.value) if (one.account !== who.value?.account) take(one.row);
  closings.value = closings.value.filter(one => one.account === who.value?.account);
  drafts.clear();
}

/** @param {string} key */
const of = key => closings.value.find(one => one.key === key);

/** @param {string} key @param {Partial<Closing>} more */
const put = (key, more) => void (closings.value = closings.value.map(one => (one.key === key ? { ...one, ...more } : one)));

/** @param {string} key @param {boolean} [keepalive] */
async function send(key, keepalive = false) {
  const one = of(key);
  if (!one || one.account !== who.value?.account) return drop(key);
  put(key, { state: "sent" });
  const { row, outcome, note } = one;
  try {
    await act(row.record, "close", { triage: row.doc, outcome, seen: row.waiting, ...(note && { note }) }, { key, of: one.of, keepalive });
    drop(key);
  } catch (err) {
    const { status } = /** @type {import('../session/problem.js').RequestError} */ (err);
    if (status === 0 || status >= 500) return void setTimeout(() => void send(key), again);
    put(key, { state: "refused", error: err });
    unhide(row);
  }
  changed(row.record);
  renew(row.record);
}
