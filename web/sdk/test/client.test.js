import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Client } from "../src/index.js";
import { answerTo, begun, database, doc, record, Timers } from "./kit.js";

/**
 * A server over TCP that answers `/v1/sync` as a test says, one rule after the other, the last for ever; `/v1/live` is held open.
 * @param {import('node:test').TestContext} t
 * @param {((res: import('node:http').ServerResponse, body: string) => void)[]} rules
 */
async function serverOf(t, rules) {
  /** @type {string[]} */
  const bodies = [];
  /** @type {import('node:http').ServerResponse[]} */
  const streams = [];
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += chunk;
    if (req.url === "/v1/live") {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write(": here\n\n");
      streams.push(res);
      server.emit("listening to", res);
      return;
    }
    const rule = rules[Math.min(bodies.length, rules.length - 1)];
    bodies.push(body);
    rule(res, body);
    server.emit("asked");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, bodies, streams, server };
}

/** @param {import('node:http').ServerResponse} res @param {string} body */
const takesIn = (res, body) => void res.end(JSON.stringify(answerTo({ body, replica: "", parts: new Map() })));
/** @param {number} status @param {Record<string, string>} [headers] */
const says = (status, headers) => (/** @type {import('node:http').ServerResponse} */ res) => void res.writeHead(status, headers).end();
/** @param {import('node:http').ServerResponse} res */
const hangsUp = res => void res.destroy();

/** @param {import('node:test').TestContext} t @param {Parameters<typeof serverOf>[1]} rules @param {{ token?: () => Promise<string | null>, live?: boolean }} [o] */
async function clientOf(t, rules, { token = async () => "token", live = false } = {}) {
  const timers = new Timers();
  const far = await serverOf(t, rules);
  const { db } = await database();
  const client = new Client({ server: far.url, db, token, live, now: () => timers.now, after: timers.after, chance: () => 0 });
  t.after(() => client.stop());
  /** Goes on to what is due next, and waits until it is done. */
  const go = async () => {
    timers.pass(timers.next);
    await client.idle();
  };
  return { ...far, timers, client, db, go };
}

test("what is written is sent at once, and is told to whoever shows it", async t => {
  const { client, bodies, go } = await clientOf(t, [takesIn]);
  client.start([record]);
  await go();
  const told = /** @type {string[]} */ ([]);
  client.addEventListener("change", e => told.push(/** @type {CustomEvent} */ (e).detail.record));
  await client.write(record, { doc, set: { title: "walk" } });
  assert.deepEqual(client.status(record), { state: "sending", unsent: 1, trouble: "", heard: begun });
  await go();
  assert.equal(JSON.parse(bodies[1]).records[0].mutations[0].set.title, "walk");
  assert.equal(client.status(record).unsent, 0);
  assert.deepEqual(told, [record, record]);
});

test("without a network pauses grow to five minutes, nothing is lost, and one good round ends them", async t => {
  const { client, bodies, timers, go } = await clientOf(t, [...Array(12).fill(hangsUp), takesIn]);
  client.start([record]);
  await go();
  await client.write(record, { doc, set: { title: "walk" } });
  const pauses = [];
  while (client.trouble === "offline") {
    pauses.push(timers.next);
    await go();
  }
  assert.deepEqual(pauses.slice(0, 4), [500, 1000, 2000, 4000]);
  assert.equal(Math.max(...pauses), 150_000);
  assert.equal(bodies.length, 13);
  assert.deepEqual([client.status(record).unsent, client.trouble], [0, ""]);
});

test("a server that asks for time gets it", async t => {
  const { client, bodies, timers, go } = await clientOf(t, [says(503, { "retry-after": "90" }), says(429, { "retry-after": "7" }), takesIn]);
  client.start([record]);
  await client.write(record, { doc, set: { title: "walk" } });
  await go();
  assert.deepEqual([client.trouble, timers.next], ["busy", 90_000]);
  await go();
  assert.equal(timers.next, 7000);
  await go();
  assert.deepEqual([client.trouble, bodies.length, client.status(record).unsent], ["", 3, 0]);
});

test("who has to sign in again is told so, the outbox waits, and goes out at once afterwards", async t => {
  let token = "old";
  const { client, bodies, go } = await clientOf(t, [says(401), takesIn], { token: async () => token });
  client.start([record]);
  await client.write(record, { doc, set: { title: "walk" } });
  await go();
  assert.deepEqual(client.status(record), { state: "sending", unsent: 1, trouble: "signIn", heard: 0 });
  token = "new";
  client.wake();
  await go();
  assert.deepEqual([bodies.length, client.status(record).unsent, client.trouble], [2, 0, ""]);
});

