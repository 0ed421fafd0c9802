// How a share reads.
import { number } from "../../../words/dates.js";
import { t } from "../../../words/words.js";

/** So many of so many; without `percent` there is nothing to count. @typedef {{ count: number, of: number, percent?: number }} Share */

/** The sentence of a share, or that there is nothing to count yet. @param {string} key @param {Share} of @param {{ [name: string]: string | number }} [put] */
export const share = (key, { count, of, percent }, put = {}) =>
  percent === undefined ? t("figures.nothing") : t(key, { n: of, count: number(count), of: number(of), percent: percents(percent), ...put });

/** "86%". @param {number} n */
export const percents = n => number(n / 100, { style: "percent" });

/** "12 of 14". @param {Share} share */
export const parts = ({ count, of }) => t("figures.of", { count: number(count), of: number(of) });
