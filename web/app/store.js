// What the app shows: the documents of the record that is open, how it stands, and who is signed in. Screens read the signals and write through
// `write`; they ask no server for what lies here.
import { batch, computed, signal } from "../ui/html.js";
import { indexedDBStorage, memoryStorage, Tab } from "../sdk/src/index.js";
import { Sealed } from "../sdk/src/sealed/index.js";
import { Session } from "../session/session.js";
import { called, everyRecord } from "./every.js";

/** @import { Change, Document, Status } from '../sdk/src/types.js' */

/** @typedef {{ record: string, roles: string[], teams: string[], categories: string[], owner: boolean, head: number }} RecordRow */

/** Who is signed in; undefined while nobody looked yet. @type {import('../vendor/signals.js').Signal<{ account: string, device: string, kind: string } | null | undefined>} */
export const who = signal(undefined);
/** Whether what is on this device is locked: then nothing of it is here, and nobody is known. */
export const locked = signal(false);
/** The records that may be opened, as the server last said. @type {import('../vendor/signals.js').Signal<RecordRow[]>} */
export const records = signal([]);
/** The record that is open. */
export const record = signal("");
/** Its documents, as the person sees them; undefined until they were read from this device. @type {import('../vendor/signals.js').Signal<Document[] | undefined>} */
export const documents = signal(undefined);
/** How it stands: see the SDK. @type {import('../vendor/signals.js').Signal<Status>} */
export const status = signal({ state: "new", unsent: 0, trouble: "", heard: 0 });

/** The base of what is shown: it covers nothing that the person has not before them. */
export const shown = signal("");

/** Every record on this device, the open one among them: what stands in it as the person's name, or else what whoever is signed in calls them on this device; how
 * much of it is unsent. @type {import('../vendor/signals.js').Signal<import('./every.js').Here[]>} */
export const here = signal([]);

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
/** The record that is to be open: what is shown, and `record` with it, becomes its own at once when it was read. */
let chosen = "";
/** Whose database it is. */
let tabOf = "";

/** What this device remembers unsealed: whose database there is, and which record was open. Random numbers; nothing of anybody's health. */
const remembered = {
  get account() {
    return localStorage.getItem("satchel-account") ?? "";
  },
  set account(id) {
    if (id) localStorage.setItem("satchel-account", id);
    else localStorage.removeItem("satchel-account");
  },
  get record() {
    return localStorage.getItem("satchel-record") ?? "";
  },
  set record(id) {
    if (id) localStorage.setItem("satchel-record", id);
    else localStorage.removeItem("satchel-record");
  },
};

/** Whether somebody's database is on this device. */
export const known = () => remembered.account !== "";

/** Looks whose database is on this device, and opens it; what is locked waits for whoever unlocks it. */
export async function start() {
  addEventListener("online", () => {
    void tab?.wake();
    if (session.who) void list();
  });
  if (remembered.account) await openDatabase(remembered.account);
  else await anew();
}

/** A session of nobody yet, in memory until a database is open. What is heard of one that was replaced since does not count. */
async function fresh() {
  const mine = await Session.open("app", memoryStorage());
  mine.addEventListener("signedIn", () => mine === session && void signedIn());
  mine.addEventListener("signedOut", event => mine === session && void signedOut(/** @type {CustomEvent} */ (event).detail.wipe));
  session = mine;
}

/** Nobody is signed in. */
async function anew() {
  await fresh();
  batch(() => {
    who.value = null;
    locked.value = false;
  });
}

/** Somebody signed in: for the first time, or again, and then what was written before is still here and is sent. */
async function signedIn() {
  const { account } = /** @type {{ account: string }} */ (session.who);
  if (tab && tabOf !== account) await closeTab();
  if (!tab) await openTab(account);
  remembered.account = account;
  if ((await the().seal()) === "locked") locked.value = true;
  else await unlocked();
}

/** @param {string} account */
async function openDatabase(account) {
  await openTab(account);
  await fresh();
  if ((await the().seal()) === "locked") {
    locked.value = true;
    who.value = null;
  } else {
    await unlocked();
  }
}

