// Dates, times and numbers as a person of the language reads them; every date with its weekday.
import { lang } from "./words.js";

/** The language as it is written where this browser is: en-GB and en-US write dates their own ways. */
const locale = () => navigator.languages.find(tag => tag.toLowerCase().split("-")[0] === lang()) ?? lang();

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = locale() + JSON.stringify(options);
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat(locale(), options)));
  return f;
}

/** @param {number} ms @param {string | undefined} timeZone @param {'long' | 'short'} as @param {number} now ms */
function dated(ms, timeZone, as, now) {
  const year = new Date(ms).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return format({ weekday: as, day: "numeric", month: as, year, timeZone }).format(ms);
}

/** "Tuesday 24 November"; with the year where it is another than now. @param {number} ms @param {string} [zone] @param {number} [now] ms */
export const day = (ms, zone, now = Date.now()) => dated(ms, zone, "long", now);

/** "Tue 24 Nov", where there is little room. @param {number} ms @param {string} [zone] @param {number} [now] ms */
export const shortDay = (ms, zone, now = Date.now()) => dated(ms, zone, "short", now);

/** "10:02". @param {number} ms @param {string} [zone] */
export const time = (ms, zone) => format({ hour: "2-digit", minute: "2-digit", timeZone: zone }).format(ms);

/** "Tuesday 24 November, 10:02". @param {number} ms @param {string} [zone] */
export const dayAndTime = (ms, zone) => `${day(ms, zone)}, ${time(ms, zone)}`;

/** A civil date, "2026-11-24", as a day. @param {string} date */
export const civilDay = date => day(Date.parse(date + "T12:00:00Z"), "UTC");

/** "Monday". @param {number} n 0 is Monday */
export const weekdayName = n => format({ weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + n));

/** A civil time, "2026-11-24T09:30", on the clock of its place. @param {string} at */
export const civilTime = at => dayAndTime(Date.parse(at.slice(0, 16) + "Z"), "UTC");

/** @param {number} n @param {Intl.NumberFormatOptions} [options] */
export const number = (n, options) => new Intl.NumberFormat(locale(), options).format(n);
