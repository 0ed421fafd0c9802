// What was measured, as people write it.
import { number } from "./dates.js";

/** A decimal as people of the language write it, with the digits that it came with. @param {string} decimal */
export function decimal(decimal) {
  const digits = Math.min((decimal.split(".")[1] ?? "").length, 10);
  return /^[-+]?\d+(\.\d+)?$/.test(decimal) ? number(Number(decimal), { minimumFractionDigits: digits, maximumFractionDigits: digits }) : decimal;
}

/** A unit as people write it. @param {string} ucum */
export const unit = ucum =>
  ucum === "1"
    ? ""
    : ucum
        .replace(/^10\*(\d+)/, (_, power) => "×10" + [...power].map(d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]).join(""))
        .replace(/^u(?=mol|g|kat)|\/u(?=L)/, found => found.replace("u", "µ"))
        .replace("Cel", "°C")
        .replace("[degF]", "°F")
        .replace(/[[\]{}]/g, "");

/** A number with its unit. @param {string} value @param {string} of */
export const measured = (value, of) => (decimal(value) + " " + unit(of)).trim();
