// What stands around the desk.
import { html, useEffect, useState } from "../ui/html.js";
import { Button, Failure, Loading, Title } from "../ui/parts.js";
import { t } from "../words/words.js";
import { SignIn } from "./screens/sign-in.js";
import { session, who } from "./store.js";

export function Frame() {
  if (!who.value) return html`<main><${SignIn} /></main>`;
  return html`<main><${Teams} /><${Button} kind="plain" onClick=${() => session.signOut()}>${t("board.signOut")}<//></main>`;
}

function Teams() {
  const [teams, setTeams] = useState(/** @type {{ team: string, name: string }[] | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  useEffect(() => {
    session.ask("GET", "/v1/teams").then(got => setTeams(got.teams), setError);
  }, []);
  return html`
    <${Title}>${t("board.teams")}<//>
    <${Failure} error=${error} />
    ${teams === null && !error && html`<${Loading} />`}
    <ul>
      ${teams?.map(row => html`<li key=${row.team}>${row.name}</li>`)}
    </ul>
  `;
}
