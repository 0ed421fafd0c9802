import { dateOf, dayOf, validDay, weekday } from "./date.js";

/**
 * On which days something is done again. Dates are texts.
 * @typedef {object} Recurrence
 * @property {string} anchor the first day, RFC 5545's DTSTART; of cycles, day 1 of the first
 * @property {string} [rule] the part of an RRULE that care needs: FREQ=DAILY, WEEKLY or MONTHLY, INTERVAL, BYDAY, and COUNT or UNTIL
 * @property {Cycles} [cycles] in place of a rule
 * @property {string[]} [extra] days beside the rule
 * @property {string[]} [except] days that fall out
 */

/**
 * Days counted from the beginning of each treatment cycle, whose first day is day 1.
 * @typedef {object} Cycles
 * @property {number[]} days such as 8, 11, 15; a day may lie beyond the length
 * @property {number} length days from one cycle to the next
 * @property {number} count
 * @property {{ [number: string]: string }} [starts] cycles that began on another day than planned, by their number from 1 on
 */

const datesMax = 200;
const intervalMax = 400;
const tooMany = "These are more than 200 dates, or more than ten years. Order less, and again later.";

/** @param {unknown} holds @param {string} sentence @returns {asserts holds} */
function must(holds, sentence) {
  if (!holds) throw new RangeError(sentence);
}

/**
 * The days, each once and in order.
 * @param {Recurrence} r
 * @returns {string[]}
 * @throws {RangeError} it cannot be read, has no end, or has too many days
 */
export function datesOf({ anchor, rule, cycles, extra = [], except = [] }) {
  const first = dayOf(anchor);
  must(!Number.isNaN(first), "The first date does not exist.");
  must(!rule || !cycles, "Give a rule or treatment cycles, not both.");
  const regular = rule ? ruled(rule, first) : cycles ? cycled(cycles, first) : [first];
  must(extra.length <= datesMax && except.length <= datesMax, tooMany);
  const more = extra.map(dayOf);
  must(
    more.every(day => day >= first && day <= tenYears(first)),
    "An extra date lies before the first date, or more than ten years behind it.",
  );
  const out = new Set(except.map(dayOf));
  const days = [...new Set([...regular, ...more])].filter(day => !out.has(day)).sort((a, b) => a - b);
  must(days.length <= datesMax, tooMany);
  return days.map(dateOf);
}

/** @param {number} day */
function tenYears(day) {
  const at = new Date(day * 864e5);
  return at.setUTCFullYear(at.getUTCFullYear() + 10) / 864e5;
}

const names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** Reads a rule. A part that we would not follow is refused, never left out. @param {string} text */
function readRule(text) {
  must(text.length <= 200, "The rule is too long.");
  /** @type {Map<string, string>} */
  const parts = new Map();
  for (const part of text.split(";")) {
    const [name, value] = [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)];
    must(
      /^(FREQ|INTERVAL|BYDAY|COUNT|UNTIL)=./.test(part) && !parts.has(name),
      "A rule has FREQ, INTERVAL, BYDAY and COUNT or UNTIL, each once, such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6.",
    );
    parts.set(name, value);
  }
  const freq = parts.get("FREQ");
  must(freq === "DAILY" || freq === "WEEKLY" || freq === "MONTHLY", "FREQ is DAILY, WEEKLY or MONTHLY.");
  must(parts.has("COUNT") !== parts.has("UNTIL"), "Say how many times (COUNT) or until when (UNTIL), one of them.");
  const [interval, count] = ["INTERVAL", "COUNT"].map(name => (/^[+-]?\d+$/.test(parts.get(name) ?? "1") ? Number(parts.get(name) ?? "1") : NaN));
  must(interval >= 1 && interval <= intervalMax && count >= 1, "INTERVAL and COUNT are at least 1.");
  const until = parts.get("UNTIL")?.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  must(until === undefined || !Number.isNaN(dayOf(until)), "UNTIL is a date, such as UNTIL=20261231.");
  const byday = parts
    .get("BYDAY")
    ?.split(",")
    .map(text => {
      const found = /^([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text);
      const nth = Number(found?.[1] ?? 0);
      must(
        found && Math.abs(nth) <= 5 && (nth === 0 || freq === "MONTHLY"),
        "Only a monthly rule says which of the weekdays is meant, such as FREQ=MONTHLY;BYDAY=1MO.",
      );
      return { day: names.indexOf(found[2]), nth };
    });
  return { freq, interval, count: parts.has("COUNT") ? count : 0, until: until === undefined ? NaN : dayOf(until), byday };
}

