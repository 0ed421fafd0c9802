// Whose record: which are on this device, which one is open, what of each is unsent, and the way to another. With no network, too.
import { html, useState } from "../../ui/html.js";
import { Button, Failure, Field, Notice, served, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { useForm } from "../../ui/form.js";
import { Back } from "../back.js";
import { go, link } from "../route.js";
import { call, choose, here, list, mine, record, session, waiting, who } from "../store.js";
import { whose } from "../whose.js";
import { CodeAndBirth } from "./sign-in.js";

/** @param {{ path: string[] }} p */
export function Whose({ path: [what] }) {
  if (what === "another" && who.value?.kind === "caregiver") return html`<${Another} />`;
  const open = here.value.find(one => one.record === record.value);
  return html`
    <${Title}>${t("app.whose.title")}<//>
    <p>${t("app.whose.about")}</p>
    <ul class="cards">
      ${here.value.map(
        ({ record: id, unsent }) =>
          html`<li key=${id}>
            <h2>${whose(id)}</h2>
            ${unsent > 0 && html`<p>${t("app.whose.unsent", { n: unsent })}</p>`}
            ${
              id === record.value
                ? html`<p class="quiet">${t("app.whose.now")}</p>`
                : html`<${Button} wide onClick=${() => choose(id).then(() => go())}>${t("app.whose.open", { name: whose(id) })}<//>`
            }
          </li>`,
      )}
    </ul>
    ${open && !open.given && !mine.value?.owner && html`<${Called} key=${open.record} name=${open.name} />`}
    ${who.value?.kind === "caregiver" && html`<p class="apart"><${Button} wide href=${link("whose", "another")}>${t("app.whose.another")}<//></p>`}
    ${waiting.value && html`<p class="quiet">${served(waiting.value, "")}</p>`}
  `;
}

/** Whoever helps somebody already uses a code of one person more. */
function Another() {
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

/** What whoever helps calls the person, where the person does not share a name. @param {{ name: string }} p */
function Called({ name }) {
  const [text, setText] = useState(name);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  return html`<form class="apart" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), call(text.trim()).catch(setError))}>
    <${Field} label=${t("app.whose.call")} hint=${t("app.whose.call.hint")} value=${text} onInput=${setText} maxlength="60" autocomplete="off" />
    <${Failure} error=${error} />
    <${Button} wide type="submit">${t("app.whose.keep")}<//>
  </form>`;
}
