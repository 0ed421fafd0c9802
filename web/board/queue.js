// The queue of a team as this desk shows it. The order on the screen is the nurse's: what is new waits until they bring it in, and no row
// moves by itself; what a row says is always the newest.
import { batch, signal } from "../ui/html.js";
import { isHidden, keep, take } from "./hidden.js";
import { act, session, team, who } from "./store.js";

/** @typedef {{ record: string, doc: string, private: boolean, level: string, own: string, overdue: boolean, urgency?: string, late: boolean, reportedAt: number, receivedAt: number, dueBy?: number, status: string, claimedName?: string, claimedBy?: string, concerns: string[], why: string, waiting: any[], adviceShownAt?: number, adviceAction?: string, also?: any, person: { name: string, birthDate: string } | null, gone?: boolean }} Row */

/** @type {import('../vendor/signals.js').Signal<Row[]>} */
export const rows = signal([]);
/** How many rows wait to be brought in, how many of them are urgent, and whether others left or stand elsewhere. */
export const news = signal({ fresh: 0, red: 0, moved: false });
/** The row at which the nurse is, by its document. */
export const cursor = signal("");
/** Whether all of it was read once. */
export const ready = signal(false);
/** By which rules people were judged. @type {import('../vendor/signals.js').Signal<{ approved: boolean, review: string } | null>} */
export const judged = signal(null);
/** Why it could not be read. */
export const trouble = signal(/** @type {unknown} */ (null));

const page = 200;
/** @type {Row[]} as the server has it */
let latest = [];
let wanted = false;
let reading = false;
let round = 0; // another for each team

/** Begins anew: another team, or another person. */
export function reset() {
  round++;
  latest = [];
  reading = false;
  batch(() => {
    rows.value = [];
    news.value = { fresh: 0, red: 0, moved: false };
    cursor.value = "";
    ready.value = false;
    trouble.value = null;
  });
}

/** Reads it again. While it is read once, asking twice is asking once more. */
export async function refresh() {
  wanted = true;
  if (reading || !team.value) return;
  reading = true;
  const mine = round;
  while (wanted && mine === round) {
    wanted = false;
    const began = Date.now();
    try {
      await pass(team.value, mine);
      trouble.value = null;
    } catch (err) {
      if (mine !== round) return;
      const moved = /** @type {any} */ (err).status === 409;
      if (moved) wanted = true;
      else trouble.value = err;
    }
    // a long queue that changes all the time is read half of the time at most
    await new Promise(resolve => setTimeout(resolve, Math.max(100, Date.now() - began)));
  }
  if (mine === round) reading = false;
}

/** @param {string} of the team @param {number} mine */
async function pass(of, mine) {
  /** @type {Map<string, Row>} */
  const found = new Map();
  let after = "";
  do {
    const at = after && "&after=" + encodeURIComponent(after);
    const got = await session.ask("GET", `/v1/teams/${of}/queue?limit=${page}${at}`, { headers: { "acting-team": of } });
    if (mine !== round) return;
    judged.value = got.judged ?? null;
    for (const row of got.rows)
      for (let part = row; part; part = part.also) if (!isHidden(part)) found.set(part.doc, { ...part, record: row.record, person: row.person });
    takeIn(found);
    after = got.next ?? "";
  } while (after);
  settle(found);
}

/** What is known of shown rows is shown; the first time, rows that come are put behind those that are there. @param {Map<string, Row>} found */
function takeIn(found) {
  const shown = rows.value.map(row => found.get(row.doc) ?? row);
  if (!ready.value) {
    const there = new Set(shown.map(row => row.doc));
    for (const [doc, row] of found) if (!there.has(doc)) shown.push(row);
  }
  rows.value = shown;
  if (!cursor.value && shown.length > 0) cursor.value = shown[0].doc;
}

/** All of it was read. @param {Map<string, Row>} found */
function settle(found) {
  latest = [...found.values()];
  batch(() => {
    ready.value = true;
    rows.value = rows.value.map(row => found.get(row.doc) ?? { ...row, gone: true });
    const shown = new Set(rows.value.map(row => row.doc));
    const fresh = latest.filter(row => !shown.has(row.doc));
    const kept = rows.value.filter(row => !row.gone);
    const order = latest.filter(row => shown.has(row.doc));
    const moved = kept.length < rows.value.length || kept.some((row, i) => row.doc !== order[i]?.doc);
    news.value = { fresh: fresh.length, red: fresh.filter(row => urgent(row)).length, moved };
    if (shown.size === 0) bringIn();
  });
}

/** @param {Row} row */
export const urgent = row => row.level === "red" || row.level === "emergency";

/** Shows what waits above, in the order of the queue, and goes to the first that is new. */
export function bringIn() {
  const shown = new Set(rows.value.map(row => row.doc));
  const first = latest.find(row => !shown.has(row.doc));
  batch(() => {
    const left = !latest.some(row => row.doc === cursor.value);
    rows.value = latest;
    news.value = { fresh: 0, red: 0, moved: false };
    if (first || left) cursor.value = (first ?? latest[0])?.doc ?? "";
  });
}

/** @param {number} by how many rows */
export function move(by) {
  const list = rows.value;
  const at = list.findIndex(row => row.doc === cursor.value);
  const to = Math.min(list.length - 1, Math.max(0, at + by));
  if (list[to]) cursor.value = list[to].doc;
}

/** The row at which the nurse is. @returns {Row | undefined} */
export const current = () => rows.value.find(row => row.doc === cursor.value);

/** @param {Row} row */
export const mine = row => row.claimedBy === who.value?.account;

/** Shows a change of a row before the server has said yes, and takes it back if it says no. @param {Row} row @param {string} action @param {object} body @param {Partial<Row> | null} change null: it leaves */
async function does(row, action, body, change) {
  const was = rows.value;
  const at = was.findIndex(one => one.doc === row.doc);
  if (change) rows.value = was.map(one => (one.doc === row.doc ? { ...one, ...change } : one));
  try {
    await act(row.record, action, { triage: row.doc, ...body });
    if (!change && at >= 0) leave(row.doc);
  } catch (err) {
    rows.value = rows.value.map(one => (one.doc === row.doc ? row : one));
    throw err;
  } finally {
    void refresh();
  }
}

/** @param {string} doc */
function leave(doc) {
  const at = rows.value.findIndex(row => row.doc === doc);
  if (at < 0) return;
  const rest = rows.value.filter(row => row.doc !== doc);
  latest = latest.filter(row => row.doc !== doc);
  batch(() => {
    rows.value = rest;
    if (cursor.value === doc) cursor.value = rest[Math.min(at, rest.length - 1)]?.doc ?? "";
  });
}

/** @param {Row} row */
export const claim = row => does(row, "claim", {}, { claimedBy: who.value?.account });
/** @param {Row} row */
export const handBack = row => does(row, "hand-back", {}, { claimedBy: undefined, claimedName: undefined });

/** A row goes from the desk, because it was closed here. @param {Row} row */
export function hide(row) {
  const at = rows.value.findIndex(one => one.doc === row.doc);
  keep(row, at < 0 ? null : { at, row: rows.value[at] });
  leave(row.doc);
}

/** It is there again, and the nurse is at it. @param {Row} row */
export function unhide(row) {
  const stood = take(row);
  void refresh();
  if (!stood || rows.value.some(one => one.doc === row.doc)) return;
  batch(() => {
    rows.value = [...rows.value.slice(0, stood.at), stood.row, ...rows.value.slice(stood.at)];
    cursor.value = row.doc;
  });
}
