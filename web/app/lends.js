// Whether whoever looks may show the emergency card and lend it by a link: the person, and a caregiver whom they allowed to (`ed-share`). What was heard
// last counts with no network.
import { effect, signal } from "../ui/html.js";
import { keep, kept, record, records, who } from "./store.js";

export const lends = signal(false);

/** Where it is kept on this device. */
const part = "lends";

effect(() => {
  const [id, kind] = [record.value, who.value?.kind];
  const row = records.value.find(one => one.record === id);
  if (!id || kind !== "caregiver" || row) lends.value = Boolean(id) && (kind === "patient" || (row?.categories.includes("ed-share") ?? false));
  else void kept(id, part).then(text => record.value === id && (lends.value = text === "yes"), () => {}); // prettier-ignore
  if (row && kind === "caregiver") void keep(id, part, lends.value ? "yes" : undefined).catch(() => {});
});
