// Which panel of the plan is open, and what is sent when it is done. Each change is sent upon what was seen when the panel was opened.
import { html } from "../../../ui/html.js";
import { newDocument } from "../../../sdk/src/index.js";
import { ofType, text } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { act, team } from "../../store.js";
import { activity, activityFacts, changeOf, heading, headingFacts, here, words } from "./fields.js";
import { Draft } from "./head.js";
import { Panel } from "./panel.js";
import { named } from "./who.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Facts, One } from './panel.js' */
/** @import { Who } from './who.js' */

/** `name` is that of the deed. @typedef {{ name: string, doc: string, topic?: string }} Open */
/** @typedef {{ record: string, docs: Document[], who: Who, open: Open, onDone: (name: string) => void, onLeave: () => void }} P */

/** A value that was emptied is taken away. @param {Facts} facts */
const values = facts => Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value || null]));
/** @param {Facts} facts */
const given = facts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value.trim()));

/** @param {P} p */
export function Panels(p) {
  const { open, docs } = p;
  if (open.name === "heading") return html`<${Heading} ...${p} />`;
  if (open.name === "new") return html`<${Fresh} ...${p} />`;
  if (open.name === "template") return html`<${Template} ...${p} />`;
  const found = docs.find(d => d.id === open.doc);
  if (!found) return null;
  if (open.name === "suggest") return html`<${Suggest} ...${p} goal=${found} />`;
  if (open.name === "ask" || open.name === "edit") return html`<${Edit} ...${p} a=${found} />`;
  return html`<${Saying} ...${p} a=${found} />`;
}

/** Something new that is to be done. @param {P} p */
function Fresh({ record, docs, open, onDone, onLeave }) {
  /** @type {Facts} */
  const begin = { ...activityFacts(undefined), kind: "monitoring", topic: open.topic ?? "", accountableTeam: team.value };
  if (open.topic) begin.title = t("plan.topic." + open.topic);
  async function send(/** @type {Facts} */ _, /** @type {Facts} */ facts) {
    const owner = facts.accountableTeam;
    const status = owner === team.value ? "accepted" : owner ? "offered" : "proposed";
    const { set, add } = changeOf(facts, facts, undefined);
    await act(record, "write", { doc: newDocument("activity"), set: { ...given(set), proposedBy: team.value, status }, add });
    onDone(owner && status === "offered" ? "asked" : "new");
  }
  return html`<${Panel}
    title=${t("planning.new")}
    go=${t("planning.go.new")}
    fields=${activity(docs, false)}
    begin=${begin}
    onSend=${send}
    onLeave=${onLeave}
  />`;
}

/** One that is there: before anybody has it, who is asked; afterwards how it is done. @param {P & { a: Document }} p */
function Edit({ record, docs, open, a, onDone, onLeave }) {
  const owned = open.name === "edit";
  const stands = activityFacts(a);
  const countered = text(a, "status") === "counter-proposed";
  const begin = { ...stands, ...(countered && given({ accountableTeam: text(a, "counterTeam"), dueBy: text(a, "counterDate") })) };
  async function send(/** @type {Facts} */ change, /** @type {Facts} */ facts, /** @type {string | undefined} */ base) {
    const was = text(a, "status");
    const [owner, ours] = [facts.accountableTeam, facts.accountableTeam === team.value];
    const to = owned ? was : !owner ? "proposed" : ours && was === "proposed" ? "accepted" : "offered";
    const { set: changed, add, remove } = changeOf(change, facts, a);
    const set = { ...values(changed), ...(to !== was && { status: to }) };
    const any = [set, add, remove].some(part => Object.keys(part).length > 0);
    if (any) await act(record, "write", { doc: a.id, set, add, remove, ...(base && { base }) });
    if (!owned && ours && to === "offered") await act(record, "accept", { activity: a.id });
    onDone(to === "offered" && !ours ? "asked" : open.name);
  }
  return html`<${Panel}
    title=${t("planning.of", { do: t("planning.do." + open.name), title: text(a, "title") })}
    go=${t("planning.go." + open.name)}
    fields=${activity(docs, owned)}
    begin=${begin}
    upon=${{ record, doc: a.id, stands }}
    onSend=${send}
    onLeave=${onLeave}
  />`;
}

