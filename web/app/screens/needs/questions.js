// One question of the questionnaire each, with big targets. Skipping is allowed: unanswered is not "no".
import { html, useState } from "../../../ui/html.js";
import { Button, Field, Title } from "../../../ui/parts.js";
import { celsius } from "../../../sdk/src/instrument/index.js";
import { t } from "../../../words/words.js";
import { fill, show } from "../../said.js";

/** @import { Document, Json } from '../../../sdk/src/types.js' */
/** @import { Questionnaire } from '../../../sdk/src/instrument/questionnaire.js' */
/** @import { Progress, Step } from './asking.js' */

/**
 * @typedef {object} Asked
 * @property {Questionnaire} q
 * @property {(code: string) => import('../../said.js').Said} say the questionnaire's words, in the language of the screen as far as there are any
 * @property {Document} doc
 * @property {Progress} progress
 * @property {Step} step
 * @property {number} at which question it is
 * @property {(answers: { [code: string]: any }, change: Partial<Progress>) => Promise<void>} answer
 * @property {(change?: Partial<Progress>) => Promise<void>} next
 * @property {(note: string) => Promise<void>} finish
 */

/** Which things of one kind trouble the person. What is unticked again is no answer any more. @param {Asked} p */
export function Domain({ q, say, progress, step, at, answer, doc }) {
  const items = q.items.filter(item => item.domain === step.code);
  const [ticked, setTicked] = useState(progress.ticked.filter(code => items.some(item => item.code === code)));
  const flip = (/** @type {string} */ code) => setTicked(ticked.includes(code) ? ticked.filter(one => one !== code) : [...ticked, code]);
  function onward() {
    /** @type {{ [code: string]: Json }} */
    const answers = {};
    for (const { code, kind } of items) {
      if (!ticked.includes(code) && doc.fields["answers." + code] !== undefined) answers[code] = null;
      if (ticked.includes(code) && kind === "yesno") answers[code] = true;
    }
    return answer(answers, { at: at + 1, ticked: [...progress.ticked.filter(code => !items.some(item => item.code === code)), ...ticked] });
  }
  return html`<${Title}>${fill("needs.domain", { domain: say("domains." + step.code) })}<//>
    <fieldset class="ticks">
      <legend class="only-read-aloud">${show(say("domains." + step.code))}</legend>
      ${items.map(
        ({ code }) =>
          html`<label class="tick" key=${code}
            ><input type="checkbox" checked=${ticked.includes(code)} onChange=${() => flip(code)} /><span>${show(say(code))}</span></label
          >`,
      )}
    </fieldset>
    <${Button} kind="main" wide onClick=${onward}>${t(ticked.length > 0 ? "needs.next" : "needs.noneOfThese")}<//>`;
}

/** How bad one thing has been. @param {Asked} p */
export function Severity({ q, say, doc, step, at, answer }) {
  const { min, max } = q.scale;
  const [anchor0, anchor10] = [say("scale.anchor0"), say("scale.anchor10")];
  const given = doc.fields["answers." + step.code];
  return html`<${Title}>${fill("needs.howBad", { what: say(step.code) })}<//>
    <p id="scale">${fill("needs.scale", { min, anchor0, max, anchor10 })}</p>
    <div class="scale" role="group" aria-describedby="scale">
      ${Array.from(
        { length: max - min + 1 },
        (_, i) =>
          html`<${Button}
            key=${i}
            aria-pressed=${given === min + i ? "true" : "false"}
            onClick=${() => answer({ [step.code]: min + i }, { at: at + 1 })}
            >${min + i}<//
          >`,
      )}
    </div>`;
}

