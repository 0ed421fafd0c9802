// An order of a test as the form has it, as the document that a phone reads, and as the change that is sent.
import { dateOf, dayOf } from "../../../../sdk/src/calendar/date.js";
import { testPlans } from "../../../../sdk/src/calendar/lab.js";
import { elements, text, texts, whole } from "../../../../sdk/src/calendar/papers.js";
import { datesOf } from "../../../../sdk/src/calendar/recurrence.js";
import { readRule, ruleOf, weekly } from "./rule.js";

/** @import { Document } from '../../../../sdk/src/types.js' */
/** @import { TestDate } from '../../../../sdk/src/calendar/lab.js' */
/** @import { HowOften } from './rule.js' */

/**
 * `excused` are dates that stay on the list and need not be done; `hold`: none is to be done until the team goes on; `why` one of both is so.
 * `performer` is the id of a team, 'site' for a place that is no team here, or ''. `starts` are the cycles that began on another day than planned, by their number.
 * @typedef {{ code: string, title: string, performer: string, site: string, place: string, responsible: string, zone: string, anchor: string, often: HowOften, cycleDays: string, cycleLength: string, cycles: string, starts: { [number: string]: string }, before: string, after: string, extra: string[], except: string[], hardStop: boolean, fasting: boolean, instructions: string, validUntil: string, minGap: string, excused: string[], hold: boolean, why: string }} Facts
 */

/** A new order, of a team for a person at home in a zone. @param {string} team @param {string} zone @returns {Facts} */
export const blank = (team, zone) => ({
  code: "",
  title: "",
  performer: "",
  site: "",
  place: "",
  responsible: team,
  zone,
  anchor: "",
  often: weekly,
  cycleDays: "8, 15",
  cycleLength: "21",
  cycles: "6",
  starts: {},
  before: "0",
  after: "1",
  extra: [],
  except: [],
  hardStop: false,
  fasting: false,
  instructions: "",
  validUntil: "",
  minGap: "",
  excused: [],
  hold: false,
  why: "",
});

/** An order as it stands. @param {Document} order @returns {Facts} */
export function factsOf(order) {
  const days = elements(order, "cycleDay").map(Number);
  const performer = text(order, "performerTeam");
  return {
    ...blank(text(order, "resultResponsibleTeam"), text(order, "zone")),
    code: text(order, "code"),
    title: text(order, "title"),
    performer: performer || (text(order, "performerSite") ? "site" : ""),
    site: text(order, "performerSite"),
    place: text(order, "place"),
    anchor: text(order, "anchor"),
    often: days.length > 0 ? { ...weekly, how: "cycles" } : readRule(text(order, "recurrence")),
    ...(days.length > 0 && {
      cycleDays: days.sort((a, b) => a - b).join(", "),
      cycleLength: String(whole(order, "cycleLength")),
      cycles: String(whole(order, "cycles")),
    }),
    starts: Object.fromEntries(
      Object.keys(order.fields).flatMap(name => (name.startsWith(startPrefix) ? [[name.slice(startPrefix.length), text(order, name)]] : [])),
    ),
    before: String(whole(order, "windowBeforeDays")),
    after: String(whole(order, "windowAfterDays")),
    extra: texts(order, "extraDate"),
    except: texts(order, "exceptDate"),
    hardStop: order.fields.hardStop === true,
    fasting: order.fields.fasting === true,
    instructions: text(order, "instructions"),
    validUntil: text(order, "validUntil"),
    minGap: order.fields.minGapDays === undefined ? "" : String(whole(order, "minGapDays")),
    excused: texts(order, "excusedDate"),
    hold: text(order, "status") === "on-hold",
    why: text(order, "endReason"),
  };
}

const startPrefix = "cycleStart.";
const sets = ["extraDate", "exceptDate", "excusedDate", "cycleDay"];

/** The days of a cycle that somebody typed, "8, 15"; NaN for what is none. @param {Facts} f */
export const cycleDaysOf = f => [
  ...new Set(
    f.cycleDays
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(whole0),
  ),
];

/** A whole number as somebody types it; NaN for what is none. @param {string} typed */
export const whole0 = typed => (/^\d{1,5}$/.test(typed.trim()) ? Number(typed.trim()) : NaN);

/** The fields of an order that the form decides about; null takes a value away, and a set is all of its elements. @param {Facts} f @returns {{ [field: string]: any }} */
function fieldsOf(f) {
  const cycles = f.often.how === "cycles";
  const moved = cycles ? Object.entries(f.starts).filter(([n, day]) => day && Number(n) <= whole0(f.cycles)) : [];
  return {
    code: f.code,
    title: f.title.trim(),
    resultResponsibleTeam: f.responsible,
    performerTeam: f.performer === "site" ? null : f.performer || null,
    performerSite: f.performer === "site" ? f.site.trim() : null,
    place: f.place.trim() || null,
    anchor: f.anchor,
    zone: f.zone,
    recurrence: ruleOf(f.often) || null,
    cycleDay: cycles ? cycleDaysOf(f) : [],
    cycleLength: cycles ? whole0(f.cycleLength) : null,
    cycles: cycles ? whole0(f.cycles) : null,
    ...Object.fromEntries(moved.map(([n, day]) => [startPrefix + n, day])),
    windowBeforeDays: whole0(f.before),
    windowAfterDays: whole0(f.after),
    extraDate: f.extra,
    exceptDate: f.except,
    hardStop: f.hardStop,
    fasting: f.fasting,
    instructions: f.instructions.trim() || null,
    validUntil: f.validUntil || null,
    minGapDays: f.minGap.trim() ? whole0(f.minGap) : null,
    excusedDate: f.excused,
    status: f.hold ? "on-hold" : "active",
    endReason: ((f.hold || f.excused.length > 0) && f.why.trim()) || null,
  };
}