test("whose token ended while the server was out of reach is offline, and is not told to sign in again", async t => {
  let away = true;
  const token = async () => {
    if (away) throw new Error("no network");
    return "new";
  };
  const { client, bodies, go } = await clientOf(t, [takesIn], { token });
  client.start([record]);
  await client.write(record, { doc, set: { title: "walk" } });
  await go();
  assert.deepEqual([bodies.length, client.status(record)], [0, { state: "sending", unsent: 1, trouble: "offline", heard: 0 }]);
  away = false;
  await go();
  assert.deepEqual([bodies.length, client.status(record).unsent, client.trouble], [1, 0, ""]);
});

test("a hint of the live stream has the record asked for, and a stream that ends is opened again", async t => {
  const { client, bodies, streams, server, timers } = await clientOf(t, [takesIn], { live: true });
  const until = async (/** @type {() => boolean} */ there, /** @type {number} */ ms) => {
    for (timers.pass(ms); !there(); timers.pass(0)) await new Promise(setImmediate);
    await client.idle();
  };
  const listening = once(server, "listening to");
  client.start([record]);
  await until(() => bodies.length === 1, 0);
  await listening;
  const other = "5f0c0000-0000-7000-8000-000000000002";
  streams[0].write(`data: {"record":"${other}",`);
  streams[0].write('"head":3}\n\n');
  await until(() => bodies.length === 2, 0);
  assert.deepEqual(
    JSON.parse(bodies[1]).records.map((/** @type {any} */ r) => r.record),
    [other],
  );
  streams[0].end();
  await until(() => timers.next <= 1000, 0);
  await until(() => streams.length === 2 && bodies.length === 3, 1000);
  assert.deepEqual(
    JSON.parse(bodies[2]).records.map((/** @type {any} */ r) => r.record),
    [record, other],
  );
});

test("the hint of one's own write costs no second round, whether it comes before the answer or after it; another's is asked for", async t => {
  const own = "0000000000000000"; // what this server answers when it has taken in a write
  const hint = (/** @type {string} */ digest) => `data: {"record":"${record}","head":9,"digest":"${digest}"}\n\n`;
  const { client, bodies, streams, server, timers } = await clientOf(
    t,
    [
      takesIn,
      (res, body) => {
        streams[0].write(hint(own)); // it overtakes the answer
        setImmediate(() => takesIn(res, body));
      },
      (res, body) => {
        const answer = answerTo({ body, replica: "", parts: new Map() });
        for (const one of answer.records) if (one.record === record) one.last = 1; // the write, which was taken in before
        res.end(JSON.stringify(answer));
      },
    ],
    { live: true },
  );
  const until = async (/** @type {() => boolean} */ there) => {
    for (timers.pass(0); !there(); timers.pass(0)) await new Promise(setImmediate);
    await client.idle();
  };
  const listening = once(server, "listening to");
  client.start([record]);
  await until(() => bodies.length >= 1);
  await listening;
  await client.write(record, { doc, set: { title: "walk" } });
  await until(() => bodies.length >= 2);
  streams[0].write(hint(own)); // and once more, behind it
  streams[0].write(`data: {"record":"5f0c0000-0000-7000-8000-000000000002","head":3}\n\n`); // a server that names no digest is asked; and what stood before it was read
  await until(() => bodies.length >= 3);
  const asked = (/** @type {string} */ body) => JSON.parse(body).records.map((/** @type {any} */ r) => r.record);
  assert.deepEqual(asked(bodies[2]), ["5f0c0000-0000-7000-8000-000000000002"], "one's own write was asked for once more");
  streams[0].write(hint("00000000000000ff"));
  await until(() => bodies.length >= 4);
  assert.deepEqual(asked(bodies[3]), [record]);
  assert.equal(bodies.length, 4);
});

test("a stream on which nothing is heard any more is given up", async t => {
  const { client, streams, server, timers } = await clientOf(t, [takesIn], { live: true });
  const listening = once(server, "listening to");
  client.start([record]);
  await listening;
  const over = once(streams[0], "close");
  while (timers.next < 45_000) {
    timers.pass(timers.next);
    await new Promise(setImmediate);
  }
  timers.pass(45_000);
  await over;
});

test("a device that is full says so and goes on trying", async t => {
  const { client, db, go } = await clientOf(t, [takesIn]);
  client.start([record]);
  t.mock.method(
    db,
    "apply",
    async () => {
      throw new Error("disk full");
    },
    { times: 1 },
  );
  await go();
  assert.equal(client.trouble, "full");
  await go();
  assert.equal(client.trouble, "");
});

test("a client that is stopped waits for no token, and sends nothing with the one that comes later", async t => {
  let give = (/** @type {string} */ _) => {};
  const { client, timers, bodies } = await clientOf(t, [takesIn], { token: () => new Promise(done => (give = done)) });
  client.start([record]);
  timers.pass(0);
  client.stop();
  await client.idle();
  give("token");
  await new Promise(done => setImmediate(done));
  assert.equal(bodies.length, 0);
});
