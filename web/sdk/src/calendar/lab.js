// Where each order of a test and each of its dates stands, worked out when somebody looks: from what happened and from the time. A phone
// that was off for a month is right at once.
import { dateOf, dayAt, dayMinutes, dayOf } from "./date.js";
import { compare, elements, ofType, text, texts, whole } from "./papers.js";
import { datesOf } from "./recurrence.js";
import { knows, resolve, wallAt } from "./zone.js";

/** @import { Document } from '../types.js' */

/**
 * `excused-pending`: the person is in hospital, and whoever ordered has not said whether it counts.
 * @typedef {'planned' | 'due' | 'overdue' | 'missed' | 'collected' | 'resulted' | 'reviewed' | 'closed' | 'excused-pending' | 'excused'} TestState
 */

/** `gap`: nobody has agreed, and whoever ordered must find somebody. @typedef {'arranged' | 'being-arranged' | 'gap' | 'on-hold' | 'ended'} Arrangement */

/**
 * One date of an order; times are ms.
 * @typedef {{ date: string, number: number, state: TestState, opens: number, closes: number }} TestDate number: from 1 on
 */

/** @typedef {{ order: Document, state: Arrangement, dates: TestDate[] }} TestPlan */

/** Something that happened to a date. Days; due: which date it answers, NaN: the nearest that is open. @typedef {{ id: string, state: TestState, on: number, due: number }} Step */

/** @typedef {{ days: number[], zone: string, before: number, after: number, excused: number[], heldFrom: number }} Schedule */

/** @typedef {TestDate & { day: number, missed: number, steps: Step[] }} Occurrence */

const [opensAt, closesAt] = [8 * 60, 20 * 60]; // by the clock of the site
const missedAfter = 864e5; // ms
const windowMost = 60; // days
const besideWindow = 1; // by how many days a result may lie outside of the window of the date that it answers

/** @type {{ [state: string]: number }} */
const rank = { collected: 1, resulted: 2, reviewed: 3, closed: 4 };

/**
 * Every order that a reader sees, by title.
 * @param {Document[]} docs of one record, as it is shown
 * @param {number} now ms
 * @returns {TestPlan[]}
 * @throws {RangeError} an order's zone is not known here
 */
export function testPlans(docs, now) {
  const orders = ofType(docs, "labOrder").filter(o => !["draft", "entered-in-error"].includes(text(o, "status")));
  const stays = ofType(docs, "healthEvent")
    .filter(e => ["admission", "discharge"].includes(text(e, "type")))
    .sort((a, b) => whole(a, "at") - whole(b, "at") || compare(a.id, b.id));
  return orders
    .map(order => ({ order, state: arrangement(order, now), dates: testDates(order, docs, stays, now) }))
    .sort((a, b) => compare(text(a.order, "title"), text(b.order, "title")) || compare(a.order.id, b.order.id));
}

/** A test is arranged when somebody has said that they do it, and not before. @param {Document} order @param {number} now @returns {Arrangement} */
function arrangement(order, now) {
  const status = text(order, "status");
  if (status !== "active") return status === "on-hold" ? "on-hold" : "ended";
  const handshake = text(order, "handshake");
  if (handshake === "accepted") return "arranged";
  return handshake === "requested" && now < whole(order, "acceptBy") ? "being-arranged" : "gap";
}

/** @param {Document} order @param {Document[]} docs @param {Document[]} stays @param {number} now @returns {TestDate[]} */
function testDates(order, docs, stays, now) {
  const schedule = scheduleOf(order);
  if (!schedule) return []; // of a program that knew other rules: it is shown without dates
  const steps = resultSteps(order, ofType(docs, "result"));
  for (const c of ofType(docs, "collection").filter(c => text(c, "order") === order.id)) {
    steps.push({ id: c.id, state: "collected", on: dayAt(wallAt(whole(c, "collectedAt"), schedule.zone)), due: dayOf(text(c, "due")) });
  }
  schedule.heldFrom = heldFrom(order, stays, schedule.zone);
  return occurrences(schedule, now, steps).map(({ date, number, state, opens, closes }) => ({ date, number, state, opens, closes }));
}

/** An order as its dates see it; null for what nobody could follow. @param {Document} order @returns {Schedule | null} */
function scheduleOf(order) {
  const zone = text(order, "zone");
  const [before, after] = [whole(order, "windowBeforeDays"), whole(order, "windowAfterDays")];
  const excused = texts(order, "excusedDate").map(dayOf);
  const [except, extra] = [texts(order, "exceptDate"), texts(order, "extraDate")];
  const strange = [...excused, ...except.map(dayOf), ...extra.map(dayOf)].some(Number.isNaN);
  if (strange || (zone && !knows(zone)) || before < 0 || after < 0 || before + after > windowMost) return null;
  try {
    const dates = datesOf({ anchor: text(order, "anchor"), rule: text(order, "recurrence"), cycles: cyclesOf(order), except, extra });
    const until = text(order, "validUntil"); // the last day on which it is to be followed
    return { days: dates.filter(date => !until || date <= until).map(dayOf), zone, before, after, excused, heldFrom: NaN };
  } catch {
    return null;
  }
}

