// The results that a team has to acknowledge, as this desk shows them. As in the queue nothing moves by itself: what is new waits until the nurse brings
// it in, and a result about which somebody else decided stays where it is and says so.
import { batch, signal } from "../ui/html.js";
import { newDocument } from "../sdk/src/index.js";
import { see } from "./records.js";
import { act, session, team } from "./store.js";

/** @typedef {{ match: string, asks?: string[], text: string, because: string, signedBy?: string, ifOutside: string }} Finding */
/** @typedef {{ code: string, value?: string, unit?: string, normalised?: string, normalisedUnit?: string, low?: string, high?: string, flag?: string, conclusion?: string, status: string, emergency?: boolean, held?: boolean, receivedAt?: number, orderedBy?: string, transferTo?: string, finding?: Finding }} Facts */
/** @typedef {{ record: string, doc: string, class: string, team: string, dueBy?: number, effectiveAt: number, version: number, grey?: boolean, review: string, says: string[], facts: Facts, person: { name: string, birthDate: string } | null, gone?: boolean }} Line */

/** @type {import('../vendor/signals.js').Signal<Line[]>} */
export const lines = signal([]);
/** How many wait to be brought in, and whether others left. */
export const news = signal({ fresh: 0, moved: false });
/** The result at which the nurse is, by its document. */
export const cursor = signal("");
export const ready = signal(false);
/** There are others behind those that are shown. */
export const more = signal(false);
/** Why they could not be read. */
export const trouble = signal(/** @type {unknown} */ (null));

/** @type {Line[]} */
let latest = [];
let of = "";
let round = 0;

/** Reads them again. Another team begins anew. */
export async function refresh() {
  if (of !== team.value) reset();
  const mine = ++round;
  try {
    const got = await session.ask("GET", `/v1/teams/${of}/results`, { headers: { "acting-team": of } });
    if (mine === round) settle(got.results, got.more);
  } catch (err) {
    if (mine === round) trouble.value = err;
  }
}

function reset() {
  of = team.value;
  latest = [];
  batch(() => {
    lines.value = [];
    news.value = { fresh: 0, moved: false };
    cursor.value = "";
    ready.value = false;
  });
}

/** @param {Line[]} got @param {boolean} others */
function settle(got, others) {
  latest = got;
  const now = new Map(got.map(line => [line.doc, line]));
  batch(() => {
    trouble.value = null;
    more.value = others;
    if (!ready.value) return bringIn();
    lines.value = lines.value.map(line => now.get(line.doc) ?? { ...line, gone: true });
    const shown = new Set(lines.value.map(line => line.doc));
    news.value = { fresh: got.filter(line => !shown.has(line.doc)).length, moved: lines.value.some(line => line.gone) };
    see([...new Set(lines.value.filter(line => line.gone).map(line => line.record))]); // who decided stands in the record
  });
}

/** Shows what there is now, what is due first on top. */
export function bringIn() {
  const shown = new Set(lines.value.map(line => line.doc));
  const first = ready.value ? latest.find(line => !shown.has(line.doc)) : undefined;
  batch(() => {
    const stays = latest.some(line => line.doc === cursor.value);
    lines.value = latest;
    news.value = { fresh: 0, moved: false };
    ready.value = true;
    if (first || !stays) cursor.value = (first ?? latest[0])?.doc ?? "";
  });
}

/** @param {number} by */
export function move(by) {
  const at = lines.value.findIndex(line => line.doc === cursor.value);
  const to = Math.min(lines.value.length - 1, Math.max(0, at + by));
  if (lines.value[to]) cursor.value = lines.value[to].doc;
}

/** @returns {Line | undefined} */
export const current = () => lines.value.find(line => line.doc === cursor.value);

/** Whether this team is asked to take it over from another. @param {Line} line */
export const asked = line => line.team !== team.value && line.facts.transferTo === team.value;

/** Says what follows from a result, or that it was seen. @param {Line} line @param {{ [field: string]: unknown }} said */
export async function decide(line, said) {
  const set = { result: line.doc, team: team.value, version: line.version, ...(line.facts.held && { held: true }), ...said };
  try {
    await act(line.record, "write", { doc: newDocument("resultAck"), set });
    if (!said.decision || said.decision === "transfer-responsibility") return;
    const at = lines.value.findIndex(one => one.doc === line.doc);
    const rest = lines.value.filter(one => one.doc !== line.doc);
    latest = latest.filter(one => one.doc !== line.doc);
    batch(() => {
      lines.value = rest;
      if (cursor.value === line.doc) cursor.value = rest[Math.min(at, rest.length - 1)]?.doc ?? "";
    });
  } finally {
    void refresh();
  }
}
