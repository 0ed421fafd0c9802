import { compare } from "../calendar/papers.js";

/** @import { Document } from '../types.js' */

/**
 * All that an emergency card, its code and a link may be made of: each type with its fields. What is not named here cannot get in, whatever is written
 * elsewhere (hazard H27). It is internal/care's list, and a test holds the two against each other.
 * @type {Map<string, string[]>}
 */
export const listed = new Map(
  Object.entries({
    person: ["name", "birthDate", "homeZone", "status"],
    careTeam: ["kind", "name", "status", "region", "phone", "is24h", "outOfHours", "contacts.*"],
    clinicalContext: ["sactLastDose", "sactRegimen", "gcsfLastDose", "gcsfKind", "centralLine", "anticoagulated", "transplantOrCarT", "allergies"],
    carePlan: ["status", "phase"],
    planVersion: ["plan", "number"],
    condition: ["text", "code", "clinicalStatus", "verificationStatus", "onset"],
    expectedFinding: ["code", "low", "high", "unit", "validFrom", "validTo", "because", "exclusions", "ifOutside", "status"],
    medication: ["display", "dose", "status", "started", "stopped", "taking"],
  }),
);

/** @param {string} field @param {string[]} of */
const shows = (field, of) => of.some(name => name === field || (name.endsWith(".*") && field.startsWith(name.slice(0, -1))));

/** Of documents what an emergency may see, in the order of their ids: the same record makes the same card. @param {Document[]} docs @returns {Document[]} */
export const narrowed = docs =>
  docs
    .flatMap(({ id, rev, fields }) => {
      const of = listed.get(id.slice(0, id.indexOf("/")));
      return of ? [{ id, rev, fields: Object.fromEntries(Object.entries(fields).filter(([name]) => shows(name, of))), siblings: {} }] : [];
    })
    .sort((a, b) => compare(a.id, b.id));
