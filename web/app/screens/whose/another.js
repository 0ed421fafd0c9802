// Whoever helps somebody already uses a code of one person more: their record comes beside the others when that person has confirmed.
import { html, useState } from "../../../ui/html.js";
import { useForm } from "../../../ui/form.js";
import { Button, Failure, Field, Notice, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { list, session } from "../../store.js";
import { CodeAndBirth } from "../sign-in.js";

export function Another() {
  const [asked, setAsked] = useState(false);
  const { facts, error, busy, submit, take } = useForm({ code: "", birthDate: "", name: "" }, async body => {
    await session.ask("POST", "/v1/codes/accept", { body });
    setAsked(true);
    void list();
  });
  return html`
    <${Back} to=${["whose"]} />
    <${Title}>${t("app.whose.another")}<//>
    ${
      asked
        ? html`<${Notice} role="status"><p>${t("app.whose.another.asked")}</p><//>`
        : html`<p>${t("app.whose.another.code")}</p>
            <form onSubmit=${submit}>
              <${CodeAndBirth} facts=${facts} take=${take} birthHint=${t("app.signIn.birthHint")} />
              <${Field} label=${t("app.signIn.nameLabel")} value=${facts.name} onInput=${take("name")} autocomplete="name" required />
              <${Failure} error=${error} />
              <${Button} kind="main" wide type="submit" busy=${busy}>${t("app.whose.another.go")}<//>
            </form>`
    }
  `;
}