/** The order as a phone would have it. @param {Facts} f @param {Document} was @param {number} now ms @returns {Document} */
export function paperOf(f, was, now) {
  const kept = Object.entries(was.fields).filter(([name]) => !name.startsWith(startPrefix));
  const fields = { publishedAt: now, ...Object.fromEntries(kept), ...fieldsOf(f) };
  return { ...was, fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)), siblings: {} };
}

/**
 * The dates of an order, by the same rules as a person's phone; null for one that nobody could follow.
 * @param {Document} order @param {Document[]} docs of the record @param {number} now ms
 * @returns {TestDate[] | null}
 */
export function datesAhead(order, docs, now) {
  const [plan] = testPlans([order, ...docs.filter(d => !d.id.startsWith("labOrder/"))], now);
  return plan && plan.dates.length > 0 ? plan.dates : null;
}

/** When each cycle begins, the first at 1. @param {Facts} f @returns {string[]} */
export function beginnings(f) {
  const [first, length, count] = [dayOf(f.anchor), whole0(f.cycleLength), whole0(f.cycles)];
  if ([first, length, count].some(Number.isNaN) || count > 60) return [];
  const days = [];
  for (let n = 1, day = first; n <= count; n++, day += length) {
    const moved = n > 1 ? dayOf(f.starts[n]) : NaN;
    if (!Number.isNaN(moved)) day = moved;
    days.push(dateOf(day));
  }
  return days;
}

/** What is to be sent: of an order that stands only what is another now. null: nothing is. @param {Facts} f @param {Document} was @param {string} team */
export function changeOf(f, was, team) {
  const isNew = Object.keys(was.fields).length === 0;
  const wanted = /** @type {{ [field: string]: any }} */ (isNew ? { ...fieldsOf(f), requesterTeam: team } : fieldsOf(f));
  for (const name of Object.keys(was.fields)) if (name.startsWith(startPrefix) && !(name in wanted)) wanted[name] = null;
  /** @type {{ set: { [field: string]: any }, add: { [field: string]: any[] }, remove: { [field: string]: any[] } }} */
  const change = { set: {}, add: {}, remove: {} };
  for (const [name, value] of Object.entries(wanted)) {
    if (sets.includes(name)) {
      const had = elements(was, name);
      const [more, less] = [value.filter((/** @type {any} */ one) => !had.includes(one)), had.filter(one => !value.includes(one))];
      if (more.length > 0) change.add[name] = more;
      if (less.length > 0) change.remove[name] = less;
    } else if ((was.fields[name] ?? null) !== value && !(value === false && was.fields[name] === undefined)) {
      change.set[name] = value;
    }
  }
  const size = [change.set, change.add, change.remove].reduce((n, part) => n + Object.keys(part).length, 0);
  return size > 0 ? change : null;
}

/** What keeps an order from being sent: a key of the catalogue for each field. @param {Facts} f @returns {{ [field: string]: string }} */
export function wrongIn(f) {
  /** @type {{ [field: string]: string }} */
  const wrong = {};
  const says = (/** @type {boolean} */ is, /** @type {string} */ field, words = field) =>
    is && !(field in wrong) && (wrong[field] = "schedule.wrong." + words);
  const from1 = (/** @type {string} */ typed) => !(whole0(typed) >= 1 && whole0(typed) <= 400);
  const { how, every, days, end, count, until } = f.often;
  const repeats = ["daily", "weekly", "monthly"].includes(how);
  says(!f.code, "code");
  says(!f.title.trim(), "title");
  says(f.performer === "site" && !f.site.trim(), "site");
  says(Number.isNaN(dayOf(f.anchor)), "anchor");
  says(repeats && from1(every), "every", "number");
  says(how === "weekly" && days.length === 0, "days");
  says(repeats && end === "count" && from1(count), "count", "number");
  says(repeats && end === "until" && !(until >= f.anchor), "until");
  if (how === "cycles") {
    const list = cycleDaysOf(f);
    says(list.length === 0 || list.some(day => !(day >= 1 && day <= 400)), "cycleDays");
    says(from1(f.cycleLength), "cycleLength", "number");
    says(from1(f.cycles), "cycles", "number");
  }
  for (const field of /** @type {const} */ (["before", "after"])) says(Number.isNaN(whole0(f[field])), field, "window");
  says(whole0(f.before) + whole0(f.after) > 60, "after", "window");
  says(f.minGap.trim() !== "" && from1(f.minGap), "minGap", "number");
  says(f.validUntil !== "" && f.validUntil < f.anchor, "validUntil");
  says(f.hold && !f.why.trim(), "why");
  if (Object.keys(wrong).length > 0) return wrong;
  says(!follows(f), how === "cycles" ? "cycles" : repeats ? end : "anchor", "many");
  return wrong;
}

/** Whether somebody could follow it: it can be read, has at least one date and not too many. @param {Facts} f */
function follows(f) {
  try {
    const { anchor, recurrence, cycleDay, cycleLength, cycles, extraDate, exceptDate } = fieldsOf(f);
    const starts = Object.fromEntries(Object.entries(f.starts).filter(([n, day]) => day && Number(n) <= cycles));
    const of = cycleDay.length > 0 ? { days: cycleDay, length: cycleLength, count: cycles, starts } : undefined;
    return datesOf({ anchor, rule: recurrence ?? "", cycles: of, extra: extraDate, except: exceptDate }).some(
      date => !f.validUntil || date <= f.validUntil,
    );
  } catch {
    return false;
  }
}
