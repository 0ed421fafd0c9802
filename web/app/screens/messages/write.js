// A new message: to which team, what about, what. It is kept on the phone at once, and sent when there is a network.
import { html, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Field, Loading, Title } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { Call, treating } from "../../call.js";
import { useDraft } from "../../draft.js";
import { teams } from "../../letters.js";
import { teamName } from "../../names.js";
import { replace } from "../../route.js";
import { write } from "../../store.js";
import { Unsent } from "./unsent.js";

export function Write() {
  const choice = teams();
  const fresh = () => ({
    doc: newDocument("message"),
    thread: newDocument("thread").slice("thread/".length),
    to: choice[0] ?? "",
    topic: "",
    body: "",
  });
  const { said: draft, take: say, drop, drafted } = useDraft("new", fresh, it => it.topic === "" && it.body === "");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  if (draft === null) return html`<${Loading} />`;
  const said = choice.includes(draft.to) ? draft : { ...draft, to: choice[0] ?? "" }; // the team may be none of theirs any more
  const take = (/** @type {string} */ name) => (/** @type {string} */ value) => say({ [name]: value });
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const { doc, thread } = said;
    const topic = said.topic.trim();
    try {
      await write({ doc, set: { thread, body: said.body.trim(), ...(topic && { topic }) }, add: { recipient: [said.to] } });
      drop();
      replace("messages", thread);
    } catch (err) {
      setError(err);
    }
  }
  if (choice.length === 0) {
    return html`<${Back} to=${["messages"]} /><${Title}>${t("messages.write")}<//><${Empty}>${t("messages.nobody")}<//
      ><${Call} id=${treating()} kind="main" />`;
  }
  return html`
    <${Back} to=${["messages"]} />
    <${Title}>${t("messages.write")}<//>
    <form onSubmit=${submit}>
      <${Failure} error=${error} />
      <${Field} as="select" label=${t("messages.to")} value=${said.to} onInput=${take("to")}>
        ${choice.map(id => html`<option value=${id}>${teamName(id)}</option>`)}
      <//>
      <${Field} label=${t("messages.topic")} value=${said.topic} onInput=${take("topic")} maxlength="120" />
      <${Field}
        as="textarea"
        rows="6"
        label=${t("messages.body")}
        hint=${t("messages.urgent")}
        value=${said.body}
        onInput=${take("body")}
        maxlength="4000"
        required
      />
      <${Button} kind="main" wide type="submit">${t("messages.send")}<//>
      ${drafted && html`<${Unsent} drop=${drop} />`}
    </form>
  `;
}
