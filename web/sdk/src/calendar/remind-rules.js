import { clockOf } from "./date.js";

/** @typedef {'appointment' | 'lab' | 'assessment' | 'supply' | 'unread'} Kind what an event is */
/** @typedef {'site' | 'home' | 'device'} Policy by the clock of which zone: the place's, the home's, or the phone's */

/**
 * One reminder of an event.
 * @typedef {object} Lead
 * @property {string} code
 * @property {number} days before the day of the event; negative: after it
 * @property {number} at minutes since midnight; NaN: the time of the event
 * @property {number} minutes before the event itself, in place of days
 * @property {boolean} travel and the way there
 * @property {boolean} far for those with a long way or a referral alone
 * @property {string[]} for 'patient', 'caregiver'
 */

/**
 * When whoever helps hears that a reminder needs a look: so long behind the one of this code, and never later than so long, and the way,
 * before the event.
 * @typedef {{ code: string, afterMinutes: number, leaveMinutes: number }} Look
 */

/**
 * Lead times, hours and limits, as their file has them; clocks are minutes since midnight. Read-only.
 * @typedef {object} Rules
 * @property {string} id
 * @property {string} version
 * @property {string} review the state of clinical approval
 * @property {{ from: number, to: number }} quiet
 * @property {{ before: number, at: number, beforeQuietMinutes: number }} early
 * @property {{ perDay: number }} cap
 * @property {{ afterMinutes: number, snoozeMinMinutes: number, snoozeMaxMinutes: number }} again
 * @property {{ passes: string[] }} mute
 * @property {{ travelMinutes: number }} far
 * @property {{ [kind: string]: Look }} looks
 * @property {Map<string, { policy: Policy, leads: Lead[] }>} kinds what weighs most first
 * @property {Map<string, { lead: Lead, rank: number }>} leads by code; rank 0 weighs most
 */

const kinds = ["appointment", "lab", "assessment", "supply", "unread"];

/**
 * Reads a file of rules (`reminders.v1.json`) and refuses one that is not whole, or that says what this engine does not know.
 * @param {string} text
 * @returns {Rules}
 */
export function loadReminders(text) {
  const file = JSON.parse(text);
  /** @type {Map<string, { lead: Lead, rank: number }>} */
  const leads = new Map();
  /** @type {Rules['kinds']} */
  const all = new Map();
  const { quiet, early, cap, again, mute, far } = file;
  only(file, "id version review source about quiet early cap again mute far looks kinds");
  sourced(quiet, "from to");
  sourced(early, "before at beforeQuietMinutes");
  sourced(cap, "perDay");
  sourced(again, "afterMinutes snoozeMinMinutes snoozeMaxMinutes");
  sourced(mute, "passes");
  sourced(far, "travelMinutes");
  only(file.kinds, kinds.join(" "));
  for (const kind of kinds) {
    const rules = file.kinds[kind];
    sourced(rules, "policy leads");
    must(["site", "home", "device"].includes(rules.policy) && rules.leads?.length > 0);
    const list = rules.leads.map(lead);
    for (const one of list) leads.set(one.code, leads.get(one.code) ?? { lead: one, rank: leads.size });
    all.set(kind, { policy: rules.policy, leads: list });
  }
  must(file.id && file.version && file.review && again.snoozeMaxMinutes >= again.snoozeMinMinutes);
  for (const count of [cap.perDay, again.afterMinutes, again.snoozeMinMinutes, early.beforeQuietMinutes, far.travelMinutes])
    must(Number.isInteger(count) && count > 0);
  const clocks = { quiet: { from: clock(quiet.from), to: clock(quiet.to) }, early: { ...early, before: clock(early.before), at: clock(early.at) } };
  const looks = Object.fromEntries(
    Object.entries(file.looks ?? {}).map(([kind, value]) => [kind, look(value, all.get(/** @type {Kind} */ (kind))?.leads ?? [])]),
  );
  return { ...file, ...clocks, looks, mute: { passes: mute.passes ?? [] }, kinds: all, leads };
}

/** @param {any} l @returns {Lead} */
function lead(l) {
  sourced(l, "code days at minutes travel far for");
  const { code, days = 0, minutes = 0, travel = false, far = false } = l;
  must(code && l.for?.length > 0 && l.for.every((/** @type {string} */ who) => who === "patient" || who === "caregiver"));
  must(minutes >= 0 && (minutes === 0 || (days === 0 && l.at === undefined)));
  return { code, days, minutes, travel, far, for: l.for, at: l.at === undefined ? NaN : clock(l.at) };
}

/** Of a reminder that there is. @param {any} l @param {Lead[]} leads @returns {Look} */
function look(l, leads) {
  sourced(l, "code afterMinutes leaveMinutes");
  const { code, afterMinutes, leaveMinutes = 0 } = l;
  must(leads.some(lead => lead.code === code) && afterMinutes >= 1 && leaveMinutes >= 0);
  return { code, afterMinutes, leaveMinutes };
}

/** @param {unknown} text */
function clock(text) {
  const minutes = clockOf(text);
  must(!Number.isNaN(minutes));
  return minutes;
}

/** A value says where it is from, and who has looked at it. @param {any} value @param {string} names */
function sourced(value, names) {
  only(value, names + " source review");
  must(value.source && value.review);
}

/** @param {any} value @param {string} names */
const only = (value, names) => must(value && typeof value === "object" && Object.keys(value).every(name => names.split(" ").includes(name)));

/** @param {unknown} holds */
function must(holds) {
  if (!holds) throw new RangeError("The file of reminders is not whole: each kind has its leads, and each value a source.");
}
