import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage, newDocument, Replica, share, sum } from "../src/index.js";
import { Sealed, SealedError } from "../src/sealed/index.js";
import { pinIterations, triesMost } from "../src/sealed/ways.js";
import { answerTo, begun, doc, record } from "./kit.js";

/** @import { Storage } from '../src/types.js' */

const pin = { pin: "271828" };
const otherPin = { pin: "314159" };
const wrongPin = { pin: "000000" };
const passkey = { credential: "Y3JlZGVudGlhbA==", salt: "c2FsdA==", key: new Uint8Array(32).fill(7) };
const quick = { iterations: 1000 };
const canary = "kanarienvogel";

/** @param {SealedError['code']} code @param {number} [left] */
const saying = (code, left) => (/** @type {unknown} */ err) => err instanceof SealedError && err.code === code && err.left === left;

/** A sealed store in memory, with a database in which canaries stand everywhere. */
async function full() {
  const disk = new Map();
  const store = await Sealed.over(memoryStorage(disk), quick);
  await store.create(pin);
  const db = await Replica.open({ storage: store });
  const x = await db.request(begun, [record]);
  const changes = [{ doc, rev: 1, set: { title: canary } }];
  await db.apply(x, answerTo(x, { record, changes, digest: sum([await share(doc, 1)]), reset: true }), begun);
  await db.mutate(record, { doc, set: { note: canary + " unsent" } }, begun);
  return { disk, store, db };
}

/** Everything that lies on the disk, and what it is when its base64 is undone. @param {Map<string, string>} disk */
const raw = disk => [...disk].flatMap(pair => pair.flatMap(text => [text, Buffer.from(text, "base64").toString("latin1")])).join("\n");

test("nothing that the unlocked store holds can be read on the disk", async () => {
  const { disk, store } = await full();
  const plain = await store.load();
  const words = [canary, record, doc, "doc/", "entry/", "database", "title"];
  for (const word of words) assert.ok([...plain].join("\n").includes(word), `${word} is not in the store: this test shows nothing`);
  for (const word of words) assert.ok(!raw(disk).includes(word), word);
  assert.equal(disk.size, plain.size + 1);
  for (const name of [...disk.keys()].filter(name => name !== "sealed")) assert.equal(Buffer.from(name, "base64").length, 32);
});

test("who unlocks has everything, also with the changes that were not sent; who locks has nothing", async () => {
  const { disk, store, db } = await full();
  store.lock();
  assert.equal(store.seal, "locked");
  await assert.rejects(store.load(), saying("locked"));
  await assert.rejects(store.save(new Map([["a", "b"]]), []), saying("locked"));
  await assert.rejects(db.mutate(record, { doc, set: { note: "too late" } }, begun), /could not be kept/);
  const again = await Sealed.over(memoryStorage(disk), quick);
  assert.equal(again.seal, "locked");
  await assert.rejects(again.load(), saying("locked"));
  await again.unlock(pin);
  const opened = await Replica.open({ storage: again });
  assert.deepEqual([opened.document(record, doc)?.fields.note, opened.unsent(record)], [canary + " unsent", 1]);
  await opened.mutate(record, { doc, set: { note: "after" } }, begun);
  assert.equal(opened.unsent(record), 2);
});

test("a try of the PIN counts before it is judged; the right one starts anew", async () => {
  const { disk } = await full();
  const kept = memoryStorage(disk);
  const store = await Sealed.over(kept, quick);
  for (let left = triesMost - 1; left >= 1; left--) await assert.rejects(store.unlock(wrongPin), saying("wrong", left));
  const again = await Sealed.over(kept, quick); // opening the app again gives no new tries
  assert.deepEqual(again.ways, [{ kind: "pin", left: 1 }]);
  await again.unlock(pin);
  assert.deepEqual((await Sealed.over(kept, quick)).ways, [{ kind: "pin", left: triesMost }]);
});

