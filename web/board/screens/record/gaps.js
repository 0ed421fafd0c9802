// What nobody handles in a record, and whether both teams agree to its plan: in sight wherever the record is open.
import { html } from "../../../ui/html.js";
import { Notice } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { gapsOf } from "../plan/topics.js";
import { agreed, useWho } from "../plan/who.js";

/** @param {{ record: string }} p */
export function Gaps({ record }) {
  const { who } = useWho(record);
  if (!who) return null;
  const gaps = gapsOf(who);
  return html`
    ${who.agreement && html`<p>${agreed(who, who.agreement)}</p>`}
    ${gaps.length > 0 && html`<${Notice} level="amber"><p>${t("planning.gapsAre", { topics: gaps.join(", ") })}</p><//>`}
  `;
}
