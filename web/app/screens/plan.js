// The plan: where the person stands, what nobody has taken on, what is to be done, what matters to them, and who handles what.
import { html } from "../../ui/html.js";
import { Button, Empty, Level, Loading, Title } from "../../ui/parts.js";
import { text, whole } from "../../sdk/src/calendar/papers.js";
import { civilDay, day } from "../../words/dates.js";
import { has, t } from "../../words/words.js";
import { Age } from "../age.js";
import { Call } from "../call.js";
import { teamName } from "../names.js";
import { link } from "../route.js";
import { all, documents } from "../store.js";
import { Goal } from "./plan/goal.js";
import { Item } from "./plan/item.js";
import { Version } from "./plan/version.js";
import { confirmed, current, lacks, lead, live, topics, versions, whoDoes, whoHandles } from "./plan/who.js";

/** @import { Document } from '../../sdk/src/types.js' */
/** @import { Who } from './plan/who.js' */

/** @param {{ path: string[] }} p */
export function Plan({ path: [what] }) {
  if (documents.value === undefined) return html`<${Loading} />`;
  if (what === "who") return html`<${Handles} />`;
  if (what === "goal") return html`<${Goal} />`;
  const version = all("planVersion").find(v => v.id === "planVersion/" + what);
  if (version) return html`<${Version} version=${version} />`;
  const item = all("activity").find(a => a.id === "activity/" + what);
  return item ? html`<${Item} activity=${item} says=${says(whoDoes(item))} />` : html`<${Overview} />`;
}

/** Who does something, as a sentence: never more than both teams have said. @param {Who} who */
export function says(who) {
  const ask = who.ask ? " " + t("plan.until", { team: teamName(who.ask) }) : "";
  if (who.several.length > 0) return t("plan.several", { teams: who.several.map(teamName).join(", ") }) + ask;
  const put = { team: teamName(who.team || who.asked), day: who.at ? day(who.at) : "" };
  if (who.state === "agreed") return t(who.at ? "plan.agreedOn" : "plan.agreed", put);
  if (who.team) return t("plan.pending", put);
  if (who.state === "pending") return t("plan.asked", put) + ask;
  if (who.activity) return t("plan.nobody") + ask;
  return t("plan.unwritten") + (who.ask ? " " + t("plan.ask", { team: teamName(who.ask) }) : "");
}

function Overview() {
  const plan = current();
  const gaps = live().filter(a => whoDoes(a).state === "gap");
  const list = live().filter(a => !gaps.includes(a));
  const goals = all("goal").filter(g => !["cancelled", "rejected"].includes(text(g, "lifecycleStatus")));
  goals.sort((a, b) => (whole(a, "priority") || 99) - (whole(b, "priority") || 99));
  return html`
    <${Title}>${t("plan.title")}<//>
    <${Age} />
    ${plan ? html`<${Head} plan=${plan} />` : html`<${Empty}>${t("plan.nothing")}<//>`}
    ${
      gaps.length > 0 &&
      html`<section aria-labelledby="gaps">
        <h2 id="gaps">${t("plan.gaps")}</h2>
        <ul class="cards">
          ${gaps.map(
            a =>
              html`<li key=${a.id}>
                <p><${Level} level="amber">${t("plan.gap")}<//></p>
                <h3>${text(a, "title")}</h3>
                <p>${says(whoDoes(a))}</p>
                <${Call} id=${whoDoes(a).ask} />
                <${More} activity=${a} />
              </li>`,
          )}
        </ul>
      </section>`
    }
    ${
      list.length > 0 &&
      html`<section aria-labelledby="todo">
        <h2 id="todo">${t("plan.todo")}</h2>
        <ul class="cards">
          ${list.map(a => html`<${Card} key=${a.id} activity=${a} />`)}
        </ul>
      </section>`
    }
    <section aria-labelledby="goals">
      <h2 id="goals">${t("plan.goals")}</h2>
      ${goals.length === 0 && html`<${Empty}>${t("plan.noGoals")}<//>`}
      <ul class="cards">
        ${goals.map(
          g =>
            html`<li key=${g.id}>
              <p>${text(g, "text")}</p>
              ${text(g, "target") && html`<p class="quiet">${t("plan.target", { target: text(g, "target") })}</p>`}
              ${text(g, "targetSuggestion") && html`<p class="quiet">${t("plan.suggests", { target: text(g, "targetSuggestion") })}</p>`}
            </li>`,
        )}
      </ul>
      <p><${Button} wide href=${link("plan", "goal")}>${t("plan.addGoal")}<//></p>
    </section>
    <p><${Button} wide href=${link("plan", "who")}>${t("plan.who")}<//></p>
    <${Versions} plan=${plan} />
  `;
}

/** @param {{ plan: Document }} p */
function Head({ plan }) {
  const why = lacks(plan);
  const [leads, next] = [text(plan, "overallLead"), text(plan, "followUpLead")];
  const move = all("phaseTransition").find(m => text(m, "plan") === plan.id && text(m, "status") === "offered");
  const phase = (/** @type {string} */ code) => (has("plan.phase." + code) ? t("plan.phase." + code) : code);
  return html`
    <h2>${text(plan, "title")}</h2>
    <p><strong>${phase(text(plan, "phase"))}</strong></p>
    ${text(plan, "description") && html`<p class="lines">${text(plan, "description")}</p>`}
    <p>
      ${leads ? t("plan.lead", { team: teamName(leads) }) : t("plan.noLead")} ${next && next !== leads && t("plan.next", { team: teamName(next) })}
    </p>
    ${move && html`<p>${t("plan.move", { phase: phase(text(move, "to")), team: teamName(text(move, "toTeam")) })}</p>`}
    <p class="quiet">${why ? t(why) : t("plan.both", { day: day(confirmed(versions(plan)[0])) })}</p>
    <${Call} id=${leads} />
  `;
}

/** @param {{ activity: Document }} p */
function Card({ activity }) {
  const by = text(activity, "dueBy");
  return html`<li>
    <h3>${text(activity, "title")}</h3>
    ${by && html`<p>${t("plan.by", { day: civilDay(by) })}</p>`}
    <p>${says(whoDoes(activity))}</p>
    ${activity.fields.patientDone === true && html`<p><${Level} level="green">${t("plan.youDid")}<//></p>`}
    <${More} activity=${activity} />
  </li>`;
}

/** @param {{ activity: Document }} p */
const More = ({ activity: { id, fields } }) =>
  html`<${Button} wide href=${link("plan", id.slice(9))}>${t("plan.open", { title: String(fields.title) })}<//>`;

/** Who handles what, and whom to ask where nobody does. */
function Handles() {
  return html`
    <${Button} kind="plain" href=${link("plan")}>${t("ui.back")}<//>
    <${Title}>${t("plan.who")}<//>
    <${Age} />
    <ul class="rows">
      ${topics.map(topic => html`<li key=${topic}><strong>${t("plan.topic." + topic)}</strong><br />${says(whoHandles(topic))}</li>`)}
    </ul>
    <${Call} id=${lead()} />
  `;
}

/** @param {{ plan?: Document }} p */
function Versions({ plan }) {
  const list = versions(plan);
  if (list.length === 0) return null;
  return html`<section aria-labelledby="versions">
    <h2 id="versions">${t("plan.versions")}</h2>
    ${list.map(
      v =>
        html`<p key=${v.id}>
          <${Button} wide href=${link("plan", v.id.slice(12))}>
            ${t("plan.version", { n: whole(v, "number"), day: day(whole(v, "publishedAt")) })}
          <//>
        </p>`,
    )}
  </section>`;
}
