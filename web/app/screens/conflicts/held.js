// What a person wrote and the server kept without using it: their words, why, and who looks at it. Nothing of it is lost.
import { html } from "../../../ui/html.js";
import { served, Title } from "../../../ui/parts.js";
import { meant, said, words } from "../../../ui/told.js";
import { dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { personName } from "../../names.js";
import { documents } from "../../store.js";
import { Settle } from "./settle.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @param {{ list: Document[], first: boolean }} p `first`: nothing stands above it */
export function Held({ list, first }) {
  const every = documents.value ?? [];
  return html`
    ${first ? html`<${Title}>${t("conflicts.held")}<//>` : html`<h2>${t("conflicts.held")}</h2>`}
    <ul class="cards">
      ${list.map(
        ({ id, fields }, i) =>
          html`<li key=${id}>
            <p><strong>${t("conflicts.held.what")}</strong></p>
            <p>${meant(String(fields.doc ?? ""), every)}</p>
            <p class="quiet">${t("conflicts.held.by", { who: personName(fields.by), when: dayAndTime(Number(fields.at)) })}</p>
            ${words(fields.mutation).map(([field, value]) => html`<blockquote key=${field}>${said(value)}</blockquote>`)}
            ${fields.detail && html`<p class="quiet">${served(String(fields.detail), "conflicts.held.reason." + fields.reason)}</p>`}
            <${Settle} held=${list[i]} />
          </li>`,
      )}
    </ul>
  `;
}
