// Where two people wrote different things: told as people, one at a time; choosing settles it on every device. Below: what could not be used.
import { html, useMemo, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Field, Loading, Notice, Title } from "../../ui/parts.js";
import { dayAndTime } from "../../words/dates.js";
import { t } from "../../words/words.js";
import { differences, held, soonKnown } from "../differing.js";
import { documents, write } from "../store.js";
import { called, said } from "./conflicts/words.js";
import { Held } from "./conflicts/held.js";

/** @import { Json } from '../../sdk/src/types.js' */
/** @import { Difference } from '../differing.js' */

export function Conflicts() {
  if (documents.value === undefined) return html`<${Loading} />`;
  const [first] = differences.value;
  const open = held.value;
  if (first && soonKnown(first)) return html`<${Title}>${t("conflicts.title")}<//><${Loading} />`;
  if (!first && open.length === 0) {
    return html`<${Title}>${t("conflicts.title.none")}<//><${Empty}>${t("conflicts.none")}<//>`;
  }
  return html`
    ${first && html`<${Choice} key=${first.key} of=${first} left=${differences.value.length} />`}
    ${open.length > 0 && html`<${Held} list=${open} first=${!first} />`}
  `;
}

/** @param {{ of: Difference, left: number }} p */
function Choice({ of, left }) {
  const { seen, versions } = useMemo(() => of, [of.key]); // words that come meanwhile are not chosen away
  const [own, setOwn] = useState(/** @type {string | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  async function choose(/** @type {Json} */ value) {
    setError(null);
    try {
      await write({ doc: of.doc.id, set: { [of.field]: value }, base: seen });
    } catch (err) {
      setError(err);
    }
  }
  return html`
    <${Title}>${t("conflicts.title")}<//>
    ${left > 1 && html`<p class="quiet">${t("conflicts.left", { n: left })}</p>`}
    <p>${called(of.doc, of.field)}</p>
    ${versions.map(
      ({ value, who, at, last }, i) =>
        html`<${Notice} key=${i}>
          <p class="quiet">${sentence(who, at, last)}</p>
          <blockquote>${said(value)}</blockquote>
        <//>`,
    )}
    <${Failure} error=${error} />
    <div class="choices">
      ${versions.map(({ value }, i) => html`<${Button} key=${i} wide onClick=${() => choose(value)}>${t("conflicts.keep", { words: brief(said(value)) })}<//>`)}
      ${
        own === null
          ? html`<${Button} wide onClick=${() => setOwn("")}>${t("conflicts.own")}<//>`
          : html`<${Own} text=${own} onInput=${setOwn} keep=${choose} />`
      }
    </div>
  `;
}

/** "Carla wrote on Tuesday 24 November, 10:02, later:" @param {string} who @param {number} at @param {boolean} last */
function sentence(who, at, last) {
  const by = who || t("conflicts.somebody");
  if (at === 0) return t(last ? "conflicts.wrote.later" : "conflicts.wrote", { who: by });
  return t(last ? "conflicts.wrote.at.later" : "conflicts.wrote.at", { who: by, when: dayAndTime(at) });
}

/** What a button can hold of it. @param {string} words */
const brief = words => (words.length > 40 ? words.slice(0, 38).trimEnd() + "…" : words);

/** @param {{ text: string, onInput: (text: string) => void, keep: (text: string) => void }} p */
function Own({ text, onInput, keep }) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    keep(text.trim());
  };
  return html`<form onSubmit=${submit}>
    <${Field} as="textarea" rows="3" label=${t("conflicts.own.label")} value=${text} onInput=${onInput} maxlength="500" required />
    <${Button} kind="main" wide type="submit">${t("conflicts.own.keep")}<//>
  </form>`;
}
