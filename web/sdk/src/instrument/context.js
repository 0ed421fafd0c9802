import { dayOf } from "../civil.js";
import { decimal } from "./decimal.js";
import { flags } from "./rules.js";

/** @import { Json } from '../json.js' */
/** @import { Rules } from './rules.js' */

/**
 * A blood count, normalised.
 * @typedef {object} Count
 * @property {string} group `cbc.anc` (an absolute count, never a percentage: hazard H13) or `cbc.plt`
 * @property {string} value decimal text, 10*9/L
 * @property {string} date civil date of the sample in the person's home zone
 */

/**
 * The context flags, from the fields of a clinical context document and recent counts. What nobody stated is not in it, and counts
 * as true. Of two counts of one day the lower is taken; a date in the future counts as today.
 * @param {Rules} rules
 * @param {string} region
 * @param {{ [field: string]: Json }} clinical
 * @param {Count[]} counts
 * @param {string} today civil date in the person's home zone
 */
export function deriveContext(rules, region, clinical, counts, today) {
  const values = rules.regions.get(region);
  if (!values) throw new RangeError(`region "${region}" has no parameters in ${rules.key}.`);
  if (Number.isNaN(dayOf(today))) throw new RangeError("today must be a date such as 2026-11-22.");
  const { infectionRisk: risk, checkpointInhibitor: immune, lowPlatelets } = rules.limits;
  const recent = (/** @type {string} */ field, /** @type {number} */ days) => !(dayOf(today) - dayOf(clinical[field]) > days);
  /** @type {{ [flag: string]: boolean }} */
  const context = {
    infectionRisk:
      recent("sactLastDose", Math.floor(/** @type {number} */ (values.numbers.get(risk.sactDaysParam)) / 10)) ||
      clinical.transplantOrCarT !== false ||
      (below(counts, "cbc.anc", risk.neutrophilsBelow, risk.countDays, today) ?? false),
    checkpointInhibitor: recent("checkpointInhibitorLastDose", immune.days),
  };
  const low = below(counts, "cbc.plt", lowPlatelets.below, lowPlatelets.countDays, today);
  if (low !== null) context.lowPlatelets = low;
  for (const flag of flags.slice(3)) {
    // a clinician states these as they are
    const stated = clinical[flag];
    if (typeof stated === "boolean") context[flag] = stated;
  }
  return context;
}

/** Whether the latest count of the last days lies below a limit; null if there is none. @param {Count[]} counts @param {string} group @param {string} limit @param {number} days @param {string} today */
function below(counts, group, limit, days, today) {
  let [latest, lowest] = [days, NaN];
  for (const count of counts) {
    const value = decimal(count.value);
    const ago = Math.max(dayOf(today) - dayOf(count.date), 0);
    if (count.group !== group || !value || !(ago <= latest)) continue;
    lowest = ago < latest || !(value.n >= lowest) ? value.n : lowest;
    latest = ago;
  }
  return Number.isNaN(lowest) ? null : lowest < /** @type {{ n: number }} */ (decimal(limit)).n;
}
