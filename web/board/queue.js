// The queue of a team as this desk shows it. The order on the screen is the nurse's: what is new waits until they bring it in, and no row
// moves by itself; what a row says is always the newest.
import { batch, signal } from "../ui/html.js";
import { isHidden, keep, take } from "./hidden.js";
import { ask as askOffers, hinted } from "./offers.js";
import { act, session, team, who } from "./store.js";
import { ask as askUnsettled, hinted as unsettledHinted } from "./unsettled.js";

/** @typedef {{ record: string, key: string, doc: string, private: boolean, level: string, own: string, overdue: boolean, urgency?: string, late: boolean, reportedAt: number, receivedAt: number, dueBy?: number, status: string, claimedName?: string, claimedBy?: string, concerns: string[], why: string, waiting: any[], said: { items?: { code: string, severity?: number }[], words?: string[], more?: boolean }, offer?: { status: string, team: string, answer?: string }, adviceShownAt?: number, adviceAction?: string, also?: any, person: { name: string, birthDate: string } | null, gone?: boolean }} Row */

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

/** Rows a request, and records a request. */
const page = 200;
const together = 50;
/** Of more records than this something is new: then all of it is read again, which is less. */
const hintsMost = 500;
/** Between two requests, ms: other things have their turn, and hints that come together are one request. */
const pause = 100;
const between = 20;
const later = 10_000;

/** All that is known, in the order of the server, and by its document. @type {Row[]} */
let latest = [];
/** @type {Map<string, Row>} */
let known = new Map();
/** Records of which something is new. @type {Set<string>} */
const due = new Set();
/** A way through the pages: where each begins, how many of them at the most, and how many are to be read once more after it. @type {{ at: { place: string, key: string }[], most: number, again: number } | null} */
let way = null;
/** Up to where the first way has come: rows behind it come with their pages. */
let reached = "";
/** What this nurse did with rows: a request that began before it was done may not know of it yet. @type {Map<string, { change: Partial<Row>, until: number }>} */
const doing = new Map();
/** How many requests began. */
let asked = 0;
let working = false;
let round = 0; // another for each team

const last = "~"; // behind every key

/** Begins anew: another team, or another person. */
export function reset() {
  round++;
  latest = [];
  known = new Map();
  due.clear();
  doing.clear();
  way = null;
  reached = "";
  working = false;
  batch(() => {
    rows.value = [];
    news.value = { fresh: 0, red: 0, moved: false };
    cursor.value = "";
    ready.value = false;
    trouble.value = null;
  });
}

/** Reads all of it again. While it is being read, what was read before is read once more after it. */
export function refresh() {
  if (way) way.again = Math.max(way.again, way.at.length);
  else way = { at: [{ place: "", key: "" }], most: Infinity, again: 0 };
  void work();
}

/** Something about a record is new: its rows are read again, and nothing else. @param {string} record '': any */
export function changed(record) {
  if (record) due.add(record);
  if (record && due.size <= hintsMost) return void work();
  due.clear();
  void askOffers();
  void askUnsettled();
  refresh();
}

/** One request after another, so that what is read later is newer. */
async function work() {
  if (working || !team.value) return;
  working = true;
  const mine = round;
  while (mine === round && (way || due.size > 0)) {
    const began = performance.now();
    try {
      if (due.size > 0) await some(mine);
      if (mine === round && way) await go(way, mine);
      if (mine === round) trouble.value = null;
    } catch (err) {
      if (mine !== round) return;
      trouble.value = err;
      working = false;
      setTimeout(() => mine === round && void work(), later);
      return;
    }
    // a long queue is read half of the time at most
    await new Promise(resolve => setTimeout(resolve, way ? Math.max(between, performance.now() - began) : pause));
  }
  if (mine === round) working = false;
}

/** What it has, and which request it was. @param {string} what @returns {Promise<any>} */
async function ask(what) {
  const nth = ++asked;
  return { ...(await session.ask("GET", `/v1/teams/${team.value}/queue?${what}`, { headers: { "acting-team": team.value } })), nth };
}

/** The parts of rows, each with all that is shown of it. @param {{ rows: any[], nth: number }} got @returns {Row[]} */
function partsOf({ rows: list, nth }) {
  const parts = [];
  for (const row of list) {
    let nth = 0;
    for (let part = row; part; part = part.also) {
      const key = row.order + row.record + nth++;
      const own = doing.get(part.doc);
      if (own && nth > own.until) doing.delete(part.doc);
      if (!isHidden(part)) parts.push({ ...part, record: row.record, person: row.person, key, ...(own && nth <= own.until ? own.change : {}) });
    }
  }
  return parts;
}

/** Reads the rows of some records of which something is new. @param {number} mine */
async function some(mine) {
  const ids = new Set([...due].slice(0, together));
  ids.forEach(id => due.delete(id));
  try {
    const got = await ask("records=" + [...ids].join(","));
    if (mine !== round) return;
    takeIn(partsOf(got), row => ids.has(row.record), false);
    hinted(ids, got.offers);
    unsettledHinted(ids, got.unsettled);
  } catch (err) {
    if (mine === round) ids.forEach(id => due.add(id));
    throw err;
  }
}

