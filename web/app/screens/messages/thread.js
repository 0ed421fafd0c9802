// One thread: what was said, how far one's own words have come, and the answer.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Notice, Title } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { Call } from "../../call.js";
import { useDraft } from "../../draft.js";
import { howFar, me, opens } from "../../letters.js";
import { partyName } from "../../names.js";
import { write } from "../../store.js";
import { Unsent } from "./unsent.js";

/** @typedef {import('../../letters.js').Thread} Of */
/** @typedef {import('../../letters.js').Letter} Letter */

/** @param {{ of: Of }} p */
export function Thread({ of }) {
  useEffect(() => opens(of));
  return html`
    <${Back} to=${["messages"]} />
    <${Title}>${of.topic || of.with.map(partyName).join(", ")}<//>
    <ol>
      ${of.letters.map(it => html`<${One} key=${it.doc.id} it=${it} />`)}
    </ol>
    <${Reply} of=${of} />
  `;
}

/** @param {{ it: Letter }} p */
function One({ it }) {
  const calls = it.doc.fields.kind === "call-us" && !it.mine;
  return html`<li>
    <${Notice} level=${calls ? "amber" : ""}>
      <p class="quiet">${it.at === Infinity ? partyName(it.from) : t("messages.by", { who: partyName(it.from), when: dayAndTime(it.at) })}</p>
      ${calls && html`<p><strong>${t("messages.callUs", { who: partyName(it.from) })}</strong></p>`}
      <p class="words">${it.doc.fields.body}</p>
      ${calls && html`<${Call} id=${it.from} kind="main" />`} ${it.mine && html`<p class="quiet">${howFar(it).join(" ")}</p>`}
    <//>
  </li>`;
}

/** To whoever wrote last, or to whom one wrote. @param {{ of: Of }} p */
function Reply({ of }) {
  const { said, take, drop, drafted } = useDraft(
    of.id,
    () => ({ doc: newDocument("message"), body: "" }),
    it => it.body === "",
  );
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const theirs = [...of.letters].reverse().find(it => !it.mine);
  const to = theirs ? [theirs.from] : /** @type {string[]} */ (of.letters[0].doc.fields.recipient ?? []).filter(it => it !== me());
  if (to.length === 0 || said === null) return null;
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const set = {
      thread: of.id,
      body: /** @type {{ body: string }} */ (said).body.trim(),
      ...(of.topic && { topic: of.topic }),
      ...(theirs && { replyTo: theirs.doc.id }),
    };
    await write({ doc: /** @type {{ doc: string }} */ (said).doc, set, add: { recipient: to } }).then(drop, setError);
  }
  return html`<form class="apart" onSubmit=${submit}>
    <${Failure} error=${error} />
    <${Field}
      as="textarea"
      rows="4"
      label=${t("messages.reply", { who: to.map(partyName).join(", ") })}
      hint=${t("messages.urgent")}
      value=${said.body}
      onInput=${(/** @type {string} */ body) => take({ body })}
      maxlength="4000"
      required
    />
    <${Button} kind="main" wide type="submit">${t("messages.send")}<//>
    ${drafted && html`<${Unsent} drop=${drop} />`}
  </form>`;
}
