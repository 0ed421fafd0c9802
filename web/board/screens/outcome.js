// What came of something, asked in a panel beside it: an outcome and, if wanted, a few words.
import { html, useLayoutEffect, useRef, useState } from "../../ui/html.js";
import { Button, Field } from "../../ui/parts.js";
import { t } from "../../words/words.js";

/** @param {{ title: string, options: [value: string, words: string][], begin?: { outcome: string, note: string }, hint: string, go: string, onDone: (outcome: string, note: string) => unknown, onLeave: () => void }} p go: the words of the button */
export function Outcome({ title, options, begin, hint, go, onDone, onLeave }) {
  const [outcome, setOutcome] = useState(begin?.outcome ?? "");
  const [note, setNote] = useState(begin?.note ?? "");
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
  return html`<form class="panel" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave}>
    <h2>${title}</h2>
    <${Field} as="select" label=${t("board.close.outcome")} value=${outcome} error=${error} onInput=${setOutcome}>
      <option value="">${t("board.close.choose")}</option>
      ${options.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === outcome}>${words}</option>`)}
    <//>
    <${Field} as="textarea" label=${t("board.close.note")} hint=${hint} value=${note} onInput=${setNote} maxlength="500" />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${go}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
