// What matters to the person, in their own words: nobody else writes those.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Title } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { t } from "../../../words/words.js";
import { link, replace } from "../../route.js";
import { who, write } from "../../store.js";

export function Goal() {
  const [words, setWords] = useState("");
  const [target, setTarget] = useState("");
  const [wrong, setWrong] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    setWrong(words.trim() ? "" : t("plan.goal.empty"));
    if (!words.trim()) return;
    const set = { text: words.trim(), lifecycleStatus: "active", ...(target.trim() && { target: target.trim() }) };
    await write({ doc: newDocument("goal"), set }).then(() => replace("plan"), setError);
  }
  return html`
    <${Button} kind="plain" href=${link("plan")}>${t("ui.back")}<//>
    <${Title}>${t("plan.addGoal")}<//>
    ${
      who.value?.kind !== "patient"
        ? html`<p>${t("plan.goal.theirs")}</p>`
        : html`<form onSubmit=${submit} novalidate>
            <${Field} as="textarea" label=${t("plan.goal.text")} value=${words} onInput=${setWords} error=${wrong} maxlength="500" rows="3" />
            <${Field} label=${t("plan.goal.target")} hint=${t("labs.optional")} value=${target} onInput=${setTarget} maxlength="500" />
            <${Failure} error=${error} />
            <${Button} kind="main" wide type="submit">${t("plan.goal.keep")}<//>
          </form>`
    }
  `;
}
