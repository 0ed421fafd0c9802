// Being rung by the server while no page is open (decision 0132): a browser that the person allowed to show notifications gets a subscription of
// its push service, and the server is told of it. What comes says that something waits, never what; the service worker shows it.

/**
 * Whether this browser is rung. `on`; `off`: nobody subscribed it, and nobody was asked; `denied`: the person said no, and only the browser's own
 * settings change that; `none`: this installation rings no browsers; `unsupported`: this browser cannot be rung (on an iPhone: not before the app was
 * put on the home screen).
 * @typedef {'on' | 'off' | 'denied' | 'none' | 'unsupported'} Ringing
 */

/**
 * @typedef {object} PushOptions
 * @property {string} token an access token
 * @property {ServiceWorkerRegistration} registration of `/worker.js`, for the app's own part of the server
 * @property {boolean} [ask] lets the browser ask the person, from a touch of theirs; not given: only what they allowed before is used
 * @property {string} [server] where the server is, without a slash at the end; not given: the page's own
 * @property {typeof fetch} [fetch]
 */

/** What the worker says to open pages when the browser ended a subscription and has another. */
const changedMessage = "push-subscription-changed";

/**
 * Sees to it that the server knows what rings this browser. A page does so each time it starts, and when `whenChanged` says so: browsers end
 * subscriptions by themselves. A subscription that was made with another key is made anew.
 * @param {PushOptions} o
 * @returns {Promise<Ringing>}
 * @throws {Error} the server, or the browser's push service, did not answer as it should; `status` says what it answered
 */
export async function subscribe(o) {
  const { pushManager } = o.registration;
  if (!pushManager || typeof Notification === "undefined") return "unsupported";
  const { rings, applicationServerKey } = await (await asked(o, "/v1/web-push")).json();
  if (!rings) return "none";
  if (o.ask && Notification.permission === "default") await Notification.requestPermission();
  if (Notification.permission !== "granted") return Notification.permission === "denied" ? "denied" : "off";
  const key = bytesOf(applicationServerKey);
  let found = await pushManager.getSubscription();
  if (found && !same(found.options.applicationServerKey, key)) {
    await found.unsubscribe();
    found = null;
  }
  found ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const body = JSON.stringify({ platform: "web", token: JSON.stringify(found) });
  const headers = { authorization: `Bearer ${o.token}`, "content-type": "application/json" };
  await asked(o, "/v1/devices/self/push", { method: "PUT", headers, body });
  return "on";
}

/**
 * Ends it: this browser is not rung any more. With the token of a session the server forgets it at once; without one, when it next would ring.
 * Where the server cannot be reached, the browser's side has ended already.
 * @param {ServiceWorkerRegistration} registration
 * @param {{ token?: string, server?: string, fetch?: typeof fetch }} [o]
 * @returns {Promise<void>}
 * @throws {Error} the server did not take it; `status` says what it answered
 */
export async function unsubscribe(registration, { token = "", ...o } = {}) {
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
  if (token) await asked(o, "/v1/devices/self/push", { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
}

/** Calls f when the browser has another subscription, of which the server is to be told. @param {() => void} f @returns {() => void} ends that */
export function whenChanged(f) {
  const hears = (/** @type {MessageEvent} */ event) => event.data?.type === changedMessage && f();
  navigator.serviceWorker.addEventListener("message", hears);
  return () => navigator.serviceWorker.removeEventListener("message", hears);
}

/** @param {{ server?: string, fetch?: typeof fetch }} o @param {string} path @param {RequestInit} [init] */
async function asked({ server = "", fetch: ask = fetch }, path, init) {
  const got = await ask(server + path, { ...init, cache: "no-store" });
  if (!got.ok) throw Object.assign(new Error(`${path} answered ${got.status}`), { status: got.status });
  return got;
}

/** @param {string} base64url */
const bytesOf = base64url => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));

/** @param {ArrayBuffer | null} was @param {Uint8Array} key */
const same = (was, key) => was !== null && String(new Uint8Array(was)) === String(key);
