// One more team is to see the record: which, what that means, and then yes. What somebody has seen cannot be unseen, so it is two steps.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Loading, Notice, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { askCircle, circle } from "../../names.js";
import { replace } from "../../route.js";
import { record, session } from "../../store.js";

/** @typedef {{ id: string, name: string, kind: string }} Team */

export function Share() {
  const [teams, setTeams] = useState(/** @type {Team[] | null} */ (null));
  const [chosen, setChosen] = useState(/** @type {Team | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  useEffect(() => void session.ask("GET", "/v1/teams?all=true").then(got => setTeams(got.teams), setError), []);
  const here = new Set(circle.value?.teams.filter(share => !share.until).map(share => share.team));
  const others = teams?.filter(team => !here.has(team.id)).sort((a, b) => a.name.localeCompare(b.name));
  const share = (/** @type {Team} */ team) =>
    session
      .ask("PUT", `/v1/records/${record.value}/teams/${team.id}`, { body: {} })
      .then(askCircle)
      .then(() => replace("people", "team", team.id), setError);
  return html`
    <${Back} to=${["people"]} />
    <${Title}>${t("people.share")}<//>
    <${Failure} error=${error} />
    ${!teams && !error && html`<${Loading} />`} ${others?.length === 0 && html`<${Empty}>${t("people.share.none")}<//>`}
    ${
      chosen
        ? html`<${Notice} level="amber" role="alert">
            <p>${t("people.share.sure", { name: chosen.name, kind: t("people.kind." + chosen.kind) })}</p>
            <p>${t("people.share.means")}</p>
            <div class="choices">
              <${Button} kind="main" wide onClick=${() => share(chosen)}>${t("people.share.yes", { name: chosen.name })}<//>
              <${Button} wide onClick=${() => setChosen(null)}>${t("people.waiting.no")}<//>
            </div>
          <//>`
        : others &&
          others.length > 0 &&
          html`<p>${t("people.share.which")}</p>
            <div class="choices">
              ${others.map(
                team =>
                  html`<${Button} key=${team.id} wide onClick=${() => setChosen(team)}>
                    <span>${team.name}<br /><span class="quiet">${t("people.kind." + team.kind)}</span></span>
                  <//>`,
              )}
            </div>`
    }
  `;
}
