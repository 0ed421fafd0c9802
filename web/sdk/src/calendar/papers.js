/** @import { Document } from '../types.js' */

// A document's fields as rules read them: whatever is not of the kind that is asked for is not there.

/** @param {Document} doc @param {string} field @returns {string} '' if there is none */
export const text = (doc, field) => (typeof doc.fields[field] === "string" ? /** @type {string} */ (doc.fields[field]) : "");

/** A whole number, 0 if there is none. @param {Document} doc @param {string} field */
export const whole = (doc, field) => (Number.isInteger(doc.fields[field]) ? Number(doc.fields[field]) : 0);

/** The elements of a set. @param {Document} doc @param {string} field @returns {unknown[]} */
export const elements = (doc, field) => (Array.isArray(doc.fields[field]) ? /** @type {unknown[]} */ (doc.fields[field]) : []);

/** The elements of a set of texts. @param {Document} doc @param {string} field @returns {string[]} */
export function texts(doc, field) {
  const list = elements(doc, field);
  return list.every(one => typeof one === "string") ? /** @type {string[]} */ (list) : [];
}

/** The documents of a type. @param {Document[]} docs @param {string} type */
export const ofType = (docs, type) => docs.filter(d => d.id.startsWith(type + "/"));

/** @param {string | number} a @param {string | number} b */
export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
