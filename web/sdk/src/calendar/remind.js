// When a person is reminded of what: events in, reminders out. No clock is asked. The path of a reminder: lead (how long before its
// event, by whose clock), quiet hours and days that were enough, merging (several at once are one), and once more if nobody answered.
import { clockOf, dayAt, dayMinutes, dayOf, wallText } from "./date.js";
import { derivedUUID } from "./ids.js";
import { knows, resolve, wallAt } from "./zone.js";

/** @import { Kind, Lead, Policy, Rules } from './remind-rules.js' */
/** @import { Fit } from './zone.js' */

/**
 * Something of which somebody is reminded. Focus and step name it: the same are the same event.
 * @typedef {object} Event
 * @property {Kind} kind
 * @property {string} focus the document that it is about
 * @property {string} [step] tells events of one document apart, such as a date
 * @property {string} date by the clock of the place
 * @property {string} [time] "09:30"; not given: some time of that day
 * @property {string} [zone] of the place; not given: the home's
 * @property {Policy} [policy] what the person chose
 * @property {number} [travelMinutes]
 * @property {boolean} [referral] somebody referred the person there
 * @property {boolean} [over] cancelled, done or paused: nobody is reminded
 */

/**
 * What the person decided, and where they are.
 * @typedef {object} Settings
 * @property {string} homeZone
 * @property {string} [deviceZone] not given: at home
 * @property {string} [quietFrom] not given: as the rules say; from and to alike: never quiet
 * @property {string} [quietTo]
 * @property {string} [enoughOn] "today is enough", by the clock of the phone
 * @property {boolean} [off] no reminders are wanted
 * @property {Kind[]} [offKinds]
 */

/** @typedef {{ id: string, code: string, focus: string, step?: string, at: number, about?: string[] }} Told a reminder that somebody got */
/** @typedef {{ reminder: string, what: 'done' | 'snooze' | 'cannot', at: number, minutes?: number }} Answer what somebody said to one */

/**
 * All that a list depends on. Times are ms since 1970.
 * @typedef {object} Input
 * @property {'patient' | 'caregiver'} audience
 * @property {Event[]} events
 * @property {Settings} settings
 * @property {Told[]} [told]
 * @property {Answer[]} [answers]
 * @property {number} from what comes behind it is listed
 * @property {number} days for so many days of 24 hours
 * @property {number} [now] when somebody looks who should have looked before: what was to ring since from rings now
 */

/**
 * One ring.
 * @typedef {object} Reminder
 * @property {string} id the document id of its notice: the same on the server
 * @property {string} code
 * @property {Kind} kind
 * @property {string} focus
 * @property {string} [step]
 * @property {number} at ms
 * @property {string} wall what the clock shows then, in zone
 * @property {string} zone
 * @property {string} [here] what the phone's clock shows, where that is something else
 * @property {Fit} fit
 * @property {'quiet' | 'early' | 'enough' | 'cap'} [moved] why it is not at the time of its lead
 * @property {true} [again] the second time, because nobody answered
 * @property {number} [until] ms; from then on it would be of no use
 * @property {string[]} [about] ids of the others that it speaks of
 */

const [eventsMax, daysMax, minuteMs] = [5000, 400, 60_000];
const againSuffix = " again";

/** Names a reminder for its cause. @param {string} code @param {string} focus @param {string} step @param {string} audience */
export const reminderID = (code, focus, step, audience) => "notice/" + derivedUUID("notice", code, focus, step, audience, "");

/**
 * What rings for somebody, the next first. An event that cannot be followed, because its zone is not known here, is left out.
 * @param {Rules} rules
 * @param {Input} input
 * @returns {Reminder[]}
 * @throws {RangeError} too much is asked, or a zone of the person is not known
 */
export function remind(rules, input) {
  if (!(input.days >= 1 && input.days <= daysMax) || input.events.length > eventsMax)
    throw new RangeError("Ask for 1 to 400 days, and for not more than 5000 events.");
  const l = new Looking(rules, input);
  if (input.settings.off) return [];
  const found = [...l.grouped(input.events.flatMap(e => l.reminders(e))), ...l.again()];
  const listed = found.filter(m => m.at > input.from && m.at <= input.from + input.days * dayMinutes * minuteMs);
  return listed.map(m => l.show(m)).sort(l.order);
}

/**
 * Whether it is quiet at an instant by the clock of the phone: until when, in ms, or 0.
 * @param {Rules} rules
 * @param {Settings} settings
 * @param {number} at ms
 */
