// Messages: threads with teams and with whoever helps, what is unread, and the way to write, also with no network.
import { html } from "../../ui/html.js";
import { Button, Empty, Loading, Title } from "../../ui/parts.js";
import { dayAndTime } from "../../words/dates.js";
import { t } from "../../words/words.js";
import { Back } from "../back.js";
import { threads } from "../letters.js";
import { partyName } from "../names.js";
import { link } from "../route.js";
import { documents } from "../store.js";
import { Thread } from "./messages/thread.js";
import { Write } from "./messages/write.js";

/** @param {{ path: string[] }} p a thread's number, or "new" */
export function Messages({ path: [id] }) {
  if (documents.value === undefined) return html`<${Loading} />`;
  if (id === "new") return html`<${Write} />`;
  if (!id) return html`<${List} />`;
  const thread = threads.value.find(it => it.id === id);
  return thread ? html`<${Thread} of=${thread} />` : html`<${Back} to=${["messages"]} /><${Empty}>${t("messages.gone")}<//>`;
}

function List() {
  return html`
    <${Back} to=${["more"]} />
    <${Title}>${t("messages.title")}<//>
    <p>${t("messages.urgent")}</p>
    ${threads.value.length === 0 && html`<${Empty}>${t("messages.none")}<//>`}
    <ul class="links">
      ${threads.value.map(thread => {
        const { at } = thread.letters[thread.letters.length - 1];
        return html`<li key=${thread.id}>
          <a href=${link("messages", thread.id)}>
            <strong>${thread.topic || thread.with.map(partyName).join(", ")}</strong>
            ${thread.topic && html`<span>${thread.with.map(partyName).join(", ")}</span>`}
            ${thread.unread > 0 && html`<span class="waits">${t("messages.unread", { n: thread.unread })}</span>`}
            <span class="quiet">${at === Infinity ? t("messages.saved") : dayAndTime(at)}</span>
          </a>
        </li>`;
      })}
    </ul>
    <p class="apart"><${Button} kind="main" wide href=${link("messages", "new")}>${t("messages.write")}<//></p>
  `;
}
