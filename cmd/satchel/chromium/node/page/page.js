// A page of a test: what any page of ours does that wants to be rung. The subscription comes from the test, in place of pushManager.subscribe,
// which needs a push service of a browser's maker.
import { subscribe } from "/web/sdk/src/push.js";

const heard = [];
navigator.serviceWorker.addEventListener("message", event => heard.push(event.data));
const ready = navigator.serviceWorker.register("/worker.js", { scope: "/test/" }).then(() => navigator.serviceWorker.ready);

globalThis.page = {
  heard: () => heard,
  ready: async () => (await ready).scope,
  key: async () => (await (await fetch("/v1/web-push")).json()).applicationServerKey,
  register: (subscription, token) => subscribe({ token, registration: { pushManager: given(subscription) } }),
  shown: async () => (await (await ready).getNotifications()).map(n => ({
    title: n.title, body: n.body, tag: n.tag, silent: n.silent, at: n.timestamp, data: n.data, icon: n.icon, image: n.image ?? "", actions: n.actions.length,
  })),
  speaks: async language => { await (await caches.open("satchel-language")).put("/language", new Response(language)); },
  // wipe takes away what is shown, as a hand does.
  wipe: async () => { for (const n of await (await ready).getNotifications()) n.close(); },
};

// given is what the browser's own pushManager would be, with a push service.
const given = subscription => ({
  getSubscription: async () => null,
  subscribe: async ({ applicationServerKey }) => ({ options: { applicationServerKey }, toJSON: () => subscription }),
});
