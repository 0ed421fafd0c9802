import { dateOf, dayAt, dayOf } from "../calendar/date.js";
import { compare, ofType, text, texts, whole } from "../calendar/papers.js";
import { knows, wallAt } from "../calendar/zone.js";
import { narrowed } from "./papers.js";
import { trimmed } from "./words.js";

/** @import { Library } from '../instrument/index.js' */
/** @import { Document, Json } from '../types.js' */

/** @typedef {'yes' | 'no' | 'unknown'} Stated what is known of something: unknown is none of both */
/** @typedef {{ group: string, low: string, high: string, unit: string, from: string, to: string, because: string, outside: string, exclusions: string[] }} Finding a number that oncology expects, signed and holding today */
/** @typedef {{ code: string, value: string | boolean }} Fact '' if nobody stated it */
/** @typedef {{ kind: string, name: string, phone: string }} Team '' what is not known */
/** @typedef {{ text: string, code: string, status: string, verify: string, onset: string }} Condition */
/** @typedef {{ display: string, dose: string, status: string, started: string, taking: string }} Medication */

/**
 * What somebody who has never met the person must know in the first minute: internal/care's EmergencyCard.
 * @typedef {object} Card
 * @property {Finding[]} findings they come first: a number that looks like an emergency and was expected (hazard H09)
 * @property {string} name
 * @property {string} birthDate
 * @property {Stated} treatment cancer treatment is in progress
 * @property {Stated} sepsis the risk of neutropenic sepsis, by the rules' own window
 * @property {Fact[]} facts
 * @property {string} line answered day and night; '' if none is known
 * @property {string} emergency the number of the place; '' without rules
 * @property {Team[]} teams oncology first
 * @property {number} planVersion 0: no plan was published
 * @property {number} updatedAt when all of it was last read from the server, ms; 0: never
 * @property {string} zone of the home
 * @property {string} today the civil date at home
 * @property {Condition[]} conditions
 * @property {Medication[]} medications
 */

/**
 * Makes the card from the documents of one record. Without rules that can be trusted the risks are unknown.
 * @param {object} o
 * @param {Document[]} o.docs
 * @param {Library | null} o.library
 * @param {string} o.region of the installation, where no team says one
 * @param {string} [o.zone] where the person lives, if nobody said so
 * @param {number} o.at ms
 * @param {number} o.updatedAt ms
 * @returns {Card}
 */
export function emergencyCard({ docs: all, library, region, zone: otherwise = "Europe/London", at, updatedAt }) {
  const docs = narrowed(all);
  const people = ofType(docs, "person");
  const zone = people.map(p => text(p, "homeZone")).find(knows) ?? otherwise;
  const today = dateOf(dayAt(wallAt(at, zone)));
  const person = people.at(-1);
  /** @type {{ [field: string]: Json }} */
  const stated = Object.assign({}, ...ofType(docs, "clinicalContext").map(d => d.fields));
  const { place, ...teams } = teamsOf(docs, library, region);
  const plan = planOf(docs);
  return {
    findings: findings(docs, today),
    name: person ? text(person, "name") : "",
    birthDate: person ? text(person, "birthDate") : "",
    ...risks(library, place, stated, today, plan.active),
    facts: facts(stated),
    ...teams,
    planVersion: plan.version,
    updatedAt,
    zone,
    today,
    conditions: conditions(docs),
    medications: medications(docs),
  };
}

/** The treating teams, whom to call, and the region whose numbers and windows hold. @param {Document[]} docs @param {Library | null} library @param {string} region */
function teamsOf(docs, library, region) {
  const treating = ["oncology", "primary-care"].flatMap(kind =>
    ofType(docs, "careTeam").filter(d => text(d, "kind") === kind && text(d, "status") === "active"),
  );
  const said = treating.map(d => text(d, "region")).find(Boolean) ?? "";
  const known = [...(library?.current.regions.keys() ?? [])];
  const kinds = treating.map(d => text(d, "kind"));
  return {
    place: [said, region].find(one => known.includes(one)) ?? known[0] ?? "",
    line: treating.map(lineOf).find(Boolean) ?? "",
    emergency: (library?.profiles.get(said) ?? library?.profiles.get(region))?.emergency ?? "",
    teams: treating
      .filter((_, i) => kinds.indexOf(kinds[i]) === i) // of several of a kind the first by id acts
      .map(d => ({ kind: text(d, "kind"), name: text(d, "name"), phone: text(d, "phone") || (phones(d)[0]?.value ?? "") })),
  };
}

/** The telephones of a team's own card, by the names of their fields. @param {Document} d @returns {{ value: string, is24h?: boolean, verifiedAt?: number }[]} */
const phones = d =>
  Object.entries(d.fields)
    .filter(([name, contact]) => name.startsWith("contacts.") && /** @type {any} */ (contact)?.system === "phone")
    .sort(([a], [b]) => compare(a, b))
    .map(([, contact]) => /** @type {any} */ (contact));