/** What the template of the phase proposes and nobody does yet: seen before it is put into the plan. @param {P} p */
function Template({ record, who, onDone, onLeave }) {
  const template = who.template;
  if (!template || !who.plan) return null;
  async function send() {
    await act(record, "write", { doc: who.plan?.doc, set: { template: template?.key } });
    onDone("template");
  }
  const teams = (/** @type {string[]} */ ids) => ids.map(id => named(who, id)).join(", ");
  return html`<${Panel}
    title=${t("planning.template.title", { phase: t("plan.phase." + who.plan.phase) })}
    go=${t("planning.go.template")}
    fields=${[]}
    begin=${{}}
    onSend=${send}
    onLeave=${onLeave}
  >
    <p>${t("planning.template.about")}</p>
    <${Draft} template=${template} />
    <ul class="dots">
      ${template.proposes.map(
        one =>
          html`<li key=${one.code}>
            <strong>${one.title}</strong>${" "}
            <span class="quiet"
              >${[
                one.team ? t("planning.template.team", { team: named(who, one.team) }) : t("planning.stands.nobody"),
                one.support.length > 0 && t("planning.support", { teams: teams(one.support) }),
                one.inform.length > 0 && t("planning.inform", { teams: teams(one.inform) }),
                one.dueInDays && t("planning.template.due", { n: one.dueInDays }),
              ]
                .filter(Boolean)
                .join(" ")}</span
            >
          </li>`,
      )}
    </ul>
  <//>`;
}

/** @param {P} p */
function Heading({ record, docs, who, onDone, onLeave }) {
  const plan = docs.find(d => d.id === who.plan?.doc);
  const stands = headingFacts(plan);
  const begin = plan ? stands : { ...stands, phase: "active-treatment", followUpLead: team.value };
  async function send(/** @type {Facts} */ change, /** @type {Facts} */ facts, /** @type {string | undefined} */ base) {
    const set = values(change);
    if (!plan) await act(record, "write", { doc: newDocument("carePlan"), set: { ...given(facts), overallLead: team.value, status: "active" } });
    else if (Object.keys(set).length > 0) {
      if ("phase" in set) set.followUpLead = facts.followUpLead || null; // with a phase it is named who follows the person up
      await act(record, "write", { doc: plan.id, set, ...(base && { base }) });
    }
    onDone("heading");
  }
  const upon = plan && { record, doc: plan.id, stands };
  return html`<${Panel}
    title=${t(plan ? "planning.heading" : "planning.begin")}
    go=${t("planning.go.heading")}
    fields=${heading(docs)}
    begin=${begin}
    upon=${upon}
    onSend=${send}
    onLeave=${onLeave}
  />`;
}

const achieved = "in-progress improving worsening no-change achieved not-achieved no-progress not-attainable".split(" ");

/** What a team suggests to aim for; what another writes at the same time stays beside it. @param {P & { goal: Document }} p */
function Suggest({ record, goal, onDone, onLeave }) {
  const stands = { targetSuggestion: text(goal, "targetSuggestion"), achievementStatus: text(goal, "achievementStatus") };
  /** @type {One[]} */
  const fields = [
    { ...words("targetSuggestion", false), hint: t("planning.hint.targetSuggestion"), beside: true },
    {
      name: "achievementStatus",
      label: t("planning.field.achievementStatus"),
      as: "select",
      options: [
        ["", t("planning.achieved.unsaid")],
        ...achieved.map(code => /** @type {[string, string]} */ ([code, t("planning.achieved." + code)])),
      ],
    },
  ];
  async function send(/** @type {Facts} */ change, /** @type {Facts} */ _, /** @type {string | undefined} */ base) {
    if (Object.keys(change).length > 0) await act(record, "write", { doc: goal.id, set: values(change), ...(base && { base }) });
    onDone("suggest");
  }
  return html`<${Panel}
    title=${t("planning.suggest")}
    go=${t("planning.go.suggest")}
    fields=${fields}
    begin=${stands}
    upon=${{ record, doc: goal.id, stands }}
    onSend=${send}
    onLeave=${onLeave}
  >
    <p><q>${text(goal, "text")}</q></p>
  <//>`;
}

