import { bag } from "./json.js";
import { digest } from "./digest.js";
import { again, askAgain, copied, forget, healPause, lostSomething, refused, refusedAnswered } from "./putback.js";
import { cursorOf } from "./request.js";
import { busyMost } from "./status.js";

/** @import { DocChange, Part, RecordAnswer } from './types.js' */
/** @import { Rec } from './record.js' */
/** @import { Forked } from './putback.js' */

/**
 * Takes in one record's part of an answer. It gives a fork, which concerns the whole database.
 * @param {Rec} rec
 * @param {Part} sent
 * @param {RecordAnswer} answer
 * @param {number} now ms of the device
 * @returns {Forked | null}
 */
export function take(rec, sent, answer, now) {
  const ended = rec.stopped === "ended";
  rec.dirty = true;
  rec.stopped = answer.error?.code ?? "";
  rec.detail = answer.error?.detail ?? "";
  rec.until = 0;
  if (rec.stopped === "account") return null; // nothing was taken in
  if (rec.stopped === "busy") {
    // it may not have been looked at, and then says nothing of `last`
    rec.until = now + Math.min(answer.error?.retryAfterMs ?? 0, busyMost);
    outcomes(rec, sent, answer);
    return null;
  }
  const l = sent.line;
  const lost = lostSomething(rec, l, answer) || (rec.stopped === "fork" && refusedAnswered(sent, answer));
  if (answer.epoch) rec.epoch = answer.epoch;
  l.last = answer.last ?? 0;
  l.ask = false;
  outcomes(rec, sent, answer);
  // The account's list for records that are not its own is another one than the record's.
  if (ended !== (rec.stopped === "ended")) askAgain(rec);
  if (lost) again(rec); // also what was answered just now: from the lowest n on, without a gap
  if (rec.stopped === "") {
    read(rec, sent, answer, now);
    forget(rec, l, answer.safe ?? 0);
  } else if (rec.stopped === "ended") end(rec);
  if (lost) return null; // before anything else counts, all that is kept is sent again
  if (rec.stopped === "fork") {
    const n = refused(sent, answer);
    return n > 0 ? { line: l, refused: n } : null;
  }
  return copied(rec, l) ? { line: l, refused: 0 } : null;
}

/** What became of the numbers that were sent. Those of other numbers may be a copy's, and do not count. @param {Rec} rec @param {Part} sent @param {RecordAnswer} answer */
function outcomes(rec, sent, answer) {
  for (const o of answer.outcomes ?? []) {
    const e = sent.numbers.get(o.n);
    if (!e || e.n !== o.n || e.replica !== sent.line.replica) continue;
    e.outcome = o;
    e.answered = true;
    rec.touch(e);
    if (rec.epoch === "") continue;
    e.revs = bag(e.revs);
    if (o.rev) e.revs[rec.epoch] = o.rev;
    else delete e.revs[rec.epoch];
  }
}

/** Deletes what is here of a record whose access has ended. The outbox goes on. @param {Rec} rec */
function end(rec) {
  rec.dropDocs();
  rec.cursor = "";
  rec.pull = null;
  rec.heard = 0;
  rec.digest = null;
  settle(rec);
}

/** The documents in place hold what every answered mutation did. @param {Rec} rec */
function settle(rec) {
  for (const e of rec.entries) {
    if ((e.placed ?? false) === (e.answered ?? false)) continue;
    e.placed = e.answered;
    rec.touch(e);
  }
}

/** Collects a page, and puts all of them in place together with the cursor as the new base when there is no more. @param {Rec} rec @param {Part} sent @param {RecordAnswer} answer @param {number} now */
function read(rec, sent, answer, now) {
  if (answer.reset && !sent.asked && cursorOf(rec) !== "") askAgain(rec); // perhaps the server lost something that nobody named
  if (!rec.pull || answer.reset) {
    rec.pagesReplaced();
    rec.pull = { reset: answer.reset === true, cursor: "", pages: [] };
  }
  rec.pull.pages.push(answer.changes ?? []);
  rec.pull.cursor = answer.cursor ?? "";
  if (sent.asked && rec.digest) Object.assign(rec.digest, { ask: false, asked: true, at: now });
  if (answer.more) return;
  if (rec.pull.reset) rec.dropDocs();
  for (const page of rec.pull.pages) for (const change of page) place(rec, change);
  rec.pull = null;
  rec.cursor = answer.cursor ?? "";
  rec.heard = now;
  settle(rec);
  compare(rec, answer.digest ?? "", now);
}

/** Brings one document to its latest state. Fields that this client does not know are kept like all others. @param {Rec} rec @param {DocChange} c */
function place(rec, c) {
  if (c.deleted) {
    rec.dropDoc(c.doc);
    return;
  }
  const old = rec.docs.get(c.doc);
  const d = { id: c.doc, rev: c.rev, fields: bag(old?.fields), siblings: bag(old?.siblings), hash: c.hash ?? "" };
  const beside = bag(c.siblings);
  const set = bag(c.set);
  for (const name of Object.keys(set)) d.fields[name] = set[name];
  for (const name of c.unset ?? []) delete d.fields[name];
  for (const name of [...Object.keys(set), ...(c.unset ?? [])]) {
    if (beside[name]?.length) d.siblings[name] = beside[name];
    else delete d.siblings[name];
  }
  rec.putDoc(d);
}

/**
 * Looks whether we have what the server has. A difference is healed by a pull from the start: once, and again only after a later
 * change and at most once a day.
 * @param {Rec} rec
 * @param {string} server the server's digest
 * @param {number} now
 */
function compare(rec, server, now) {
  const d = (rec.digest ??= { differs: false, ask: false, asked: false, at: 0, server: "" });
  if (digest(rec) === server) {
    Object.assign(d, { differs: false, ask: false, asked: false, server: "" });
    return;
  }
  d.differs = true;
  const waited = d.at === 0 || now < d.at || now - d.at >= healPause;
  d.ask = waited && (!d.asked || d.server !== server);
  if (d.ask) d.asked = false;
  d.server = server;
}
