// What each key does, and the panel that lists them.
import { html, useLayoutEffect, useRef } from "../../../ui/html.js";
import { Button } from "../../../ui/parts.js";
import { letters } from "../../letters.js";
import { t } from "../../../words/words.js";

/** Keys do something while the screen is open, but not where somebody types. @param {{ [key: string]: () => void }} does */
export function useKeys(does) {
  // with what is drawn, not a moment after it: who sees the screen can press its keys
  useLayoutEffect(() => {
    const pressed = (/** @type {KeyboardEvent} */ event) => {
      const at = /** @type {Element} */ (event.target);
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (at.closest("input, select, textarea")) return;
      if (event.key === "Enter" && at.closest("a, button")) return;
      if (event.key.length === 1 && !letters.value) return;
      const f = does[event.key];
      if (!f) return;
      event.preventDefault();
      f();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}

/** @param {{ keys: string[][], onLeave: () => void }} p each key with what it does */
export function Help({ keys, onLeave }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), []);
  return html`<section class="panel" aria-labelledby="help" ref=${panel}>
    <h2 id="help">${t("board.help")}</h2>
    <dl class="keys">
      ${keys.map(
        ([key, what]) =>
          html`<div key=${key}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${what}</dd>
          </div>`,
      )}
    </dl>
    <p>
      <label class="tick">
        <input type="checkbox" checked=${letters.value} onChange=${(/** @type {any} */ event) => (letters.value = event.currentTarget.checked)} />
        ${t("undo.letters")}
      </label>
      <span class="quiet">${t("undo.lettersHint")}</span>
    </p>
    <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
  </section>`;
}
