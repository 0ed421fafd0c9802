// What there is to be reminded of in a record, as its reader sees it.
import { dateOf, dayAt, dayOf, wallOf, wallText } from "./date.js";
import { testPlans } from "./lab.js";
import { ofType, text, whole } from "./papers.js";
import { wallAt } from "./zone.js";

/** @import { Document } from '../types.js' */
/** @import { Event } from './remind.js' */

// Within how many days events matter for a list: what is reminded of after its day, and what is reminded of days ahead.
const [daysBehind, daysAhead] = [10, 15];
const eventsMax = 5000;
const travelMost = 24 * 60; // minutes

/**
 * The events around the days that a list is about.
 * @param {Document[]} docs
 * @param {{ home: string, now: number, days: number }} o home: the zone in which the person lives
 * @returns {Event[]}
 */
export function eventsOf(docs, { home, now, days }) {
  const today = dayAt(wallAt(now, home));
  const near = (/** @type {Event} */ e) => dayOf(e.date) >= today - daysBehind && dayOf(e.date) <= today + days + daysAhead;
  const away = inHospital(docs, now);
  const all = [...appointments(docs, away), ...tests(docs, away, now), ...requests(docs), ...supplies(docs), ...unreads(docs, home)];
  return all.filter(near).slice(0, eventsMax);
}

/** Whether the person is in hospital: appointments and tests are not reminded of then. @param {Document[]} docs @param {number} now */
function inHospital(docs, now) {
  let [latest, away] = [0, false];
  for (const e of ofType(docs, "healthEvent")) {
    const [what, at] = [text(e, "type"), whole(e, "at")];
    if ((what === "admission" || what === "discharge") && at >= latest && at <= now) [latest, away] = [at, what === "admission"];
  }
  return away;
}

/** Those to which the person comes. @param {Document[]} docs @param {boolean} away @returns {Event[]} */
function appointments(docs, away) {
  const between = (/** @type {Document} */ a) => text(a, "audience") === "clinicians" || (text(a, "audience") === "" && text(a, "type") === "mdt");
  return ofType(docs, "appointment")
    .filter(a => !Number.isNaN(wallOf(text(a, "start"))) && !between(a))
    .map(a => {
      const start = text(a, "start");
      return {
        kind: "appointment",
        focus: a.id,
        step: start,
        date: start.slice(0, 10),
        time: start.slice(11),
        zone: text(a, "zone"),
        travelMinutes: Math.min(Math.max(whole(a, "travelMinutes"), 0), travelMost),
        referral: text(a, "authorisationRef") !== "",
        over: text(a, "status") !== "booked" || text(a, "patientResponse") === "declined" || away,
      };
    });
}

/** The dates of the orders that are followed. @param {Document[]} docs @param {boolean} away @param {number} now @returns {Event[]} */
function tests(docs, away, now) {
  return testPlans(docs, now).flatMap(({ order, state, dates }) =>
    dates.map(d => {
      const zone = text(order, "zone");
      const asks = (d.state === "planned" || d.state === "due") && state !== "on-hold" && state !== "ended";
      return { kind: "lab", focus: order.id, step: d.date, date: wallText(wallAt(d.opens, zone)).slice(0, 10), zone, over: !asks || away };
    }),
  );
}

/** The questions that the person is asked to answer; what was sent since answers them. @param {Document[]} docs @returns {Event[]} */
function requests(docs) {
  const reported = ofType(docs, "assessment").filter(a => ["completed", "amended"].includes(text(a, "status")));
  return dated(docs, "assessmentRequest", "dueOn", "assessment", q => {
    const answered = reported.some(a => whole(a, "reportedAt") === 0 || whole(a, "reportedAt") >= whole(q, "askedAt"));
    return text(q, "status") !== "active" || answered;
  });
}

/** The medicines that will run out. @param {Document[]} docs */
const supplies = docs =>
  dated(docs, "medication", "supplyUntil", "supply", m => text(m, "status") !== "active" || text(m, "taking") === "not-taking");

/** @param {Document[]} docs @param {string} type @param {string} field @param {Event['kind']} kind @param {(doc: Document) => boolean} over @returns {Event[]} */
function dated(docs, type, field, kind, over) {
  const found = ofType(docs, type).filter(d => !Number.isNaN(dayOf(text(d, field))));
  return found.map(d => ({ kind, focus: d.id, step: text(d, field), date: text(d, field), over: over(d) }));
}

/** The newest versions of plans and summaries that were published, until the person has opened them. @param {Document[]} docs @param {string} home @returns {Event[]} */
function unreads(docs, home) {
  const opened = new Set(
    ofType(docs, "reminderReply")
      .filter(r => text(r, "what") === "opened")
      .map(r => text(r, "focus")),
  );
  const newest = (/** @type {string} */ type, /** @type {string} */ of) => {
    /** @type {Map<string, Document>} */
    const best = new Map();
    for (const v of ofType(docs, type)) {
      const had = best.get(text(v, of));
      if (!had || whole(v, "number") > whole(had, "number")) best.set(text(v, of), v);
    }
    return [...best.values()];
  };
  return [...newest("planVersion", "plan"), ...newest("summaryVersion", "of")].map(v => {
    const published = dateOf(dayAt(wallAt(whole(v, "publishedAt"), home)));
    return { kind: "unread", focus: v.id, date: published, zone: home, over: opened.has(v.id) };
  });
}
