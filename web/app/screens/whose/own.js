// A record of one's own, of somebody who helps: how they are themselves, for those whom they choose. The person whom they help sees nothing of it.
import { html, useState } from "../../../ui/html.js";
import { useForm } from "../../../ui/form.js";
import { Button, Failure, Field, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { go } from "../../route.js";
import { choose, list, record, session } from "../../store.js";

/** Who may be told: those around the person whom they help that are for the family, too. */
const kinds = ["navigation", "primary-care"];

export function Own() {
  const [chosen, setChosen] = useState(["navigation"]);
  const [key] = useState(() => crypto.randomUUID());
  const { facts, error, busy, submit, take } = useForm({ name: "", birthDate: "", phone: "" }, async ({ phone, ...person }) => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const body = { person: { ...person, homeZone: timeZone, ...(phone ? { phone } : {}) }, helps: record.value, kinds: chosen };
    const made = await session.ask("POST", "/v1/own-record", { body, headers: { "idempotency-key": key } });
    await list();
    await choose(made.record);
    go("needs");
  });
  const turn = (/** @type {string} */ kind) => setChosen(chosen.includes(kind) ? chosen.filter(one => one !== kind) : [...chosen, kind]);
  return html`
    <${Back} to=${["whose"]} />
    <${Title}>${t("app.whose.begin")}<//>
    <p>${t("app.whose.begin.about")}</p>
    <form onSubmit=${submit}>
      <${Field} label=${t("app.signIn.nameLabel")} value=${facts.name} onInput=${take("name")} autocomplete="name" maxlength="100" required />
      <${Field} type="date" label=${t("app.signIn.birthLabel")} value=${facts.birthDate} onInput=${take("birthDate")} required />
      <${Field} type="tel" label=${t("app.whose.begin.phone")} value=${facts.phone} onInput=${take("phone")} autocomplete="tel" maxlength="100" />
      <fieldset class="ticks">
        <legend>${t("app.whose.begin.who")}</legend>
        ${kinds.map(
          kind =>
            html`<label class="tick" key=${kind}>
              <input type="checkbox" checked=${chosen.includes(kind)} onChange=${() => turn(kind)} />
              <span>${t("app.whose.begin." + kind)}</span>
            </label>`,
        )}
      </fieldset>
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("app.whose.begin.go")}<//>
    </form>
  `;
}
