// What the server alone knows: who read the record and whose access changed, and what caregivers were told. The newest first, a page at a time.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Loading, served, Title } from "../../../ui/parts.js";
import { civilDay, dayAndTime } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { ownerName } from "../../names.js";
import { record, session, who } from "../../store.js";
import { named } from "./access.js";

/** @param {{ title: string, about: string, path: string, line: (line: any) => any }} p */
function List({ title, about, path, line }) {
  const [lines, setLines] = useState(/** @type {any[] | null} */ (null));
  const [next, setNext] = useState(0);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const ask = (/** @type {number} */ before) =>
    session.ask("GET", `/v1/records/${record.value}/${path}${before ? "?before=" + before : ""}`).then(page => {
      setLines(had => [...(had ?? []), ...page.lines]);
      setNext(page.next ?? 0);
    }, setError);
  useEffect(() => void ask(0), []);
  return html`
    <${Back} to=${["people"]} />
    <${Title}>${title}<//>
    <p>${about}</p>
    <${Failure} error=${error} />
    ${!lines && !error && html`<${Loading} />`} ${lines?.length === 0 && html`<${Empty}>${t("people.list.none")}<//>`}
    <ol class="cards">
      ${lines?.map((it, i) => html`<li key=${i}>${line(it)}</li>`)}
    </ol>
    ${next > 0 && html`<${Button} wide onClick=${() => ask(next)}>${t("people.list.older")}<//>`}
  `;
}

/** @param {{ account: string, name?: string } | null | undefined} it */
const called = it => (!it ? t("people.itself") : it.account === who.value?.account ? t("app.name.you") : it.name || ownerName());

export const Log = () =>
  html`<${List}
    title=${t("people.read")}
    about=${t("people.read.about")}
    path="access-log"
    line=${(/** @type {any} */ it) => {
      const where = [it.team, it.organisation].filter(Boolean).join(", ");
      return html`<strong>${called(it.by)}</strong>${where && html`<br />${where}`}<br />
        ${t(has("people.log." + it.kind) ? "people.log." + it.kind : "people.log.other")}${it.whom && ": " + called(it.whom)}
        ${it.kind !== "read" && it.categories?.length > 0 && html`<br />${t("people.log.sees", { what: named(it.categories) })}`}
        ${it.emergency && html`<br /><strong>${t("people.log.emergency")}</strong>`}<br />
        <span class="quiet">${dayAndTime(it.at)}</span>`;
    }}
  />`;

/** What was said, with the day that it was about. @param {{ code: string, words: string }} it */
function toldWords({ code, words }) {
  const key = "people.told.code." + code;
  const [, due] = /\((\d{4}-\d\d-\d\d)\)$/.exec(words) ?? [];
  return has(key) ? t(key) + (due ? ` (${civilDay(due)})` : "") : served(words, "");
}

export const Told = () =>
  html`<${List}
    title=${t("people.told")}
    about=${t("people.told.about")}
    path="caregiver-notices"
    line=${(/** @type {any} */ it) =>
      html`<strong>${it.name || t("people.helper")}</strong><br />${toldWords(it)}${it.about && html`<br />${it.about}`}<br />
        <span class="quiet">${dayAndTime(it.at)}. ${it.sentAt ? "" : t("people.told.quiet")}</span>`}
  />`;
