// One thing that a person says of an appointment: one question, kept on the phone at once.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { leave } from "../../route.js";
import { shown, write } from "../../store.js";

/** @import { Document, Change } from '../../../sdk/src/types.js' */

/** How each is asked: what an input takes at most is what the field takes. @type {{ [field: string]: { as?: 'textarea' | 'select', most?: number } }} */
const asked = {
  patientNote: { as: "textarea", most: 500 },
  caregiverNote: { as: "textarea", most: 500 },
  transport: { most: 120 },
  companion: { most: 120 },
  bring: { as: "textarea" },
  callMe: { as: "select" },
};

/** Things to take along, one a line. @param {string} text */
const lines = text => [...new Set(text.split("\n").map(line => line.trim().slice(0, 120)).filter(Boolean))]; // prettier-ignore

/** @param {{ one: Document, field: string }} p */
export function Answer({ one, field }) {
  const was = one.fields[field];
  const [text, setText] = useState(Array.isArray(was) ? was.join("\n") : String(was ?? (field === "callMe" ? "no" : "")));
  const [seen] = useState(shown.value);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const how = asked[field];
  const back = () => leave(...one.id.replace("appointment", "appointments").split("/"));
  if (!how) return null;
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    try {
      await write({ ...change(one, field, text.trim()), base: seen });
      back();
    } catch (err) {
      setError(err);
    }
  }
  return html`
    <p class="quiet">${one.fields.title}</p>
    <form onSubmit=${submit}>
      <${Title}>${t("appointments.ask." + field)}<//>
      <${Failure} error=${error} />
      <${Field}
        label=${t("appointments.ask.label." + field)}
        hint=${t("appointments.ask.hint." + field)}
        value=${text}
        onInput=${setText}
        as=${how.as}
        maxlength=${how.most}
        rows=${how.as === "textarea" ? 5 : undefined}
      >
        ${how.as === "select" ? ["no", "when-convenient", "before-it"].map(code => html`<option value=${code}>${t("appointments.callMe." + code)}</option>`) : null}
      <//>
      <${Button} kind="main" wide type="submit">${t("appointments.keep")}<//>
    </form>
    <${Button} kind="plain" wide onClick=${back}>${t("appointments.leave")}<//>
  `;
}

/** @param {Document} one @param {string} field @param {string} text @returns {Change} */
function change(one, field, text) {
  if (field !== "bring") return { doc: one.id, set: { [field]: text || null } };
  const had = /** @type {string[]} */ (one.fields.bring ?? []);
  const has = lines(text);
  const [add, remove] = [has.filter(it => !had.includes(it)), had.filter(it => !has.includes(it))];
  return { doc: one.id, ...(add.length > 0 && { add: { bring: add } }), ...(remove.length > 0 && { remove: { bring: remove } }) };
}
