// What teams and people are called, from what lies on this phone. Whoever is not known here gets a neutral word, never a number.
import { computed, effect, signal } from "../ui/html.js";
import { t } from "../words/words.js";
import { whose } from "./whose.js";
import { all, helps, keep, kept, locked, record, session, who } from "./store.js";

/** @typedef {{ account?: string, team?: string, name?: string, categories: string[], hidden?: { category: string, why: string, never?: boolean }[], since: number, until?: number, expires?: number }} Share */
/** @typedef {{ caregivers: Share[], teams: Share[], waiting: Share[] }} Circle with whom the record is shared */

/** With whom the record is shared, as the server said last; kept on the person's own phone, so that names are there in a tunnel, too. @type {import('../vendor/signals.js').Signal<Circle | null>} */
export const circle = signal(null);

/** Where the circle of a record is kept on this device. */
const part = "circle";

effect(() => {
  const id = record.value;
  circle.value = null;
  if (id && who.value && !helps.value && !locked.value) void open(id);
});
addEventListener("online", () => who.value && !helps.value && void askCircle().catch(() => {}));

/** @param {string} id */
async function open(id) {
  const text = await kept(id, part).catch(() => undefined);
  if (record.value === id && circle.value === null && text !== undefined) circle.value = JSON.parse(text);
  await askCircle().catch(() => {}); // what was kept stands
}

/** Asks with whom the record is shared. */
export async function askCircle() {
  const id = record.value;
  if (!id) return;
  const got = await session.ask("GET", `/v1/records/${id}/caregivers`);
  if (record.value !== id) return;
  circle.value = got;
  await keep(id, part, JSON.stringify(got));
}

/** Names of accounts that stand in documents or in the circle. */
const people = computed(() => {
  /** @type {Map<string, string>} */
  const names = new Map();
  const put = (/** @type {unknown} */ account, /** @type {unknown} */ name) => {
    if (typeof account === "string" && typeof name === "string" && name) names.set(account.replace(/^account\//, ""), name);
  };
  for (const d of all("triage")) for (const step of /** @type {any[]} */ (d.fields.steps ?? [])) put(step.by, step.name);
  for (const d of all("receipt")) {
    put(d.fields.from, d.fields.fromName);
    for (const [field, account] of Object.entries(d.fields)) if (field.startsWith("openedBy.")) put(account, d.fields["openedName" + field.slice(8)]);
  }
  for (const d of all("emergencyAccess")) put(d.fields.account, d.fields.name);
  for (const d of all("caregiverNotice")) put(d.fields.account, d.fields.name);
  for (const share of [...(circle.value?.caregivers ?? []), ...(circle.value?.waiting ?? [])]) put(share.account, share.name);
  return names;
});

/** What a team is called. @param {unknown} id */
export function teamName(id) {
  const name = all("careTeam").find(d => d.id === "careTeam/" + id)?.fields.name ?? circle.value?.teams.find(share => share.team === id)?.name;
  return String(name || t("app.name.team"));
}

/** What the person is called whose record is open. */
export const ownerName = () => whose(record.value);

/** What somebody is called, by their account; whoever looks is "you". @param {unknown} account */
export function personName(account) {
  const id = String(account ?? "").replace(/^account\//, "");
  if (id && id === who.value?.account) return t("app.name.you");
  return people.value.get(id) ?? t("app.name.somebody");
}

/** Whom a message names: a team, the person whose record it is, a caregiver. @param {unknown} party */
export function partyName(party) {
  const id = String(party ?? "");
  if (id.startsWith("account/")) return personName(id);
  if (id !== record.value) return teamName(id);
  return !helps.value ? t("app.name.you") : ownerName();
}
