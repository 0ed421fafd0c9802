import { dayOf } from "../civil.js";
import { bind, mentions, slot } from "./condition.js";
import { number, tenths } from "./decimal.js";
import { levels } from "./levels.js";
import { check, mapOf, must, read, refuse } from "./strict.js";

/** @import { Binding, Condition } from './condition.js' */
/** @import { File, Questionnaire } from './questionnaire.js' */

/** @typedef {import('./levels.js').Level} Level */

/** The context flags that can be derived; a rules file uses no other. */
export const flags = ["infectionRisk", "checkpointInhibitor", "lowPlatelets", "anticoagulated", "steroid", "paracetamolRegular", "spinalMetsRisk"];

/** @typedef {{ numbers: Map<string, number>, emergency: string }} Region parameters in tenths, and the number to call */
/** @typedef {{ id: string, level: number, advice: string, source: string, private: boolean, combine: number, when: Condition }} Rule combine: slot of the symptom that it counts as, or -1 */

/**
 * One version of the red-flag rules, checked and bound to its questionnaire. Read-only.
 * @typedef {object} Rules
 * @property {string} key "redflags|1.0.0"
 * @property {string} sha256 of the file, in hex
 * @property {string} review the state of clinical approval, to show beside any result
 * @property {'draft' | 'active'} status
 * @property {{ name: string, role: string, date: string } | null} signOff
 * @property {Questionnaire} questionnaire
 * @property {Map<string, Region>} regions
 * @property {Rule[]} rules
 * @property {any} generic the part of the file, with `skipped` bound to slots
 * @property {string[]} levelAdvice
 * @property {any} limits
 */

const [s, b, n] = ["string", "boolean", "number"];
const signOff = { name: s, role: s, date: s };
const shape = {
  id: s,
  version: s,
  status: s,
  signOff,
  questionnaire: s,
  levels: [s],
  params: { "*": { "*": "*" } },
  unknownContext: s,
  generic: {
    order: [s],
    SEVERE: { level: s, sevAtLeast: n, onlyAcute: b },
    WORSE: { level: s, delta: n, now: n, lookbackDays: n, onlyAcute: b },
    SKIPPED: { level: s, sevAtLeast: n, measureOf: { "*": s } },
    COMBINE: { level: s, count: n, onlyAcute: b, source: s },
    URGENCY: { "*": s },
    green: { sevAtLeast: n },
    info: { sevAtLeast: n },
  },
  rules: ["*"],
  levelAdvice: { "*": s },
  context: { "*": s },
};
const ruleShape = { id: s, level: s, combineSymptom: s, when: "*", advice: s, source: s, private: b };
const order = ["SEVERE", "WORSE", "SKIPPED", "COMBINE", "URGENCY"];

/** @param {unknown[] | null} a @param {unknown[]} b */
const same = (a, b) => String(a) === String(b);

/**
 * @param {File} file
 * @param {{ questionnaires: Map<string, Questionnaire>, limits: Map<string, any>, advice: Map<string, { private?: boolean }> }} l
 * @returns {Rules}
 */
export function loadRules(file, l) {
  const f = read(file.name, file.text, shape);
  const key = f.id + "|" + f.version;
  const [questionnaire, limits] = [l.questionnaires.get(f.questionnaire), l.limits.get(key)];
  must(file.name, f.id && f.version && limits, "id, version or its limits file is missing");
  if (!questionnaire) refuse(file.name, `questionnaire "${f.questionnaire}" is not here`);
  must(file.name, same(f.levels, levels), "levels are not those that are known");
  must(file.name, f.unknownContext === "treat-as-true", "unknownContext must be treat-as-true (hazard H06)");
  const status = f.status || "draft";
  must(
    file.name,
    status === "draft" ? !f.signOff : status === "active" && signedOff(f.signOff),
    "a draft has no sign-off; what is active has a name, a role and a date",
  );
  const context = new Set(Object.keys(f.context ?? {}).flatMap(names => names.split(", ")));
  must(
    file.name,
    [...context].every(flag => flags.includes(flag)),
    "nobody knows how to derive some context flag",
  );
  const regions = readRegions(file.name + ": params", f.params, limits.context.infectionRisk.sactDaysParam);
  const binding = { q: questionnaire, sets: regions, flags: context };
  /** @type {Rule[]} */
  const rules = [];
  for (const one of f.rules ?? []) rules.push(bindRule(file.name, one, binding, rules, l.advice));
  must(file.name, rules.length > 0, "there are no rules");
  must(file.name, Object.keys(f.levelAdvice ?? {}).length === levels.length, "levelAdvice names a level that does not exist");
  const levelAdvice = levels.map(level =>
    l.advice.get(f.levelAdvice[level])?.private === false
      ? f.levelAdvice[level]
      : refuse(file.name, `level ${level} has no advice text that all may see`),
  );
  const generic = bindGeneric(file.name + ": generic", f.generic ?? {}, questionnaire);
  return {
    key,
    sha256: file.sha256,
    review: limits.review,
    status,
    signOff: f.signOff ?? null,
    questionnaire,
    regions,
    rules,
    generic,
    levelAdvice,
    limits: limits.context,
  };
}

