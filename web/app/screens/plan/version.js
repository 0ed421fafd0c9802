// A version of the plan as it was published, and which team has confirmed it. Opening it says so, and nobody reminds of it any more.
import { html, useEffect } from "../../../ui/html.js";
import { Button, Title } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { day } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";
import { teamName } from "../../names.js";
import { link } from "../../route.js";
import { all, who, write } from "../../store.js";

/** @param {{ version: import('../../../sdk/src/types.js').Document }} p */
export function Version({ version }) {
  useEffect(() => {
    const told = all("reminderReply").some(r => text(r, "focus") === version.id && text(r, "what") === "opened");
    if (who.value?.kind !== "patient" || told) return;
    void write({ doc: newDocument("reminderReply"), set: { focus: version.id, what: "opened", at: Date.now() } }).catch(() => {});
  }, []);
  const family = (/** @type {string} */ name) =>
    Object.entries(version.fields)
      .filter(([field]) => field.startsWith(name))
      .map(([field, value]) => ({
        id: field.slice(name.length),
        .../** @type {{ title?: string, text?: string, accountableTeam?: string }} */ (value),
      }));
  const phase = "plan.phase." + text(version, "header.phase");
  return html`
    <${Button} kind="plain" href=${link("plan")}>${t("ui.back")}<//>
    <${Title}>${t("plan.version", { n: whole(version, "number"), day: day(whole(version, "publishedAt")) })}<//>
    <p><strong>${text(version, "header.title")}</strong>${has(phase) && html`<br />${t(phase)}`}</p>
    <ul class="dots">
      ${texts(version, "parties").map(id => {
        const at = whole(version, "ackAt." + id);
        return html`<li key=${id}>
          ${at ? t("plan.confirmed", { team: teamName(id), day: day(at) }) : t("plan.unconfirmed", { team: teamName(id) })}
        </li>`;
      })}
    </ul>
    <h2>${t("plan.todo")}</h2>
    <ul class="rows">
      ${family("activity.").map(
        a =>
          html`<li key=${a.id}>
            <strong>${a.title}</strong><br />${a.accountableTeam ? teamName(a.accountableTeam) : t("plan.gap")}
            ${text(version, "description." + a.id) && html`<br /><span class="lines">${text(version, "description." + a.id)}</span>`}
          </li>`,
      )}
    </ul>
    ${
      family("goal.").length > 0 &&
      html`<h2>${t("plan.goals")}</h2>
        <ul class="rows">
          ${family("goal.").map(g => html`<li key=${g.id}>${g.text}</li>`)}
        </ul>`
    }
  `;
}