test("after the tenth wrong PIN everything is gone, also for who knows the right one", async () => {
  const { disk } = await full();
  const store = await Sealed.over(memoryStorage(disk), quick);
  for (let left = triesMost - 1; left >= 1; left--) await assert.rejects(store.unlock(wrongPin), saying("wrong", left));
  await assert.rejects(store.unlock(wrongPin), saying("destroyed"));
  assert.equal(disk.size, 0);
  assert.equal(store.seal, "new");
  await assert.rejects(store.unlock(pin), saying("unknown"));
});

test("who tries ten at once has ten tries all the same", async () => {
  const { disk } = await full();
  const store = await Sealed.over(memoryStorage(disk), quick);
  const tries = Array.from({ length: 12 }, () =>
    store.unlock(wrongPin).then(
      () => "open",
      /** @param {SealedError} err */ err => err.code,
    ),
  );
  assert.deepEqual(await Promise.all([...tries, store.unlock(pin).catch(err => err.code)]), [
    ...Array(triesMost - 1).fill("wrong"),
    "destroyed",
    ...Array(3).fill("unknown"),
  ]);
});

/** A storage that fails at one save: before it is done, or when it was done and nobody heard. @param {Map<string, string>} disk @param {number} at @param {boolean} done */
function failing(disk, at, done) {
  const kept = memoryStorage(disk);
  let saves = 0;
  /** @type {Storage} */
  const storage = {
    load: kept.load,
    async save(put, gone) {
      const fails = ++saves === at;
      if (!fails || done) await kept.save(put, gone);
      if (fails) throw new Error("disk full");
    },
  };
  return storage;
}

test("a try that cannot be counted is not judged, and counts where it was", async () => {
  for (const done of [false, true]) {
    const { disk } = await full();
    const store = await Sealed.over(failing(disk, 1, done), quick);
    await assert.rejects(store.unlock(pin), /disk full/);
    assert.equal(store.seal, "locked");
    assert.deepEqual(store.ways, [{ kind: "pin", left: triesMost - 1 }]);
    await store.unlock(pin);
  }
});

test("a device that dies between the last try and its verdict gives no eleventh", async () => {
  const { disk } = await full();
  const store = await Sealed.over(failing(disk, triesMost + 1, false), quick);
  for (let left = triesMost - 1; left >= 1; left--) await assert.rejects(store.unlock(wrongPin), saying("wrong", left));
  await assert.rejects(store.unlock(wrongPin), /disk full/);
  const again = await Sealed.over(memoryStorage(disk), quick);
  await assert.rejects(again.unlock(pin), saying("destroyed"));
  assert.equal(disk.size, 0);
});

test("who gets in where the counter cannot be set back stays in, and it is set back with the next save", async () => {
  const { disk } = await full();
  const store = await Sealed.over(failing(disk, 2, false), quick);
  await store.unlock(pin);
  const db = await Replica.open({ storage: store });
  assert.deepEqual((await Sealed.over(memoryStorage(disk))).ways, [{ kind: "pin", left: triesMost - 1 }]);
  await db.mutate(record, { doc, set: { note: "x" } }, begun);
  assert.deepEqual((await Sealed.over(memoryStorage(disk))).ways, [{ kind: "pin", left: triesMost }]);
});

test("a passkey and a PIN stand beside each other, and neither needs the other", async () => {
  const { disk, store } = await full();
  await store.add(pin, passkey);
  for (const secret of [pin, passkey]) {
    const again = await Sealed.over(memoryStorage(disk), quick);
    await again.unlock(secret);
    assert.ok([...(await again.load()).values()].join().includes(canary));
  }
  assert.deepEqual(store.ways, [
    { kind: "pin", left: triesMost },
    { kind: "passkey", credential: passkey.credential, salt: passkey.salt },
  ]);
  store.lock();
  await assert.rejects(store.unlock({ ...passkey, key: new Uint8Array(32).fill(8) }), saying("wrong"));
  await assert.rejects(store.unlock({ ...passkey, credential: "b3RoZXI=" }), saying("unknown"));
  for (let left = triesMost - 1; left >= 0; left--) await assert.rejects(store.unlock(wrongPin), saying("wrong", left));
  await assert.rejects(store.unlock(pin), saying("unknown")); // the PIN is gone, the person's words are not
  await store.unlock(passkey);
  await store.add(passkey, otherPin);
  store.lock();
  await store.unlock(otherPin);
  await store.remove({ kind: "passkey", credential: passkey.credential });
  await assert.rejects(store.unlock(passkey), saying("unknown"));
  await assert.rejects(store.remove({ kind: "pin" }), saying("unknown"), "the last way stays");
});

