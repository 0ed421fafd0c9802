// What the server makes of a write (section 4 of the protocol). A phone needs none of it: it shows its outbox on top of what it was given, and the
// server says what became of it. It is for whoever explains an outcome before there is one, or writes a server; the vectors hold it to Go's.
import { read } from "../instrument/strict.js";
import { byBytes, canonical, plain } from "../json.js";

/** @import { Json } from '../json.js' */
/** @import { Name } from '../types.js' */

/**
 * A write that stands in a field, or arrives. `effective`: when the person wrote, by the server's clock. `value` is null where it takes the value away;
 * an add to a set has none.
 * @typedef {Name & { value?: Json, effective: number, rev?: number }} Write
 */

/** What a write had seen: everything up to a rev, and the writes of these names up to their n. Its own replica's earlier ones count without being named. @typedef {{ full: number, own?: Name[] }} Seen */

/**
 * A field as its type declares it.
 * @typedef {object} Field
 * @property {'lww' | 'mv' | 'max' | 'set' | 'cas' | 'fsm'} rule
 * @property {string} [kind] of the value
 * @property {string[]} [codes] of a max field of kind code: the lowest first
 * @property {{ [from: string]: string[] }} [moves] of an fsm field; the empty name holds the first states
 */

/** @typedef {{ outcome: 'applied' | 'stale' | 'transition', writes: Write[], joined: boolean }} Merged writes: what is shown stands first */

const siblingsMax = 8;
const depthMax = 32;

/**
 * Merges one write into a field, or into one element of a set. A field is the set of writes that no other covers; the result does not depend on
 * the order of arrival, and no clock is asked where one write covers the other.
 * @param {Field} field
 * @param {Write[]} standing in any order
 * @param {Write & { do?: 'add' | 'remove' }} write
 * @param {Seen} seen
 * @returns {Merged}
 */
export function merge(field, standing, write, { full, own = [] }) {
  const before = [...standing].sort(foremost(field));
  const covered = before.some(w => w.replica === write.replica && w.n > write.n);
  const names = [{ replica: write.replica, n: write.n - 1 }, ...own];
  const uncovered = before.filter(w => (w.rev ?? 0) > full && !names.some(o => o.replica === w.replica && w.n <= o.n));
  const as = (/** @type {Merged['outcome']} */ outcome, /** @type {Write[]} */ writes) => ({ outcome, writes, joined: writes.includes(write) });
  if (field.rule === "cas") {
    if (covered) return as("applied", before);
    return uncovered.length > 0 ? as("stale", before) : as("applied", [write]);
  }
  if (field.rule === "fsm") {
    const [from, to] = [String(before[0]?.value ?? ""), String(write.value ?? "")];
    if (covered || (before.length > 0 && from === to)) return as("applied", before);
    return field.moves?.[from]?.includes(to) ? as("applied", [write]) : as("transition", before);
  }
  if (covered || write.do === "remove") return as("applied", uncovered);
  return as("applied", [...uncovered, write].sort(foremost(field)).slice(0, 1 + siblingsMax));
}

/** For max the highest, otherwise the latest. @param {Field} field */
const foremost = field => (/** @type {Write} */ a, /** @type {Write} */ b) =>
  (field.rule === "max" && compareValues(field, b.value ?? null, a.value ?? null)) ||
  b.effective - a.effective ||
  compare(b.replica, a.replica) ||
  b.n - a.n ||
  (b.rev ?? 0) - (a.rev ?? 0);

/** @param {any} a @param {any} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** By the kind of a field; null is lowest. @param {Field} field @param {Json} a @param {Json} b */
function compareValues({ kind, codes = [] }, a, b) {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (kind === "code") return codes.indexOf(String(a)) - codes.indexOf(String(b));
  if (kind === "decimal") return compareDecimals(String(a), String(b));
  return ["int", "instant", "bool", "date"].includes(kind ?? "") ? compare(a, b) : byBytes(canonical(a), canonical(b));
}

/** Exactly, in their text form. @param {string} a @param {string} b */
function compareDecimals(a, b) {
  const places = Math.max(...[a, b].map(text => (text.split(".")[1] ?? "").length));
  const [x, y] = [a, b].map(text => {
    const [before, after = ""] = text.split(".");
    return BigInt(before + after.padEnd(places, "0"));
  });
  return compare(x, y);
}

/**
 * When a person wrote, by the server's clock.
 * @param {{ at: number, now: number, after: number }} said by the device: when it was written, its clock at the request, and the server's now that it had read
 * @param {{ now: number, last: number }} server its now, and the effective time of the replica's mutation before; ms
 */
export function effective({ at, now, after }, server) {
  const [wrote, sent, read] = [at, now, after].map(clockValue);
  return Math.min(Math.max(wrote + (server.now - sent), read + 1, server.last), server.now);
}

/** @param {number} n */
const clockValue = n => (Math.abs(n) > Number.MAX_SAFE_INTEGER ? 0 : Math.trunc(n));

/**
 * A mutation's hash: over its RFC 8785 form without n and was; over its bytes as they came where it cannot be read.
 * @param {string} text the mutation as it travels
 * @returns {Promise<string>} SHA-256, in hex
 */
export async function mutationHash(text) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(hashed(text)));
  return [...new Uint8Array(sum)].map(b => b.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text */
function hashed(text) {
  try {
    const { n: _n, was: _was, ...rest } = read("mutation", text, "*");
    const form = canonical(rest);
    return depth(rest) <= depthMax && form === canonical(plain(rest)) ? form : text; // half of a surrogate pair is not read
  } catch {
    return text;
  }
}

/** How deep objects and lists nest. @param {unknown} value @returns {number} */
const depth = value => (value === null || typeof value !== "object" ? 0 : 1 + Math.max(0, ...Object.values(value).map(depth)));