/** A team's number that is answered day and night, the one that was tried last; or out of hours. @param {Document} d */
function lineOf(d) {
  const all = phones(d).filter(one => one.is24h === true && one.value);
  const [best] = all.sort((a, b) => (b.verifiedAt ?? 0) - (a.verifiedAt ?? 0));
  return best?.value ?? ((d.fields.is24h === true && text(d, "phone")) || text(d, "outOfHours"));
}

/** Whether the plan says that treatment is under way, and which version was published last: no other phase is ever said. @param {Document[]} docs */
function planOf(docs) {
  const plan = ofType(docs, "carePlan").reduce(
    (/** @type {Document | null} */ last, d) => (text(d, "status") === "active" && (!last || d.rev >= last.rev) ? d : last),
    null,
  );
  const versions = ofType(docs, "planVersion").filter(d => plan && text(d, "plan") === plan.id);
  return { active: plan !== null && text(plan, "phase") === "active-treatment", version: Math.max(0, ...versions.map(d => whole(d, "number"))) };
}

/** What oncology has stated, in the order in which somebody asks. @param {{ [field: string]: Json }} stated @returns {Fact[]} */
function facts(stated) {
  const said = (/** @type {string} */ name) => (typeof stated[name] === "string" ? trimmed(/** @type {string} */ (stated[name])) : "");
  const yesNo = (/** @type {string} */ name) => (typeof stated[name] === "boolean" ? /** @type {boolean} */ (stated[name]) : "");
  const [gcsf, kind] = [said("gcsfLastDose"), said("gcsfKind")];
  return [
    { code: "regimen", value: said("sactRegimen") },
    { code: "lastDose", value: said("sactLastDose") },
    { code: "gcsf", value: gcsf && kind ? `${gcsf} (${kind})` : gcsf },
    { code: "centralLine", value: yesNo("centralLine") },
    { code: "allergies", value: said("allergies") },
    { code: "anticoagulant", value: yesNo("anticoagulated") },
  ];
}

/**
 * By the rules' own window. A second answer, as if everything unknown were absent, tells a yes from a not known.
 * @param {Library | null} library @param {string} region @param {{ [field: string]: Json }} stated @param {string} today @param {boolean} active
 * @returns {{ treatment: Stated, sepsis: Stated }}
 */
function risks(library, region, stated, today, active) {
  if (!library) return { treatment: active ? "yes" : "unknown", sepsis: "unknown" };
  const risk = (/** @type {{ [field: string]: Json }} */ known) => library.deriveContext(library.current.key, region, known, [], today).infectionRisk;
  const long = { sactLastDose: "1900-01-01", transplantOrCarT: false };
  const dose = "sactLastDose" in stated ? { sactLastDose: stated.sactLastDose } : {};
  const cells = "transplantOrCarT" in stated ? { transplantOrCarT: stated.transplantOrCarT } : {};
  return {
    treatment: active ? "yes" : three(risk({ ...long, ...dose }), !("sactLastDose" in stated)),
    sepsis: three(risk({ ...long, ...dose, ...cells }), risk(stated)),
  };
}

/** @param {boolean} surely @param {boolean} perhaps @returns {Stated} */
const three = (surely, perhaps) => (surely ? "yes" : perhaps ? "unknown" : "no");

/** Those that a prescriber signed and that hold on a day at home. @param {Document[]} docs @param {string} today @returns {Finding[]} */
const findings = (docs, today) =>
  ofType(docs, "expectedFinding")
    .filter(d => text(d, "status") === "signed" && dayOf(d.fields.validFrom) <= dayOf(today) && dayOf(today) <= dayOf(d.fields.validTo))
    .map(d => ({
      group: text(d, "code"),
      low: text(d, "low"),
      high: text(d, "high"),
      unit: text(d, "unit"),
      from: text(d, "validFrom"),
      to: text(d, "validTo"),
      because: text(d, "because"),
      outside: text(d, "ifOutside"),
      exclusions: texts(d, "exclusions"),
    }))
    .sort((a, b) => compare(a.group, b.group) || compare(a.to, b.to));

/** What else the person has: not what is refuted or over. @param {Document[]} docs @returns {Condition[]} */
const conditions = docs =>
  ofType(docs, "condition")
    .map(d => ({
      text: text(d, "text"),
      code: text(d, "code"),
      status: text(d, "clinicalStatus"),
      verify: text(d, "verificationStatus") || "confirmed",
      onset: text(d, "onset"),
    }))
    .filter(c => c.status !== "resolved" && c.verify !== "refuted" && c.verify !== "entered-in-error");

/** What they should take now. @param {Document[]} docs @returns {Medication[]} */
const medications = docs =>
  ofType(docs, "medication")
    .map(d => ({
      display: text(d, "display"),
      dose: text(d, "dose"),
      status: text(d, "status"),
      started: text(d, "started"),
      taking: text(d, "taking"),
    }))
    .filter(m => m.status === "active" || m.status === "on-hold");