test("a new PIN takes the place of the old one; wherever that is interrupted, one of the two unlocks", async () => {
  for (const done of [false, true]) {
    for (const at of [1, 2, 3]) {
      const { disk } = await full();
      const store = await Sealed.over(failing(disk, at, done), quick);
      const changed = await store.add(pin, otherPin).then(
        () => true,
        () => false,
      );
      const again = await Sealed.over(memoryStorage(disk), quick);
      const is = changed || (at === 3 && done) ? otherPin : pin;
      await assert.rejects(again.unlock(is === pin ? otherPin : pin), { code: "wrong" });
      await again.unlock(is);
      assert.ok([...(await again.load()).values()].join().includes(canary));
    }
  }
});

test("a PIN that is too short is refused, and the same digits of another keyboard are the same PIN", async () => {
  const disk = new Map();
  const store = await Sealed.over(memoryStorage(disk), quick);
  await assert.rejects(store.create({ pin: "12345" }), saying("weak"));
  assert.equal(disk.size, 0);
  await store.create({ pin: "１２３４５６" });
  store.lock();
  await store.unlock({ pin: "123456" });
});

test("what was kept unsealed is sealed in one step, or stays as it was", async () => {
  for (const full of [true, false]) {
    const disk = new Map();
    const db = await Replica.open({ storage: memoryStorage(disk) });
    await db.mutate(record, { doc, set: { title: canary } }, begun);
    const before = new Map(disk);
    const store = await Sealed.over(failing(disk, full ? 1 : 0, false), quick);
    assert.equal(store.seal, "new");
    if (full) {
      await assert.rejects(store.create(pin), /disk full/);
      assert.deepEqual(disk, before);
      continue;
    }
    await store.create(pin);
    assert.ok(!raw(disk).includes(canary) && !disk.has("database"));
    assert.deepEqual(await store.load(), before);
  }
});

test("what is saved while it is being sealed, or erased, is sealed, or gone", async () => {
  const disk = new Map();
  const store = await Sealed.over(memoryStorage(disk), { ...quick, plain: true });
  await store.save(new Map([["a", canary]]), []);
  assert.ok(raw(disk).includes(canary));
  await Promise.all([store.create(pin), store.save(new Map([["b", canary]]), [])]);
  assert.ok(!raw(disk).includes(canary));
  assert.deepEqual(Object.fromEntries(await store.load()), { a: canary, b: canary });
  const erased = store.erase();
  await assert.rejects(store.save(new Map([["c", canary]]), []), saying("locked"));
  await erased;
  assert.equal(disk.size, 0);
});

