import { derivedUUID } from "../calendar/ids.js";
import { more, says, treatment, updated } from "./words.js";

/** @import { Card, Condition, Finding, Medication } from './card.js' */
/** @typedef {{ [member: string]: any }} Resource */

// Systems of codes: addresses that are names, and nobody is asked there.
const hl7 = "http://hl7.org/fhir/sid/";
const terminology = "http://terminology.hl7.org/CodeSystem/";
const loinc = "http://loinc.org";
const xhtml = "http://www.w3.org/1999/xhtml";
const unknown = "unknown";
const language = "en"; // of titles and stock sentences, whatever the app is in

const code = (/** @type {string} */ system, /** @type {string} */ name) => ({ coding: [{ system, code: name }] });
const term = (/** @type {string} */ system, /** @type {string} */ name) => code(terminology + system, name);
const words = (/** @type {string} */ text) => ({ text });
const reference = (/** @type {string} */ url) => ({ reference: url });
/** A member, unless its value is empty: FHIR knows no empty text. @param {string} name @param {any} value */
const member = (name, value) => (value && value.length !== 0 ? { [name]: value } : {});

/**
 * The card as a FHIR R4 document in the form of the International Patient Summary (decision 0113): internal/fhir's Document, in English.
 * @param {Card} card
 * @param {string} id of the document, a UUID; the ids of its resources follow from it
 * @param {number} at when it was made, ms
 */
export function summary(card, id, at) {
  /** @type {any[]} */
  const entries = [null]; // the composition's place
  /** @param {Resource} resource */
  const add = resource => {
    const own = derivedUUID("fhir", id, String(entries.length));
    entries.push({ fullUrl: "urn:uuid:" + own, resource: { ...resource, id: own } });
    return "urn:uuid:" + own;
  };
  const subject = add({ resourceType: "Patient", name: [words(card.name || unknown)], ...member("birthDate", card.birthDate) });
  const time = new Date(at).toISOString().slice(0, 19) + "Z";
  const own = derivedUUID("fhir", id, "composition");
  const composition = {
    resourceType: "Composition",
    id: own,
    status: "final",
    type: code(loinc, "60591-5"),
    subject: reference(subject),
    author: [reference(subject)],
    date: time,
    title: "Emergency information",
    language,
    section: sections(card, subject, add),
  };
  entries[0] = { fullUrl: "urn:uuid:" + own, resource: composition };
  return {
    resourceType: "Bundle",
    type: "document",
    timestamp: time,
    language,
    entry: entries,
    identifier: { system: "urn:ietf:rfc:3986", value: "urn:uuid:" + id },
  };
}

/**
 * In the order in which somebody in a hurry reads. A section that must be there and has nothing in it says so.
 * @param {Card} card @param {string} subject @param {(resource: Resource) => string} add
 */
function sections(card, subject, add) {
  const of = { subject: reference(subject) };
  const allergies = String(card.facts.find(fact => fact.code === "allergies")?.value ?? "");
  const version = `Care plan, version ${card.planVersion}`;
  const contacts = [{ name: "Day and night", phone: card.line }, { name: "Emergency number", phone: card.emergency }, ...card.teams];
  const plan = { resourceType: "CarePlan", status: "active", intent: "plan", ...of, title: version };
  return [
    section({
      title: "Read first: numbers that are expected",
      loinc: "104605-1",
      lines: card.findings.flatMap(f => [says(f), ...more(f)]),
      entries: card.findings.map(f => add(flag(f, of))),
    }),
    section({ title: "Person and treatment", lines: [`${card.name || unknown}, born ${card.birthDate || unknown}`, ...treatment(card)] }),
    section({
      title: "Whom to call",
      lines: contacts.map(c => `${c.name}: ${c.phone || unknown}`),
      entries: contacts.map(c =>
        add({ resourceType: "Organization", name: c.name, ...member("telecom", c.phone && [{ system: "phone", value: c.phone }]) }),
      ),
    }),
    section({
      title: "Problems",
      loinc: "11450-4",
      without: "Unknown: no conditions are on this phone.",
      lines: card.conditions.map(said),
      entries: card.conditions.map(c => add(condition(c, of))),
    }),
    section({
      title: "Allergies",
      loinc: "48765-2",
      without: "Unknown: nobody has recorded allergies, or that there are none.",
      lines: allergies ? [allergies] : [],
      entries: allergies ? [add(allergy(allergies, subject))] : [],
    }),
    section({
      title: "Medications",
      loinc: "10160-0",
      without: "Unknown: no medicines are on this phone.",
      lines: card.medications.map(taken),
      entries: card.medications.map(m => add(medication(m, of))),
    }),
    section(
      card.planVersion
        ? { title: "Care plan", loinc: "18776-5", lines: [version + ".", updated(card)], entries: [add(plan)] }
        : { title: "Care plan", lines: ["No plan was published.", updated(card)] },
    ),
  ].filter(Boolean);
}

