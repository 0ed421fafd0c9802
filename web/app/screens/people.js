// People: who looks after the person and how to call them, who helps and what each may see, who read the record.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { Back } from "../back.js";
import { Call } from "../call.js";
import { askCircle, circle, teamName } from "../names.js";
import { link } from "../route.js";
import { all, helps, record, session, shared } from "../store.js";
import { Access, named, until } from "./people/access.js";
import { Invite } from "./people/invite.js";
import { Log, Told } from "./people/lists.js";
import { Share } from "./people/share.js";

/** @param {{ path: string[] }} p a caregiver's account, or what else there is */
export function People({ path: [what, id] }) {
  if (!what || helps.value) return html`<${Everybody} />`;
  if (what === "invite") return html`<${Invite} />`;
  if (what === "read") return html`<${Log} />`;
  if (what === "told") return html`<${Told} />`;
  if (what === "share") return html`<${Share} />`;
  if (what === "team") return html`<${Access} key=${id} of="teams" id=${id} />`;
  return html`<${Access} key=${what} of="caregivers" id=${what} />`;
}

function Everybody() {
  const mine = !helps.value;
  useEffect(() => void (mine && askCircle().catch(() => {})), []);
  const teams = all("careTeam").filter(d => d.fields.status === "active");
  return html`
    <${Back} to=${["more"]} />
    <${Title}>${t("people.title")}<//>
    ${mine && html`<${Helpers} />`}
    <h2 class="apart">${t("people.teams")}</h2>
    ${mine && html`<p>${t("people.teams.share")}</p>`}
    ${teams.length === 0 && html`<${Empty}>${t(shared("team") ? "people.teams.none" : "app.notShared")}<//>`}
    <ul class="cards">
      ${teams.map(d => {
        const id = d.id.slice("careTeam/".length);
        return html`<li key=${id}>
          <strong>${teamName(id)}</strong>
          ${d.fields.about && html`<p class="quiet">${d.fields.about}</p>`}
          <${Call} id=${id} />
          ${mine && html`<${Sees} id=${id} />`}
        </li>`;
      })}
    </ul>
    ${mine && html`<p class="apart"><${Button} wide href=${link("people", "share")}>${t("people.share")}<//></p>`}
    ${
      mine &&
      html`<ul class="links apart">
        ${["read", "told"].map(
          name =>
            html`<li key=${name}>
              <a href=${link("people", name)}><strong>${t("people." + name)}</strong></a>
            </li>`,
        )}
      </ul>`
    }
  `;
}

/** What a team may see, and the way to change it. @param {{ id: string }} p */
function Sees({ id }) {
  const share = circle.value?.teams.find(it => it.team === id && !it.until);
  if (!share) return null;
  return html`<p class="quiet">${t("people.sees", { what: named(share.categories) || t("people.sees.nothing") })}</p>
    <${Button} wide href=${link("people", "team", id)}>${t("people.maySee", { name: teamName(id) })}<//>`;
}

/** Whoever helps, and whoever waits for the person's word. */
function Helpers() {
  const { caregivers = [], waiting = [] } = circle.value ?? {};
  const now = caregivers.filter(it => !it.until);
  return html`
    ${waiting.map(it => html`<${Waiting} key=${it.account} it=${it} />`)}
    <h2>${t("people.helpers")}</h2>
    ${now.length === 0 && html`<${Empty}>${t(circle.value ? "people.helpers.none" : "people.helpers.unknown")}<//>`}
    <ul class="links">
      ${now.map(
        it =>
          html`<li key=${it.account}>
            <a href=${link("people", String(it.account))}>
              <strong>${it.name || t("people.helper")}</strong>
              <span class="quiet">${t("people.sees", { what: named(it.categories) || t("people.sees.nothing") })}${until(it)}</span>
            </a>
          </li>`,
      )}
    </ul>
    <p class="apart"><${Button} wide href=${link("people", "invite")}>${t("people.invite")}<//></p>
  `;
}

/** Somebody used a code: the person says whether it is who they say. Until then nothing is shared. @param {{ it: import('../names.js').Share }} p */
function Waiting({ it }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const path = `/v1/records/${record.value}/caregivers/${it.account}`;
  const say = (/** @type {Promise<unknown>} */ asked) => void asked.then(askCircle).catch(setError);
  return html`<${Notice} level="amber">
    <p>${t("people.waiting", { name: it.name || t("people.helper") })}</p>
    <${Failure} error=${error} />
    <div class="choices">
      <${Button} kind="main" wide onClick=${() => say(session.ask("POST", path + "/confirm", { body: {} }))}>${t("people.waiting.yes")}<//>
      <${Button} wide onClick=${() => say(session.ask("DELETE", path))}>${t("people.waiting.no")}<//>
    </div>
  <//>`;
}