test("a part in another's place, cut short, or of another store is noticed", async () => {
  const { disk } = await full();
  const places = [...disk.keys()].filter(name => name !== "sealed");
  const other = await full();
  const [strange] = [...other.disk].filter(([name]) => name !== "sealed");
  const text = disk.get(places[0]) ?? "";
  /** @type {[string, string][]} */
  const wrong = [
    [places[0], disk.get(places[1]) ?? ""],
    [places[0], text.slice(0, -8)],
    [places[0], "no base64 ."],
    [places[0], ""],
    strange,
    ["database", "{}"],
  ];
  for (const [name, part] of wrong) {
    const store = await Sealed.over(memoryStorage(new Map([...disk, [name, part]])), quick);
    await store.unlock(pin);
    await assert.rejects(store.load(), saying("unreadable"));
  }
  const newer = Buffer.from(text, "base64");
  newer[0] = 2;
  const store = await Sealed.over(memoryStorage(new Map([...disk, [places[0], newer.toString("base64")]])), quick);
  await store.unlock(pin);
  await assert.rejects(store.load(), saying("newer"));
  await assert.rejects(Sealed.over(memoryStorage(new Map([["sealed", '{"version": 2, "ways": []}']]))), saying("newer"));
  await assert.rejects(Sealed.over(memoryStorage(new Map([["sealed", "{"]]))), saying("unreadable"));
});

test("a record that is dropped leaves no sealed part behind, and its numbers are not used again", async () => {
  const { disk, store, db } = await full();
  await db.keep(`${record}/circle`, canary);
  const before = new Set(disk.keys());
  assert.equal(await db.drop(record), false, "something is unsent");
  assert.deepEqual(new Set(disk.keys()), before);
  const x = await db.request(begun, [record]);
  await db.apply(x, answerTo(x, { record, error: { code: "ended" }, cursor: "", last: 1 }), begun);
  assert.equal(db.state(record), "ended");
  assert.ok([...(await store.load()).values()].join().includes(canary), "their own words are still here");
  assert.equal(await db.drop(record), true);
  assert.deepEqual(db.records, []);
  const left = await store.load();
  assert.deepEqual([[...left.keys()], disk.size], [["database"], 2]);
  assert.ok(![...left.values()].join().includes(canary));
  const again = await Replica.open({ storage: store });
  assert.deepEqual(await again.mutate(record, { doc, set: { note: "back" } }, begun), { replica: db.id, n: 2 });
  assert.ok(!(await store.load()).get("database")?.includes('dropped":{"'));
});

test("a record that is dropped in the middle of a pull leaves no page behind, and an answer on its way changes nothing", async () => {
  const disk = new Map();
  const db = await Replica.open({ storage: memoryStorage(disk) });
  let x = await db.request(begun, [record]);
  const page = [{ doc, rev: 1, set: { title: canary } }];
  await db.apply(x, answerTo(x, { record, changes: page, reset: true, more: true, cursor: "p1" }), begun);
  await db.mutate(record, { doc, set: { note: canary } }, begun);
  x = await db.request(begun, [record]);
  assert.equal(await db.drop(record, { unsent: true }), true);
  assert.deepEqual([...disk.keys()], ["database"]);
  assert.deepEqual(await db.apply(x, answerTo(x, { record, changes: page }), begun), []);
  assert.deepEqual([...disk.keys()], ["database"]);
});

test("2,000 documents are opened in one batch", async () => {
  const disk = new Map();
  const store = await Sealed.over(memoryStorage(disk), quick);
  await store.create(pin);
  await store.save(new Map(Array.from({ length: 2000 }, (_, i) => [`doc/${record}/${newDocument("thing", begun + i)}`, "x".repeat(600)])), []);
  const again = await Sealed.over(memoryStorage(disk), quick);
  await again.unlock(pin);
  const real = crypto.subtle.decrypt;
  let [under, most] = [0, 0];
  crypto.subtle.decrypt = async (...args) => {
    most = Math.max(most, ++under);
    return real.apply(crypto.subtle, args).finally(() => under--);
  };
  try {
    assert.equal((await again.load()).size, 2000);
  } finally {
    crypto.subtle.decrypt = real;
  }
  assert.equal(most, 2000);
});

test("a PIN that nobody asked to be quick is slow to try", async () => {
  const disk = new Map();
  const store = await Sealed.over(memoryStorage(disk));
  await store.create(pin);
  const [way] = JSON.parse(disk.get("sealed")).ways;
  assert.deepEqual([way.iterations, way.iterations >= 600_000], [pinIterations, true]);
  await store.unlock(pin);
});
