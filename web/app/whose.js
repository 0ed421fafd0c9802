// Whose record is open, in words: what stands in it as the name, or what whoever helps calls the person on this device. No address and no title says it.
import { t } from "../words/words.js";
import { here, records } from "./store.js";

/** What a record is called. Where two have no name, their order tells them apart. @param {string} id */
export function whose(id) {
  const own = (/** @type {string} */ one) => records.value.find(row => row.record === one)?.owner;
  if (own(id)) return t("app.whose.own");
  const name = here.value.find(one => one.record === id)?.name;
  if (name) return name;
  const unnamed = here.value.filter(one => !one.name && !own(one.record));
  return unnamed.length > 1 ? t("app.whose.unnamed", { n: unnamed.findIndex(one => one.record === id) + 1 }) : t("app.name.owner");
}
