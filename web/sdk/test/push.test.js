import assert from "node:assert/strict";
import { test } from "node:test";
import { subscribe, unsubscribe } from "../src/push.js";

const key = "BKd0G4-gGA4QBcLBvZpJBdVTj_xkzVDaYbFyAQ0dG5d6NbSU0PgHZkVRwcFH6b1E2kUqFTWTdVmx06yTLcPbAkk";
const bytes = Uint8Array.from(Buffer.from(key, "base64url"));

/** A browser that has no push service: what it would give is made here. @param {{ permission?: string, answer?: string, had?: Uint8Array | null }} [o] */
function browserOf({ permission = "granted", answer = "granted", had = null } = {}) {
  const did = /** @type {string[]} */ ([]);
  const made = (/** @type {string} */ name, /** @type {Uint8Array} */ applicationServerKey) => ({
    options: { applicationServerKey: new Uint8Array(applicationServerKey).buffer },
    toJSON: () => ({ endpoint: "https://push.example/" + name }),
    unsubscribe: async () => {
      did.push("unsubscribe " + name);
      found = null;
      return true;
    },
  });
  /** @type {ReturnType<typeof made> | null} */
  let found = had && made("old", had);
  const pushManager = {
    getSubscription: async () => found,
    subscribe: async (/** @type {any} */ asked) => {
      assert.equal(asked.userVisibleOnly, true);
      did.push("subscribe");
      return (found = made("new", asked.applicationServerKey));
    },
  };
  const Notification = {
    permission,
    requestPermission: async () => {
      did.push("ask");
      Notification.permission = answer;
    },
  };
  Object.defineProperty(globalThis, "Notification", { value: Notification, configurable: true });
  return { did, registration: /** @type {any} */ ({ pushManager }) };
}

/** A server that rings with a key, or does not. @param {{ rings?: boolean, status?: number }} [o] */
function serverOf({ rings = true, status = 204 } = {}) {
  const told = /** @type {any[]} */ ([]);
  const ask = async (/** @type {any} */ url, /** @type {any} */ init) => {
    if (url === "/v1/web-push") return Response.json(rings ? { rings, applicationServerKey: key } : { rings });
    told.push({ url, ...init, body: init.body && JSON.parse(init.body) });
    return new Response(null, { status });
  };
  return { told, fetch: /** @type {typeof fetch} */ (ask) };
}

test("a browser that may be rung is subscribed with the server's key, and the server is told", async () => {
  const { did, registration } = browserOf();
  const { told, fetch } = serverOf();
  assert.equal(await subscribe({ token: "t", registration, fetch }), "on");
  assert.deepEqual(did, ["subscribe"]);
  assert.deepEqual([told[0].url, told[0].method, told[0].headers.authorization], ["/v1/devices/self/push", "PUT", "Bearer t"]);
  assert.deepEqual([told[0].body.platform, JSON.parse(told[0].body.token)], ["web", { endpoint: "https://push.example/new" }]);
  assert.equal(await subscribe({ token: "t", registration, fetch }), "on");
  assert.deepEqual([did, told.length], [["subscribe"], 2], "at the next start the same one is told again");
});

test("nobody is asked who did not touch anything, and who said no is not asked again", async () => {
  const cases = /** @type {const} */ ([
    ["default", false, "granted", "off", []],
    ["default", true, "granted", "on", ["ask", "subscribe"]],
    ["default", true, "default", "off", ["ask"]],
    ["default", true, "denied", "denied", ["ask"]],
    ["denied", true, "granted", "denied", []],
  ]);
  for (const [permission, ask, answer, want, deeds] of cases) {
    const { did, registration } = browserOf({ permission, answer });
    const { told, fetch } = serverOf();
    assert.equal(await subscribe({ token: "t", registration, ask, fetch }), want);
    assert.deepEqual([did, told.length], [deeds, want === "on" ? 1 : 0]);
  }
});

test("a subscription with another key is made anew; one with this key is kept", async () => {
  for (const [had, deeds] of /** @type {const} */ ([
    [bytes, []],
    [bytes.map(b => b ^ 1), ["unsubscribe old", "subscribe"]],
  ])) {
    const { did, registration } = browserOf({ had });
    const { told, fetch } = serverOf();
    await subscribe({ token: "t", registration, fetch });
    assert.deepEqual([did, told.length], [deeds, 1]);
  }
});

test("where browsers are not rung nobody is asked, and what the server refuses is said", async () => {
  const quiet = browserOf({ permission: "default" });
  assert.equal(await subscribe({ token: "t", registration: quiet.registration, ask: true, ...serverOf({ rings: false }) }), "none");
  assert.deepEqual(quiet.did, []);
  assert.equal(await subscribe({ token: "t", registration: /** @type {any} */ ({}), ...serverOf() }), "unsupported");
  const { registration } = browserOf();
  await assert.rejects(subscribe({ token: "t", registration, ...serverOf({ status: 401 }) }), { status: 401 });
});

test("who does not want to be rung any more is not", async () => {
  const { did, registration } = browserOf({ had: bytes });
  await unsubscribe(registration);
  await unsubscribe(registration);
  assert.deepEqual(did, ["unsubscribe old"]);
});

test("whoever is signed in has the server forget this browser, too, also when the browser has forgotten it already", async () => {
  for (const had of [bytes, null]) {
    const { did, registration } = browserOf({ had });
    const { told, fetch } = serverOf();
    await unsubscribe(registration, { token: "t", fetch });
    assert.deepEqual(did, had ? ["unsubscribe old"] : []);
    assert.deepEqual([told[0].url, told[0].method, told[0].headers.authorization], ["/v1/devices/self/push", "DELETE", "Bearer t"]);
  }
  const { did, registration } = browserOf({ had: bytes });
  await assert.rejects(unsubscribe(registration, { token: "t", ...serverOf({ status: 503 }) }), { status: 503 });
  assert.deepEqual(did, ["unsubscribe old"], "the browser's side has ended");
});
