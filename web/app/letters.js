// Messages as a person reads them: by thread, what is unread, and how far each has come, in honest words.
import { computed, effect } from "../ui/html.js";
import { dayAndTime } from "../words/dates.js";
import { t } from "../words/words.js";
import { partyName, teamName } from "./names.js";
import { all, helps, record, who, write } from "./store.js";

/** @import { Document } from '../sdk/src/types.js' */

/** @typedef {{ doc: Document, receipt?: Document, from: string, mine: boolean, at: number, unread: boolean }} Letter */
/** @typedef {{ id: string, letters: Letter[], with: string[], topic: string, unread: number }} Thread */

/** How messages name whoever uses this app. */
export const me = () => (helps.value ? "account/" + who.value?.account : record.value);

const far = ["queued", "sent", "delivered", "opened", "acknowledged"];
/** @param {Document | undefined} receipt @param {string} to */
const state = (receipt, to) => far.indexOf(String(receipt?.fields["state." + to] ?? "queued"));

/** @param {Document} doc @param {Map<string, Document>} receipts @returns {Letter} */
function letter(doc, receipts) {
  const receipt = receipts.get(doc.id);
  const from = String(receipt?.fields.from ?? doc.fields.fromTeam ?? me());
  const unread = receipt?.fields["state." + me()] !== undefined && state(receipt, me()) < 3;
  return { doc, receipt, from, mine: from === me(), at: Number(receipt?.fields.writtenAt ?? receipt?.fields.sentAt ?? 0) || Infinity, unread };
}

/** Every thread, the one with the newest words first. */
export const threads = computed(() => {
  const receipts = new Map(all("receipt").map(d => [String(d.fields.message), d]));
  /** @type {Map<string, Letter[]>} */
  const byThread = new Map();
  for (const doc of all("message")) {
    const id = String(doc.fields.thread);
    byThread.set(id, [...(byThread.get(id) ?? []), letter(doc, receipts)]);
  }
  /** @type {Thread[]} */
  const list = [];
  for (const [id, letters] of byThread) {
    letters.sort((a, b) => a.at - b.at || (a.doc.id < b.doc.id ? -1 : 1));
    const parties = letters.flatMap(it => [it.from, .../** @type {string[]} */ (it.doc.fields.recipient ?? [])]);
    const topic = String(letters.find(it => it.doc.fields.topic)?.doc.fields.topic ?? "");
    list.push({ id, letters, with: [...new Set(parties)].filter(it => it !== me()), topic, unread: letters.filter(it => it.unread).length });
  }
  const newest = (/** @type {Thread} */ it) => it.letters[it.letters.length - 1].at;
  return list.sort((a, b) => (newest(a) === newest(b) ? 0 : newest(b) - newest(a)));
});

/** How many messages nobody of this person has opened. */
export const unread = computed(() => threads.value.reduce((sum, it) => sum + it.unread, 0));

/** What was said already in this run, so that it is not said twice. */
const told = new Set();

/** Says of a message how far it has come here. @param {Letter} it @param {'delivered' | 'opened'} to */
function say({ receipt }, to) {
  if (!receipt || receipt.fields["state." + me()] === undefined || state(receipt, me()) >= far.indexOf(to) || told.has(receipt.id + to)) return;
  told.add(receipt.id + to);
  void write({ doc: receipt.id, set: { ["state." + me()]: to } }).catch(() => told.delete(receipt.id + to));
}

/** The person has a thread before them. @param {Thread} thread */
export const opens = thread => thread.letters.forEach(it => say(it, "opened"));

// What has come to this device is said to have come, as a phone does.
effect(() => threads.value.forEach(thread => thread.letters.forEach(it => say(it, "delivered"))));

/** How far one's own message has come: a sentence a recipient. @param {Letter} it @returns {string[]} */
export function howFar({ doc, receipt }) {
  if (all("held").some(d => d.fields.doc === doc.id && d.fields.status === "open")) return [t("messages.held")];
  if (!receipt) return [t(doc.rev === 0 ? "messages.saved" : "messages.arrived")];
  const to = Object.keys(receipt.fields).filter(name => name.startsWith("state.")).map(name => name.slice(6)); // prettier-ignore
  return [t("messages.sent"), ...to.map(party => sentence(receipt, party))];
}

/** @param {Document} receipt @param {string} party */
function sentence({ fields }, party) {
  const name = partyName(party);
  if (fields["openedAt." + party]) return t("messages.seen", { who: name, when: dayAndTime(Number(fields["openedAt." + party])) });
  if (fields["returnedAt." + party]) return t("messages.returned", { who: name });
  return t("messages.unseen", { who: name });
}

/** Teams to which one can write: those that look after the person, and whose contact somebody tried. */
export const teams = () =>
  all("careTeam")
    .filter(d => d.fields.status === "active" && d.fields.contactVerifiedAt)
    .map(d => d.id.slice("careTeam/".length))
    .sort((a, b) => teamName(a).localeCompare(teamName(b)));
