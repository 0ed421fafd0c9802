// The service worker of the web apps: it shows that something waits, and never what. A push says {"k", "id", "ts"} and nothing of anybody; what
// it is about is read in the app, after whoever holds the device has unlocked it. It asks no other server for anything.
//
// It also keeps the companion's files, so that the app opens with no network from its second visit. The server names them in /web/files.js with
// one version for all: when a file is another, so is that script, and the browser installs this worker anew with everything. No answer of the API
// is ever kept here; what the person wrote and reads lies in the app's own database.
//
// A page registers it for its own part of this server: navigator.serviceWorker.register("/worker.js", { scope: "/app" }).
"use strict";

importScripts("/web/files.js");
const { version, paths } = self.FILES;
const KEEPS = "satchel-files-";

// keep fetches all files in one answer, before anything of the version before is let go. What comes of another version than this worker was made for,
// because the server was changed in between, is not mixed with it: the browser tries again, with the worker of then.
async function keep() {
  const answer = await fetch("/web/kept.json", { cache: "no-cache" });
  const { version: theirs, files } = await answer.json();
  if (theirs !== version) throw new Error("The app was changed meanwhile.");
  const cache = await caches.open(KEEPS + version);
  await Promise.all(Object.entries(files).map(([path, { text, headers }]) => cache.put(path, new Response(text, { headers }))));
}

async function letGo() {
  for (const name of await caches.keys()) if (name.startsWith(KEEPS) && name !== KEEPS + version) await caches.delete(name);
}

// kept answers with a file that is here, whatever the network does; what is not of them goes its own way.
function kept(event) {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !paths.includes(pathname)) return;
  event.respondWith(caches.match(pathname, { cacheName: KEEPS + version }).then(found => found ?? fetch(event.request)));
}

// What is shown. It is internal/notify's closed list, and a test holds the two against each other; in Spanish it is the same.
// prettier-ignore
const SAID = {"en": {"title": "Reminder", "action": "Please open the app."}, "es": {"title": "Recordatorio", "action": "Abra la aplicación, por favor."}};

// LANGUAGE is a cache with one word: the language that the person chose in the app, who may read another one than their browser.
const LANGUAGE = "satchel-language";
async function spoken() {
  const chosen = await caches.match("/language", { cacheName: LANGUAGE }).then(found => found?.text(), () => {}); // prettier-ignore
  return SAID[chosen] ?? SAID[/^es\b/i.test(self.navigator.language) ? "es" : "en"];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MILLISECONDS = /^[0-9]{1,15}$/;

// RUNG is a cache whose keys name what rang on this device, the latest KEPT of them. It holds no content.
const RUNG = "satchel-rung";
const KEPT = 64;

// read takes a push apart; null for whatever is none of ours.
function read(data) {
  try {
    const { k, id, ts } = data.json();
    if (typeof k !== "string" || k === "title" || !Object.hasOwn(SAID.en, k)) return null;
    if (typeof id !== "string" || !UUID.test(id) || typeof ts !== "string" || !MILLISECONDS.test(ts)) return null;
    return { k, id, at: Number(ts) };
  } catch {
    return null;
  }
}

// ring shows one notification for one id. What comes again takes the place of what is shown, without a sound, also when the person has
// wiped it away. What is none of ours is shown as well: a browser that was pushed and saw nothing would say so in its own words.
async function ring(push) {
  const { title, ...words } = await spoken();
  if (!push) return self.registration.showNotification(title, { body: words.action, tag: "satchel", silent: true });
  const silent = await rang(push.id);
  await self.registration.showNotification(title, { body: words[push.k], tag: push.id, timestamp: push.at, silent });
  await remember(push.id); // last: a worker that is ended before rings again, and is not silent about what nobody saw
}

const keyOf = id => new URL("rung/" + id, self.registration.scope).href;

// rang and remember do without a memory where there is no room for one.
async function rang(id) {
  try {
    return (await (await caches.open(RUNG)).match(keyOf(id))) !== undefined;
  } catch {
    return false;
  }
}

async function remember(id) {
  try {
    const rung = await caches.open(RUNG);
    await rung.put(keyOf(id), new Response());
    const all = await rung.keys(); // the oldest first
    await Promise.all(all.slice(0, -KEPT).map(old => rung.delete(old)));
  } catch {
    /* it may ring once more */
  }
}

// pages are the open windows of the part of this server for which the worker was registered.
async function pages() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.filter(w => w.url.startsWith(self.registration.scope));
}

// open brings the app before whoever touched the notification.
async function open() {
  const [page] = await pages();
  return page ? page.focus() : self.clients.openWindow(self.registration.scope);
}

// renew subscribes again after the browser ended a subscription by itself. The worker is not signed in, so it cannot tell the server: it tells the
// pages that are open, and a page tells the server of what the browser has each time that it starts. Meanwhile the server hears from the push
// service that the old one is gone, and forgets it; reminders in the page and what it pulls do not hang on any of this.
async function renew(change) {
  try {
    if (!change.newSubscription) {
      const applicationServerKey = change.oldSubscription?.options?.applicationServerKey ?? (await serverKey());
      if (applicationServerKey) await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    }
  } catch {
    /* neither the server nor a push service is within reach: the page tries again when it starts */
  }
  for (const page of await pages()) page.postMessage({ type: "push-subscription-changed" });
}

async function serverKey() {
  const { applicationServerKey } = await (await fetch("/v1/web-push")).json();
  return applicationServerKey; // none where browsers are not rung
}

self.addEventListener("install", event => event.waitUntil(keep().then(() => self.skipWaiting()))); // a worker that was mended takes over at once
self.addEventListener("activate", event => event.waitUntil(letGo().then(() => self.clients.claim())));
self.addEventListener("fetch", kept);
self.addEventListener("push", event => event.waitUntil(ring(read(event.data))));
self.addEventListener("pushsubscriptionchange", event => event.waitUntil(renew(event)));
self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(open());
});
