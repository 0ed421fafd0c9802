// What the app shows: the documents of the record that is open, how it stands, and who is signed in. Screens read the signals and write through
// `write`; they ask no server for what lies here.
import { batch, computed, signal } from "../ui/html.js";
import { indexedDBStorage, Tab } from "../sdk/src/index.js";
import { Session } from "../session/session.js";

/** @import { Change, Document } from '../sdk/src/types.js' */

/** @typedef {{ record: string, roles: string[], teams: string[], categories: string[], owner: boolean, head: number }} RecordRow */

/** Who is signed in; undefined while nobody looked yet. @type {import('../vendor/signals.js').Signal<{ account: string, device: string, kind: string } | null | undefined>} */
export const who = signal(undefined);
/** The records that may be opened, as the server last said. @type {import('../vendor/signals.js').Signal<RecordRow[]>} */
export const records = signal([]);
/** The record that is open. */
export const record = signal("");
/** Its documents, as the person sees them; undefined until they were read from this device. @type {import('../vendor/signals.js').Signal<Document[] | undefined>} */
export const documents = signal(undefined);
/** How it stands: see the SDK's State and Trouble. */
export const status = signal({ state: "new", unsent: 0, trouble: "" });

/** Documents by their type. */
export const byType = computed(() => {
  /** @type {Map<string, Document[]>} */
  const types = new Map();
  for (const d of documents.value ?? []) {
    const type = d.id.slice(0, d.id.indexOf("/"));
    const list = types.get(type);
    if (list) list.push(d);
    else types.set(type, [d]);
  }
  return types;
});

/** The documents of a type. @param {string} type @returns {Document[]} */
export const all = type => byType.value.get(type) ?? [];

/** @type {Session} */
export let session;
/** @type {Tab | null} */
let tab = null;

/** What this device remembers of how the app is used: which record was open. Nothing of anybody's health. */
const remembered = "satchel-app";

/** Looks who is signed in, and opens what is on this device. */
export async function start() {
  session = await Session.open("app", await indexedDBStorage("satchel-app-session"));
  session.addEventListener("signedIn", () => void open());
  session.addEventListener("signedOut", event => void close(/** @type {CustomEvent} */ (event).detail.wipe));
  addEventListener("online", () => void tab?.wake());
  await open();
}

async function open() {
  who.value = session.who;
  if (!session.who) return;
  const { account } = session.who;
  tab = new Tab({ name: account, storage: () => indexedDBStorage(account), client: { server: "", token: () => session.token() } });
  tab.addEventListener("change", () => void show());
  tab.addEventListener("trouble", event => void troubled(/** @type {CustomEvent} */ (event).detail.trouble));
  const here = await tab.records();
  const last = localStorage.getItem(remembered) ?? "";
  await choose(here.includes(last) ? last : (here[0] ?? ""));
  void list();
}

/** Asks which records there are, and opens the first where none is open yet. */
export async function list() {
  const got = await session.ask("GET", "/v1/records").catch(() => null);
  if (!got || !tab) return;
  records.value = got.records;
  for (const row of got.records) await tab.follow(row.record);
  if (!record.value && got.records.length > 0) await choose(got.records[0].record);
}

/** Opens a record. @param {string} id */
export async function choose(id) {
  localStorage.setItem(remembered, id);
  record.value = id;
  await show();
}

/** @param {string} trouble */
async function troubled(trouble) {
  if (trouble === "signIn") await session.doubt();
  await show();
}

/** Reads from this device what there is now. What is asked for twice is shown once. */
async function show() {
  const [id, from] = [record.value, tab];
  if (!id || !from) {
    documents.value = [];
    return;
  }
  const [docs, how] = await Promise.all([from.view(id), from.status(id)]);
  if (record.value !== id || tab !== from) return;
  batch(() => {
    documents.value = docs;
    status.value = how;
  });
}

/**
 * Writes one change to the open record. When the promise is fulfilled it is on this device for good; the screen shows it already.
 * @param {Change} change
 */
export async function write(change) {
  if (!tab) throw new Error("Nobody is signed in.");
  const name = await tab.write(record.value, change);
  await show();
  return name;
}

/** The base of what a form shows, to be handed to `write`: kept from when the form was opened. */
export const base = () => /** @type {Tab} */ (tab).base(record.value);
/** Documents in which other people's words stand beside those that are shown. */
export const conflicts = () => /** @type {Tab} */ (tab).conflicts(record.value);
/** Changes that the server keeps for somebody to look at. */
export const held = () => /** @type {Tab} */ (tab).held(record.value);
/** Asks the server at once whether there is anything new. */
export const wake = () => tab?.wake();

/** @param {boolean} wipe whether what is on this device goes, too */
async function close(wipe) {
  const was = who.value;
  await tab?.close();
  tab = null;
  batch(() => {
    who.value = null;
    record.value = "";
    documents.value = undefined;
    records.value = [];
  });
  if (wipe && was) await (await indexedDBStorage(was.account)).erase();
}
