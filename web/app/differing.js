// Where two people wrote one thing and neither had seen the other's words: who wrote what, told as people; and what could not be used as it was.
import { computed, effect, signal } from "../ui/html.js";
import { has } from "../words/words.js";
import { personName } from "./names.js";
import { documents, keep, kept, record, session, shown, who } from "./store.js";

/** @import { Document, Json } from '../sdk/src/types.js' */

/** One answer of several: `at` 0 where it is not known, `who` '' where nobody knows. @typedef {{ value: Json, who: string, at: number, last: boolean }} Version */
/** @typedef {{ doc: Document, field: string, key: string, versions: Version[], seen: string }} Difference */

/** Who wrote what is shown, as the server's history says; kept, so that it is known in a tunnel. @type {import('../vendor/signals.js').Signal<{ [key: string]: { by: string, name: string, at: number } }>} */
const authors = signal({});
const part = "authors";

/** Of these a caregiver may choose, too. */
const caregivers = new Set(
  "activity.patientNote appointment.patientNote appointment.caregiverNote appointment.transport labOrder.patientNote medication.takingNote medication.supplyUntil note.text note.title referral.patientNote".split(
    " ",
  ),
);

/** What this person may choose: others' words they only read. A field that has a name in the catalogue is one of theirs. @param {string} field `type.field` */
const choosable = field => has("conflicts.field." + field) && (who.value?.kind !== "caregiver" || caregivers.has(field));

/** What differs, the answers of each in the order in which they were written: the last is the one that is shown. */
export const differences = computed(() => {
  /** @type {Difference[]} */
  const list = [];
  for (const doc of documents.value ?? []) {
    for (const [field, siblings] of Object.entries(doc.siblings)) {
      if (!choosable(`${doc.id.split("/")[0]}.${field}`)) continue;
      const value = doc.fields[field] ?? null;
      const key = [doc.id, field, JSON.stringify(value), ...siblings.map(s => s.rev)].join(" ");
      const others = siblings.map(s => ({ value: s.value, who: personName(s.by), at: s.at ?? 0, last: false })).reverse();
      const known = authors.value[key];
      const last = {
        value,
        who: known ? (known.by === who.value?.account ? personName(known.by) : known.name || personName(known.by)) : "",
        at: known?.at ?? 0,
        last: true,
      };
      list.push({ doc, field, key, versions: [...others, last], seen: shown.value });
    }
  }
  return list;
});

/** Changes that were kept and not used, and wait for somebody to look at them. */
export const held = computed(() => (documents.value ?? []).filter(d => d.id.startsWith("held/") && d.fields.status === "open"));

effect(() => {
  const id = record.value;
  authors.value = {};
  if (id) void kept(id, part).then(text => text && record.value === id && (authors.value = { ...JSON.parse(text), ...authors.value }), () => {}); // prettier-ignore
});

/** What was asked for: once for each state of a document. */
const asked = new Set();
/** Of which differences it is just being asked who wrote. @type {import('../vendor/signals.js').Signal<Set<string>>} */
const waiting = signal(new Set());
/** How long a screen waits for that at most, ms; then it says that it was somebody. */
const patienceMs = 3000;

/** Whether who wrote it will be known in a moment: what is drawn then does not move. @param {Difference} of */
export const soonKnown = of => waiting.value.has(of.key);

effect(() => {
  for (const { doc, key } of differences.value) {
    if (authors.value[key] || asked.has(key)) continue;
    asked.add(key);
    waiting.value = new Set(waiting.peek()).add(key);
    const timer = setTimeout(() => waitsNoMore(key), patienceMs);
    void ask(record.value, doc)
      .catch(() => asked.delete(key))
      .finally(() => {
        clearTimeout(timer);
        waitsNoMore(key);
      });
  }
});

/** @param {string} key */
function waitsNoMore(key) {
  const rest = new Set(waiting.peek());
  if (rest.delete(key)) waiting.value = rest;
}

addEventListener("online", () => (authors.value = { ...authors.value }));

/** Asks who wrote what is shown of a document now. @param {string} id @param {Document} doc */
async function ask(id, doc) {
  const { entries } = await session.ask("GET", `/v1/records/${id}/documents/${doc.id}/history`);
  if (record.value !== id) return;
  const all = { ...authors.value };
  for (const { doc: d, field, key } of differences.value) {
    if (d.id !== doc.id) continue;
    const value = JSON.stringify(d.fields[field] ?? null);
    const theirs = new Set((d.siblings[field] ?? []).map(s => s.rev));
    const wrote = entries
      .filter((/** @type {any} */ e) => e.field === field && !theirs.has(e.rev) && JSON.stringify(e.value ?? null) === value)
      .pop();
    if (wrote) all[key] = { by: wrote.by, name: wrote.author?.name ?? "", at: wrote.effective };
  }
  authors.value = all;
  const live = new Set(differences.value.map(it => it.key));
  await keep(id, part, JSON.stringify(Object.fromEntries(Object.entries(all).filter(([key]) => live.has(key)))));
}
