// What a person does with what could not be used: send it again, write it anew, or throw it away. Settling it is a write like any other, also with no network.
import { html, signal, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Notice } from "../../../ui/parts.js";
import { has, t } from "../../../words/words.js";
import { documents, shown, write } from "../../store.js";
import { said } from "../../../ui/told.js";

/** @import { Document, Json } from '../../../sdk/src/types.js' */

/** What was sent again since the app was opened: where it is open still, it could not be used that time either. @type {import('../../../vendor/signals.js').Signal<Set<string>>} */
const tried = signal(new Set());

/** The one text that a change was about, where that is all it said. @param {Document} held @returns {{ doc: string, field: string, text: string } | null} */
function onlyText(held) {
  const { set = {}, ...rest } = /** @type {{ set?: { [field: string]: Json }, add?: Json, remove?: Json }} */ (held.fields.mutation ?? {});
  const [[field, text] = ["", ""], ...more] = Object.entries(set);
  const doc = String(held.fields.doc ?? "");
  if (more.length > 0 || rest.add || rest.remove || typeof text !== "string" || !has(`conflicts.field.${doc.split("/")[0]}.${field}`)) return null;
  return documents.value?.some(d => d.id === doc) ? { doc, field, text } : null;
}

/** @param {{ held: Document }} p */
export function Settle({ held }) {
  const [step, setStep] = useState("");
  const [words, setWords] = useState("");
  const [base, setBase] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const one = onlyText(held);
  const stands = one && documents.value?.find(d => d.id === one.doc)?.fields[one.field];
  const does = (/** @type {() => Promise<unknown>} */ deed) => () => {
    setError(null);
    deed().catch(setError);
  };
  const settle = (/** @type {{ [field: string]: string }} */ set) => write({ doc: held.id, set });
  const again = does(async () => {
    await settle({ status: "released" });
    tried.value = new Set(tried.value).add(held.id);
  });
  const away = does(() => settle({ status: "discarded", discardReason: t("conflicts.held.thrown") }));
  const anew = does(async () => {
    if (!one) return;
    await write({ doc: one.doc, set: { [one.field]: words.trim() }, base });
    await settle({ status: "discarded", discardReason: t("conflicts.held.anew.reason") });
  });
  function begin() {
    setWords(one?.text ?? "");
    setBase(shown.value); // what stands there now is before the person
    setStep("anew");
  }
  const back = html`<${Button} wide onClick=${() => setStep("")}>${t("conflicts.held.leave")}<//>`;
  return html`
    ${one && html`<p>${t("conflicts.held.stands", { words: said(stands ?? null) })}</p>`}
    ${tried.value.has(held.id) && html`<p role="status">${t("conflicts.held.tried")}</p>`}
    <${Failure} error=${error} />
    ${
      step === "" &&
      html`<div class="choices">
        <${Button} wide onClick=${again}>${t("conflicts.held.again")}<//>
        ${one && html`<${Button} wide onClick=${begin}>${t("conflicts.held.anew")}<//>`}
        <${Button} kind="danger" wide onClick=${() => setStep("away")}>${t("conflicts.held.away")}<//>
      </div>`
    }
    ${
      step === "anew" &&
      html`<form onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), anew())}>
        <${Field} as="textarea" rows="3" label=${t("conflicts.own.label")} value=${words} onInput=${setWords} maxlength="500" required />
        <div class="choices"><${Button} kind="main" wide type="submit">${t("conflicts.own.keep")}<//>${back}</div>
      </form>`
    }
    ${
      step === "away" &&
      html`<${Notice} level="amber" role="alert">
        <p>${t("conflicts.held.away.sure")}</p>
        <div class="choices"><${Button} kind="danger" wide onClick=${away}>${t("conflicts.held.away.yes")}<//>${back}</div>
      <//>`
    }
  `;
}
