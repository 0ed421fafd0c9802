import { dayAt, validDay } from './date.js'

/** @typedef {'once' | 'gap' | 'overlap'} Fit how a wall time fits into a zone: shown once, jumped over, or shown twice */

const reach = 26 * 60 // minutes: more than any zone is, or was, away from UTC
const name = /^(?!(?:Local|localtime|posixrules|Factory)$|right\/|posix\/)[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*)*$/

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map()

/**
 * The clock of an IANA zone such as "Europe/London". Names that mean something else on every machine are no zones.
 * @param {string} zone
 * @throws {RangeError} the zone is not known here
 */
function clock(zone) {
  let format = clocks.get(zone)
  if (!format) {
    if (zone.length > 64 || !name.test(zone)) throw new RangeError('A time zone is written like Europe/London.')
    const digits = 'numeric'
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
      year: digits, month: digits, day: digits, hour: digits, minute: digits, second: digits,
    })
    clocks.set(zone, format)
  }
  return format
}

/** Whether a zone is known here. @param {string} zone */
export function knows(zone) {
  try {
    return Boolean(clock(zone))
  } catch {
    return false
  }
}

/** What the wall in a zone shows at an instant, to the second, in ms as if it stood in UTC. @param {number} at ms @param {string} zone */
function shown(at, zone) {
  /** @type {{ [part: string]: number }} */
  const read = {}
  for (const { type, value } of clock(zone).formatToParts(at)) read[type] = Number(value)
  return Date.UTC(read.year, read.month - 1, read.day, read.hour % 24, read.minute, read.second)
}

/** How far a zone is from UTC at an instant, ms to the east. @param {number} at ms @param {string} zone */
export const offset = (at, zone) => shown(at, zone) - Math.floor(at / 1000) * 1000

/** The wall time that a zone shows at an instant, in minutes. @param {number} at ms @param {string} zone */
export const wallAt = (at, zone) => Math.floor(shown(at, zone) / 6e4)

/**
 * The instant at which the wall in a zone shows a time. If it shows it twice, the first; if the clock jumps over it, later by the
 * length of the gap (RFC 5545 3.3.5). No zone changes its clock twice within two days, so the offsets a day before and a day behind
 * are all that there are.
 * @param {number} wall minutes
 * @param {string} zone
 * @returns {{ at: number, fit: Fit }} at in ms
 * @throws {RangeError} the time or the zone does not exist
 */
export function resolve(wall, zone) {
  if (!validDay(dayAt(wall))) throw new RangeError('This time does not exist.')
  const [before, after] = [(wall - reach) * 6e4, (wall + reach) * 6e4].map((at) => offset(at, zone))
  const [early, late] = [wall * 6e4 - before, wall * 6e4 - after]
  if (before === after) return { at: early, fit: 'once' }
  const [first, second] = [offset(early, zone) === before, offset(late, zone) === after]
  if (first) return { at: early, fit: second ? 'overlap' : 'once' }
  return second ? { at: late, fit: 'once' } : { at: early, fit: 'gap' }
}
