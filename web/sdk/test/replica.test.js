import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage, newDocument, Replica, share, sum } from "../src/index.js";
import { answerTo, begun, database, doc, record } from "./kit.js";

test("a change outlives the app as soon as its promise is fulfilled", async () => {
  const { disk, db } = await database();
  assert.equal(db.state(record), "new");
  assert.deepEqual(await db.mutate(record, { doc, set: { title: "walk" } }, begun), { replica: db.id, n: 1 });
  const again = await Replica.open({ storage: memoryStorage(new Map(disk)) });
  assert.equal(again.id, db.id);
  assert.equal(again.state(record), "sending");
  assert.equal(again.document(record, doc)?.fields.title, "walk");
});

test("the same change under the same key is written once, also after the app was opened again", async () => {
  const { disk, db } = await database();
  const change = { doc, set: { title: "walk" }, key: "k1" };
  const name = await db.mutate(record, change, begun);
  assert.deepEqual(await db.mutate(record, change, begun + 1), name);
  const again = await Replica.open({ storage: memoryStorage(disk) });
  assert.deepEqual(await again.mutate(record, change, begun + 2), name);
  assert.equal(again.unsent(record), 1);
});

test("a change that says nothing, deletes and says something, or is no JSON is refused and leaves no trace", async () => {
  const { db } = await database();
  for (const wrong of [{ doc }, { doc, set: {} }, { doc, set: { a: 1 }, delete: true }, { doc, set: { a: NaN } }, { doc, set: { a: () => {} } }]) {
    await assert.rejects(async () => db.mutate(record, /** @type {any} */ (wrong), begun), TypeError);
  }
  assert.equal(db.unsent(record), 0);
});

test("a device that cannot keep a change says so, and takes nothing more until it is opened again", async () => {
  const disk = new Map();
  const storage = memoryStorage(disk);
  let full = false;
  const save = storage.save;
  storage.save = async (put, gone) => {
    if (full) throw new Error("disk full");
    await save(put, gone);
  };
  const db = await Replica.open({ storage });
  await db.mutate(record, { doc, set: { title: "kept" } }, begun);
  full = true;
  await assert.rejects(db.mutate(record, { doc, set: { title: "not kept" } }, begun), /could not be kept/);
  full = false;
  await assert.rejects(db.mutate(record, { doc, set: { title: "after it" } }, begun), /open the app again/);
  const again = await Replica.open({ storage: memoryStorage(disk) });
  assert.equal(again.document(record, doc)?.fields.title, "kept");
  assert.equal(again.unsent(record), 1);
});

test("no name of a field is special, and half a character becomes a whole one", async () => {
  const { disk, db } = await database();
  const set = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "text": "a\\ud83d"}');
  await db.mutate(record, { doc, set }, begun);
  for (const one of [db, await Replica.open({ storage: memoryStorage(disk) })]) {
    const fields = one.document(record, doc)?.fields ?? {};
    assert.deepEqual(Object.keys(fields).sort(), ["__proto__", "constructor", "text"]);
    assert.equal(fields.text, "a\uFFFD");
  }
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});

test("an edit in a record of 2,000 documents writes what it changed, and not the record", async () => {
  const { disk, db } = await database();
  const changes = Array.from({ length: 2000 }, (_, i) => ({
    doc: newDocument("thing", begun + i),
    rev: i + 1,
    set: { title: "a walk along the river".repeat(4) },
  }));
  const x = await db.request(begun, [record]);
  const digest = sum(await Promise.all(changes.map(c => share(c.doc, c.rev))));
  await db.apply(x, answerTo(x, { record, changes, digest, reset: true }), begun);
  assert.equal(db.state(record), "up to date");
  assert.equal(disk.size, 2002);
  let [rows, bytes] = [0, 0];
  const kept = memoryStorage(disk);
  const counting = {
    load: kept.load,
    save: async (/** @type {Map<string, string>} */ put, /** @type {string[]} */ gone) => {
      for (const [name, text] of put) [rows, bytes] = [rows + 1, bytes + name.length + text.length];
      await kept.save(put, gone);
    },
  };
  const again = await Replica.open({ storage: counting });
  assert.equal(again.state(record), "up to date");
  await again.mutate(record, { doc: changes[7].doc, set: { title: "short" } }, begun + 1);
  assert.equal(again.document(record, changes[7].doc)?.fields.title, "short");
  assert.ok(rows <= 2 && bytes < 1500, `${rows} rows, ${bytes} bytes`);
});

test("pages are kept as they come, and the last one leaves nothing of them", async () => {
  const { disk, db } = await database();
  const one = { doc, rev: 1, set: { title: "walk" } };
  const other = { doc: newDocument("thing", begun), rev: 2, set: { title: "swim" } };
  let x = await db.request(begun, [record]);
  await db.apply(x, answerTo(x, { record, changes: [one], reset: true, more: true, cursor: "p1" }), begun);
  assert.equal(db.state(record), "reading");
  assert.equal(db.document(record, doc), undefined);
  assert.ok(disk.has(`page/${record}/0`));
  const again = await Replica.open({ storage: memoryStorage(disk) });
  x = await again.request(begun, [record]);
  assert.equal(JSON.parse(x.body).records[0].cursor, "p1");
  const digest = sum([await share(doc, 1), await share(other.doc, 2)]);
  await again.apply(x, answerTo(x, { record, changes: [other], cursor: "c2", digest }), begun);
  assert.deepEqual(
    again
      .view(record)
      .map(d => d.fields.title)
      .sort(),
    ["swim", "walk"],
  );
  assert.equal(again.state(record), "up to date");
  assert.ok(![...disk.keys()].some(name => name.startsWith("page/")));
});

test("when all of a record was last here outlives the app, and a page of it does not count", async () => {
  const { disk, db } = await database();
  let x = await db.request(begun, [record]);
  await db.apply(x, answerTo(x, { record, changes: [], reset: true, more: true, cursor: "p1" }), begun + 5);
  assert.equal(db.heard(record), 0);
  x = await db.request(begun, [record]);
  await db.apply(x, answerTo(x), begun + 7);
  assert.equal((await Replica.open({ storage: memoryStorage(disk) })).heard(record), begun + 7);
  x = await db.request(begun, [record]);
  await db.apply(x, answerTo(x, { record, error: { code: "ended" } }), begun + 9);
  assert.equal(db.heard(record), 0);
});

test("what a newer app kept is refused with a sentence", async () => {
  const { disk } = await database();
  disk.set("database", JSON.stringify({ ...JSON.parse(disk.get("database")), version: 2 }));
  await assert.rejects(Replica.open({ storage: memoryStorage(disk) }), /newer app/);
});

test("an option that is handed on as undefined is not given, and what is sent is JSON", async () => {
  const db = await Replica.open({ storage: memoryStorage(), schema: undefined, limit: undefined, newID: undefined });
  await db.mutate(record, { doc, set: { title: "walk" } }, begun);
  const { body } = await db.request(begun, [record]);
  assert.equal(JSON.parse(body).schema, 1);
});

test("what the app keeps beside the records outlives it, is replaced, and is taken out", async () => {
  const { disk, db } = await database();
  await db.keep("session", "one");
  await db.keep("session", "two");
  const again = await Replica.open({ storage: memoryStorage(disk) });
  assert.equal(again.own("session"), "two");
  assert.deepEqual(again.records, [], "it is no record");
  await again.keep("session");
  assert.equal(again.own("session"), undefined);
  assert.equal((await Replica.open({ storage: memoryStorage(disk) })).own("session"), undefined);
});
