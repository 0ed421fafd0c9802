// The fields of the panels of a plan: what is asked for, in which words, and what must not stay empty.
import { ofType, text, texts } from "../../../sdk/src/calendar/papers.js";
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
    { name: "startBy", label: label("startBy"), type: "date" },
    { name: "dueBy", label: label("dueBy"), type: "date", wrong: late("startBy", "dueBy") },
    ...helping(docs),
    { name: "description", label: label("description"), as: "textarea", max: 2000 },
    { name: "protocolRef", label: label("protocolRef"), hint: t("planning.hint.protocolRef"), max: 500, shown: elsewhere },
    { name: "returnCriteria", label: label("returnCriteria"), max: 500, shown: elsewhere },
  ];
}

/** Which teams help and which are told: never the one that does it, and none of both. @param {Document[]} docs @returns {One[]} */
const helping = docs => [
  {
    name: "supportTeams",
    label: label("supportTeams"),
    hint: t("planning.hint.supportTeams"),
    ticks: facts => here(docs, facts.accountableTeam),
  },
  {
    name: "informTeams",
    label: label("informTeams"),
    ticks: facts => here(docs, facts.accountableTeam).filter(([id]) => !ticked(facts.supportTeams).includes(id)),
  },
];

/** What is ticked, as a field of a panel keeps it: ids with a space between. @param {string} ids */
export const ticked = ids => ids.split(" ").filter(Boolean);

/** A last day before the first. @param {string} first @param {string} last @returns {(facts: Facts) => string} */
const late = (first, last) => facts => (facts[first] && facts[last] && facts[last] < facts[first] ? t("planning.wrong.late") : "");

const ofActivity = "title topic kind accountableTeam startBy dueBy description protocolRef returnCriteria".split(" ");
const teamsOf = ["supportTeams", "informTeams"];

/** How one stands, as its fields show it. @param {Document | undefined} a @returns {Facts} */
export const activityFacts = a =>
  Object.fromEntries([
    ...ofActivity.map(name => [name, a ? text(a, name) : ""]),
    ...teamsOf.map(name => [name, a ? texts(a, name).sort().join(" ") : ""]),
  ]);

/** What a panel about a thing to be done sends: the teams that help and are told as those that came and went, so that nobody's is taken away
 *  unseen. @param {Facts} change @param {Facts} facts @param {Document | undefined} a */
export function changeOf(change, facts, a) {
  const set = Object.fromEntries(Object.entries(change).filter(([name]) => !teamsOf.includes(name)));
  /** @type {{ add: { [name: string]: string[] }, remove: { [name: string]: string[] } }} */
  const sets = { add: {}, remove: {} };
  for (const name of teamsOf) {
    const not = [facts.accountableTeam, ...(name === "informTeams" ? ticked(facts.supportTeams) : [])];
    const [had, now] = [a ? texts(a, name) : [], ticked(facts[name]).filter(id => !not.includes(id))];
    const [more, less] = [now.filter(id => !had.includes(id)), had.filter(id => !now.includes(id))];
    if (more.length > 0) sets.add[name] = more;
    if (less.length > 0) sets.remove[name] = less;
  }
  return { set, ...sets };
}

/** @param {Document[]} docs @returns {One[]} */
export const heading = docs => [
  { name: "title", label: label("planTitle"), needs: t("planning.needs.planTitle"), max: 120 },
  { name: "phase", label: label("phase"), as: "select", options: choices(phases, "plan.phase.") },
  { name: "followUpLead", label: label("followUpLead"), as: "select", options: [["", t("planning.nobodyYet")], ...here(docs)] },
  { name: "diagnosedOn", label: label("diagnosedOn"), hint: t("planning.hint.diagnosedOn"), type: "date" },
  { name: "start", label: label("start"), type: "date" },
  { name: "end", label: label("end"), type: "date", wrong: late("start", "end") },
  { name: "description", label: label("planDescription"), as: "textarea", max: 2000 },
];

/** @param {Document | undefined} plan @returns {Facts} */
export const headingFacts = plan =>
  Object.fromEntries("title phase followUpLead diagnosedOn start end description".split(" ").map(name => [name, plan ? text(plan, name) : ""]));

/** One text that is asked for. @param {string} name @param {boolean} [needed] @returns {One} */
export const words = (name, needed = true) => ({
  name,
  label: label(name),
  as: "textarea",
  max: 500,
  needs: needed ? t("planning.needs." + name) : undefined,
});
