import { bag, byBytes } from "../json.js";
import { decimal, number, tenths, tenthsFromFahrenheit } from "./decimal.js";

/** @import { Json } from '../json.js' */
/** @import { Field, Questionnaire } from './questionnaire.js' */

/**
 * A response's answers by code: a severity or a count is an integer, yes/no a boolean, a temperature a number or decimal text in
 * degrees Celsius, or { value, unit } with the unit F, [degF], C or Cel.
 * @typedef {{ [code: string]: Json }} Answers
 */

/** @typedef {{ known: boolean, yes: boolean, tenths: number }} Reading one answer, understood */

/** @type {Reading} */
export const unanswered = { known: false, yes: false, tenths: 0 };

/**
 * Understands answers. A value that cannot be used counts as unanswered and is missing, in the order of the questions.
 * @param {Questionnaire} q
 * @param {Answers | null | undefined} answers
 */
export function readAnswers(q, answers) {
  const given = bag(answers);
  /** @type {string[]} */
  const missing = [];
  const readings = q.fields.map(field => {
    const value = given[field.code];
    if (value === undefined || value === null) return unanswered;
    const reading = readOne(field, value);
    if (!reading) missing.push(field.code);
    return reading ?? unanswered;
  });
  return {
    readings,
    missing,
    unrecognised: Object.keys(given)
      .filter(code => !q.slots.has(code))
      .sort(byBytes),
  };
}

/** @param {Field} f @param {Json} value @returns {Reading | null} */
function readOne(f, value) {
  if (f.kind === "yesno" || f.kind === "bool") return typeof value === "boolean" ? { known: true, yes: value, tenths: 0 } : null;
  const d = number(value);
  const read = f.kind === "decimal-Cel" ? celsius(value) : d?.whole ? tenths(d) : null;
  return read !== null && f.min <= read && read <= f.max ? { known: true, yes: false, tenths: read } : null;
}

/** A temperature as answers have it, in tenths of a degree Celsius. @param {Json} value @returns {number | null} */
export function celsius(value) {
  const quantity = value !== null && typeof value === "object" && !Array.isArray(value);
  const read = quantity ? bag(value) : { value, unit: "C" };
  const d = typeof read.value === "string" ? decimal(read.value) : number(read.value);
  if (!d) return null;
  if (read.unit === "C" || read.unit === "Cel") return tenths(d);
  return read.unit === "F" || read.unit === "[degF]" ? tenthsFromFahrenheit(d) : null;
}
