// As whom the sign-in of the organisation knows a member of staff: the organisations, who works in one, and the one account that is tied or untied.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { link } from "../../app/route.js";
import { Prove } from "../../session/prove.js";
import { session, who } from "../store.js";
import { Tie } from "./staff/tie.js";

/** @param {{ path: string[] }} p */
export function Staff({ path: [organisation = "", account = ""] }) {
  const [provider, setProvider] = useState(/** @type {string | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const may = who.value?.kind === "administrator";
  useEffect(() => {
    if (!may) return;
    // Of an administrator of one organisation alone not even the own account is here: theirs is not to say who is who.
    Promise.all([session.ask("GET", "/v1/sign-in"), session.ask("GET", `/v1/accounts/${who.value?.account}/oidc`)]).then(
      ([ways]) => setProvider(ways.organisation ?? ""),
      setError,
    );
  }, []);
  if (!may || error?.status === 404) return html`<${Title}>${t("staff.title")}<//><${Notice}><p>${t("staff.notYours")}</p><//>`;
  if (error) return html`<${Title}>${t("staff.title")}<//><${Failure} error=${error} />`;
  if (provider === null) return html`<${Title}>${t("staff.title")}<//><${Loading} />`;
  if (provider === "") return html`<${Title}>${t("staff.title")}<//><${Notice}><p>${t("staff.noProvider")}</p><//>`;
  if (!organisation) return html`<${Organisations} provider=${provider} />`;
  return html`<${People} organisation=${organisation} account=${account} provider=${provider} />`;
}

/** @param {{ provider: string }} p */
function Organisations({ provider }) {
  const [list, setList] = useState(/** @type {{ id: string, name: string }[] | null} */ (null));
  const [next, setNext] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const more = (/** @type {string} */ after) =>
    session.ask("GET", "/v1/organisations" + (after ? "?after=" + after : "")).then(page => {
      setList(had => [...(had ?? []), ...page.organisations]);
      setNext(page.next ?? "");
      setError(null);
    }, setError);
  useEffect(() => void more(""), []);
  return html`<${Title}>${t("staff.title")}<//>
    <p>${t("staff.about", { provider })}</p>
    <p>${t("staff.where")}</p>
    <${Failure} error=${error} />
    ${!list && !error && html`<${Loading} />`} ${list?.length === 0 && html`<${Empty}>${t("staff.noOrganisation")}<//>`}
    <ul class="cards">
      ${list?.map(one => html`<li key=${one.id}><${Button} href=${link("staff", one.id)}>${one.name}<//></li>`)}
    </ul>
    ${next && html`<${Button} onClick=${() => void more(next)}>${t("staff.more")}<//>`}`;
}

/** Who works in an organisation, each once however many teams they work in; or one of them. @param {{ organisation: string, account: string, provider: string }} p */
function People({ organisation, account, provider }) {
  const [people, setPeople] = useState(/** @type {Map<string, { account: string, name: string, job?: string }> | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const look = () =>
    session.ask("GET", `/v1/organisations/${organisation}/staff`).then(got => {
      setPeople(new Map(got.staff.map((/** @type {any} */ one) => [one.account, one])));
      setError(null);
    }, setError);
  useEffect(() => void look(), []);
  const back = html`<div class="tools">
    <${Button} href=${account ? link("staff", organisation) : link("staff")}>${t(account ? "staff.backToPeople" : "staff.back")}<//>
  </div>`;
  const top = html`<${Title}>${t("staff.title")}<//>${back}`;
  if (error?.problem?.code === "proof-needed") return html`${top}<${Prove} session=${session} passkey=${false} staff done=${look} />`;
  if (error) return html`${top}<${Failure} error=${error} />`;
  if (!people) return html`${top}<${Loading} />`;
  const one = people.get(account);
  if (one) return html`<${Title}>${one.name}<//>${back}<${Tie} account=${account} name=${one.name} provider=${provider} />`;
  return html`${top} ${account && html`<${Notice}><p>${t("staff.gone")}</p><//>`} ${people.size === 0 && html`<${Empty}>${t("staff.nobody")}<//>`}
    <ul class="cards">
      ${[...people.values()].map(
        one =>
          html`<li key=${one.account}>
            <${Button} href=${link("staff", organisation, one.account)}>${one.name}<//>${one.job && html` <span class="quiet">${one.job}</span>`}
          </li>`,
      )}
    </ul>`;
}