/** A part of the composition; null if there is nothing to say. @param {{ title: string, loinc?: string, without?: string, lines: string[], entries?: string[] }} s */
function section({ title, loinc: name = "", without = "", lines, entries = [] }) {
  const said = lines.length > 0 ? lines : [without];
  if (!said[0] && lines.length === 0) return null;
  return {
    title,
    text: {
      status: "generated",
      div: `<div xmlns="${xhtml}" lang="${language}" xml:lang="${language}">${said.map(line => `<p>${escaped(line)}</p>`).join("")}</div>`,
    },
    ...(name && { code: code(loinc, name) }),
    ...(entries.length === 0 && without && { emptyReason: { ...term("list-empty-reason", "unavailable"), text: without } }),
    ...member("entry", entries.map(reference)),
  };
}

/** @type {{ [char: string]: string }} */
const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
const escaped = (/** @type {string} */ text) => text.replace(/[&<>"']/g, char => entities[char]);

/** A warning for whoever gives care, for as long as it holds. @param {Finding} f @param {Resource} of */
const flag = (f, of) => ({ resourceType: "Flag", status: "active", code: words(says(f)), ...of, period: { start: f.from, end: f.to } });

/** @param {Condition} c @param {Resource} of */
const condition = (c, of) => ({
  resourceType: "Condition",
  code: { ...words(c.text), ...(c.code && code(hl7 + "icd-10", c.code)) },
  ...of,
  category: [term("condition-category", "problem-list-item")],
  clinicalStatus: term("condition-clinical", c.status),
  verificationStatus: term("condition-ver-status", c.verify),
  ...member("onsetDateTime", c.onset),
});

/** @param {Condition} c */
const said = c =>
  `${c.text}${c.code && ` (${c.code})`}: ${c.status}${c.verify === "confirmed" ? "" : ", " + c.verify}${c.onset && ", since " + c.onset}.`;

/** @param {string} text @param {string} subject */
const allergy = (text, subject) => ({
  resourceType: "AllergyIntolerance",
  code: words(text),
  patient: reference(subject),
  clinicalStatus: term("allergyintolerance-clinical", "active"),
  verificationStatus: term("allergyintolerance-verification", "unconfirmed"),
});

/** @type {{ [taking: string]: string }} */
const takes = { taking: "The person says: taking it.", "not-taking": "The person says: not taking it." };

/** @param {Medication} m @param {Resource} of */
const medication = (m, of) => ({
  resourceType: "MedicationStatement",
  status: m.status,
  medicationCodeableConcept: words(m.display),
  ...of,
  ...member("dosage", m.dose && [words(m.dose)]),
  ...member("effectivePeriod", m.started && { start: m.started }),
  ...member("note", takes[m.taking] && [words(takes[m.taking])]),
});

/** @param {Medication} m */
const taken = m => {
  const whole = m.display + (m.dose && ", " + m.dose) + (m.status === "active" ? "" : ` (${m.status})`);
  return takes[m.taking] ? `${whole}. ${takes[m.taking]}` : whole;
};