export function quietUntil(rules, settings, at) {
  const l = new Looking(rules, { audience: "patient", events: [], settings, from: 0, days: 1 });
  const wall = l.here(at);
  if (!l.quiet(wall % dayMinutes)) return 0;
  const end = resolve(l.quietEnd(wall), l.device).at;
  return end > at ? end : 0;
}

/**
 * Reminders to which the person has said nothing so far: whoever helps hears at `at` that one needs a look, and no more after `until`. One
 * that would come before the person could have heard of it is left out.
 * @param {Rules} rules
 * @param {Input} input
 * @returns {{ kind: Kind, focus: string, step?: string, at: number, until: number }[]} times are ms
 * @throws {RangeError} as remind
 */
export function missed(rules, input) {
  const l = new Looking(rules, input);
  if (input.settings.off) return [];
  return input.events.flatMap(e => {
    const look = rules.looks[e.kind];
    if (!look || e.over || input.settings.offKinds?.includes(e.kind) || answered(rules, e, input.answers ?? [])) return [];
    const id = reminderID(look.code, e.focus, e.step ?? "", "patient");
    const rang = (input.told ?? []).find(t => t.id === id || t.about?.includes(id))?.at;
    const until = l.ends(e);
    if (rang === undefined || until === null) return [];
    const leave = (look.leaveMinutes + Math.max(e.travelMinutes ?? 0, 0)) * minuteMs;
    const late = rang + look.afterMinutes * minuteMs;
    const at = look.leaveMinutes > 0 ? Math.min(late, until - leave) : late;
    return at > rang && at < until ? [{ kind: e.kind, focus: e.focus, ...(e.step ? { step: e.step } : {}), at, until }] : [];
  });
}

/** Whether the person has said anything to a reminder of an event: of this date of it, whatever they said of others. @param {Rules} rules @param {Event} e @param {Answer[]} answers */
function answered(rules, e, answers) {
  const ids = (rules.kinds.get(e.kind)?.leads ?? []).flatMap(lead =>
    ["", againSuffix].map(suffix => reminderID(lead.code, e.focus, (e.step ?? "") + suffix, "patient")),
  );
  return answers.some(a => ids.includes(a.reminder));
}

/** A list in the making. */
class Looking {
  /** @param {Rules} rules @param {Input} input */
  constructor(rules, input) {
    const { settings } = input;
    this.rules = rules;
    this.in = input;
    this.settings = settings;
    this.device = settings.deviceZone || settings.homeZone;
    for (const zone of [settings.homeZone, this.device]) if (!knows(zone)) throw new RangeError(`The time zone "${zone}" is not known.`);
    const own = [clockOf(settings.quietFrom), clockOf(settings.quietTo)];
    const [from, to] = own.some(Number.isNaN) ? [rules.quiet.from, rules.quiet.to] : own;
    this.from = from;
    this.to = to;
    this.enough = dayOf(settings.enoughOn);
    this.told = new Set((input.told ?? []).flatMap(t => [t.id, ...(t.about ?? [])]));
  }

  /** By time, then by weight; two lists of the same never differ. @param {Reminder} a @param {Reminder} b */
  order = (a, b) => a.at - b.at || this.#rank(a) - this.#rank(b) || compare(a.focus, b.focus) || compare(a.step ?? "", b.step ?? "");

  /** @param {Reminder} m */
  #rank = m => this.rules.leads.get(m.code)?.rank ?? 0;

  /** Those of one event, each at the time at which it rings. @param {Event} e @returns {Reminder[]} */
  reminders(e) {
    if (e.over || this.settings.offKinds?.includes(e.kind) || Number.isNaN(dayOf(e.date))) return [];
    const { from, now = 0 } = this.in;
    return (this.rules.kinds.get(e.kind)?.leads ?? []).flatMap(lead => {
      const m = this.#reminder(e, lead);
      if (!m || !this.#rings(e, m)) return [];
      if (m.at > from && m.at <= now) {
        // somebody should have looked before
        if (m.until && m.until <= now) return [];
        m.at = now;
      }
      return [m];
    });
  }

  /** One lead of an event; null if it has none, or somebody had it already. @param {Event} e @param {Lead} lead @returns {Reminder | null} */
  #reminder(e, lead) {
    const { audience } = this.in;
    if (!lead.for.includes(audience) || (lead.far && !e.referral && (e.travelMinutes ?? 0) < this.rules.far.travelMinutes)) return null;
    const m = named(reminderID(lead.code, e.focus, e.step ?? "", audience), lead.code, e, e.step, this.#zoneOf(e));
    if (this.told.has(m.id)) return null;
    const time = clockOf(e.time);
    if (lead.minutes > 0) {
      const begins = Number.isNaN(time) ? null : this.#try(dayOf(e.date), time, this.#siteOf(e));
      if (!begins) return null;
      const way = lead.travel ? Math.max(e.travelMinutes ?? 0, 0) : 0;
      return { ...m, at: begins.at - (lead.minutes + way) * minuteMs, until: begins.at };
    }
    const clock = Number.isNaN(lead.at) ? time : lead.at;
    const at = this.#try(dayOf(e.date) - lead.days, clock, m.zone);
    const until = lead.days < 0 ? 0 : this.ends(e);
    return at && until !== null ? { ...m, ...at, ...(until ? { until } : {}) } : null;
  }

  /** The instant of a day's time, or null. @param {number} day @param {number} clock @param {string} zone */
  #try(day, clock, zone) {
    try {
      return resolve(day * dayMinutes + clock, zone);
    } catch {
      return null;
    }
  }

