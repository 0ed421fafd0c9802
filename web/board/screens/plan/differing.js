// Two people wrote the same: who wrote what, and which of the two is kept.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Notice } from "../../../ui/parts.js";
import { civilDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { session, team } from "../../store.js";

/** @import { One, Upon } from './panel.js' */

/** @param {{ upon: Upon, f: One, theirs: string, ours: string, onChoose: (value: string) => void }} p */
export function Differing({ upon, f, theirs, ours, onChoose }) {
  const [by, setBy] = useState("");
  useEffect(() => {
    author(upon, f.name).then(
      name => setBy(name || t("board.somebody")),
      () => setBy(t("board.somebody")),
    );
  }, []);
  if (!by) return null;
  const said = (/** @type {string} */ value) => {
    if (!value) return t("planning.nothing");
    return f.options?.find(([code]) => code === value)?.[1] ?? (f.type === "date" ? civilDay(value) : value);
  };
  return html`<div class="apart">
    <${Notice} level="amber" role="status">
      <p><strong>${f.label}</strong></p>
      <p>${t("planning.theirs", { name: by, words: said(theirs) })}</p>
      <p>${t("planning.ours", { words: said(ours) })}</p>
      <p class="buttons">
        <${Button} onClick=${() => onChoose(theirs)}>${t("planning.keepTheirs", { name: by })}<//>
        <${Button} onClick=${() => onChoose(ours)}>${t("planning.keepOurs")}<//>
      </p>
    <//>
  </div>`;
}

/** Who wrote what stands in a field now, with their team. @param {Upon} upon @param {string} field */
async function author({ record, doc }, field) {
  const { entries } = await session.ask("GET", `/v1/records/${record}/documents/${doc}/history`, { headers: { "acting-team": team.value } });
  const wrote = entries
    .filter((/** @type {any} */ e) => e.field === field && e.result === "won")
    .reduce((/** @type {any} */ best, /** @type {any} */ e) => (!best || e.rev > best.rev ? e : best), null);
  return [wrote?.author.name, wrote?.author.team].filter(Boolean).join(", ");
}
