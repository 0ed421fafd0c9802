import { bytes } from "./json.js";
import { acked, continues, was } from "./putback.js";
import { unanswered } from "./status.js";

/** @import { Change, Entry, Exchange, Line, Part } from './types.js' */
/** @import { Rec } from './record.js' */

// The limits of section 10 of the protocol that a client keeps.
export const recordsMax = 32;
const mutationsMax = 500;
export const bodyBytesMax = 1 << 20;
/** How many members and elements a request may have before no further mutation is put into it. */
const partsMax = 16 << 10;
/** What is set aside for what stands around a record, a mutation, and a name in `continues` or `was`. */
export const recordBytes = 256;
const mutationBytes = 64;
const nameBytes = 80;

/** A change as the words of a mutation: JSON without n and was. @param {Change} c @param {{ schema: number, base: string, at: number, after: number }} around */
export function bodyOf(c, around) {
  const { schema, base, at, after } = around;
  return JSON.stringify({
    doc: c.doc,
    schema,
    base: base || undefined,
    at,
    after,
    acting: c.acting,
    set: some(c.set),
    add: some(c.add),
    remove: some(c.remove),
    delete: c.delete || undefined,
  });
}

/** @param {object | undefined} members */
export const some = members => (members && Object.keys(members).length > 0 ? members : undefined);

/** From where a pull goes on. @param {Rec} rec */
const from = rec => (rec.pull ? rec.pull.cursor : rec.cursor);
export { from as cursorOf };

/**
 * What is to be sent under a line's name, in order of n: what has no outcome in this epoch, and before it the numbers whose words are
 * gone (null) and which the server lacks. The last one that has an outcome goes before them: if the server was put back meanwhile and
 * a copy of this database came first, it is refused, and nothing is written upon the copy's words.
 * @param {Rec} rec
 * @param {Line} l
 * @returns {Generator<[number, Entry | null]>}
 */
function* owed(rec, l) {
  let there = l.last;
  let begun = false;
  /** @type {Entry | undefined} */
  let before;
  for (const e of rec.entries) {
    // numbers of one line grow in the order of writing
    if (e.replica !== l.replica) continue;
    if (e.answered) {
      before = e;
      there = Math.max(there, e.n);
      continue;
    }
    if (before && !begun) yield [before.n, before];
    for (begun = true; there + 1 < e.n; there++) yield [there + 1, null];
    there = Math.max(there, e.n);
    yield [e.n, e];
  }
  if (l.ask && before && !begun) yield [before.n, before];
}

/** One number as it is sent. @param {Rec} rec @param {number} n @param {Entry | null} e */
function mutation(rec, n, e) {
  if (!e) return `{"n":${n},"skip":"lost"}`;
  const text = `{"n":${e.n},${was(e)}${e.body.slice(1)}`;
  const most = bodyBytesMax - 2 * recordBytes - mutationBytes - from(rec).length - nameBytes * rec.lines.length;
  return bytes(text) > most ? `{"n":${n},"skip":"too_large"}` : text;
}

/** Whether a request has room for one record more. @param {Room} room @param {Rec} rec */
export const hasRoom = (room, rec) => room.bytes >= recordBytes + rec.cursor.length;

/** What a request may still hold. @typedef {{ bytes: number, parts: number }} Room */

/** @returns {Room} */
export const wholeRoom = () => ({ bytes: bodyBytesMax - recordBytes, parts: 0 });

/**
 * One record's part of a request: as JSON, and as it is remembered.
 * @param {Rec} rec
 * @param {Line} line under whose name it speaks
 * @param {{ limit: number, room: Room }} o
 * @returns {{ text: string, part: Part }}
 */
export function ask(rec, line, o) {
  /** @type {Part} */
  const part = { line, numbers: new Map(), asked: rec.digest?.ask === true };
  const before = continues(rec, line);
  const cursor = part.asked ? "" : from(rec);
  o.room.bytes -= recordBytes + cursor.length + nameBytes * before.length;
  const mutations = [];
  for (const [n, e] of owed(rec, line)) {
    const text = mutation(rec, n, e);
    const commas = text.split(",").length - 1; // commas in words count as well: it is only to stay far below the limit
    o.room.parts += commas;
    o.room.bytes -= mutationBytes + bytes(text);
    const tooMuch = o.room.parts > partsMax && o.room.parts > commas;
    if (o.room.bytes < 0 || tooMuch || mutations.length === mutationsMax) break;
    if (e && !e.sent) {
      e.sent = true;
      rec.touch(e);
    }
    mutations.push(text);
    part.numbers.set(n, e);
  }
  const head = JSON.stringify({
    record: rec.id,
    cursor: cursor || undefined,
    acked: acked(rec, line),
    limit: o.limit || undefined,
    continues: before.length ? before : undefined,
  });
  return { text: `${head.slice(0, -1)},"mutations":[${mutations.join(",")}]}`, part };
}

/** How many changes of a record have no outcome yet. @param {Rec | undefined} rec */
export const unsent = rec => (rec && unanswered(rec) ? rec.entries.filter(e => !e.answered).length : 0);
