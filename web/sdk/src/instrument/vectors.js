import { levels } from "./levels.js";
import { check, must, mapOf } from "./strict.js";

/** @import { Library } from './library.js' */

const [s, any] = ["string", "*"];
const shape = [
  { name: s, answers: { "*": any }, context: { "*": any }, region: s, previous: { "*": any }, urgency: s, expectLevel: s, expectRules: [s] },
];

/**
 * Evaluates each vector of a file by the current rules: the level and the list of fired rules must be equal, order included.
 * @param {Library} library
 * @param {string} text
 * @returns {{ name: string, differences: string[] }[]}
 */
export function runVectors(library, text) {
  const list = JSON.parse(text);
  check("vectors", list, /** @type {any} */ (shape));
  return list.map((/** @type {any} */ v) => {
    must(`vector "${v.name}"`, v.answers && v.expectRules && levels.includes(v.expectLevel), "is not whole");
    const { current } = library;
    /** @type {{ [flag: string]: boolean }} */
    const context = {};
    for (const [flag, value] of mapOf(v.context)) {
      if (typeof value === "boolean") context[flag] = value;
      else must(`vector "${v.name}"`, value === null || value === "unknown", `context "${flag}" must be true, false or null`);
    }
    const previous = v.previous && { answers: v.previous };
    const got = library.evaluate({ ...v, questionnaire: current.questionnaire.key, rules: current.key, context, previous });
    const differences = [];
    if (got.level !== v.expectLevel) differences.push(`level: expected ${v.expectLevel}, got ${got.level}`);
    if (String(got.fired) !== String(v.expectRules)) differences.push(`rules: expected ${v.expectRules}, got ${got.fired}`);
    return { name: v.name, differences };
  });
}