/** @param {any} by */
export const signedOff = by => Boolean(by?.name && by.role) && !Number.isNaN(dayOf(by.date));

/** @param {string} place @param {any} params @param {string} sactDays */
function readRegions(place, params, sactDays) {
  /** @type {Map<string, Region>} */
  const regions = new Map();
  for (const [name, { emergency, ...values }] of mapOf(/** @type {{ [name: string]: any }} */ (params))) {
    const numbers = new Map(
      Object.entries(values).map(([key, value]) => {
        const d = number(value);
        return [key, d ? tenths(d) : refuse(place, `${name}.${key} is not a number`)];
      }),
    );
    must(
      place,
      typeof emergency === "string" && emergency !== "" && Boolean(numbers.get("fever_c") && numbers.get(sactDays)),
      `${name}: emergency, fever_c or ${sactDays} is missing`,
    );
    regions.set(name, { numbers, emergency });
  }
  must(place, regions.size > 0, "there is no region");
  return regions;
}

/** @param {string} file @param {any} r @param {Binding} binding @param {Rule[]} before @param {Map<string, { private?: boolean }>} advice @returns {Rule} */
function bindRule(file, r, binding, before, advice) {
  const place = `${file}: rule ${r?.id}`;
  check(place, r, ruleShape);
  must(place, Boolean(r?.id) && !order.includes(r.id) && !before.some(other => other.id === r.id), "its id is missing, taken or reserved");
  const rule = {
    id: r.id,
    level: levels.indexOf(r.level ?? "info"),
    advice: r.advice,
    source: r.source,
    private: r.private ?? false,
    combine: -1,
    when: bind(binding, place + ".when", r.when),
  };
  must(place, rule.level >= 0 && Boolean(rule.source), "its level is unknown, or its source is missing");
  must(place, advice.get(r.advice)?.private === rule.private, "a private rule needs a private advice text, and only it");
  if (typeof r.combineSymptom === "string") rule.combine = slot(binding, place, r.combineSymptom, ["severity"]);
  const reads = mentions(rule.when).map(at => binding.q.fields[at]);
  must(place, reads.length > 0, "it must read an answer, or nobody could say what it is about");
  must(
    place,
    reads.every(f => f.sensitive === rule.private),
    "a private rule reads only sensitive questions, any other rule none",
  );
  return rule;
}

/** @param {string} place @param {any} g @param {Questionnaire} q */
function bindGeneric(place, g, q) {
  const { SEVERE, WORSE, SKIPPED, COMBINE, green, info } = g;
  must(place, same(g.order, order), `order must be ${order}`);
  const counts = [
    SEVERE?.sevAtLeast,
    WORSE?.delta,
    WORSE?.now,
    WORSE?.lookbackDays,
    SKIPPED?.sevAtLeast,
    COMBINE?.count,
    green?.sevAtLeast,
    info?.sevAtLeast,
  ];
  must(
    place,
    counts.every(count => Number.isInteger(count) && count > 0),
    "each number must be above 0",
  );
  must(place, SEVERE.onlyAcute && WORSE.onlyAcute && COMBINE.onlyAcute, "onlyAcute must be true; nothing else has a meaning yet");
  must(
    place,
    [SEVERE, WORSE, SKIPPED, COMBINE].every(rule => levels.indexOf(rule.level) >= 2),
    "SEVERE, WORSE, SKIPPED and COMBINE need a level of amber or above",
  );
  /** @type {Map<string, Level>} */
  const urgency = mapOf(g.URGENCY);
  for (const [wish, level] of urgency)
    must(place, q.urgencyQuestion.values.includes(wish) && levels.includes(level), "URGENCY names a wish or a level that is none");
  const measureOf = mapOf(/** @type {{ [code: string]: string }} */ (SKIPPED.measureOf));
  const skipped = q.items.flatMap((item, i) => {
    const measure = q.slots.get(measureOf.get(item.code) ?? "");
    return measure !== undefined && measure >= q.items.length ? [{ item: i, measure }] : [];
  });
  must(place, skipped.length === measureOf.size, "SKIPPED.measureOf names an item or a measure that is none");
  return { ...g, urgency, skipped };
}
