import { decimal, number, tenths } from "./decimal.js";
import { mapOf, must, read, refuse } from "./strict.js";

/** @typedef {{ code: string, domain: string, text: string, route: string[], acute?: boolean, sensitive?: boolean, kind: 'severity' | 'yesno' }} Item one thing that a person may tick and score */
/** @typedef {{ code: string, type: 'bool' | 'int' | 'decimal-Cel', askWhen: string[], text: string }} Measure asked when one of the items in askWhen is ticked */

/**
 * An item or a measure as the evaluator sees it.
 * @typedef {object} Field
 * @property {string} code
 * @property {string} kind an item's kind or a measure's type
 * @property {number} min tenths
 * @property {number} max tenths
 * @property {boolean} sensitive of a measure: all its parents are
 * @property {number[]} parents of a measure: slots of its items
 */

/**
 * One version of a questionnaire, as its file has it, and bound. Read-only.
 * @typedef {object} Questionnaire
 * @property {string} key "hna|1.0.0"
 * @property {string} sha256 of the file, in hex: kept with each response
 * @property {{ min: number, max: number, integer: boolean, anchor0: string, anchor10: string }} scale
 * @property {{ [code: string]: string }} domains code to heading
 * @property {{ code: string, text: string, values: string[] }} urgencyQuestion
 * @property {Item[]} items
 * @property {Measure[]} measures
 * @property {Field[]} fields items in their order, then measures
 * @property {Map<string, number>} slots code to its place in fields
 */

/** @typedef {{ name: string, text: string, sha256: string }} File */
/** @typedef {{ min: number, max: number }} Bounds */

const [s, b, n] = ["string", "boolean", "number"];
const shape = {
  url: s,
  version: s,
  scale: { min: n, max: n, integer: b, anchor0: s, anchor10: s },
  domains: { "*": s },
  urgencyQuestion: { code: s, text: s, values: [s] },
  measures: [{ code: s, type: s, askWhen: [s], text: s }],
  items: [{ code: s, domain: s, text: s, route: [s], acute: b, sensitive: b, kind: s }],
};

/** @param {File} file @param {Map<string, any>} limits by questionnaire @returns {Questionnaire} */
export function loadQuestionnaire(file, limits) {
  const q = read(file.name, file.text, shape);
  must(file.name, q.url && q.version, "url or version is missing");
  const { scale, urgencyQuestion: wish } = q;
  must(file.name, scale?.min === 0 && scale.max >= 1 && scale.integer, "scale must be integers from 0 upwards");
  must(file.name, wish?.code && wish.values?.length, "urgencyQuestion: code or values are missing");
  Object.assign(q, {
    key: q.url.split(":").pop() + "|" + q.version,
    sha256: file.sha256,
    fields: [],
    slots: new Map(),
    items: q.items ?? [],
    measures: q.measures ?? [],
  });
  for (const item of q.items) addItem(q, `${file.name}: item ${item.code}`, item);
  const bounds = mapOf(limits.get(q.key)?.bounds);
  for (const m of q.measures) addMeasure(q, `${file.name}: measure ${m.code}`, m, bounds.get(m.code));
  for (const code of bounds.keys()) must(file.name, q.slots.get(code) >= q.items.length, `the limits bound ${code}, which is no measure`);
  return q;
}

/** @param {Questionnaire} q @param {string} place @param {Item} item */
function addItem(q, place, item) {
  must(place, Boolean(item.text) && Object.hasOwn(q.domains ?? {}, item.domain), "text or domain is missing");
  must(place, item.kind === "severity" || item.kind === "yesno", "kind is unknown");
  must(place, item.route?.length > 0 && item.route.every(token => "OCNX".includes(token) && token.length === 1), "route is unknown");
  addField(q, place, {
    code: item.code,
    kind: item.kind,
    sensitive: item.sensitive ?? false,
    min: q.scale.min * 10,
    max: q.scale.max * 10,
    parents: [],
  });
}

/** @param {Questionnaire} q @param {string} place @param {Measure} m @param {Bounds | undefined} bounds */
function addMeasure(q, place, m, bounds) {
  must(place, Boolean(m.text) && m.askWhen?.length > 0, "text or askWhen is missing");
  const parents = m.askWhen.map(parent => {
    const slot = q.slots.get(parent);
    return slot !== undefined && slot < q.items.length ? slot : refuse(place, `askWhen names "${parent}", which is no item`);
  });
  must(place, ["bool", "int", "decimal-Cel"].includes(m.type), "type is unknown");
  must(place, (m.type === "bool") === !bounds, "a number has bounds, and nothing else has");
  const [min, max] = bounds ? [number(bounds.min), number(bounds.max)].map(d => (d ? tenths(d) : NaN)) : [0, 0];
  must(place, min <= max, "its bounds cannot be read");
  addField(q, place, { code: m.code, kind: m.type, sensitive: parents.every(slot => q.fields[slot].sensitive), min, max, parents });
}

/** @param {Questionnaire} q @param {string} place @param {Field} field */
function addField(q, place, field) {
  must(place, Boolean(field.code) && !q.slots.has(field.code), "the code is missing, or stands twice");
  q.slots.set(field.code, q.fields.push(field) - 1);
}

const limitsShape = {
  id: s,
  version: s,
  questionnaire: s,
  rules: s,
  review: s,
  about: s,
  bounds: { "*": { min: n, max: n, source: s } },
  context: {
    infectionRisk: { sactDaysParam: s, countDays: n, neutrophilsBelow: s },
    checkpointInhibitor: { days: n },
    lowPlatelets: { countDays: n, below: s },
  },
};

/** The numbers that questionnaire and rules state in words. @param {File} file */
export function loadLimits(file) {
  const limits = read(file.name, file.text, limitsShape);
  const { infectionRisk: risk, checkpointInhibitor: immune, lowPlatelets: low } = limits.context ?? {};
  must(
    file.name,
    [risk?.neutrophilsBelow, low?.below].every(text => decimal(text ?? "")?.n),
    "context: neutrophilsBelow and below must be decimals above 0",
  );
  must(file.name, risk.countDays > 0 && low.countDays > 0 && immune?.days > 0, "context: countDays and days must be above 0");
  must(file.name, Boolean(limits.review), "review is missing");
  return limits;
}
