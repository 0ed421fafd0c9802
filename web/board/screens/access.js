// Who read a record, and who was given or lost access to it: the newest first, a page at a time.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Notice, Title } from "../../ui/parts.js";
import { dayAndTime } from "../../words/dates.js";
import { has, t } from "../../words/words.js";
import { go, link } from "../../app/route.js";
import { documents, see, trouble } from "../records.js";
import { session, team, who } from "../store.js";
import { useKeys } from "./queue/keys.js";

/** @param {{ path: string[] }} p */
export function Access({ path: [id = ""] }) {
  const [lines, setLines] = useState(/** @type {any[] | null} */ (null));
  const [next, setNext] = useState(0);
  const [error, setError] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (id) see([id]);
  }, [id]);
  const older = (/** @type {number} */ before) =>
    session.ask("GET", `/v1/records/${id}/access-log${before ? "?before=" + before : ""}`, { headers: { "acting-team": team.value } }).then(page => {
      setLines(had => [...(had ?? []), ...page.lines]);
      setNext(page.next ?? 0);
    }, setError);
  useEffect(() => {
    if (id) void older(0);
  }, [id]);
  useKeys({ u: () => id && go("record", id), m: () => next > 0 && void older(next) });
  const docs = documents.value.get(id);
  const hidden = !id || docs?.length === 0 || [403, 404].includes(error?.status);
  if (hidden) return html`<${Title}>${t("access.title")}<//><${Notice}><p>${t(id ? "access.notYours" : "board.record.none")}</p><//>`;
  const failed = error ?? trouble.value;
  if (!lines || !docs) return html`<${Title}>${t("access.title")}<//>${failed ? html`<${Failure} error=${failed} />` : html`<${Loading} />`}`;
  const name = String(docs.find(d => d.id.startsWith("person/"))?.fields.name ?? t("board.unnamed"));
  return html`
    <div class="person"><${Title}>${t("access.of", { name })}<//></div>
    <div class="tools">
      <${Button} href=${link("record", id)}>${t("access.back")} <kbd>u</kbd><//>
    </div>
    <p>${t("access.about")}</p>
    <${Failure} error=${error} />
    ${lines.length === 0 && html`<${Empty}>${t("access.none")}<//>`}
    <ol class="access">
      ${lines.map((line, i) => html`<${Line} key=${i} line=${line} person=${name} />`)}
    </ol>
    ${next > 0 && html`<${Button} onClick=${() => void older(next)}>${t("access.older")} <kbd>m</kbd><//>`}
  `;
}

/** @param {{ line: any, person: string }} p */
function Line({ line, person }) {
  const named = (/** @type {any} */ one) => (!one ? t("access.itself") : one.account === who.value?.account ? t("access.you") : one.name || person);
  const from = [line.team, line.organisation].filter(Boolean).join(", ");
  const did = "access.log." + line.kind;
  return html`<li class="card">
    <p class="quiet">${dayAndTime(line.at)}</p>
    <p><strong>${named(line.by)}</strong>${from && `, ${from}`}: ${t(has(did) ? did : "access.log.other")}${line.whom && `: ${named(line.whom)}`}</p>
    ${line.emergency && html`<p class="late">${t("access.emergency")}</p>`}
  </li>`;
}
