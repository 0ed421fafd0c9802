// One thing that is to be done: who does it, how, and what the person says of it.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Level, Title } from "../../../ui/parts.js";
import { text, texts } from "../../../sdk/src/calendar/papers.js";
import { civilDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Call } from "../../call.js";
import { teamName } from "../../names.js";
import { link } from "../../route.js";
import { base, helps, write } from "../../store.js";
import { whoDoes } from "./who.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** Of these a team alone can say whether they are done: they never end. */
const lasting = ["monitoring", "comorbidity", "medication-advice"];

/** @param {{ activity: Document, says: string }} p */
export function Item({ activity, says }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const done = activity.fields.patientDone === true;
  const names = (/** @type {string} */ field) => texts(activity, field).map(teamName).join(", ");
  const say = () => write({ doc: activity.id, set: { patientDone: !done } }).catch(setError);
  /** @type {[string, string][]} */
  const facts = [
    ["plan.does", says],
    ["plan.when", text(activity, "dueBy") ? t("plan.by", { day: civilDay(text(activity, "dueBy")) }) : t("plan.noDay")],
    ["plan.helps", names("supportTeams")],
    ["plan.told", names("informTeams")],
    ["plan.how", text(activity, "protocolRef")],
    ["plan.goesBack", text(activity, "returnCriteria")],
    ["plan.outcome", text(activity, "outcome")],
    ["plan.reason", text(activity, "statusReason")],
  ];
  return html`
    <${Button} kind="plain" href=${link("plan")}>${t("ui.back")}<//>
    <${Title}>${text(activity, "title")}<//>
    ${text(activity, "description") && html`<p class="lines">${text(activity, "description")}</p>`}
    <dl class="facts">
      ${facts.map(
        ([key, words]) =>
          words &&
          html`<div key=${key}>
            <dt>${t(key)}</dt>
            <dd class="lines">${words}</dd>
          </div>`,
      )}
    </dl>
    <${Call} id=${whoDoes(activity).ask} />
    <${Note} activity=${activity} />
    <${Failure} error=${error} />
    ${done && html`<p role="status"><${Level} level="green">${t("plan.youDid")}<//></p>`}
    ${
      !helps.value &&
      (done || !lasting.includes(text(activity, "kind"))) &&
      html`<${Button} kind=${done ? "" : "main"} wide onClick=${say}>${t(done ? "plan.undo" : "plan.did")}<//>`
    }
  `;
}

/** What the person or their caregiver has to say about it; what others wrote beside it stands there, too. @param {{ activity: Document }} p */
function Note({ activity }) {
  const [words, setWords] = useState(() => text(activity, "patientNote"));
  const [seen, setSeen] = useState("");
  const [error, setError] = useState("");
  const [kept, setKept] = useState(false);
  useEffect(() => {
    base().then(setSeen, () => {});
  }, [kept]);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    try {
      await write({ doc: activity.id, set: { patientNote: words.trim() || null }, ...(seen && { base: seen }) });
      setKept(true);
    } catch {
      setError(t("ui.failed"));
    }
  }
  const take = (/** @type {string} */ value) => {
    setWords(value);
    setKept(false);
  };
  return html`<form onSubmit=${submit}>
    <${Field} as="textarea" label=${t("plan.note")} value=${words} onInput=${take} error=${error} maxlength="500" rows="3" />
    ${(activity.siblings.patientNote ?? []).map(s => html`<p class="quiet">${t("plan.noteAlso", { words: String(s.value) })}</p>`)}
    <p>
      <${Button} wide type="submit">${t("plan.keepNote")}<//>
      ${kept && html`<span role="status">${t("plan.kept")}</span>`}
    </p>
  </form>`;
}
