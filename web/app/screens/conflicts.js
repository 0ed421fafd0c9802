// Where two people wrote different things: told as people, one at a time; choosing settles it on every device. Below: what could not be used.
import { html, useMemo } from "../../ui/html.js";
import { Empty, Loading, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { differences, held, soonKnown } from "../differing.js";
import { documents, write } from "../store.js";
import { Answers, about } from "../../ui/told.js";
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
  const [type] = of.doc.id.split("/");
  return html`
    <${Title}>${t("conflicts.title")}<//>
    ${left > 1 && html`<p class="quiet">${t("conflicts.left", { n: left })}</p>`}
    <p>${about(of.doc, t(`conflicts.field.${type}.${of.field}`))}</p>
    <${Answers}
      versions=${versions}
      wide
      choose=${async (/** @type {Json} */ value) => void (await write({ doc: of.doc.id, set: { [of.field]: value }, base: seen }))}
    />
  `;
}
