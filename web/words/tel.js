/**
 * What a telephone dials for a number that a person reads. Words may hold several numbers ("111 and choose ..., or Samaritans on 116 123"): it is the
 * first, whole; never the digits of all of them in a row.
 * @param {string} words
 * @returns {string}
 */
export function tel(words) {
  const [first = ""] = /\+?\d[\d ()./-]*/.exec(words) ?? [];
  return "tel:" + first.replace("(0)", "").replace(/[^+\d]/g, "");
}
