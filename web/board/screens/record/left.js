// What was said: reports with the person's own words, and messages; and the answer to it.
import { html, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Empty, Field } from "../../../ui/parts.js";
import { lang, t } from "../../../words/words.js";
import { when } from "../../clock.js";
import { LevelOf } from "../../level.js";
import { name, text } from "../../said.js";

/** @import { Document } from '../../../sdk/src/types.js' */

const of = (/** @type {Document[]} */ docs, /** @type {string} */ type) => docs.filter(d => d.id.startsWith(type + "/"));

/** @param {{ docs: Document[] }} p */
export function Said({ docs }) {
  const reports = of(docs, "assessment")
    .filter(d => ["completed", "amended"].includes(String(d.fields.status)))
    .map(d => ({ at: Number(d.fields.reportedAt ?? 0), what: html`<${Report} report=${d} docs=${docs} />`, id: d.id }));
  const messages = of(docs, "message").map(d => ({ at: sentAt(docs, d), what: html`<${Message} message=${d} docs=${docs} />`, id: d.id }));
  const all = [...reports, ...messages].sort((a, b) => b.at - a.at);
  if (all.length === 0) return html`<${Empty}>${t("board.said.none")}<//>`;
  return html`<ol>
    ${all.map(one => html`<li key=${one.id} class="card">${one.at > 0 && html`<p class="quiet">${when(one.at)}</p>`}${one.what}</li>`)}
  </ol>`;
}

/** @param {Document[]} docs @param {Document} message */
function sentAt(docs, message) {
  const receipt = of(docs, "receipt").find(d => message.id.endsWith(String(d.fields.message).replace(/^message\//, "")));
  return Number(receipt?.fields.sentAt ?? 0);
}

/** "Spanish", as whoever looks calls it. @param {string} tag */
function languageName(tag) {
  try {
    return new Intl.DisplayNames([lang()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // no tag of a language: as it was sent
  }
}

/** @param {{ report: Document, docs: Document[] }} p */
function Report({ report, docs }) {
  const concerns = of(docs, "concern").filter(d => report.id.endsWith(String(d.fields.assessment).replace(/^assessment\//, "")));
  concerns.sort((a, b) => Number(b.fields.severity ?? 0) - Number(a.fields.severity ?? 0));
  const { adviceShownAt, adviceAction, answeredBy, note, wordsIn, wordsDraft } = /** @type {any} */ (report.fields);
  return html`
    ${answeredBy === "caregiver" && html`<p><strong>${t("board.byCaregiver")}</strong></p>`}
    <ul>
      ${concerns.map(
        d =>
          html`<li key=${d.id}>
            <${LevelOf} level=${String(d.fields.level ?? "info")} /> ${name(d)} ${d.fields.note ? html`<q>${text(d.fields.note)}</q>` : ""}
          </li>`,
      )}
    </ul>
    ${note && html`<p><q>${text(note)}</q></p>`}
    <p class="quiet">
      ${adviceShownAt ? t("board.advised", { when: when(adviceShownAt) }) : t("board.notAdvised")}
      ${adviceAction ? t("board.did." + adviceAction) : ""}
      ${wordsIn && t(wordsDraft ? "board.wordsIn.draft" : "board.wordsIn", { language: languageName(wordsIn) })}
    </p>
  `;
}

/** @param {{ message: Document, docs: Document[] }} p */
function Message({ message, docs }) {
  const receipt = of(docs, "receipt").find(d => message.id.endsWith(String(d.fields.message).replace(/^message\//, "")));
  return html`<p><strong>${t("board.message", { name: String(receipt?.fields.fromName ?? t("board.somebody")) })}</strong></p>
    <p>${text(message.fields.body)}</p>`;
}

/** A message to the person. @param {{ name: string, onSend: (body: string) => Promise<void>, onLeave: () => void }} p */
export function Reply({ name, onSend, onLeave }) {
  const [body, setBody] = useState("");
  const [error, setError] = useState("");
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  // before the next key is pressed: it is typed into the panel
  useLayoutEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!body.trim()) return setError(t("board.reply.empty"));
    void onSend(body.trim());
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${t("board.reply.title", { name })} ref=${form} onSubmit=${submit} onKeyDown=${leave}>
    <h2>${t("board.reply.title", { name })}</h2>
    <${Field}
      as="textarea"
      label=${t("board.reply.body")}
      hint=${t("board.reply.hint")}
      value=${body}
      error=${error}
      onInput=${setBody}
      maxlength="4000"
      rows="4"
    />
    <p class="buttons">
      <${Button} kind="main" type="submit">${t("board.reply.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