/** @param {Document} order */
function cyclesOf(order) {
  const days = elements(order, "cycleDay").map(day => (Number.isInteger(day) ? Number(day) : 0));
  const [length, count] = [whole(order, "cycleLength"), whole(order, "cycles")];
  const moved = Object.keys(order.fields).filter(name => name.startsWith("cycleStart."));
  if (days.length === 0 && length === 0 && count === 0 && moved.length === 0) return undefined;
  const starts = Object.fromEntries(
    moved.map(name => {
      const number = name.slice("cycleStart.".length);
      const start = text(order, name);
      if (!/^[+-]?\d+$/.test(number) || Number.isNaN(dayOf(start))) throw new RangeError("A cycle that was moved is named by its number.");
      return [String(Number(number)), start];
    }),
  );
  return { days, length, count, starts };
}

/**
 * What results did to the dates of an order: a date is resulted by its first one, reviewed when all of them are acknowledged, closed when
 * the person need not be told any more. What nobody has checked does nothing.
 * @param {Document} order @param {Document[]} results @returns {Step[]}
 */
function resultSteps(order, results) {
  /** @type {Map<number, Document[]>} */
  const byDay = new Map();
  for (const r of results) {
    const status = text(r, "status");
    const counts = status !== "" && status !== "cancelled" && status !== "entered-in-error" && r.fields.verified === true;
    const day = dayOf(text(r, "answersDate"));
    if (counts && text(r, "answersOrder") === order.id && !Number.isNaN(day)) byDay.set(day, [...(byDay.get(day) ?? []), r]);
  }
  return [...byDay].flatMap(([day, list]) => {
    const done = (/** @type {Document} */ r) => whole(r, "version") > 0 && whole(r, "acknowledgedVersion") === whole(r, "version");
    const told = (/** @type {Document} */ r) => r.fields.informedAt !== undefined || text(r, "class") === "normal";
    /** @type {TestState[]} */
    const states = ["resulted"];
    if (list.every(done)) states.push("reviewed");
    if (list.every(r => done(r) && told(r))) states.push("closed");
    const [id] = list.map(r => r.id).sort(compare);
    return states.map(state => ({ id, state, on: day, due: day }));
  });
}

/** The first day from which on dates wait for whoever ordered, because the person is in hospital; NaN: none do. @param {Document} order @param {Document[]} stays in order @param {string} zone */
function heldFrom(order, stays, zone) {
  const said = texts(order, "heldAnswered");
  const answered = stays.findLastIndex(e => said.includes(e.id)); // an answer to one is an answer to those before it
  const open = stays.slice(answered + 1).filter(e => whole(e, "at") >= whole(order, "publishedAt"));
  const admission = open.find(e => text(e, "type") === "admission");
  return admission && knows(zone) ? dayAt(wallAt(whole(admission, "at"), zone)) : NaN;
}

/** @param {Schedule} s @param {number} now @param {Step[]} steps */
function occurrences(s, now, steps) {
  /** @type {Occurrence[]} */
  const list = s.days.map((day, i) => {
    const opens = resolve((day - s.before) * dayMinutes + opensAt, s.zone).at;
    const closes = resolve((day + s.after) * dayMinutes + closesAt, s.zone).at;
    return { day, date: dateOf(day), number: i + 1, state: "planned", opens, closes, missed: closes + missedAfter, steps: [] };
  });
  list.forEach((o, i) => {
    const before = list[i - 1];
    if (before && o.opens > before.closes && o.opens < before.missed) before.missed = o.opens;
  });
  assign(s, list, steps);
  for (const o of list) o.state = stateOf(s, o, now);
  return list;
}

/** Gives each step to one date. Steps that name a date come first. @param {Schedule} s @param {Occurrence[]} list @param {Step[]} steps */
function assign(s, list, steps) {
  const named = (/** @type {Step} */ step) => (Number.isNaN(step.due) ? 1 : 0);
  steps.sort((a, b) => named(a) - named(b) || a.on - b.on || compare(a.id, b.id) || rank[a.state] - rank[b.state]);
  for (const step of steps) answers(s, list, step)?.steps.push(step);
  for (const o of list) o.steps.sort((a, b) => rank[a.state] - rank[b.state]);
}

/** The date that a step names, or the nearest whose window it touches and that has nothing of its kind yet. @param {Schedule} s @param {Occurrence[]} list @param {Step} step */
function answers(s, list, step) {
  if (!Number.isNaN(step.due)) return list.find(o => o.day === step.due);
  /** @type {Occurrence | undefined} */
  let best;
  const far = (/** @type {Occurrence} */ o) => Math.abs(o.day - step.on);
  for (const o of list) {
    const near = o.day - step.on - s.before <= besideWindow && step.on - o.day - s.after <= besideWindow;
    if (near && !o.steps.some(had => had.state === step.state) && (!best || far(o) < far(best))) best = o;
  }
  return best;
}

/** @param {Schedule} s @param {Occurrence} o @param {number} now @returns {TestState} */
function stateOf(s, o, now) {
  const last = o.steps.at(-1);
  if (last) return last.state;
  if (s.excused.includes(o.day)) return "excused";
  if (o.day >= s.heldFrom) return "excused-pending";
  if (now < o.opens) return "planned";
  if (now <= o.closes) return "due";
  return now < o.missed ? "overdue" : "missed";
}
