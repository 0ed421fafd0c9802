// The plan itself: what it is called, where the person stands, who leads, whether both teams agree, what keeps it from being published, and its versions.
import { html } from "../../../ui/html.js";
import { Empty, Level, Notice } from "../../../ui/parts.js";
import { ofType, text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { civilDay, day } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { agreed, named } from "./who.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Template, Who } from './who.js' */

/** @param {{ who: Who, docs: Document[] }} p */
export function Head({ who, docs }) {
  if (!who.plan) return html`<${Empty}>${t("planning.none")}<//>`;
  const plan = docs.find(d => d.id === who.plan?.doc);
  const { overallLead, followUpLead } = who.plan;
  return html`
    <p><strong>${who.plan.title}</strong></p>
    <p>${t("plan.phase." + who.plan.phase)}</p>
    ${plan && html`<${Days} plan=${plan} />`} ${plan && text(plan, "description") && html`<p class="lines">${text(plan, "description")}</p>`}
    <p>
      ${[t("planning.leads", { team: named(who, overallLead) }), t(followUpLead ? "planning.follows" : "planning.noFollow", { team: named(who, followUpLead) })].join(" ")}
    </p>
    ${who.agreement && html`<p>${who.agreement.agreed ? html`<${Level} level="green">${agreed(who, who.agreement)}<//>` : agreed(who, who.agreement)}</p>`}
    <${Missing} who=${who} />
    ${who.template && html`<${Draft} template=${who.template} of=${who.plan.template} />`}
  `;
}

/** From when to when the plan is, and since when it is known what the person has. @param {{ plan: Document }} p */
const Days = ({ plan }) =>
  ["diagnosedOn", "start", "end"]
    .filter(name => text(plan, name))
    .map(name => html`<p key=${name} class="quiet">${t("planning.day." + name, { day: civilDay(text(plan, name)) })}</p>`);

/** Which template it is, whether it is approved, and whether the plan is of another version. @param {{ template: Template, of?: string }} p */
export function Draft({ template, of = template.key }) {
  const version = of.slice(of.indexOf("|") + 1);
  const review = template.review.startsWith("draft") ? t("planning.draft") : template.review;
  const more = of === template.key ? `(${review})` : t("planning.template.newer", { version: template.version });
  return html`<p class="quiet">${t("planning.template.version", { version }) + " " + more}</p>`;
}

/** What keeps it from being published: first what nobody has. @param {{ who: Who }} p */
function Missing({ who }) {
  if (who.missing.length === 0) return null;
  const titles = new Map(who.activities.map(a => [a.doc, a.title]));
  return html`<${Notice} level="amber">
    <p>${t("planning.missing")}</p>
    <ul class="dots">
      ${who.missing.map(lack => {
        const words = t("planning.lack." + lack.why);
        return html`<li key=${lack.doc + lack.why}>${titles.has(lack.doc) ? html`<strong>${titles.get(lack.doc)}</strong>: ${words}` : words}</li>`;
      })}
    </ul>
  <//>`;
}

/** Versions of the plan as they were published, the newest first, with which team agreed to each. @param {{ who: Who, docs: Document[] }} p */
export function Versions({ who, docs }) {
  const all = ofType(docs, "planVersion").filter(v => text(v, "plan") === who.plan?.doc);
  all.sort((a, b) => whole(b, "number") - whole(a, "number"));
  if (all.length === 0) return html`<${Empty}>${t("planning.noVersions")}<//>`;
  return html`<ul>
    ${all.map(
      v =>
        html`<li key=${v.id} class="card">
          <p><strong>${t("plan.version", { n: whole(v, "number"), day: day(whole(v, "publishedAt")) })}</strong></p>
          <ul class="dots">
            ${texts(v, "parties").map(id => {
              const at = whole(v, "ackAt." + id);
              return html`<li key=${id}>
                ${at ? t("planning.agreedBy", { team: named(who, id), day: day(at) }) : t("planning.notAgreedBy", { team: named(who, id) })}
              </li>`;
            })}
          </ul>
          <${Content} who=${who} version=${v} />
        </li>`,
    )}
  </ul>`;
}

/** What stands in a version. @param {{ who: Who, version: Document }} p */
function Content({ who, version }) {
  const activities = Object.entries(version.fields).filter(([field]) => field.startsWith("activity."));
  return html`<details>
    <summary>${t("planning.content", { n: whole(version, "number") })}</summary>
    <p>${text(version, "header.title")}</p>
    <ul class="dots">
      ${activities.map(([field, value]) => {
        const { title, accountableTeam } = /** @type {any} */ (value);
        return html`<li key=${field}>${title}: ${named(who, accountableTeam)}</li>`;
      })}
    </ul>
  </details>`;
}
