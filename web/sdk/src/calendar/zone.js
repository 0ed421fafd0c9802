import { dayAt, validDay } from "./date.js";

// The zone data are the machine's own. Of a time before 1970 some machines know a zone's own history and others its neighbour's.
/** @typedef {'once' | 'gap' | 'overlap'} Fit how a wall time fits into a zone: shown once, jumped over, or shown twice */

const reach = 26 * 60; // minutes: more than any zone is, or was, away from UTC
const name = /^(?!(?:Local|localtime|posixrules|Factory)$|right\/|posix\/)[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*)*$/;

const span = 2 * 864e5; // ms: no zone has changed its clock twice within three days since 1900
const spansMax = 20_000;

/** @typedef {{ format: Intl.DateTimeFormat, steady: Map<number, number> }} Clock steady: the offset of each span asked about; NaN: it changes within */

/** @type {Map<string, Clock>} */
const clocks = new Map();

/**
 * The clock of an IANA zone such as "Europe/London". Names that mean something else on every machine are no zones.
 * @param {string} zone
 * @throws {RangeError} the zone is not known here
 */
function clock(zone) {
  let known = clocks.get(zone);
  if (!known) {
    if (zone.length > 64 || !name.test(zone)) throw new RangeError("A time zone is written like Europe/London.");
    const digits = "numeric";
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: digits,
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    });
    clocks.set(zone, (known = { format, steady: new Map() }));
  }
  return known;
}

/** Whether a zone is known here. @param {string} zone */
export function knows(zone) {
  try {
    return Boolean(clock(zone));
  } catch {
    return false;
  }
}

/** What Intl says of an offset, which takes it a while. @param {Clock} known @param {number} at ms */
function ask({ format }, at) {
  /** @type {{ [part: string]: number }} */
  const read = {};
  for (const { type, value } of format.formatToParts(at)) read[type] = Number(value);
  return Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute, read.second) - Math.floor(at / 1000) * 1000;
}

/** How far a zone is from UTC at an instant, ms to the east. @param {number} at ms @param {string} zone */
export function offset(at, zone) {
  const known = clock(zone);
  const at0 = Math.floor(at / span);
  let steady = known.steady.get(at0);
  if (steady === undefined) {
    const [first, next] = [at0, at0 + 1].map(n => ask(known, n * span));
    steady = first === next ? first : NaN;
    if (known.steady.size >= spansMax) known.steady.clear();
    known.steady.set(at0, steady);
  }
  return Number.isNaN(steady) ? ask(known, at) : steady;
}

/** The wall time that a zone shows at an instant, in minutes. @param {number} at ms @param {string} zone */
export const wallAt = (at, zone) => Math.floor((at + offset(at, zone)) / 6e4);

/**
 * The instant at which the wall in a zone shows a time. If it shows it twice, the first; if the clock jumps over it, later by the
 * length of the gap (RFC 5545 3.3.5). The offsets a day before and a day behind
 * are all that there are.
 * @param {number} wall minutes
 * @param {string} zone
 * @returns {{ at: number, fit: Fit }} at in ms
 * @throws {RangeError} the time or the zone does not exist
 */
export function resolve(wall, zone) {
  if (!validDay(dayAt(wall))) throw new RangeError("This time does not exist.");
  const [before, after] = [(wall - reach) * 6e4, (wall + reach) * 6e4].map(at => offset(at, zone));
  const [early, late] = [wall * 6e4 - before, wall * 6e4 - after];
  if (before === after) return { at: early, fit: "once" };
  const [first, second] = [offset(early, zone) === before, offset(late, zone) === after];
  if (first) return { at: early, fit: second ? "overlap" : "once" };
  return second ? { at: late, fit: "once" } : { at: early, fit: "gap" };
}
