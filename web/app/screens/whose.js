// Whose record: which are on this device, which one is open, what of each is unsent, and the way to another. With no network, too.
import { html, useState } from "../../ui/html.js";
import { Button, Failure, Field, served, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { go, link } from "../route.js";
import { call, choose, here, mine, record, records, waiting, who } from "../store.js";
import { whose } from "../whose.js";
import { Another } from "./whose/another.js";
import { Own } from "./whose/own.js";

/** @param {{ path: string[] }} p */
export function Whose({ path: [what] }) {
  const helper = who.value?.kind === "caregiver";
  if (what === "another" && helper) return html`<${Another} />`;
  if (what === "own" && helper) return html`<${Own} />`;
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
    ${
      helper &&
      html`<div class="choices apart">
        <${Button} wide href=${link("whose", "another")}>${t("app.whose.another")}<//>
        ${!records.value.some(one => one.owner) && mine.value && html`<${Button} wide href=${link("whose", "own")}>${t("app.whose.begin")}<//>`}
      </div>`
    }
    ${waiting.value && html`<p class="quiet">${served(waiting.value, "")}</p>`}
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
