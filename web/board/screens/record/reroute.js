// Asking another team to take a row over, with why; and what became of it: waiting, taken over, or not, with the other team's words.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Level } from "../../../ui/parts.js";
import { elements, ofType, text } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { documents } from "../../records.js";
import { act, team } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** What a team is called in a record. @param {string} record @param {string} id */
export function teamIn(record, id) {
  const found = documents.value.get(record)?.find(d => d.id === "careTeam/" + id);
  return (found && text(found, "name")) || t("board.noTeamNamed");
}

/** What waits in a row. @param {any} row @returns {string[]} */
const concernsOf = row => [
  ...new Set(elements({ fields: row, id: "", rev: 0, siblings: {} }, "waiting").flatMap(w => /** @type {any} */ (w).concerns ?? [])),
];

/** @param {{ record: string, name: string, docs: Document[], row: any, onDone: (said: string) => void, onLeave: () => void }} p */
export function Rerouting({ record, name, docs, row, onDone, onLeave }) {
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState({ to: "", reason: "" });
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);
  const teams = ofType(docs, "careTeam").filter(d => text(d, "status") === "active" && d.id.slice(9) !== team.value);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const lacks = { to: to ? "" : t("reroute.needs.to"), reason: reason.trim() ? "" : t("reroute.needs.reason") };
    setWrong(lacks);
    if (busy || lacks.to || lacks.reason) return;
    setBusy(true);
    try {
      await act(record, "re-route", { triage: row.doc, to, concerns: concernsOf(row), reason: reason.trim() });
      onDone(t("reroute.sent", { team: teamIn(record, to) }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  const title = t("reroute.of", { name });
  return html`<form class="panel" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${title}</h2>
    <p>${t("reroute.until")}</p>
    <${Field} as="select" label=${t("reroute.which")} value=${to} error=${wrong.to} onInput=${setTo}>
      <option value="">${t("board.close.choose")}</option>
      ${teams.map(d => html`<option key=${d.id} value=${d.id.slice(9)} selected=${d.id.slice(9) === to}>${text(d, "name")}</option>`)}
    <//>
    <${Field}
      as="textarea"
      label=${t("reroute.reason")}
      hint=${t("reroute.reasonHint")}
      value=${reason}
      error=${wrong.reason}
      onInput=${setReason}
      maxlength="500"
      rows="3"
    />
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("reroute.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** Why a team cannot take it over: the team that asks reads it. @param {{ onSend: (why: string) => Promise<void>, onLeave: () => void }} p */
export function Declining({ onSend, onLeave }) {
  const [why, setWhy] = useState("");
  const [wrong, setWrong] = useState("");
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!why.trim()) return setWrong(t("reroute.needs.why"));
    void onSend(why.trim());
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <${Field}
      as="textarea"
      label=${t("reroute.why")}
      hint=${t("reroute.whyHint")}
      value=${why}
      error=${wrong}
      onInput=${setWhy}
      maxlength="500"
      rows="2"
    />
    <p class="buttons">
      <${Button} kind="main" type="submit">${t("reroute.decline.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** What became of offers between this team and others in a record, the newest first. @param {{ record: string, docs: Document[] }} p */
export function Rerouted({ record, docs }) {
  const all = ofType(docs, "reroute").filter(d => [text(d, "from"), text(d, "to")].includes(team.value) && text(d, "status") !== "withdrawn");
  all.sort((a, b) => Number(b.fields.offeredAt ?? 0) - Number(a.fields.offeredAt ?? 0));
  if (all.length === 0) return null;
  return html`<ul>
    ${all.map(
      d =>
        html`<li key=${d.id} class="card">
          <p>${text(d, "status") === "rejected" ? html`<${Level} level="amber">${stands(record, d)}<//>` : stands(record, d)}</p>
          <p class="quiet"><q>${text(d, "reason")}</q></p>
          ${text(d, "answer") && html`<p><q>${text(d, "answer")}</q></p>`}
        </li>`,
    )}
  </ul>`;
}

/** @param {string} record @param {Document} d */
function stands(record, d) {
  const ours = text(d, "from") === team.value;
  return t(`reroute.stands.${text(d, "status")}.${ours ? "from" : "to"}`, { team: teamIn(record, text(d, ours ? "to" : "from")) });
}