/** A number or yes and no that follow from what was ticked. @param {Asked} p */
export function Measure({ q, say: words, doc, step, at, answer, next }) {
  const measure = /** @type {import('../../../sdk/src/instrument/questionnaire.js').Measure} */ (q.measures.find(one => one.code === step.code));
  const say = (/** @type {Json} */ value) => answer({ [step.code]: value }, { at: at + 1 });
  const skip = html`<${Button} kind="plain" wide onClick=${() => next()}
    >${t(measure.type === "decimal-Cel" ? "needs.noThermometer" : "needs.skip")}<//
  >`;
  if (measure.type !== "bool") return html`<${Typed} ...${{ measure, words, q, doc, say }} />${skip}`;
  const given = doc.fields["answers." + step.code];
  const choice = (/** @type {boolean} */ yes) =>
    html`<${Button} wide aria-pressed=${given === yes ? "true" : "false"} onClick=${() => say(yes)}>${t(yes ? "needs.yes" : "needs.no")}<//>`;
  return html`<${Title}>${show(words(measure.code))}<//>${choice(true)}${choice(false)}${skip}`;
}

/** @param {{ measure: import('../../../sdk/src/instrument/questionnaire.js').Measure, words: Asked['say'], q: Questionnaire, doc: Document, say: (value: Json) => Promise<void> }} p */
function Typed({ measure, words, q, doc, say }) {
  const given = /** @type {any} */ (doc.fields["answers." + measure.code]);
  const [typed, setTyped] = useState(given === undefined ? "" : String(given?.value ?? given));
  const [error, setError] = useState("");
  const warm = measure.type === "decimal-Cel";
  const bounds = q.fields[/** @type {number} */ (q.slots.get(measure.code))];
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const value = warm ? temperature(typed) : /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : null;
    const read = value === null ? null : warm ? celsius(value) : Number(value) * 10;
    if (read === null || read < bounds.min || read > bounds.max) {
      setError(t(warm ? "needs.temperatureWrong" : "needs.numberWrong", { min: bounds.min / 10, max: bounds.max / 10 }));
      return;
    }
    void say(value);
  }
  return html`<${Title}>${show(words(measure.code))}<//>
    <form onSubmit=${submit}>
      <${Field}
        label=${t(warm ? "needs.temperature" : "needs.number")}
        hint=${warm ? t("needs.temperatureHint") : ""}
        error=${error}
        value=${typed}
        onInput=${setTyped}
        inputmode="decimal"
        autocomplete="off"
      />
      <${Button} kind="main" wide type="submit">${t("needs.next")}<//>
    </form>`;
}

/** From here on a number without a unit is Fahrenheit: nobody lives at 60 °C, and nobody at 60 °F. */
const fahrenheitFrom = 60;

/** A temperature as answers have it; null if it is none. @param {string} typed @returns {Json} */
export function temperature(typed) {
  const found = /^\s*(\d{2,3}(?:[.,]\d{1,2})?)\s*°?\s*([CF]?)\s*$/i.exec(typed);
  if (!found) return null;
  const number = found[1].replace(",", ".");
  const unit = found[2].toUpperCase() || (Number(number) >= fahrenheitFrom ? "F" : "C");
  return unit === "F" ? { unit: "F", value: number } : number;
}

/** How soon the person wants to hear from somebody. @param {Asked} p */
export function Urgency({ q, say, progress, next }) {
  return html`<${Title}>${show(say("urgencyQuestion"))}<//>
    ${q.urgencyQuestion.values.map(
      value =>
        html`<${Button} key=${value} wide aria-pressed=${progress.urgency === value ? "true" : "false"} onClick=${() => next({ urgency: value })}>
          ${t("needs.urgency." + value)}
        <//>`,
    )}
    <${Button} kind="plain" wide onClick=${() => next({ urgency: "" })}>${t("needs.skip")}<//>`;
}

/** Anything else, in the person's words. @param {Asked} p */
export function Note({ progress, finish }) {
  const [note, setNote] = useState(progress.note);
  const [busy, setBusy] = useState(false);
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    void finish(note.trim());
  }
  return html`<${Title}>${t("needs.note")}<//>
    <form onSubmit=${submit}>
      <${Field} as="textarea" rows="5" maxlength="2000" label=${t("needs.noteLabel")} value=${note} onInput=${setNote} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("needs.finish")}<//>
    </form>`;
}
