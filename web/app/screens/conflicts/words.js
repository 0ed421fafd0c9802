// What a difference is about, and how a value reads: "Nurse visit: your note", "yes".
import { civilDay, number } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";

/** @import { Document, Json } from '../../../sdk/src/types.js' */

/** @param {Document | undefined} doc @param {string} type */
function what(doc, type) {
  const name = doc?.fields.title ?? doc?.fields.name ?? (type === "goal" ? doc?.fields.text : undefined);
  const kind = has("conflicts.type." + type) ? t("conflicts.type." + type) : t("conflicts.type.other");
  return typeof name === "string" && name ? `${kind}, ${name}` : kind;
}

/** What it is about. @param {Document} doc @param {string} field */
export const called = (doc, field) => t("conflicts.about", { what: what(doc, doc.id.split("/")[0]), field: t(`conflicts.field.${doc.id.split("/")[0]}.${field}`) }); // prettier-ignore

/** What a change was meant for. @param {string} id of a document, which may not be here @param {Document[]} documents */
export const meant = (id, documents) => what(documents.find(d => d.id === id), id.split("/")[0]); // prettier-ignore

/** How a value reads. @param {Json | undefined} value @returns {string} */
export function said(value) {
  if (value === null || value === undefined || value === "") return t("conflicts.value.none");
  if (typeof value === "boolean") return t(value ? "conflicts.value.yes" : "conflicts.value.no");
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return /^\d{4}-\d\d-\d\d$/.test(value) ? civilDay(value) : value;
  return Object.values(value).map(said).join(", ");
}
