import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage, Tab } from "../src/index.js";
import { Sealed } from "../src/sealed/index.js";
import { doc, record, Timers } from "./kit.js";

// Node has no Web Locks: this is as much of them as tabs need, within one process. In a browser they are the browser's own.
class Locks {
  /** @type {Map<string, Promise<unknown>>} */
  #held = new Map();

  /** @param {string} name @param {{ signal: AbortSignal }} o @param {() => Promise<unknown>} f */
  async request(name, { signal }, f) {
    const before = this.#held.get(name) ?? Promise.resolve();
    let began = false;
    const mine = before.then(() => {
      if (signal.aborted) throw signal.reason;
      began = true;
      return f();
    });
    this.#held.set(
      name,
      mine.catch(() => {}),
    );
    const given = new Promise((_, no) => signal.addEventListener("abort", () => began || no(signal.reason)));
    return Promise.race([mine, given]);
  }
}
Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true });

const pin = { pin: "271828" };
const quick = { iterations: 1000 };
const canary = "kanarienvogel";
let names = 0;

/** A browser with one database, in which tabs are opened. The server never answers: there is no network. @param {import('node:test').TestContext} t @param {{ plain?: boolean }} [o] */
function browserOf(t, o = {}) {
  const disk = new Map();
  const name = `account ${++names}`;
  let opened = 0;
  const tab = () => {
    const timers = new Timers();
    const one = new Tab({
      name,
      storage: async () => {
        opened++;
        return Sealed.over(memoryStorage(disk), { ...quick, ...o });
      },
      records: [record],
      client: { server: "", token: async () => null, live: false, now: () => timers.now, after: timers.after },
    });
    t.after(() => one.close());
    return one;
  };
  return { disk, tab, opened: () => opened };
}

/** What the next event of a kind tells; of `seal` the next that says so. @param {Tab} tab @param {string} kind @param {string} [seal] */
const next = (tab, kind, seal) =>
  new Promise(done =>
    tab.addEventListener(kind, e => {
      const { detail } = /** @type {CustomEvent} */ (e);
      if (!seal || detail.seal === seal) done(detail);
    }),
  );
const locked = { code: "locked", message: "This is locked. Unlock it first." };

test("any tab unlocks where the database is open, and then all of them read", async t => {
  const { disk, tab, opened } = browserOf(t);
  const first = tab();
  assert.equal(await first.seal(), "new");
  await assert.rejects(first.write(record, { doc, set: { title: canary } }), locked);
  await first.create(pin);
  await first.write(record, { doc, set: { title: canary } });
  await first.lock();
  const second = tab();
  assert.equal(await second.seal(), "locked");
  await assert.rejects(second.view(record), locked);
  assert.deepEqual(await second.ways(), [{ kind: "pin", left: 10 }]);
  await assert.rejects(second.unlock({ pin: "000000" }), { name: "SealedError", code: "wrong", left: 9 });
  assert.equal(await first.seal(), "locked");
  const told = [next(first, "seal", "open"), next(second, "seal", "open")];
  await second.unlock(pin);
  assert.deepEqual(await Promise.all(told), [{ seal: "open" }, { seal: "open" }]);
  for (const one of [first, second]) assert.equal((await one.document(record, doc))?.fields.title, canary);
  await second.write(record, { doc, set: { note: "by the second" } });
  assert.equal((await first.document(record, doc))?.fields.note, "by the second");
  assert.deepEqual([first.leads, second.leads, opened()], [true, false, 1]);
  assert.ok(![...disk].join().includes(canary));
});

test("any tab locks for all, and what was written before that is kept", async t => {
  const { tab } = browserOf(t);
  const [first, second] = [tab(), tab()];
  await first.create(pin);
  const told = [next(first, "seal", "locked"), next(second, "seal", "locked")];
  const written = first.write(record, { doc, set: { title: canary } });
  await Promise.all([written, second.lock()]);
  assert.deepEqual(await Promise.all(told), [{ seal: "locked" }, { seal: "locked" }]);
  for (const one of [first, second]) await assert.rejects(one.view(record), locked);
  await first.unlock(pin);
  assert.equal((await second.status(record)).unsent, 1);
});

test("a tab that takes over is locked, and unlocks itself; one that is closed can be opened again", async t => {
  const { tab, opened } = browserOf(t);
  const [first, second] = [tab(), tab()];
  await first.create(pin);
  await first.write(record, { doc, set: { title: canary } });
  const leads = next(second, "leads");
  await first.close();
  await leads;
  assert.equal(await second.seal(), "locked");
  await assert.rejects(second.view(record), locked);
  const [, shown] = await Promise.all([second.unlock(pin), second.document(record, doc)]);
  assert.equal(shown?.fields.title, canary);
  await second.close();
  const third = tab();
  assert.equal(await third.seal(), "locked");
  await third.unlock(pin);
  await third.add(pin, { pin: "314159" });
  await third.lock();
  await assert.rejects(third.unlock(pin), { code: "wrong" });
  await third.unlock({ pin: "314159" });
  assert.equal((await third.document(record, doc))?.fields.title, canary);
  assert.equal(opened(), 3);
});

test("a person who sets a PIN later goes on where they are, and nothing readable stays", async t => {
  const { disk, tab } = browserOf(t, { plain: true });
  const [first, second] = [tab(), tab()];
  assert.equal(await second.seal(), "new");
  await second.write(record, { doc, set: { title: canary } });
  assert.ok([...disk].join().includes(canary), "it is readable before: this test shows nothing otherwise");
  const writes = Array.from({ length: 20 }, (_, i) => first.write(record, { doc, set: { title: canary + i } }));
  await second.create(pin);
  await Promise.all(writes);
  assert.ok(![...disk].join().includes(canary));
  assert.ok(![...disk.keys()].includes("database"));
  assert.equal(await first.seal(), "open");
  await first.lock();
  await second.unlock(pin);
  assert.deepEqual([(await first.document(record, doc))?.fields.title, (await first.status(record)).unsent], [canary + 19, 21]);
});

test("who erases leaves nothing, and nothing comes back", async t => {
  const { disk, tab } = browserOf(t, { plain: true });
  const [first, second] = [tab(), tab()];
  await first.create(pin);
  const writes = Array.from({ length: 20 }, (_, i) => first.write(record, { doc, set: { title: canary + i } }).catch(() => {}));
  await second.erase();
  await Promise.all(writes);
  assert.equal(disk.size, 0);
  await assert.rejects(first.write(record, { doc, set: { title: canary } }), locked);
  assert.equal(disk.size, 0);
});

test("the tenth wrong PIN is the last, whichever tab says it", async t => {
  const { disk, tab } = browserOf(t);
  const [first, second] = [tab(), tab()];
  await first.create(pin);
  await first.lock();
  const tries = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? first : second).unlock({ pin: "000000" }).catch(err => err.code)));
  assert.deepEqual(tries.sort(), ["destroyed", ...Array(9).fill("wrong")]);
  assert.equal(disk.size, 0);
  assert.equal(await second.seal(), "new");
});

test("a database that cannot be opened is said to whoever asks, and nobody waits for ever", async t => {
  const { disk, tab } = browserOf(t);
  disk.set("sealed", '{"version": 2, "ways": []}');
  const one = tab();
  await assert.rejects(one.view(record), { name: "SealedError", code: "newer" });
  await assert.rejects(one.seal(), { code: "newer" });
});
