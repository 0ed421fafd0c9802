// What follows from a result, in a panel beside it: the person and both teams read the note.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Failure, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { text } from "../../../sdk/src/calendar/papers.js";
import { documents, see } from "../../records.js";
import { decide } from "../../results.js";
import { team } from "../../store.js";

/** @typedef {import('../../results.js').Line} Line */

/** What can be decided, in the order of their keys. */
export const decisions = ["no-action", "expected", "repeat", "contact-patient", "change-plan", "admit"];
const ways = ["phone", "visit", "video", "letter", "message"];

/**
 * `what` is a decision, `seen`, `transfer-responsibility`, or this team's answer to another: `accepted`, `declined`.
 * @param {{ line: Line, what: string, name: string, onDone: (said: string) => void, onLeave: () => void }} p
 */
export function Deciding({ line, what, name, onDone, onLeave }) {
  const [note, setNote] = useState("");
  const [told, setTold] = useState("");
  const [to, setTo] = useState("");
  const [wrong, setWrong] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  const moves = what === "transfer-responsibility";
  const decides = decisions.includes(what);
  useEffect(() => (moves ? see([line.record]) : undefined), []);
  // before the next key is pressed: it is typed into the panel
  useLayoutEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("input, select"))?.focus(), []);
  useEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("[aria-invalid=true]"))?.focus(), [wrong]);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const found = {
      ...(moves && !to && { to: t("results.wrong.to") }),
      ...((moves || what === "declined") && !note.trim() && { note: t("results.wrong.why") }),
    };
    setWrong(found);
    if (busy || Object.keys(found).length > 0) return;
    setBusy(true);
    setError(null);
    const answers = what === "accepted" || what === "declined";
    try {
      await decide(line, {
        ...(answers ? { answer: what } : what !== "seen" && { decision: what }),
        ...(note.trim() && { note: note.trim() }),
        ...(moves && { to }),
        ...(told && { patientInformedAt: Date.now(), patientInformedHow: told }),
      });
      onDone(t("results.done", { name, what: t("results.decision." + what) }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const title = t("results.decide", { name, what: t("results.decision." + what) });
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${title}</h2>
    ${moves && html`<${Teams} record=${line.record} to=${to} setTo=${setTo} wrong=${wrong.to} />`}
    <${Field} label=${t("board.close.note")} hint=${t("board.close.noteHint")} value=${note} error=${wrong.note} onInput=${setNote} maxlength="500" />
    ${
      decides &&
      html`<${Field} as="select" label=${t("results.told")} value=${told} onInput=${setTold}>
        <option value="">${t("results.told.no")}</option>
        ${ways.map(way => html`<option key=${way} value=${way}>${t("results.told." + way)}</option>`)}
      <//>`
    }
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("results.go")} <kbd>Enter</kbd><//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** The teams that are here for this person. @param {{ record: string, to: string, setTo: (to: string) => void, wrong?: string }} p */
function Teams({ record, to, setTo, wrong }) {
  const docs = documents.value.get(record) ?? [];
  const others = docs.filter(d => d.id.startsWith("careTeam/") && text(d, "status") === "active" && d.id !== "careTeam/" + team.value);
  return html`<${Field} as="select" label=${t("results.to")} value=${to} error=${wrong} onInput=${setTo}>
    <option value="">${t("board.close.choose")}</option>
    ${others.map(d => html`<option key=${d.id} value=${d.id.slice("careTeam/".length)}>${text(d, "name")}</option>`)}
  <//>`;
}
