import { digest } from "./digest.js";
import { owes } from "./putback.js";

/** @import { State } from './types.js' */
/** @import { Rec } from './record.js' */

/** How long a busy record is left alone at most, ms, whatever the server says. */
export const busyMost = 3600_000;

/** @param {Rec} rec */
export const unanswered = rec => rec.entries.some(e => !e.answered);

/** How a record stands. @param {Rec | undefined} rec @returns {State} */
export function state(rec) {
  if (!rec) return "new";
  switch (rec.stopped) {
    case "account":
    case "ended":
    case "upgrade":
      return rec.stopped;
    case "busy":
      return "waiting";
  }
  if (unanswered(rec)) return "sending";
  if (rec.cursor === "" && !rec.pull) return "new";
  if (rec.pull || rec.digest?.ask) return "reading";
  return rec.digest?.differs ? "differs" : "up to date";
}

/**
 * Whether the server asked to leave the record alone for now. A phone whose clock was years ahead when it was told so, and was set
 * right since, does not wait for those years.
 * @param {Rec} rec
 * @param {number} now
 */
export const busy = (rec, now) => rec.stopped === "busy" && now < rec.until && rec.until - now <= busyMost;

/** Whether there is more to say or to read of a record at once. @param {Rec | undefined} rec @param {number} now */
export function wants(rec, now) {
  if (!rec || rec.stopped === "account" || busy(rec, now)) return false;
  if (rec.stopped === "busy" || unanswered(rec) || rec.lines.some(l => owes(rec, l))) return true;
  return rec.stopped === "" && (rec.cursor === "" || rec.pull !== null || rec.digest?.ask === true);
}

/** Whether nothing is under way in a record and its documents have this digest: then there is nothing to pull. @param {Rec} rec @param {string} there */
export const complete = (rec, there) => rec.stopped === "" && rec.cursor !== "" && !rec.pull && digest(rec) === there;
