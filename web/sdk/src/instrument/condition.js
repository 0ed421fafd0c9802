import { number, tenths } from "./decimal.js";
import { check, must, refuse } from "./strict.js";

/** @import { Json } from '../json.js' */
/** @import { Reading } from './answers.js' */
/** @import { Questionnaire } from './questionnaire.js' */
/** @import { Region } from './rules.js' */

/**
 * One node of a rule's "when", bound to its questionnaire.
 * @typedef {object} Condition
 * @property {string} op all, any, ctx, absent, or a comparison
 * @property {Condition[]} kids
 * @property {number} slot the item or measure that a leaf asks
 * @property {string} flag of ctx
 * @property {boolean | number} want what a leaf is compared with: yes or no, or tenths
 * @property {string} param if not '': want is this parameter of the region
 */

/** @typedef {{ q: Questionnaire, sets: Map<string, Region>, flags: Set<string> }} Binding */
/** @typedef {{ q: Questionnaire, region: Region, context: { [flag: string]: boolean }, now: Reading[] }} Asked */

/** @typedef {0 | 1 | 2} Truth no, unknown, yes: an unanswered question makes a comparison unknown, and a rule fires on yes alone */

/** @param {boolean} holds @returns {Truth} */
const truthOf = holds => (holds ? 2 : 0);

/** A context flag that nobody knows counts as yes (hazard H06). @param {Condition} c @param {Asked} s @returns {Truth} */
export function truth(c, s) {
  if (c.op === "all" || c.op === "any") return /** @type {Truth} */ (Math[c.op === "all" ? "min" : "max"](...c.kids.map(kid => truth(kid, s))));
  if (c.op === "ctx") return truthOf(s.context[c.flag] ?? true);
  const r = s.now[c.slot];
  if (c.op === "absent") return truthOf(!r.known);
  if (!r.known) return 1;
  if (typeof c.want === "boolean") return truthOf(r.yes === c.want);
  const want = c.param ? /** @type {number} */ (s.region.numbers.get(c.param)) : c.want;
  return truthOf(compare[c.op](r.tenths, want));
}

/** @type {{ [op: string]: (a: number, b: number) => boolean }} */
const compare = { ">=": (a, b) => a >= b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, "<": (a, b) => a < b, "==": (a, b) => a === b };

/** The answered questions whose own part of a condition that holds, holds. @param {Condition} c @param {Asked} s @returns {number[]} */
export function holding(c, s) {
  if (c.op === "ctx" || c.op === "absent" || truth(c, s) !== 2) return [];
  return c.kids.length > 0 ? c.kids.flatMap(kid => holding(kid, s)) : [c.slot];
}

/** Every question that a condition mentions. @param {Condition} c @returns {number[]} */
export const mentions = c => (c.op === "ctx" ? [] : c.kids.length > 0 ? c.kids.flatMap(mentions) : [c.slot]);

const shape = { all: ["*"], any: ["*"], ctx: "string", absent: "string", yes: "string", sev: "string", m: "string", op: "string", v: "*" };
const measures = ["bool", "int", "decimal-Cel"];

/** @param {Binding} b @param {string} place @param {any} node @param {number} [depth] @returns {Condition} */
export function bind(b, place, node, depth = 0) {
  must(place, depth <= 8 && node !== null && node !== undefined, "is missing, or nested more than 8 deep");
  check(place, node, shape);
  const kinds = ["all", "any", "ctx", "absent", "yes", "sev", "m"].filter(kind => node[kind]);
  must(place, kinds.length === 1, "a condition is exactly one of all, any, ctx, absent, yes, sev, m");
  const kind = kinds[0];
  must(place, kind === "sev" || kind === "m" || !(node.op || Object.hasOwn(node, "v")), "op and v belong beside sev or m");
  const c = { op: kind, kids: [], slot: -1, flag: "", want: true, param: "" };
  switch (kind) {
    case "all":
    case "any":
      must(place, node[kind].length > 0, `${kind} is empty`);
      return { ...c, kids: node[kind].map((/** @type {any} */ kid, /** @type {number} */ i) => bind(b, `${place}.${kind}[${i}]`, kid, depth + 1)) };
    case "ctx":
      must(place, b.flags.has(node.ctx), `context flag "${node.ctx}" has no definition`);
      return { ...c, flag: node.ctx };
    case "absent":
      return { ...c, slot: slot(b, place, node.absent, measures) };
    case "yes":
      return { ...c, slot: slot(b, place, node.yes, ["yesno"]) };
  }
  return bindComparison(b, place, node, c);
}

/** @param {Binding} b @param {string} place @param {any} node @param {Condition} c @returns {Condition} */
function bindComparison(b, place, node, c) {
  const asked = node.sev ? slot(b, place, node.sev, ["severity"]) : slot(b, place, node.m, measures);
  const { kind, min, max } = b.q.fields[asked];
  c = { ...c, op: node.op ?? "", slot: asked };
  if (kind === "bool") {
    must(place, c.op === "==" && typeof node.v === "boolean", "a yes/no measure is compared with true or false");
    return { ...c, want: node.v };
  }
  must(place, Object.hasOwn(compare, c.op), `operator "${c.op}" is unknown`);
  if (node.v !== null && typeof node.v === "object") {
    check(place + ".v", node.v, { param: "string" });
    for (const region of b.sets.values()) must(place + ".v", region.numbers.has(node.v.param), "is a parameter that some region does not have");
    return { ...c, want: 0, param: node.v.param };
  }
  const d = number(node.v);
  const want = d ? tenths(d) : NaN;
  must(place + ".v", want >= min && want <= max && (kind === "decimal-Cel" || Boolean(d?.whole)), "is no value that the question can have");
  return { ...c, want };
}

/** @param {Binding} b @param {string} place @param {string} code @param {string[]} kinds */
export function slot(b, place, code, kinds) {
  const found = b.q.slots.get(code);
  return found !== undefined && kinds.includes(b.q.fields[found].kind) ? found : refuse(place, `"${code}" is not what this part of a rule asks`);
}
