// What rings for whoever looks, worked out on this device from what lies here, as any phone does (decisions 0119, 0138, 0155). The file of lead times is asked
// for when there is a network, and kept.
import { clockOf, dayMinutes, dayOf } from "../sdk/src/calendar/date.js";
import { eventsOf } from "../sdk/src/calendar/events.js";
import { readPlace, reminders, wishesOf } from "../sdk/src/calendar/list.js";
import { ofType, text, texts, whole } from "../sdk/src/calendar/papers.js";
import { reminderID } from "../sdk/src/calendar/remind.js";
import { knows, wallAt } from "../sdk/src/calendar/zone.js";
import { computed, effect, signal } from "../ui/html.js";
import { has } from "../words/words.js";
import { now } from "./clock.js";
import { device, documents, helps, locked, session, status, who } from "./store.js";

/** @import { Document } from '../sdk/src/types.js' */
/** @import { Place } from '../sdk/src/calendar/list.js' */
/** @import { Reminder } from '../sdk/src/calendar/remind.js' */

/** What a reminder speaks of. @typedef {{ id: string, code: string, kind: string, focus: string }} Cause */
/** Something that rang, and still matters. @typedef {Cause & { at: number }} Due */
/** Something that will ring, and all of which it speaks. @typedef {Reminder & { of: Cause[] }} Ahead */

/** For so many days it is said what will ring. */
export const daysAhead = 7;
const dayMs = 864e5;
/** What rang longer ago is not asked about any more, ms. */
const rangMost = 1.5 * dayMs;
/** So long the server may take to write what rang, ms: this device says it meanwhile. */
const graceMs = 600_000;

/** Where what the server handed out is kept on this device. */
const part = "reminders";
/** By what reminders are worked out here; null: nothing that can be used is here; undefined: nobody has looked yet. */
export const place = signal(/** @type {Place | null | undefined} */ (undefined));

effect(() => {
  if (who.value && !locked.value) void look().catch(() => {}); // it was locked in between
});

async function look() {
  await openPlace();
  if (!place.value) await renewPlace();
}

/** Reads what is kept. */
async function openPlace() {
  try {
    const { answer } = await keptPlace();
    place.value = answer ? readPlace(answer) : null;
  } catch {
    place.value = null; // of a newer program: this one knows not all of it, and uses none
  }
}

/** @returns {Promise<{ tag: string, answer: string }>} */
const keptPlace = async () => JSON.parse((await device.kept(part)) ?? '{"tag":"","answer":""}');

/** Asks the server whether there is a newer file. */
export async function renewPlace() {
  const { tag } = await keptPlace();
  try {
    const { body, headers } = await session.exchange("GET", "/v1/reminders", { headers: tag ? { "if-none-match": tag } : {} });
    await device.keep(part, JSON.stringify({ tag: headers.get("etag") ?? "", answer: JSON.stringify(body) }));
  } catch {
    // what is here counts on: it is the same, or nobody can be asked
  }
  await openPlace();
}

/** What rang and still matters, and what will ring, the next first; null: it cannot be worked out here, and what rang is what the server told. @type {import('../vendor/signals.js').ReadonlySignal<{ due: Due[], ahead: Ahead[] | null }>} */
export const rings = computed(() => {
  /** @type {{ audience: 'patient' | 'caregiver', now: number, heard: number }} */
  const o = { audience: helps.value ? "caregiver" : "patient", now: now.value, heard: status.value.heard };
  const docs = documents.value ?? [];
  try {
    if (place.value) return listOf(place.value, docs, o);
  } catch {
    // a zone of this record is not known here
  }
  const told = toldOf(docs, o).filter(m => has("today.rang." + m.code));
  return { due: told.map(m => ({ ...m, kind: m.code.split("-")[0] })), ahead: null };
});

/** What the server told of lately. @param {Document[]} docs @param {{ audience: string, now: number }} o */
const toldOf = (docs, { audience, now }) =>
  ofType(docs, "notice")
    .filter(n => text(n, "audience") === audience && now - whole(n, "at") < rangMost)
    .map(n => ({ id: n.id, at: whole(n, "at"), about: texts(n, "about"), code: text(n, "code"), focus: text(n, "focus") }));

/**
 * @param {Place} place
 * @param {Document[]} docs
 * @param {{ audience: 'patient' | 'caregiver', now: number, heard: number }} o heard: when this device last had all of the record, ms
 */
function listOf(place, docs, { audience, now, heard }) {
  const list = (/** @type {number} */ from, /** @type {number} */ days) => reminders(place, docs, { audience, now: from, days }).reminders;
  // What was to ring before this device last heard of the server, the server has told of, if it was to be told.
  const since = Math.max(Math.min(heard, now) - graceMs, now - rangMost);
  const rang = [...toldOf(docs, { audience, now }), ...list(since, 2).filter(m => m.at <= now)];
  const { all, live } = causesOf(place, docs, audience, now);
  const of = (/** @type {{ id: string, about?: string[] }} */ m) => [m.id, ...(m.about ?? [])].flatMap(id => all.get(id) ?? []);
  return {
    due: rang.flatMap(m => of(m).flatMap(c => (live.has(c.id) ? [{ ...c, at: m.at }] : []))),
    ahead: list(now, daysAhead).map(m => ({ ...m, of: of(m) })),
  };
}

/** Every reminder that what is here can have, by its id; and the ids of those that are of use: of nothing that was called off, is over, or is not wanted. @param {Place} place @param {Document[]} docs @param {'patient' | 'caregiver'} audience @param {number} now */
function causesOf({ rules, zone }, docs, audience, now) {
  const { settings } = wishesOf(docs, audience, zone);
  /** @type {Map<string, Cause>} */
  const all = new Map();
  /** @type {Set<string>} */
  const live = new Set();
  if (settings.off) return { all, live };
  for (const e of eventsOf(docs, { home: settings.homeZone, now, days: daysAhead })) {
    const ends = dayOf(e.date) * dayMinutes + (e.time ? clockOf(e.time) : dayMinutes);
    const there = e.zone || settings.homeZone;
    const before = !knows(there) || wallAt(now, there) < ends;
    for (const { code, days } of rules.kinds.get(e.kind)?.leads ?? [])
      for (const again of ["", " again"]) {
        const id = reminderID(code, e.focus, (e.step ?? "") + again, audience);
        all.set(id, { id, code, kind: e.kind, focus: e.focus });
        if (!e.over && (before || days < 0) && !settings.offKinds?.includes(e.kind)) live.add(id);
      }
  }
  return { all, live };
}