/** @param {string} account */
async function openTab(account) {
  tabOf = account;
  tab = new Tab({
    name: account,
    storage: async () => {
      const inner = await indexedDBStorage(account);
      return Sealed.over(inner, { plain: true });
    },
    client: { server: "", token },
  });
  tab.addEventListener("change", () => void show());
  tab.addEventListener("trouble", event => void troubled(/** @type {CustomEvent} */ (event).detail.trouble));
  tab.addEventListener("seal", () => void sealed());
  tab.addEventListener("leads", () => void sealed());
}

/** Whoever is signed in, and has no token because the server is away, has no need to sign in again. */
async function token() {
  const found = await session.token();
  if (!found && session.who) throw new Error("The server is not within reach.");
  return found;
}

/** The session lies in the database, so it is sealed and erased with it. @returns {import('../sdk/src/types.js').Storage} */
const keeping = () => ({
  load: async () => {
    const text = await the().own("session");
    return new Map(text === undefined ? [] : [["session", text]]);
  },
  save: put => the().keep("session", put.get("session")),
});

const the = () => /** @type {Tab} */ (tab);

/** What is on this device can be read: who is signed in lies there, or has just signed in and is kept there from now on. */
async function unlocked() {
  locked.value = false; // first: what is told meanwhile of the same unlocking finds it done
  await session.keepIn(keeping());
  if (session.who) return opened();
  await anew(); // their sign-in ended; what is here waits for them
  signInAgain.value = true;
}

/** It was locked or unlocked, here or in another tab; a tab that takes over is locked. */
async function sealed() {
  if (!tab) return;
  const seal = await tab.seal().catch(() => "locked");
  if (seal === "locked" && !locked.value) {
    const was = who.value;
    batch(() => {
      locked.value = true;
      forget();
      who.value = null;
    });
    if (was) await fresh(); // their tokens go with the key
  } else if (seal === "open" && locked.value) {
    await unlocked();
  }
}

/** Nothing of a record is shown any more. */
function forget() {
  chosen = record.value = "";
  documents.value = undefined;
  records.value = here.value = [];
}

async function opened() {
  signInAgain.value = false;
  const ids = await the().records();
  const rows = await Promise.all(ids.map(id => kept(id, row)));
  records.value = rows.flatMap(text => (text ? [JSON.parse(text)] : []));
  who.value = session.who;
  const last = remembered.record;
  await choose(ids.includes(last) ? last : (ids[0] ?? ""));
  void list();
}

/** Asks which records there are, and opens the first where none is open yet. */
export async function list() {
  const from = tab;
  clearTimeout(asking);
  const got = await session.ask("GET", "/v1/records").catch(() => null);
  if (!from || from !== tab) return;
  if (!got || got.records.length === 0 || got.waiting) asking = setTimeout(() => void list(), againMs);
  if (!got) return;
  records.value = got.records;
  waiting.value = got.waiting?.detail ?? "";
  for (const one of got.records) {
    await from.follow(one.record);
    await from.keep(`${one.record}/${row}`, JSON.stringify(one));
  }
  const first = records.value.find(one => !one.owner || who.value?.kind === "patient") ?? records.value[0];
  if (!chosen && first) await choose(first.record);
}

/** Where it is kept on this device what the server said of a record. */
const row = "row";

/** What is known of the open record. */
export const mine = computed(() => records.value.find(one => one.record === record.value));

/** Whether whoever is signed in helps the person of the open record. In a record of their own they are the person. */
export const helps = computed(() => who.value?.kind === "caregiver" && !mine.value?.owner);

/** Whether a category of the open record is shared with whoever is signed in, as far as this device knows. @param {string} category */
export const shared = category => !mine.value || mine.value.owner || mine.value.categories.includes(category);

/** Whoever waits for a record asks again so often, ms: somebody may be confirming them at this moment. */
const againMs = 15_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;

/** Why there is no record yet, in the server's words: somebody has to confirm this person. */
export const waiting = signal("");

/** Opens a record. @param {string} id */
export async function choose(id) {
  chosen = remembered.record = id;
  await show();
}

/** Keeps on this device what whoever is signed in calls the person of the open record. @param {string} name none: it goes */
export async function call(name) {
  await keep(record.value, called, name || undefined);
  await show();
}
/** @param {string} trouble */
async function troubled(trouble) {
  if (trouble === "signIn") await session.doubt();
  await show();
}