/** What is said with a deed: why, what came of it, or to whom it goes. @param {P & { a: Document }} p */
function Saying({ record, docs, open, a, onDone, onLeave }) {
  const { name } = open;
  /** @type {{ [name: string]: One[] }} */
  const asked = {
    decline: [words("statusReason")],
    giveBack: [words("statusReason")],
    cancel: [words("cancelReason", false)],
    done: [{ ...words("outcome", false), max: 2000 }],
    counter: [
      { ...words("counterTerms"), needs: undefined },
      { name: "counterDate", label: t("planning.field.counterDate"), type: "date" },
      {
        name: "counterTeam",
        label: t("planning.field.counterTeam"),
        as: "select",
        options: [["", t("planning.noOther")], ...here(docs, team.value)],
      },
    ],
    handOver: [
      {
        name: "transferTo",
        label: t("planning.field.transferTo"),
        as: "select",
        options: [["", t("board.close.choose")], ...here(docs, text(a, "accountableTeam"))],
        needs: t("planning.needs.transferTo"),
      },
    ],
  };
  const fields = asked[name] ?? [];
  async function send(/** @type {Facts} */ _, /** @type {Facts} */ facts) {
    const write = (/** @type {object} */ set) => act(record, "write", { doc: a.id, set });
    const reason = facts.statusReason?.trim();
    if (name === "decline" || name === "giveBack") await act(record, "decline", { activity: a.id, reason });
    else if (name === "counter")
      await act(record, "counter", { activity: a.id, ...given({ team: facts.counterTeam, date: facts.counterDate, terms: facts.counterTerms }) });
    else if (name === "cancel") await write({ status: "cancelled", ...given({ statusReason: facts.cancelReason }) });
    else if (name === "done") await write({ status: "completed", ...given({ outcome: facts.outcome }) });
    else await write({ transferTo: facts.transferTo });
    onDone(name);
  }
  return html`<${Panel}
    title=${t("planning.of", { do: t("planning.do." + name), title: text(a, "title") })}
    go=${t("planning.do." + name)}
    fields=${fields}
    begin=${Object.fromEntries(fields.map(f => [f.name, ""]))}
    onSend=${send}
    onLeave=${onLeave}
  />`;
}

/** What needs no panel: one key, and it is sent. @param {string} record @param {string} name @param {Document} a @param {Who} who @returns {Promise<unknown> | null} */
export function atOnce(record, name, a, who) {
  const write = (/** @type {object} */ set) => act(record, "write", { doc: a.id, set });
  if (name === "accept") return act(record, "accept", { activity: a.id });
  if (name === "takeOver") return act(record, "take-activity", { activity: a.id, team: team.value });
  if (name === "refuse" || name === "withdraw") return write({ transferTo: null });
  if (name === "takeBack") return write({ status: "proposed" });
  if (name === "keep") return write({ keptFor: who.plan?.phase });
  return null;
}

/** The things of the plan that last, in the order in which somebody has to look at them: first what waits for this team. @param {Document[]} docs */
export function lasting(docs) {
  const rank = (/** @type {Document} */ a) => {
    const [status, owner, from, asked] = ["status", "accountableTeam", "proposedBy", "transferTo"].map(name => text(a, name));
    if (asked === team.value || (status === "offered" && owner === team.value)) return 0;
    if (["declined", "counter-proposed", "proposed"].includes(status)) return from === team.value ? 1 : 2;
    return status === "offered" ? 3 : 4;
  };
  const all = ofType(docs, "activity").filter(a => !["completed", "cancelled"].includes(text(a, "status")));
  return all.sort((a, b) => rank(a) - rank(b) || (text(a, "dueBy") || "9").localeCompare(text(b, "dueBy") || "9") || (a.id < b.id ? -1 : 1));
}
