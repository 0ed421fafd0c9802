// Completing a line: what came of it, in a panel beside it.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";

const outcomes = ["arranged", "reached", "passed-on", "corrected", "not-needed", "could-not"];
/** An emergency access is looked at, and was right or not. */
const judged = ["justified", "not-justified"];

/** @param {{ name: string, kind: string, onDone: (outcome: string, note: string) => Promise<void>, onLeave: () => void }} p */
export function Finish({ name, kind, onDone, onLeave }) {
  const [outcome, setOutcome] = useState("");
  const [note, setNote] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  // before the next key is pressed: it is typed into the panel
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), []);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy) return;
    if (!outcome) return setError(t("board.close.which"));
    setBusy(true);
    await onDone(outcome, note.trim());
    setBusy(false);
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${t("lists.finish", { name })} ref=${form} onSubmit=${submit} onKeyDown=${leave}>
    <h2>${t("lists.finish", { name })}</h2>
    <${Field} as="select" label=${t("board.close.outcome")} value=${outcome} error=${error} onInput=${setOutcome}>
      <option value="">${t("board.close.choose")}</option>
      ${(kind === "review" ? judged : outcomes).map(one => html`<option key=${one} value=${one}>${t("lists.outcome." + one)}</option>`)}
    <//>
    <${Field} as="textarea" label=${t("board.close.note")} hint=${t("lists.finish.hint")} value=${note} onInput=${setNote} maxlength="500" />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("lists.finish.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
