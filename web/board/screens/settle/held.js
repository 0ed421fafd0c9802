// What somebody wrote and the server kept without using it: who, when, their words, what stands there now, and what is done with it.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Field, served } from "../../../ui/parts.js";
import { meant, said, words } from "../../../ui/told.js";
import { has, t } from "../../../words/words.js";
import { when } from "../../clock.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @typedef {import('./read.js').Held} HeldOf */
/** What can be done with it; 'anew' with the field and the words. @typedef {{ keep: () => void, discard: (reason: string) => void, anew: (field: string, words: string) => void }} Deeds */
/** Which panel is open beside it. @typedef {'' | 'discard' | 'anew'} Panel */

/** What a field is called, where the catalogue has it. @param {string} id of a document @param {string} field */
export function fieldName(id, field) {
  const key = `settle.field.${id.split("/")[0]}.${field}`;
  return has(key) ? t(key) : t("settle.field.other");
}

/** What of it can be written anew: one text. @param {HeldOf} held */
export function text(held) {
  const all = words(held.mutation);
  return all.length === 1 ? { field: all[0][0], words: String(all[0][1]) } : null;
}

/** @param {{ held: HeldOf, docs: Document[], who: string, on: boolean, panel: Panel, open: (panel: Panel) => void, deeds: Deeds }} p */
export function Held({ held, docs, who, on, panel, open, deeds }) {
  const now = docs.find(d => d.id === held.for);
  const one = text(held);
  return html`<li class=${on ? "card on" : "card"} data-held=${held.doc} tabindex="-1">
    <h3>${t("settle.wrote", { who, when: when(held.at) })}</h3>
    <p>${meant(held.for, docs, "settle")}</p>
    ${words(held.mutation).map(
      ([field, value]) =>
        html`<div key=${field}>
          <p class="quiet">${fieldName(held.for, field)}</p>
          <blockquote>${said(value)}</blockquote>
          ${now && html`<p class="quiet">${t("settle.now", { words: said(now.fields[field]) })}</p>`}
        </div>`,
    )}
    <p>${t("settle.why")} ${served(held.detail, "conflicts.held.reason." + held.reason)}</p>
    ${!held.maySettle && html`<p class="quiet">${t("settle.notYours")}</p>`}
    ${
      held.maySettle &&
      html`<div class="tools">
        <${Button} onClick=${deeds.keep}>${t("settle.keep")}${on && html` <kbd>y</kbd>`}<//>
        <${Button} onClick=${() => open("discard")}>${t("settle.discard")}${on && html` <kbd>d</kbd>`}<//>
        ${one && html`<${Button} onClick=${() => open("anew")}>${t("settle.anew")}${on && html` <kbd>w</kbd>`}<//>`}
      </div>`
    }
    ${panel === "discard" && html`<${Say} label=${t("settle.discard.why")} go=${t("settle.discard")} words="" most="500" send=${deeds.discard} leave=${() => open("")} />`}
    ${
      panel === "anew" &&
      one &&
      html`<${Say}
        label=${fieldName(held.for, one.field)}
        go=${t("settle.anew.go")}
        words=${one.words}
        most="2000"
        send=${(/** @type {string} */ words) => deeds.anew(one.field, words)}
        leave=${() => open("")}
      />`
    }
  </li>`;
}

/** Words that go with it. @param {{ label: string, go: string, words: string, most: string, send: (words: string) => void, leave: () => void }} p */
function Say({ label, go, words, most, send, leave }) {
  const [typed, setTyped] = useState(words);
  const [error, setError] = useState("");
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  // before the next key is pressed: it is typed into the panel
  useLayoutEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!typed.trim()) return setError(t("board.reply.empty"));
    send(typed.trim());
  };
  return html`<form
    class="panel"
    ref=${form}
    onSubmit=${submit}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && leave()}
  >
    <${Field} as="textarea" rows="3" label=${label} value=${typed} error=${error} onInput=${setTyped} maxlength=${most} />
    <p class="buttons">
      <${Button} kind="main" type="submit">${go}<//>
      <${Button} onClick=${leave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
