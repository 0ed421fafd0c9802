// More: what lies behind the places below, each with a word of what it is for, and with what waits there.
import { html } from "../../ui/html.js";
import { Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { differences, held } from "../differing.js";
import { unread } from "../letters.js";
import { circle } from "../names.js";
import { lends } from "../lends.js";
import { link } from "../route.js";

const waiting = () => circle.value?.waiting.length ?? 0;
const differing = () => differences.value.length + held.value.length;

/** What lies behind, in the order of the list; `waits` says in words what waits there, '' for nothing. @type {{ name: string, waits?: () => string, shown?: () => boolean }[]} */
const behind = [
  { name: "conflicts", waits: () => (differing() > 0 ? t("more.conflicts.waits", { n: differing() }) : ""), shown: () => differing() > 0 },
  { name: "card", shown: () => lends.value },
  { name: "appointments" },
  { name: "messages", waits: () => (unread.value > 0 ? t("more.messages.waits", { n: unread.value }) : "") },
  { name: "people", waits: () => (waiting() > 0 ? t("more.people.waits", { n: waiting() }) : "") },
  { name: "settings" },
];

export function More() {
  return html`
    <${Title}>${t("more.title")}<//>
    <ul class="links">
      ${behind
        .filter(({ shown }) => shown?.() ?? true)
        .map(({ name, waits }) => {
          const waiting = waits?.() ?? "";
          return html`<li key=${name}>
            <a href=${link(name)}>
              <strong>${t("more." + name)}</strong>
              <span class="quiet">${t("more." + name + ".about")}</span>
              ${waiting && html`<span class="waits">${waiting}</span>`}
            </a>
          </li>`;
        })}
    </ul>
  `;
}
