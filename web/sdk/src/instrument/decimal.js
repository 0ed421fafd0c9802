// Decimals as the rules count them: exact, in billionths, never through a comparison of fractions.

/** @typedef {{ n: number, whole: boolean }} Decimal n in billionths; whole: no digit but 0 stands after the point */

/**
 * Reads "37" or "37.5": no sign, no exponent, no spaces. What stands behind nine digits after the point cannot change a tenth.
 * @param {string} text
 * @returns {Decimal | null}
 */
export function decimal(text) {
  const found = /^(\d{1,6})(?:\.(\d{1,32}))?$/.exec(text);
  if (!found) return null;
  const after = found[2] ?? "";
  return { n: Number(found[1]) * 1e9 + Number(after.slice(0, 9).padEnd(9, "0")), whole: !/[1-9]/.test(after) };
}

/** A JSON number, in its shortest decimal form. @param {unknown} value @returns {Decimal | null} */
export function number(value) {
  if (typeof value !== "number" || !(value >= 0 && value < 1e6)) return null;
  const [digits, zeros] = String(value).split("e-");
  return decimal(zeros ? "0." + "0".repeat(Number(zeros) - 1) + digits.replace(".", "") : digits);
}

/** Tenths, rounded half up: 37.45 is 375. @param {Decimal} d */
export const tenths = d => floor(d.n + 5e7, 1e8);

/** Tenths of a degree Celsius: converts first and rounds once, so 100.4 and 100.36 are both 380. @param {Decimal} d */
export function tenthsFromFahrenheit(d) {
  const [above, unit] = [(BigInt(d.n) - 32_000_000_000n) * 100n + 9_000_000_000n, 18_000_000_000n];
  return Number(above / unit) - (above % unit < 0n ? 1 : 0);
}

/** Halves go up. @param {number} n @param {number} by */
export const halfUp = (n, by) => floor(2 * n + by, 2 * by);

/** @param {number} n not negative @param {number} by */
const floor = (n, by) => (n - (n % by)) / by;
