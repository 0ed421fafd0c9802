// Reading clinical files: what is not understood is refused, never left out. A typing mistake is an error, not a default.

/**
 * What a value may be: a type's name, a list of one shape, an object by its members, or with '*' by any. '*' alone is anything.
 * @typedef {string | [unknown] | { [name: string]: unknown }} Shape
 */

/** @param {string} place @param {string} what @returns {never} */
export function refuse(place, what) {
  throw new RangeError(`${place}: ${what}.`);
}

/**
 * Reads one file and refuses members that are unknown, of another type, or stand twice. A member that is null counts as absent.
 * @param {string} place
 * @param {string} text
 * @param {Shape} shape
 * @returns {any}
 */
export function read(place, text, shape) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(place, "is not JSON");
  }
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
  if (colons !== members(value)) refuse(place, "a member stands twice");
  check(place, value, shape);
  return value;
}

/** How many members a value has, those of its parts included. @param {any} value @returns {number} */
const members = value =>
  value === null || typeof value !== "object"
    ? 0
    : Object.values(value).reduce((sum, v) => sum + members(v), Array.isArray(value) ? 0 : Object.keys(value).length);

/** @param {string} place @param {any} value @param {any} shape */
export function check(place, value, shape) {
  if (value === null || shape === "*") return;
  const list = Array.isArray(value);
  if (typeof shape === "string" ? typeof value !== shape : typeof value !== "object" || list !== Array.isArray(shape))
    refuse(place, "is of another type");
  if (typeof shape === "string") return;
  for (const [name, member] of Object.entries(value)) {
    const known = list ? shape[0] : Object.hasOwn(shape, name) ? shape[name] : shape["*"];
    if (known === undefined) refuse(place, `unknown member "${name}"`);
    check(`${place}.${name}`, member, known);
  }
}

/** A map that no name can surprise. @template T @param {{ [name: string]: T } | null | undefined} members @returns {Map<string, T>} */
export const mapOf = members => new Map(Object.entries(members ?? {}));

/** @param {string} place @param {boolean} holds @param {string} what */
export function must(place, holds, what) {
  if (!holds) refuse(place, what);
}
