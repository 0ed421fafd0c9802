// The fields of the panels of a plan: what is asked for, in which words, and what must not stay empty.
import { ofType, text } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { topics } from "./topics.js";
import { team } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Facts, One } from './panel.js' */

const kinds = "monitoring appointment lab imaging procedure medication-advice self-care comorbidity preventive referral care-review".split(" ");
export const phases = "diagnosis active-treatment end-of-treatment follow-up recurrence palliative end-of-life".split(" ");

/** The teams that are here, by name. @param {Document[]} docs @param {string} [but] @returns {[string, string][]} */
export const here = (docs, but) =>
  ofType(docs, "careTeam")
    .filter(d => text(d, "status") === "active" && d.id.slice(9) !== but)
    .map(d => [d.id.slice(9), text(d, "name")]);

/** @param {string[]} codes @param {string} words @returns {[string, string][]} */
const choices = (codes, words) => codes.map(code => [code, t(words + code)]);

/** @param {string} name @returns {string} */
const label = name => t("planning.field." + name);

/** What somebody writes about one thing to be done; `owned`: who does it is settled, and is changed in another way. @param {Document[]} docs @param {boolean} owned @returns {One[]} */
export function activity(docs, owned) {
  const elsewhere = (/** @type {Facts} */ facts) => owned || (facts.accountableTeam !== "" && facts.accountableTeam !== team.value);
  /** @type {One} */
  const who = {
    name: "accountableTeam",
    label: label("accountableTeam"),
    hint: t("planning.hint.accountableTeam"),
    as: "select",
    options: [["", t("planning.nobodyYet")], ...here(docs)],
  };
  return [
    { name: "title", label: label("title"), needs: t("planning.needs.title"), max: 120 },
    { name: "topic", label: label("topic"), as: "select", options: [["", t("planning.noTopic")], ...choices(topics, "plan.topic.")] },
    { name: "kind", label: label("kind"), as: "select", options: choices(kinds, "planning.kind.") },
    ...(owned ? [] : [who]),
    { name: "dueBy", label: label("dueBy"), type: "date" },
    { name: "description", label: label("description"), as: "textarea", max: 2000 },
    { name: "protocolRef", label: label("protocolRef"), hint: t("planning.hint.protocolRef"), max: 500, shown: elsewhere },
    { name: "returnCriteria", label: label("returnCriteria"), max: 500, shown: elsewhere },
  ];
}

/** How one stands, as its fields show it. @param {Document | undefined} a @returns {Facts} */
export const activityFacts = a =>
  Object.fromEntries(
    ["title", "topic", "kind", "accountableTeam", "dueBy", "description", "protocolRef", "returnCriteria"].map(name => [
      name,
      a ? text(a, name) : "",
    ]),
  );

/** @param {Document[]} docs @returns {One[]} */
export const heading = docs => [
  { name: "title", label: label("planTitle"), needs: t("planning.needs.planTitle"), max: 120 },
  { name: "phase", label: label("phase"), as: "select", options: choices(phases, "plan.phase.") },
  { name: "followUpLead", label: label("followUpLead"), as: "select", options: [["", t("planning.nobodyYet")], ...here(docs)] },
  { name: "description", label: label("planDescription"), as: "textarea", max: 2000 },
];

/** @param {Document | undefined} plan @returns {Facts} */
export const headingFacts = plan =>
  Object.fromEntries(["title", "phase", "followUpLead", "description"].map(name => [name, plan ? text(plan, name) : ""]));

/** One text that is asked for. @param {string} name @param {boolean} [needed] @returns {One} */
export const words = (name, needed = true) => ({
  name,
  label: label(name),
  as: "textarea",
  max: 500,
  needs: needed ? t("planning.needs." + name) : undefined,
});