/** Reads from this device what there is now. What is asked for twice is shown once. */
async function show() {
  const [id, from] = [chosen, tab];
  if (locked.value || !from) return;
  if (!id) {
    batch(() => {
      record.value = "";
      documents.value = here.value = [];
    });
    return;
  }
  try {
    const [seen, docs, how, every] = await Promise.all([from.base(id), from.view(id), from.status(id), everyRecord(from)]); // the base first: never newer than what is shown
    if (chosen !== id || tab !== from || locked.value) return;
    batch(() => {
      record.value = id;
      documents.value = docs;
      shown.value = seen;
      status.value = how;
      here.value = every;
    });
    for (const one of every) if (one.state === "ended") await gone(one.record);
  } catch {
    await sealed(); // it was locked in between
  }
}

/** The access to a record has ended: when what was written is handed in, nothing of it stays on this device. @param {string} id */
async function gone(id) {
  const [from, open] = [the(), id === chosen];
  if (!(await from.drop(id))) return;
  records.value = records.value.filter(one => one.record !== id);
  ended.value = open ? "ended" : "ended.beside";
  if (id !== chosen) return show();
  const [next = ""] = await from.records();
  await choose(next);
}

/** Which words say that the access to a record ended while the app was open; '' after the person has read so. */
export const ended = signal("");

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

/** A text that this device keeps beside a record, sealed with it and gone with it. @param {string} id @param {string} name @returns {Promise<string | undefined>} */
export const kept = (id, name) => the().own(`${id}/${name}`);
/** @param {string} id @param {string} name @param {string} [text] none: it goes */
export const keep = (id, name, text) => the().keep(`${id}/${name}`, text);

/** The base of what a form shows, to be handed to `write`: kept from when the form was opened. */
export const base = () => the().base(record.value);
/** Documents in which other people's words stand beside those that are shown. */
export const conflicts = () => the().conflicts(record.value);
/** Changes that the server keeps for somebody to look at. */
export const held = () => the().held(record.value);
/** Asks the server at once whether there is anything new. */
export const wake = () => tab?.wake();

/** The ways to unlock what is on this device; none: it is not locked. @type {import('../vendor/signals.js').Signal<{ kind: 'pin' | 'passkey', left?: number, credential: string, salt: string }[]>} */
export const ways = signal([]);

/** Does one thing with the lock, and looks then which ways there are. @param {(tab: Tab) => Promise<void>} deed */
async function withLock(deed) {
  try {
    await deed(the());
  } finally {
    ways.value = tab ? await tab.ways().catch(() => []) : [];
  }
}

/** How what is on this device is locked: see the SDK's Sealed. */
export const lock = {
  /** Looks which ways there are. */
  look: () => withLock(async () => {}),
  /** @param {object} secret */
  unlock: secret => withLock(tab => tab.unlock(secret)),
  /** Sets up the first way. @param {object} secret */
  create: secret => withLock(tab => tab.create(secret)),
  /** @param {object} proof that unlocks now @param {object} secret */
  add: (proof, secret) => withLock(tab => tab.add(proof, secret)),
  /** Locks every tab. Without a way to unlock there is no lock. */
  now: async () => void (tab && (await tab.ways()).length > 0 && (await tab.lock())),
};

/** What the app keeps on this device for all records, sealed with them. */
export const device = {
  /** @param {string} name @returns {Promise<string | undefined>} */
  kept: name => the().own(name),
  /** @param {string} name @param {string} [text] none: it goes @returns {Promise<void>} */
  keep: (name, text) => the().keep(name, text),
};

/** How much on this device was not sent: of all records. */
export async function unsent() {
  const all = await Promise.all((await the().records()).map(id => the().status(id)));
  return all.reduce((sum, how) => sum + how.unsent, 0);
}

/** Signs out and takes everything off this device, what is unsent too: whoever asks has said so. */
export async function leave() {
  await session.signOut();
}

/** @param {boolean} wipe whether what is on this device goes, too; else it waits for the person to sign in again */
async function signedOut(wipe) {
  const from = tab;
  if (wipe) {
    tab = null;
    await from?.erase().catch(() => {});
    await from?.close();
    remembered.account = "";
    remembered.record = "";
  }
  batch(forget);
  await anew();
  signInAgain.value = !wipe;
}

async function closeTab() {
  const from = tab;
  tab = null;
  await from?.close();
}

/** Whether somebody's words wait on this device for a new sign-in. */
export const signInAgain = signal(false);