  /** From when on a reminder is of no use: when the event begins, or without a time, when its day is over. @param {Event} e */
  ends(e) {
    const time = clockOf(e.time);
    return this.#try(dayOf(e.date), Number.isNaN(time) ? dayMinutes : time, this.#siteOf(e))?.at ?? null;
  }

  /** The zone whose clock counts. @param {Event} e */
  #zoneOf(e) {
    const policy = e.policy || this.rules.kinds.get(e.kind)?.policy;
    return policy === "home" ? this.settings.homeZone : policy === "device" ? this.device : this.#siteOf(e);
  }

  /** @param {Event} e */
  #siteOf = e => e.zone || this.settings.homeZone;

  /** What the phone's clock shows. @param {number} at ms */
  here = at => wallAt(at, this.device);

  /** Puts a reminder at a time by the phone's clock. @param {Reminder} m @param {number} wall @param {Reminder['moved']} moved */
  #move(m, wall, moved) {
    const to = this.#try(0, wall, this.device);
    if (to) Object.assign(m, to, { moved });
  }

  /** Moves a reminder out of the hours and days in which it may not ring; false if it is of no use any more then. @param {Event} e @param {Reminder} m */
  #rings(e, m) {
    if (this.quiet(this.here(m.at) % dayMinutes)) this.#defer(e, m);
    if (this.enough === dayAt(this.here(m.at)) && !this.rules.mute.passes.includes(m.code)) return this.#nextMorning(m, "enough");
    return true;
  }

  /** From is quiet, to is not. @param {number} clock */
  quiet(clock) {
    return this.from <= this.to ? clock >= this.from && clock < this.to : clock >= this.from || clock < this.to;
  }

  /** When the quiet hours end in which a time lies. @param {number} wall */
  quietEnd(wall) {
    return (dayAt(wall) + (wall % dayMinutes >= this.to ? 1 : 0)) * dayMinutes + this.to;
  }

  /** To the end of quiet hours; where that is too late for an early event, to the evening before. @param {Event} e @param {Reminder} m */
  #defer(e, m) {
    const end = this.quietEnd(this.here(m.at));
    if (!Number.isNaN(clockOf(e.time)) && m.until) {
      const begins = this.here(m.until);
      const early = dayAt(begins) === dayAt(end) && begins % dayMinutes < this.rules.early.before;
      if (early || begins <= end) return this.#move(m, (dayAt(begins) - 1) * dayMinutes + this.#evening(), "early");
    }
    this.#move(m, end, "quiet");
  }

  /** When the evening before speaks; where that is quiet, when quiet hours end that evening, or before they begin. */
  #evening() {
    const { at, beforeQuietMinutes } = this.rules.early;
    if (!this.quiet(at)) return at;
    return at < this.to ? this.to : Math.max(this.from - beforeQuietMinutes, this.to);
  }

  /** To where the next day begins to ring; false if it would be of no use there. @param {Reminder} m @param {Reminder['moved']} why */
  #nextMorning(m, why) {
    this.#move(m, (dayAt(this.here(m.at)) + 1) * dayMinutes + this.#morning(), why);
    return !m.until || m.at < m.until;
  }

  /** When quiet hours end that last over midnight, else as the rules say. */
  #morning() {
    const usual = this.rules.quiet.to;
    return this.from > this.to || this.quiet(usual) ? this.to : usual;
  }

  /**
   * Makes one of those that ring at once, and lets a day have no more than it may: the rest joins the last of the day, so that nothing
   * is told later than it was to be, and nothing is left out.
   * @param {Reminder[]} list
   */
  grouped(list) {
    /** @type {Map<number, number>} */
    const had = new Map();
    for (const t of this.in.told ?? []) {
      const day = dayAt(this.here(t.at));
      if (!t.step?.endsWith(againSuffix)) had.set(day, (had.get(day) ?? 0) + 1);
    }
    /** @type {Reminder[]} */
    const out = [];
    list.sort(this.order);
    while (list.length > 0) {
      const day = dayAt(this.here(list[0].at));
      const end = list.findIndex(m => dayAt(this.here(m.at)) !== day);
      const rest = end < 0 ? [] : list.slice(end);
      const moved = this.#ofDay(end < 0 ? list : list.slice(0, end), this.rules.cap.perDay - (had.get(day) ?? 0), out);
      list = moved.length > 0 ? [...moved, ...rest].sort(this.order) : rest;
    }
    return out;
  }

  /**
   * Merges the reminders of one day, which are in order, into at most room. Those past from alone count: nothing joins one that has
   * rung. Without any room, each goes to the next morning if it is of use there, and stays otherwise: no limit costs an appointment.
   * @param {Reminder[]} list
   * @param {number} room
   * @param {Reminder[]} out
   * @returns {Reminder[]} those that went to the next morning
   */
  #ofDay(list, room, out) {
    const { from } = this.in;
    /** @type {Reminder[]} */
    const kept = [];
    /** @type {Reminder[]} */
    const moved = [];
    for (const m of list) {
      const last = kept[kept.length - 1];
      if (last?.at > from && (last.at === m.at || kept.length >= room)) {
        last.about = [...(last.about ?? []), m.id];
        continue;
      }
      const later = { ...m };
      if (m.at > from && kept.length >= room && this.#nextMorning(later, "cap")) moved.push(later);
      else kept.push(m);
    }
    out.push(...kept);
    return moved;
  }

  /** The second reminders: of what was told and nobody answered, once, and then no more. @returns {Reminder[]} */
  again() {
    if (this.in.audience !== "patient") return [];
    const key = (/** @type {{ focus: string, step?: string }} */ o) => JSON.stringify([o.focus, o.step ?? ""]);
    const events = new Map(this.in.events.map(e => [key(e), e]));
    /** @type {Map<string, Answer>} */
    const answers = new Map();
    for (const a of this.in.answers ?? []) {
      const before = answers.get(a.reminder);
      if (!before || before.at < a.at || (before.at === a.at && before.what === "snooze")) answers.set(a.reminder, a);
    }
    return (this.in.told ?? []).flatMap(t => {
      const e = events.get(key(t));
      const m = e && !e.over && !t.step?.endsWith(againSuffix) ? this.#second(e, t, answers.get(t.id)) : null;
      return m ? [m] : [];
    });
  }

  /** The second reminder of one that was told, or null. @param {Event} e @param {Told} t @param {Answer} [answer] @returns {Reminder | null} */
  #second(e, t, answer) {
    const known = this.rules.leads.get(t.code);
    if (!known || answer?.what === "done" || answer?.what === "cannot") return null;
    const { afterMinutes, snoozeMinMinutes, snoozeMaxMinutes } = this.rules.again;
    const step = (t.step ?? "") + againSuffix;
    const until = known.lead.days >= 0 ? this.ends(e) : 0;
    if (until === null) return null;
    const id = reminderID(t.code, t.focus, step, this.in.audience);
    /** @type {Reminder} */
    const m = {
      ...named(id, t.code, { kind: e.kind, focus: t.focus }, step, this.#zoneOf(e)),
      at: t.at + afterMinutes * minuteMs,
      again: true,
      ...(until ? { until } : {}),
    };
    if (answer?.what === "snooze") {
      m.at = answer.at + Math.min(Math.max(answer.minutes ?? 0, snoozeMinMinutes), snoozeMaxMinutes) * minuteMs;
      if (this.quiet(this.here(m.at) % dayMinutes)) this.#defer(e, m);
    }
    const wall = this.here(m.at);
    const late = m.at + afterMinutes * minuteMs <= (this.in.now ?? 0); // whoever looks so late does not ring for the second time
    const useless = this.told.has(m.id) || this.quiet(wall % dayMinutes) || this.enough === dayAt(wall) || (m.until && m.at >= m.until);
    return late || useless ? null : m;
  }

  /** Writes what the clocks show. @param {Reminder} m */
  show(m) {
    if (knows(m.zone)) m.wall = wallText(wallAt(m.at, m.zone));
    const here = wallText(this.here(m.at));
    if (here !== m.wall) m.here = here;
    return m;
  }
}

/** @param {string} id @param {string} code @param {{ kind: Kind, focus: string }} of @param {string | undefined} step @param {string} zone @returns {Reminder} */
const named = (id, code, { kind, focus }, step, zone) => ({ id, code, kind, focus, ...(step ? { step } : {}), at: 0, wall: "", zone, fit: "once" });

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
