#!/usr/bin/env node
// The SDK speaking the line protocol of docs/conformance.md: `satchel conformance --client 'node web/sdk/conformance/lines.js'`.
import { createInterface } from "node:readline";
import { memoryStorage, Replica, replay, share, sum } from "../src/index.js";
import { effective, merge, mutationHash } from "../src/merge/index.js";

/**
 * One local database and whoever is signed in on it.
 * @typedef {object} Database
 * @property {Replica} db
 * @property {Map<string, string>} disk
 * @property {string} server
 * @property {string} token
 * @property {string} record
 * @property {number} schema
 * @property {number} limit
 */

/** @type {Map<string, Database>} */
const open = new Map();

/** @param {{ disk: Map<string, string>, schema: number, limit: number }} d */
const replicaOn = d => Replica.open({ storage: memoryStorage(d.disk), schema: d.schema, limit: d.limit });

/** @param {any} c @returns {Promise<object>} */
async function answer(c) {
  if (c.op === "hello") return { client: "satchel-sdk", vectors: ["digest", "replay", "merge", "effective", "hash"] };
  if (c.op === "vector") return { answer: await solve(c.vector, c.case) };
  if (c.op === "open") {
    const disk = new Map(Object.entries(c.state ?? {}));
    const kept = { disk, server: c.server, token: c.token, record: c.record, schema: c.schema, limit: c.limit ?? 0 };
    open.set(c.db, { ...kept, db: await replicaOn(kept) });
    return {};
  }
  const d = open.get(c.db);
  if (!d) throw new Error(`no database "${c.db}" is open`);
  switch (c.op) {
    case "reopen": // the app was killed: what is on its disk is there
      d.db = await replicaOn(d);
      return {};
    case "signIn":
      d.token = c.token;
      return {};
    case "form":
      return { base: d.db.base(d.record) };
    case "mutate":
      await d.db.mutate(d.record, { doc: c.doc, set: c.set, add: c.add, remove: c.remove, delete: c.delete, base: c.base }, c.now);
      return {};
    case "sync":
      return sync(d, c.now);
    case "view":
      return { view: viewOf(d) };
    case "export":
      return { state: Object.fromEntries(d.disk) };
    case "close":
      open.delete(c.db);
      return {};
  }
  throw new Error(`the op "${c.op}" is not known`);
}

/** One round. @param {Database} d @param {number} now */
async function sync(d, now) {
  const x = await d.db.request(now, [d.record]);
  if (x.parts.size === 0) return { done: true };
  try {
    const headers = { authorization: `Bearer ${d.token}`, "content-type": "application/json" };
    const got = await fetch(`${d.server}/v1/sync`, { method: "POST", headers, body: x.body });
    if (got.status !== 200) return { failed: `the server answered ${got.status}` };
    await d.db.apply(x, JSON.parse(await got.text()), now);
  } catch (err) {
    return { failed: String(err) };
  }
  return { done: !d.db.wants(d.record, now) };
}

/** @param {Database} d */
function viewOf(d) {
  return {
    state: d.db.state(d.record),
    outbox: d.db
      .outbox(d.record)
      .filter(e => !e.answered)
      .map(e => e.doc),
    held: d.db
      .held(d.record)
      .filter(doc => doc.fields.status === "open")
      .map(doc => doc.id),
    documents: Object.fromEntries(d.db.view(d.record).map(doc => [doc.id, plainOf(doc)])),
  };
}

/** @param {import('../src/types.js').Document} doc */
function plainOf(doc) {
  const siblings = Object.entries(doc.siblings).map(([field, list]) => [field, list.map(s => s.value)]);
  return { rev: doc.rev, fields: doc.fields, siblings: Object.fromEntries(siblings) };
}

/** @param {string} vector @param {any} c */
async function solve(vector, c) {
  if (vector === "digest") {
    const there = new Map(c.documents.map((/** @type {any} */ d) => [d.doc, d]));
    return sum(await Promise.all([...there.values()].filter(d => !d.deleted).map(d => share(d.doc, d.rev))));
  }
  if (vector === "merge") return merged(c);
  if (vector === "effective") return effective(c, { now: c.serverNow, last: c.last });
  if (vector === "hash") return mutationHash(c.mutation);
  if (vector !== "replay") throw new Error(`vectors of "${vector}" are not for this client`);
  const docs = new Map();
  for (const [id, given] of Object.entries(c.given)) {
    const siblings = Object.entries(given.siblings ?? {}).map(([field, list]) => [field, list.map((/** @type {any} */ value) => ({ value }))]);
    docs.set(id, { id, rev: 1, fields: { ...given.fields }, siblings: Object.fromEntries(siblings) });
  }
  for (const m of c.outbox) replay(docs, m.doc, m);
  return Object.fromEntries([...docs].map(([id, doc]) => [id, plainOf(doc)]));
}

/** @param {any} c */
function merged(c) {
  const id = (/** @type {any} */ w) => ({ ...w, replica: c.replicas[w.replica] ?? w.replica });
  const { outcome, writes, joined } = merge(c, c.field.map(id), id(c.write), { full: c.write.full, own: (c.write.own ?? []).map(id) });
  if (c.rule === "set") return { outcome, joined, shown: writes.length > 0, writes: writes.length };
  const [shown = null, ...siblings] = writes.map(w => w.value ?? null);
  return { outcome, joined, shown, siblings };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const c = JSON.parse(line);
  const reply = await answer(c).catch(err => ({ error: String(err?.message ?? err) }));
  process.stdout.write(JSON.stringify({ id: c.id, ...reply }) + "\n");
}
