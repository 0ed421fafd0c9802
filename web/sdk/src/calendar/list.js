// What rings for somebody, from a record as the phone has it: the list that `GET /v1/records/{record}/reminders` answers, with no network.
import { clockOf, dayOf } from "./date.js";
import { eventsOf } from "./events.js";
import { ofType, text, texts, whole } from "./papers.js";
import { remind } from "./remind.js";
import { loadReminders } from "./remind-rules.js";
import { knows } from "./zone.js";

/** @import { Document } from '../types.js' */
/** @import { Answer, Reminder, Settings, Told } from './remind.js' */
/** @import { Kind, Policy, Rules } from './remind-rules.js' */

/** What a place reminds by. @typedef {{ rules: Rules, zone: string }} Place zone: of whoever has none */

/**
 * @typedef {object} Page
 * @property {Reminder[]} reminders the next first
 * @property {string} [askZone] where the phone is, if the person should be asked once: keep the time at home, or move?
 * @property {{ id: string, version: string, review: string, againMinutes: number }} rules by which it was made
 */

/** The words of `remindAbout`. @type {[Kind, string][]} */
const words = [
  ["appointment", "appointment"],
  ["lab", "lab"],
  ["assessment", "assessment"],
  ["supply", "medication"],
  ["unread", "plan"],
];

/** Reads what `GET /v1/reminders` answered; a phone keeps the text. @param {string} answer @returns {Place} @throws {RangeError} it is not whole */
export function readPlace(answer) {
  const { zone, rules } = JSON.parse(answer);
  if (!knows(zone)) throw new RangeError("The zone of this place is not known here.");
  return { zone, rules: loadReminders(JSON.stringify(rules)) };
}

/**
 * What rings behind now, for so many days.
 * @param {Place} place
 * @param {Document[]} docs of one record, as `view` shows it
 * @param {{ audience: 'patient' | 'caregiver', now: number, days: number }} o now: ms
 * @returns {Page}
 * @throws {RangeError} more than 400 days are asked for, or a zone is not known here
 */
export function reminders({ rules, zone }, docs, { audience, now, days }) {
  const { settings, policies, askZone } = wishesOf(docs, audience, zone);
  const { id, version, review, again } = rules;
  const by = { id, version, review, againMinutes: again.afterMinutes };
  const events = settings.off ? [] : eventsOf(docs, { home: settings.homeZone, now, days });
  for (const e of events) e.policy = policies.get(e.kind);
  const said = { told: toldOf(docs, audience, rules), answers: answersOf(docs) };
  const list = remind(rules, { audience, events, settings, ...said, from: now, now, days });
  return { reminders: list, ...(askZone ? { askZone } : {}), rules: by };
}

/**
 * What the person decided. A caregiver's phone is another: the person's hours and zones do not hold for it.
 * @param {Document[]} docs
 * @param {string} audience
 * @param {string} otherwise
 */
export function wishesOf(docs, audience, otherwise) {
  /** @type {Settings} */
  const settings = { homeZone: otherwise };
  /** @type {Map<Kind, Policy>} */
  const policies = new Map();
  for (const p of ofType(docs, "person")) {
    if (knows(text(p, "homeZone"))) settings.homeZone = text(p, "homeZone");
    if (["deceased", "merged"].includes(text(p, "status")) || ["phone", "letter"].includes(text(p, "engagementMode"))) settings.off = true;
  }
  if (ofType(docs, "healthEvent").some(e => text(e, "type") === "death")) settings.off = true;
  const [first, ...more] = ofType(docs, "preference");
  if (!first || audience !== "patient") return { settings, policies, askZone: "" };
  const newest = more.reduce((a, b) => (b.rev > a.rev || (b.rev === a.rev && b.id > a.id) ? b : a), first);
  preference(newest, settings);
  for (const [kind] of words) {
    const policy = text(newest, "zonePolicy." + kind);
    if (policy) policies.set(kind, /** @type {Policy} */ (policy));
  }
  return { settings, policies, askZone: phone(newest, settings) };
}

/** @param {Document} p @param {Settings} settings */
function preference(p, settings) {
  if (p.fields.remindersOn === false) settings.off = true;
  const about = texts(p, "remindAbout");
  if (about.length > 0) settings.offKinds = words.filter(([, word]) => !about.includes(word)).map(([kind]) => kind);
  const { from, to } = /** @type {any} */ (p.fields.quietHours ?? {});
  if (!Number.isNaN(clockOf(from)) && !Number.isNaN(clockOf(to))) Object.assign(settings, { quietFrom: from, quietTo: to });
  if (!Number.isNaN(dayOf(text(p, "enoughOn")))) settings.enoughOn = text(p, "enoughOn");
}

/** Reminders follow the phone to another zone, unless the person keeps the time at home; it asks once. @param {Document} p @param {Settings} settings @returns {string} the zone to ask about */
function phone(p, settings) {
  const device = text(p, "deviceZone");
  if (!knows(device) || device === settings.homeZone) return "";
  const asked = text(p, "zoneAsked") === device;
  if (!asked || text(p, "zoneAnswer") !== "keep") settings.deviceZone = device;
  return asked ? "" : device;
}

/** The reminders that somebody got. @param {Document[]} docs @param {string} audience @param {Rules} rules @returns {Told[]} */
function toldOf(docs, audience, rules) {
  return ofType(docs, "notice")
    .filter(n => text(n, "audience") === audience && rules.leads.has(text(n, "code")))
    .map(n => ({ id: n.id, code: text(n, "code"), focus: text(n, "focus"), step: text(n, "step"), at: whole(n, "at"), about: texts(n, "about") }));
}

/** What the person said to reminders. @param {Document[]} docs @returns {Answer[]} */
function answersOf(docs) {
  return ofType(docs, "reminderReply")
    .filter(r => text(r, "what") !== "opened")
    .map(r => ({
      reminder: text(r, "reminder"),
      what: /** @type {Answer['what']} */ (text(r, "what")),
      at: whole(r, "at"),
      minutes: Math.min(Math.max(whole(r, "minutes"), 0), 24 * 60),
    }));
}
