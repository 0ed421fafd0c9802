// A copy of a result on paper, in the words of the paper: nobody has to convert a unit. Nobody has checked it, and it says so wherever it is shown.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Title } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { t } from "../../../words/words.js";
import { link, replace } from "../../route.js";
import { write } from "../../store.js";
import { titleOf, today } from "./read.js";

const codes =
  "cbc.panel cbc.diff cbc.wbc cbc.anc cbc.hb cbc.plt chem.bmp chem.cmp chem.creat chem.na chem.k chem.ca chem.mg chem.alt chem.ast chem.alp chem.bili chem.alb chem.ldh chem.urate infl.crp endo.tsh endo.hba1c coag.inr tm.psa tm.cea tm.ca125 tm.ca153 tm.ca199 xray ultrasound ct mri pet";

export function Copy() {
  const [code, setCode] = useState("");
  const [taken, setTaken] = useState(today);
  const [words, setWords] = useState("");
  const [wrong, setWrong] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const found = {
      ...(!code && { code: t("labs.copy.noTest") }),
      ...((!taken || taken > today()) && { taken: t("labs.done.future") }),
      ...(!words.trim() && { words: t("labs.copy.noWords") }),
    };
    setWrong(found);
    if (busy || Object.keys(found).length > 0) return;
    setBusy(true);
    const effective = new Date(taken + "T00:00").getTime();
    const set = { code, conclusion: words.trim(), effective, source: "patient-photo", status: "final" };
    try {
      await write({ doc: newDocument("result"), set });
      replace("labs");
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  return html`
    <${Button} kind="plain" href=${link("labs")}>${t("ui.back")}<//>
    <${Title}>${t("labs.copy")}<//>
    <p>${t("labs.copy.about")}</p>
    <form onSubmit=${submit} novalidate>
      <${Field} as="select" label=${t("labs.copy.test")} value=${code} onInput=${setCode} error=${wrong.code}>
        <option value="">${t("labs.copy.choose")}</option>
        ${codes.split(" ").map(one => html`<option value=${one}>${titleOf(one)}</option>`)}
      <//>
      <${Field} type="date" label=${t("labs.taken")} value=${taken} onInput=${setTaken} error=${wrong.taken} />
      <${Field}
        as="textarea"
        label=${t("labs.copy.words")}
        hint=${t("labs.copy.wordsHint")}
        value=${words}
        onInput=${setWords}
        error=${wrong.words}
        maxlength="2000"
        rows="4"
      />
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("labs.copy.keep")}<//>
    </form>
  `;
}
