// Somebody is to help: a code for them and their own birth date, shown once. They see the schedule; more is the person's word, once they are here and confirmed.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Notice, Title } from "../../../ui/parts.js";
import { dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { record, session } from "../../store.js";

export function Invite() {
  const [birthDate, setBirthDate] = useState("");
  const [made, setMade] = useState(/** @type {{ code: string, expires: number } | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  function make(/** @type {Event} */ event) {
    event.preventDefault();
    setError(null);
    session.ask("POST", `/v1/records/${record.value}/codes`, { body: { kind: "caregiver", birthDate } }).then(setMade, setError);
  }
  return html`
    <${Back} to=${["people"]} />
    <${Title}>${t("people.invite")}<//>
    <ol class="steps">
      ${[1, 2, 3].map(n => html`<li>${t("people.invite." + n)}</li>`)}
    </ol>
    <${Failure} error=${error} />
    ${
      made
        ? html`<${Notice} role="status">
            <p class="code">${made.code}</p>
            <p>${t("people.invite.until", { when: dayAndTime(made.expires) })}</p>
          <//>`
        : html`<form onSubmit=${make}>
            <${Field}
              type="date"
              label=${t("people.invite.birth")}
              hint=${t("people.invite.birthHint")}
              value=${birthDate}
              onInput=${setBirthDate}
              required
            />
            <${Button} kind="main" wide type="submit">${t("people.invite.make")}<//>
          </form>`
    }
  `;
}
