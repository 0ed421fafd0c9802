// JSON as the protocol needs it: RFC 8785 form, sizes in UTF-8, and objects whose member names are anything, `__proto__` included.

/** @typedef {null | boolean | number | string | Json[] | { [name: string]: Json }} Json */

const utf8 = new TextEncoder();

/**
 * A value in RFC 8785 form: members sorted by UTF-16 code units, numbers as ECMAScript writes them.
 * @param {Json} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map(name => JSON.stringify(name) + ":" + canonical(value[name]));
  return "{" + members.join(",") + "}";
}

/**
 * Orders texts by their UTF-8 bytes, which is not JavaScript's order where a text has characters beyond U+FFFF.
 * @param {string} a
 * @param {string} b
 */
export function byBytes(a, b) {
  const x = utf8.encode(a);
  const y = utf8.encode(b);
  for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

/** The length of a text in UTF-8. @param {string} text */
export const bytes = text => utf8.encode(text).length;

/**
 * An object's own members without a prototype, so that no name is special.
 * @template T
 * @param {{ [name: string]: T } | null | undefined} members
 * @returns {{ [name: string]: T }}
 */
export function bag(members) {
  const all = Object.create(null);
  if (members !== null && typeof members === "object" && !Array.isArray(members)) {
    for (const name of Object.keys(members)) all[name] = members[name];
  }
  return all;
}

/**
 * A copy that shares nothing, with every text well-formed: half a surrogate pair cannot be sent, and becomes U+FFFD.
 * Undefined and functions are no JSON, and are refused.
 * @param {any} value
 * @returns {Json}
 */
export function plain(value) {
  switch (typeof value) {
    case "string":
      return wellFormed(value);
    case "number":
      if (!Number.isFinite(value)) break;
      return value;
    case "boolean":
      return value;
    case "object": {
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(plain);
      const copy = bag({});
      for (const name of Object.keys(value)) copy[wellFormed(name)] = plain(value[name]);
      return copy;
    }
  }
  throw new TypeError("This change holds a value that cannot be written down.");
}

const halves = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** @param {string} text */
const wellFormed = text => text.replace(halves, "\uFFFD");
