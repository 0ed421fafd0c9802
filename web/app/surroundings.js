// What lies on this device beside somebody's answers: whom to call, where they live, what is known of their treatment. What is not known counts as
// present in the rules (hazard H06). It is cmd/satchel/phone's judge.go for a browser.
import { dayAndNight } from "./line.js";
import { all } from "./store.js";

/** @import { Document } from '../sdk/src/types.js' */

/**
 * @typedef {object} Surroundings
 * @property {string} region whose profile holds
 * @property {string} zone the person's home zone
 * @property {string} phase of the plan
 * @property {string} line the number that is answered day and night; '' if this device knows none
 * @property {string} practice the practice's number
 * @property {{ [field: string]: any }} clinical
 * @property {{ answers: { [code: string]: any }, completed: string } | null} previous
 */

/** @param {Document | undefined} d @param {string} field @returns {string} */
export const text = (d, field) => (typeof d?.fields[field] === "string" ? /** @type {string} */ (d.fields[field]) : "");

/** An assessment's answers by their codes. @param {Document} d */
export const answersOf = d =>
  Object.fromEntries(
    Object.entries(d.fields)
      .filter(([name]) => name.startsWith("answers."))
      .map(([name, value]) => [name.slice("answers.".length), value]),
  );

/** Whether an assessment says something that counts. @param {Document} d */
export const reported = d => ["completed", "amended"].includes(text(d, "status"));

/** @param {{ region: string, regions: string[] }} o the installation's region, and those that the rules know @returns {Surroundings} */
export function look({ region, regions }) {
  const plan = all("carePlan").find(d => text(d, "status") === "active");
  const last = all("assessment").filter(reported).sort(byId).pop();
  /** @type {Surroundings} */
  const around = {
    region: regions.includes(region) ? region : (regions[0] ?? ""),
    zone: text(all("person")[0], "homeZone") || "Europe/London",
    phase: text(plan, "phase"),
    line: "",
    practice: "",
    clinical: all("clinicalContext")[0]?.fields ?? {},
    previous: last ? { answers: answersOf(last), completed: madeOn(last.id) } : null,
  };
  for (const kind of ["primary-care", "oncology"]) for (const d of all("careTeam")) if (text(d, "kind") === kind) addTeam(around, d, regions);
  return around;
}

/** The oncology team's number and region count before the practice's. @param {Surroundings} around @param {Document} d @param {string[]} regions */
function addTeam(around, d, regions) {
  if (text(d, "status") !== "active") return;
  if (text(d, "kind") === "primary-care") around.practice = text(d, "phone");
  if (regions.includes(text(d, "region"))) around.region = text(d, "region");
  around.line = dayAndNight(d.fields) || around.line;
}

/** @param {Document} a @param {Document} b */
const byId = (a, b) => (a.id < b.id ? -1 : 1); // ids of version 7 grow with the time at which they were made

/** The civil date, in UTC, at which an id of version 7 was made. @param {string} id */
export function madeOn(id) {
  const at = madeAt(id);
  return at === 0 ? "" : new Date(at).toISOString().slice(0, 10);
}

/** When an id of version 7 was made, ms; 0 for another. @param {string} id */
export function madeAt(id) {
  const hex = id.slice(id.indexOf("/") + 1).replaceAll("-", "");
  return hex[12] === "7" ? parseInt(hex.slice(0, 12), 16) : 0;
}
