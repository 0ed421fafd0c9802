// That something waits in a record for somebody to settle it.
import { html } from "../../../ui/html.js";
import { Button } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { link } from "../../../app/route.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @param {{ id: string, docs: Document[] }} p */
export function Waiting({ id, docs }) {
  const held = docs.filter(d => d.id.startsWith("held/") && d.fields.status === "open").length;
  const differ = docs.reduce((sum, d) => sum + Object.keys(d.siblings).length, 0);
  const n = held + differ;
  return html`<${Button} href=${link("settle", id)}>${n > 0 ? t("settle.count", { n }) : t("settle.open")} <kbd>s</kbd><//>`;
}
