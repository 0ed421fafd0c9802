// Somebody is to help: a code for them, shown once. They see the schedule; more is the person's word, once they are here and confirmed.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Notice, Title } from "../../../ui/parts.js";
import { dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { all, record, session } from "../../store.js";

export function Invite() {
  const [made, setMade] = useState(/** @type {{ code: string, expires: number } | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const birthDate = all("person")[0]?.fields.birthDate;
  const make = () => session.ask("POST", `/v1/records/${record.value}/codes`, { body: { kind: "caregiver", birthDate } }).then(setMade, setError);
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
        : html`<${Button} kind="main" wide onClick=${make}>${t("people.invite.make")}<//>`
    }
  `;
}
