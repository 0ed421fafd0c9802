// Records that a screen of the board shows: pulled by the sync protocol into memory, never onto this computer.
import { signal } from "../ui/html.js";
import { memoryStorage, Replica } from "../sdk/src/index.js";
import { session, team } from "./store.js";

/** @import { Document } from '../sdk/src/types.js' */

/** The documents of records, by the record. @type {import('../vendor/signals.js').Signal<Map<string, Document[]>>} */
export const documents = signal(new Map());
/** Up to where each of them was read: what a form has seen when it is opened. @type {Map<string, string>} */
export const bases = new Map();
/** What could not be read. */
export const trouble = signal(/** @type {unknown} */ (null));

const together = 32;
/** So many records are kept: those that were asked for last. */
const most = 300;

/** @type {Promise<Replica> | undefined} */
let db;
/** @type {Set<string>} */
const due = new Set();
/** Those that were asked for last, the last at the end. @type {Set<string>} */
const wanted = new Set();
let running = false;
let age = 0;

/** Forgets all of it: another person sits here, or speaks for another team. */
export function forget() {
  age++;
  db = undefined;
  running = false;
  due.clear();
  wanted.clear();
  documents.value = new Map();
}

/** Reads records that were not read yet. @param {string[]} ids */
export function see(ids) {
  for (const id of ids) {
    wanted.delete(id);
    wanted.add(id);
    if (!documents.value.has(id)) due.add(id);
  }
  for (const id of wanted) {
    if (wanted.size <= most) break;
    wanted.delete(id);
    due.delete(id);
  }
  void rounds();
}

/** Something about a record is new: if it was read, it is read again. @param {string} record '': any */
export function renew(record) {
  for (const id of documents.value.keys()) if (!record || id === record) due.add(id);
  void rounds();
}

async function rounds() {
  if (running || due.size === 0) return;
  running = true;
  const mine = age;
  try {
    const from = await (db ??= Replica.open({ storage: memoryStorage() }));
    while (due.size > 0 && mine === age) {
      const ids = [...due].slice(0, together);
      ids.forEach(id => due.delete(id));
      await pull(from, ids, mine).catch(err => {
        if (mine === age) ids.forEach(id => due.add(id)); // asked for again with whatever is asked next, or when the server is heard again
        throw err;
      });
    }
    trouble.value = null;
  } catch (err) {
    if (mine === age) trouble.value = err;
  } finally {
    if (mine === age) running = false;
  }
}

/** @param {Replica} from @param {string[]} ids @param {number} mine */
async function pull(from, ids, mine) {
  const x = await from.request(Date.now(), ids);
  const answer = await session.ask("POST", "/v1/sync", { body: JSON.parse(x.body), headers: { "acting-team": team.value } });
  const taken = await from.apply(x, answer, Date.now());
  if (mine !== age) return;
  const all = new Map(documents.value);
  for (const id of taken) {
    all.set(id, from.view(id));
    bases.set(id, from.base(id));
    if (from.wants(id, Date.now())) due.add(id);
  }
  for (const id of all.keys()) {
    if (wanted.has(id)) continue;
    all.delete(id);
    await from.drop(id, { unsent: true }); // nothing is ever written into it
  }
  if (mine === age) documents.value = all;
}
