// One thing of the plan at the board: what it is, who has it or was asked, what the other team said, and what this team may do with it now.
import { html } from "../../../ui/html.js";
import { Button, Level } from "../../../ui/parts.js";
import { text, texts } from "../../../sdk/src/calendar/papers.js";
import { civilDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { team } from "../../store.js";
import { named } from "./who.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Deed } from './deeds.js' */
/** @import { View, Who } from './who.js' */

/** @param {{ who: Who, activity: Document, view: View | undefined, deeds: Deed[], on: boolean, onDo: (name: string) => void, onHere: () => void }} p */
export function Card({ who, activity: a, view, deeds, on, onDo, onHere }) {
  return html`<li
    id=${idOf(a.id)}
    tabindex="-1"
    class=${"card" + (on ? " current" : "")}
    aria-current=${on ? "true" : undefined}
    onFocusIn=${onHere}
    onClick=${onHere}
  >
    <h3 id=${idOf(a.id) + "-title"}>${text(a, "title")}</h3>
    <p>${view?.state === "gap" && html`<${Level} level="amber">${t("planning.nobody")}<//>`} ${stands(who, a)}</p>
    ${facts(who, a, view).map(([key, words]) => html`<p key=${key} class="quiet">${words}</p>`)}
    ${
      deeds.length > 0 &&
      html`<p class="buttons">
        ${deeds.map(
          d =>
            html`<${Button} key=${d.name} kind=${d.main ? "main" : ""} aria-describedby=${idOf(a.id) + "-title"} onClick=${() => onDo(d.name)}>
              ${t("planning.do." + d.name)} ${on && html`<kbd>${d.key}</kbd>`}
            <//>`,
        )}
      </p>`
    }
  </li>`;
}

/** @param {string} doc */
export const idOf = doc => doc.replace("/", "-");

/** Where it stands, in a sentence. @param {Who} who @param {Document} a */
function stands(who, a) {
  const status = text(a, "status");
  const owner = text(a, "accountableTeam");
  if (!owner) return t("planning.stands.nobody");
  const ours = owner === team.value && ["offered", "accepted", "in-progress"].includes(status);
  return t(`planning.stands.${status}${ours ? ".us" : ""}`, { team: named(who, owner), from: named(who, text(a, "proposedBy")) });
}

/** @param {Who} who @param {Document} a @param {View | undefined} view @returns {[string, string][]} */
function facts(who, a, view) {
  const of = (/** @type {string} */ name) => text(a, name);
  const teams = (/** @type {string} */ name) =>
    texts(a, name)
      .map(id => named(who, id))
      .join(", ");
  const counter = [
    of("counterTeam") && t("planning.counter.team", { team: named(who, of("counterTeam")) }),
    of("counterDate") && t("planning.counter.date", { day: civilDay(of("counterDate")) }),
    of("counterTerms") && t("planning.counter.terms", { words: of("counterTerms") }),
  ].filter(Boolean);
  const lack = who.missing.find(one => one.doc === a.id && !["no-team", "not-accepted", "declined"].includes(one.why));
  /** @type {[string, string][]} */
  const all = [
    ["topic", of("topic") && t("plan.topic." + of("topic"))],
    ["start", of("startBy") && t("planning.from", { day: civilDay(of("startBy")) })],
    ["due", of("dueBy") && t("plan.by", { day: civilDay(of("dueBy")) })],
    ["support", texts(a, "supportTeams").length > 0 ? t("planning.support", { teams: teams("supportTeams") }) : ""],
    ["inform", texts(a, "informTeams").length > 0 ? t("planning.inform", { teams: teams("informTeams") }) : ""],
    ["description", of("description")],
    ["protocol", of("protocolRef") && t("planning.protocol", { words: of("protocolRef") })],
    ["return", of("returnCriteria") && t("planning.return", { words: of("returnCriteria") })],
    [
      "reason",
      of("status") === "declined" && of("statusReason")
        ? t("planning.because", { team: named(who, of("accountableTeam")), words: of("statusReason") })
        : "",
    ],
    [
      "counter",
      of("status") === "counter-proposed" ? t("planning.counter", { team: named(who, of("accountableTeam")), words: counter.join(" ") }) : "",
    ],
    [
      "transfer",
      of("transferTo") && t(of("transferTo") === team.value ? "planning.transfer.us" : "planning.transfer", { team: named(who, of("transferTo")) }),
    ],
    ["suggested", view?.suggested ? t("planning.suggested", { team: named(who, view.suggested) }) : ""],
    ["lack", lack ? t("planning.lack." + lack.why) : ""],
    ["done", a.fields.patientDone === true ? t("planning.patientDone") : ""],
    ["template", of("template") && t("planning.template.from", { version: of("template").split("|")[1] ?? "" })],
    ["note", of("patientNote") && t("planning.patientNote", { words: of("patientNote") })],
  ];
  return all.filter(([, words]) => words);
}
