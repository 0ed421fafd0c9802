// One caregiver: what they may see, and the end of it. It counts from when the server said so, so it needs a network.
import { html, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Notice, Title } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { askCircle, circle } from "../../names.js";
import { replace } from "../../route.js";
import { record, session } from "../../store.js";

/** Kinds of information, those that most people share first. */
const kinds = "schedule person team plan medication results assessments concerns.physical concerns.practical concerns.emotional concerns.sensitive messages ed-share".split(" "); // prettier-ignore

/** @param {{ account: string }} p */
export function Caregiver({ account }) {
  const it = circle.value?.caregivers.find(share => share.account === account && !share.until);
  const [chosen, setChosen] = useState(/** @type {string[] | null} */ (null));
  const [ending, setEnding] = useState(false);
  const [said, setSaid] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  if (!it) return html`<${Back} to=${["people"]} /><${Title}>${t("people.title")}<//><${Empty}>${t("people.gone")}<//>`;
  const path = `/v1/records/${record.value}/caregivers/${account}`;
  const has = chosen ?? it.categories;
  const name = it.name || t("people.helper");
  async function keep(/** @type {Event} */ event) {
    event.preventDefault();
    setError(null);
    try {
      await session.ask("PUT", path, { body: { categories: has } });
      await askCircle();
      setSaid(t("people.kept"));
    } catch (err) {
      setError(err);
    }
  }
  const end = () =>
    session
      .ask("DELETE", path)
      .then(askCircle)
      .then(() => replace("people"), setError);
  const turn = (/** @type {string} */ kind) => {
    setSaid("");
    setChosen(has.includes(kind) ? has.filter(k => k !== kind) : [...has, kind]);
  };
  return html`
    <${Back} to=${["people"]} />
    <${Title}>${name}<//>
    <form onSubmit=${keep}>
      <fieldset class="ticks">
        <legend>${t("people.maySee", { name })}</legend>
        ${kinds.map(
          kind =>
            html`<label class="tick" key=${kind}>
              <input type="checkbox" checked=${has.includes(kind)} onChange=${() => turn(kind)} />
              <span>${t("people.category." + kind)}</span>
            </label>`,
        )}
      </fieldset>
      <${Failure} error=${error} />
      <p role="status">${said}</p>
      <${Button} kind="main" wide type="submit">${t("people.keep")}<//>
    </form>
    ${
      ending
        ? html`<${Notice} level="amber" role="alert">
            <p>${t("people.end.sure", { name })}</p>
            <div class="choices">
              <${Button} kind="danger" wide onClick=${end}>${t("people.end.yes")}<//>
              <${Button} wide onClick=${() => setEnding(false)}>${t("people.end.no")}<//>
            </div>
          <//>`
        : html`<${Button} kind="danger" wide onClick=${() => setEnding(true)}>${t("people.end", { name })}<//>`
    }
  `;
}
