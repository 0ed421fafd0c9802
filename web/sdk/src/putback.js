// Section 7 of the protocol: a restored server, a copied phone. A server and phones that were never put back never need it.

/** @import { Entry, Line, Name, Part, RecordAnswer } from './types.js' */
/** @import { Rec } from './record.js' */

/** How long a client waits at least before it asks, or heals a difference of digests, again: ms. */
export const healPause = 24 * 3600_000;

/** The lowest number of a line that this epoch has not answered; 0 if there is none. @param {Rec} rec @param {Line} l */
export function lowest(rec, l) {
  let n = 0;
  for (const e of rec.entries) if (e.replica === l.replica && !e.answered && (n === 0 || e.n < n)) n = e.n;
  return n;
}

/** @param {Rec} rec @param {Line} l */
const keeps = (rec, l) => rec.entries.some(e => e.replica === l.replica);

/** Whether something is to be said under a name because of what was put back. @param {Rec} rec @param {Line} l */
export const owes = (rec, l) => (l.left === true && lowest(rec, l) > 0) || (l.ask === true && keeps(rec, l));

/** Up to where the outcomes of a line are stored here. @param {Rec} rec @param {Line} l */
export function acked(rec, l) {
  const first = lowest(rec, l);
  const ours = first > 0 ? first - 1 : l.left ? (l.common ?? 0) : l.highest;
  return Math.min(ours, l.last);
}

/** The highest number of a line that this epoch has answered. @param {Rec} rec @param {Line} l */
function acknowledged(rec, l) {
  let highest = acked(rec, l);
  for (const e of rec.entries) if (e.answered && e.replica === l.replica) highest = Math.max(highest, e.n);
  return highest;
}

/**
 * Every name asks what the server has of it: after a reset it may have lost a tail that nobody named. The last mutation that was
 * answered goes along, so that other words under its number are noticed.
 * @param {Rec} rec
 */
export function askAgain(rec) {
  for (const l of rec.lines) l.ask = keeps(rec, l);
  rec.dirty = true;
}

/**
 * Every name asks once a day whether what was answered is still there, and what of it is safe now. Nothing else would show that a
 * server was put back unnoticed and a copy of this database came first.
 * @param {Rec} rec
 * @param {number} now
 */
export function askDaily(rec, now) {
  for (const l of rec.lines) {
    const at = l.at ?? 0;
    if (keeps(rec, l) && (now < at || now - at >= healPause)) {
      l.ask = true;
      l.at = now;
      rec.dirty = true;
    }
  }
}

/**
 * Whether an answer says that the server may have lost what it had answered.
 * @param {Rec} rec
 * @param {Line} l
 * @param {RecordAnswer} answer
 */
export function lostSomething(rec, l, answer) {
  if (answer.epoch && answer.epoch !== rec.epoch) return rec.epoch !== "" || rec.entries.some(e => e.answered);
  return (answer.last ?? 0) < acknowledged(rec, l);
}

/** The number at which a fork was found: the first that was sent and has no outcome; 0 if there is none. @param {Part} part @param {RecordAnswer} answer */
export function refused(part, answer) {
  const told = new Set(answer.outcomes?.map(o => o.n));
  for (const n of part.numbers.keys()) if (!told.has(n)) return n;
  return 0;
}

/** Whether a number was refused that had an outcome: what it stood for is not there any more. @param {Part} part @param {RecordAnswer} answer */
export const refusedAnswered = (part, answer) => part.numbers.get(refused(part, answer))?.answered === true;

/** Everything that is kept is part of the outbox again, under the names that it has. @param {Rec} rec */
export function again(rec) {
  for (const e of rec.entries) {
    e.answered = false;
    rec.touch(e);
  }
  for (const l of rec.lines) l.ask = l.left === true;
}

/** Lets go of what survives the loss of the server's machine. What is still replayed stays. @param {Rec} rec @param {Line} l @param {number} safe */
export const forget = (rec, l, safe) => rec.drop(e => e.replica === l.replica && e.n <= safe && e.answered === true && e.placed === true);

/** Names who this replica was, each with the last n that both have in common. @param {Rec} rec @param {Line} speaking @returns {Name[]} */
export function continues(rec, speaking) {
  const list = [];
  for (const l of rec.lines) {
    if (l === speaking) break;
    if (l.common) list.push({ replica: l.replica, n: l.common });
  }
  return list;
}

/**
 * Says that a copy of this database writes under the same name. `refused`: 0 if no number was, and the server merely has more of us.
 * @typedef {{ line: Line, refused: number }} Forked
 */

/** Whether the server has more under our name than we ever wrote, with all that we sent answered. @param {Rec} rec @param {Line} l */
export const copied = (rec, l) => !l.left && l.last > l.highest && !rec.entries.some(e => e.replica === l.replica && e.sent && !e.answered);

/**
 * Leaves every name of a record and numbers again from 1, in the order of writing, what this epoch has not answered.
 * @param {Rec} rec
 * @param {Forked[]} forks
 * @param {Line} now the line of the new name
 */
export function renumber(rec, forks, now) {
  for (const l of rec.lines) {
    if (l === now) continue;
    l.common = common(rec, l, forks);
    l.left = true;
  }
  for (const e of rec.entries) {
    if (e.answered) continue;
    e.names = [...(e.names ?? []), { replica: e.replica, n: e.n }];
    Object.assign(e, { replica: now.replica, n: ++now.highest, sent: false });
    rec.touch(e);
  }
  askAgain(rec);
}

/**
 * The last n of a line that its copies have in common with us, as far as we know: the one before the refused one, or before the
 * first whose outcome we do not know; else our own highest.
 * @param {Rec} rec
 * @param {Line} l
 * @param {Forked[]} forks
 */
function common(rec, l, forks) {
  let n = l.left ? (l.common ?? 0) : l.highest;
  const first = lowest(rec, l);
  if (first > 0) n = Math.min(n, first - 1);
  for (const f of forks) if (f.line === l && f.refused > 0) n = Math.min(n, f.refused - 1);
  return n;
}

/** What a mutation was called and which revs it had, when it is sent again: JSON with a comma behind it, or nothing. @param {Entry} e */
export function was(e) {
  const names = e.names?.length ? { names: e.names } : {};
  const revs = e.revs && Object.keys(e.revs).length > 0 ? { revs: e.revs } : {};
  const both = { ...names, ...revs };
  return Object.keys(both).length > 0 ? `"was":${JSON.stringify(both)},` : "";
}
