/** @typedef {'O' | 'C' | 'N'} Team who must act: oncology, primary care, navigator */

/** @type {Team[]} */
const teams = ["O", "C", "N"];

/** Who acts on an X item. A phase that is not here, or none, goes to both teams: nobody waits because a plan has no phase. @type {Map<string | undefined, string>} */
const phases = new Map([
  ["diagnosis", "O"],
  ["active-treatment", "O"],
  ["recurrence", "O"],
  ["follow-up", "C"],
]);

/** An item's tokens as teams. @param {string[]} tokens @param {string} [phase] */
export const resolveRoute = (tokens, phase) => inOrder(tokens.flatMap(token => (token === "X" ? [...(phases.get(phase) ?? "OC")] : [token])));

/** Each wanted team once, in the order of teams. @param {string[]} wanted */
export const inOrder = wanted => teams.filter(team => wanted.includes(team));