/** Reads one more page of a way. @param {NonNullable<typeof way>} on @param {number} mine */
async function go(on, mine) {
  const { place, key } = on.at[on.at.length - 1];
  let got;
  try {
    got = await ask(`limit=${page}${place && "&after=" + encodeURIComponent(place)}`);
  } catch (err) {
    if (mine !== round) return;
    if (/** @type {any} */ (err).status !== 409 || on.at.length === 1) throw err;
    on.at.pop(); // the row at which the page before ended stands elsewhere now: that page again
    return;
  }
  if (mine !== round) return;
  judged.value = got.judged ?? null;
  const list = partsOf(got);
  const to = got.next ? (list.at(-1)?.key ?? key) : last;
  const ended = !got.next || on.at.length >= on.most;
  if (ended) way = on.again > 0 ? { at: [{ place: "", key: "" }], most: on.again, again: 0 } : null;
  else on.at.push({ place: got.next, key: to });
  if (!ready.value && to > reached) reached = to;
  takeIn(list, row => row.key > key && row.key <= to, ended);
}

/** Rows as the server has them now. @param {Row[]} list @param {(row: Row) => boolean} instead which of those that are known they replace @param {boolean} whole all of it was read once */
function takeIn(list, instead, whole) {
  const came = new Set(list.map(row => row.doc));
  // where all stand as before, what waits is as before: a change of one row does not go through thousands more than once
  const same = list.every(row => known.get(row.doc)?.key === row.key) && !latest.some(row => instead(row) && !came.has(row.doc));
  if (same && ready.value) {
    for (const row of list) known.set(row.doc, row);
    const now = (/** @type {Row} */ row) => (came.has(row.doc) ? (known.get(row.doc) ?? row) : row);
    latest = latest.map(now);
    if (rows.value.some(row => came.has(row.doc))) rows.value = rows.value.map(now);
    return;
  }
  const kept = latest.filter(row => !came.has(row.doc) && !instead(row));
  latest = [...kept, ...list].sort((a, b) => (a.key < b.key ? -1 : 1));
  known = new Map(latest.map(row => [row.doc, row]));
  batch(() => {
    const shown = rows.value.map(row => known.get(row.doc) ?? (row.gone ? row : { ...row, gone: true }));
    if (!ready.value) {
      const there = new Set(shown.map(row => row.doc));
      // the first time, rows that come are put behind those that are there
      for (const row of list)
        if (!there.has(row.doc) && (shown.length === 0 || row.key > (shown[shown.length - 1].key ?? "")) && row.key <= reached) shown.push(row);
    }
    if (shown.length !== rows.value.length || shown.some((row, i) => row !== rows.value[i])) rows.value = shown;
    if (whole) ready.value = true;
    if (!cursor.value && shown.length > 0) cursor.value = shown[0].doc;
    tell();
    if (ready.value && rows.value.length === 0) bringIn();
  });
}

/** What there is to bring in: of a queue that is being read for the first time, what was reached. */
const brought = () => (ready.value ? latest : latest.filter(row => row.key <= reached));

/** Says what waits to be brought in. */
function tell() {
  const shown = new Set(rows.value.map(row => row.doc));
  const fresh = brought().filter(row => !shown.has(row.doc));
  const kept = rows.value.filter(row => !row.gone);
  const order = latest.filter(row => shown.has(row.doc));
  const moved = kept.length < rows.value.length || kept.some((row, i) => row.doc !== order[i]?.doc);
  const said = { fresh: fresh.length, red: fresh.filter(row => urgent(row)).length, moved };
  const was = news.value;
  if (said.fresh !== was.fresh || said.red !== was.red || said.moved !== was.moved) news.value = said;
}

/** @param {Row} row */
export const urgent = row => row.level === "red" || row.level === "emergency";

/** Shows what waits above, in the order of the queue, and goes to the first that is new. */
export function bringIn() {
  const shown = new Set(rows.value.map(row => row.doc));
  const all = brought();
  const first = all.find(row => !shown.has(row.doc));
  batch(() => {
    const left = !all.some(row => row.doc === cursor.value);
    rows.value = all;
    news.value = { fresh: 0, red: 0, moved: false };
    if (first || left) cursor.value = (first ?? all[0])?.doc ?? "";
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

/** Shows a change of a row before the server has said yes, and takes it back if it says no. @param {Row} row @param {string} action @param {object} body @param {Partial<Row>} change */
async function does(row, action, body, change) {
  const was = known.get(row.doc);
  if (was) put({ ...was, ...change });
  const own = { change, until: Infinity };
  doing.set(row.doc, own);
  try {
    await act(row.record, action, { triage: row.doc, ...body });
    own.until = asked;
  } catch (err) {
    if (doing.get(row.doc) === own) doing.delete(row.doc);
    if (was) put(was);
    throw err;
  } finally {
    changed(row.record);
  }
}

/** Puts a row in the place of what is known of it. @param {Row} row */
function put(row) {
  if (!known.has(row.doc)) return;
  known.set(row.doc, row);
  latest = latest.map(one => known.get(one.doc) ?? one);
  rows.value = rows.value.map(one => (one.doc === row.doc ? row : one));
}

/** @param {string} doc */
function leave(doc) {
  const at = rows.value.findIndex(row => row.doc === doc);
  const rest = rows.value.filter(row => row.doc !== doc);
  latest = latest.filter(row => row.doc !== doc);
  known.delete(doc);
  batch(() => {
    rows.value = rest;
    if (cursor.value === doc) cursor.value = rest[Math.min(Math.max(at, 0), rest.length - 1)]?.doc ?? "";
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
  changed(row.record);
  if (!stood || rows.value.some(one => one.doc === row.doc)) return;
  batch(() => {
    rows.value = [...rows.value.slice(0, stood.at), stood.row, ...rows.value.slice(stood.at)];
    cursor.value = row.doc;
  });
}
