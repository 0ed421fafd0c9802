#!/usr/bin/env node
// What the SDK rings by: it syncs one record from a server and prints the list that it works out by itself. One line of JSON comes in, one goes out.
import { text } from "node:stream/consumers";
import { memoryStorage, Replica } from "../src/index.js";
import { readPlace, reminders } from "../src/calendar/index.js";

const { server, token, record, audience, now, days } = JSON.parse(await text(process.stdin));
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

/** @param {string} path @param {RequestInit} [o] */
async function ask(path, o) {
  const got = await fetch(server + path, { ...o, headers });
  if (got.status !== 200) throw new Error(`${path} answered ${got.status}`);
  return got.text();
}

const db = await Replica.open({ storage: memoryStorage() });
do {
  const x = await db.request(now, [record]);
  await db.apply(x, JSON.parse(await ask("/v1/sync", { method: "POST", body: x.body })), now);
} while (db.wants(record, now));
if (db.state(record) !== "up to date") throw new Error(`the record is ${db.state(record)}`);
const place = readPlace(await ask("/v1/reminders"));
process.stdout.write(JSON.stringify(reminders(place, db.view(record), { audience, now, days })));
