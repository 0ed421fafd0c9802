// Closing a row: what came of it, in a panel beside it. The person and both teams read the note.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";

const outcomes = ["advice-given", "managed-by-nurse", "escalated-doctor", "referred", "admitted", "unable-to-reach", "no-action"];

/** @param {{ name: string, begin?: { outcome: string, note: string }, onClose: (outcome: string, note: string) => unknown, onLeave: () => void }} p */
export function Closing({ name, begin, onClose, onLeave }) {
  const [outcome, setOutcome] = useState(begin?.outcome ?? "");
  const [note, setNote] = useState(begin?.note ?? "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  // before the next key is pressed: it is typed into the panel
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!outcome) return setError(t("board.close.which"));
    setBusy(true);
    await onClose(outcome, note.trim());
    setBusy(false);
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${t("board.close.title", { name })} ref=${form} onSubmit=${submit} onKeyDown=${leave}>
    <h2>${t("board.close.title", { name })}</h2>
    <${Field} as="select" label=${t("board.close.outcome")} value=${outcome} error=${error} onInput=${setOutcome}>
      <option value="">${t("board.close.choose")}</option>
      ${outcomes.map(one => html`<option key=${one} value=${one} selected=${one === outcome}>${t("board.outcome." + one)}</option>`)}
    <//>
    <${Field} as="textarea" label=${t("board.close.note")} hint=${t("board.close.noteHint")} value=${note} onInput=${setNote} maxlength="500" />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("board.close.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