/** @param {string} text @param {number} first */
function ruled(text, first) {
  const { freq, interval, count, until, byday } = readRule(text);
  const end = tenYears(first);
  must(!(until > end) && count <= datesMax, tooMany);
  const last = count > 0 ? end : until;
  const wanted = byday ?? (freq === "WEEKLY" ? [{ day: weekday(first), nth: 0 }] : []);
  const holds = (/** @type {number} */ day) => onWeekday(day, wanted);
  const dayOfMonth = new Date(first * 864e5).getUTCDate();
  const days = [];
  const most = count || datesMax + 1;
  for (let day = first; day <= last && days.length < most; day++) {
    if (!inTurn(day, first, freq, interval) || !holds(day)) continue;
    if (freq === "MONTHLY" && !byday && new Date(day * 864e5).getUTCDate() !== dayOfMonth) continue;
    days.push(day);
  }
  must(days.length <= datesMax && days.length >= count, tooMany);
  return days;
}

/** Whether a day's week, month or the day itself is one of every so many. @param {number} day @param {number} first @param {string} freq @param {number} interval */
function inTurn(day, first, freq, interval) {
  const count = (/** @type {number} */ d) => {
    const at = new Date(d * 864e5);
    return freq === "DAILY" ? d : freq === "WEEKLY" ? (d - weekday(d)) / 7 : at.getUTCFullYear() * 12 + at.getUTCMonth();
  };
  return Math.round(count(day) - count(first)) % interval === 0;
}

/** A plain weekday and one by its number in the month must both hold, where a rule has both kinds. @param {number} day @param {{ day: number, nth: number }[]} wanted */
function onWeekday(day, wanted) {
  const at = new Date(day * 864e5);
  const [date, length] = [at.getUTCDate(), new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()];
  const [forward, back] = [Math.ceil(date / 7), -Math.ceil((length - date + 1) / 7)];
  const plain = wanted.filter(w => w.nth === 0);
  const nth = wanted.filter(w => w.nth !== 0);
  return (
    (plain.length === 0 || plain.some(w => w.day === weekday(day))) &&
    (nth.length === 0 || nth.some(w => w.day === weekday(day) && (w.nth === forward || w.nth === back)))
  );
}

/** The cycles' days. Two cycles may share a day. @param {Cycles} c @param {number} first */
function cycled({ days, length, count, starts = {} }, first) {
  must(days?.length > 0 && length >= 1 && length <= intervalMax && count >= 1, "Cycles need their days, their length in days and their number.");
  must(days.length * count <= datesMax, tooMany);
  must(
    days.every(day => day >= 1 && day <= intervalMax),
    "The days of a cycle count from 1.",
  );
  const moved = new Map(Object.entries(starts).map(([n, date]) => [Number(n), dayOf(date)]));
  for (const [n, start] of moved)
    must(
      n >= 1 && n <= count && start >= first && start - first <= 3650,
      "A cycle that began on another day has a number from 1 on, and did not begin before the first.",
    );
  const dates = [];
  for (let n = 1, start = first; n <= count; n++, start += length) {
    start = moved.get(n) ?? start;
    for (const day of days) dates.push(start + day - 1);
  }
  must(Math.max(...dates) - first <= 3660 && dates.every(validDay), tooMany);
  return dates;
}
