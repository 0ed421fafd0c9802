// A page is rung: its service worker is handed pushes by the DevTools protocol, as the browser hands it what a push service delivered. It says
// what stands on the screen after each.
import { readFile } from "node:fs/promises";
import { play, until } from "./kit.mjs";

// The page of the test, under the policy that pages of ours have.
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
async function serve(route) {
  const name = new URL(route.request().url()).pathname.slice("/test/".length) || "index.html";
  const contentType = name.endsWith(".js") ? "text/javascript" : "text/html";
  await route.fulfill({ headers: { "Content-Security-Policy": policy }, contentType, body: await readFile(new URL("page/" + name, import.meta.url), "utf8") });
}

await play(async ({ base, context, say, hear }) => {
  await context.grantPermissions(["notifications"], { origin: base });
  await context.route(base + "/test/*", serve);
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  const registrations = [];
  tools.on("ServiceWorker.workerRegistrationUpdated", event => registrations.push(...event.registrations));
  await tools.send("ServiceWorker.enable");
  await page.goto(base + "/test/");
  await page.waitForFunction(() => globalThis.page);
  const scope = await page.evaluate(() => page.ready());
  const { registrationId } = await until(() => registrations.find(r => r.scopeURL === scope && !r.isDeleted));
  const worker = await until(() => context.serviceWorkers()[0]);
  const deeds = {
    key: () => page.evaluate(() => page.key()),
    register: ({ subscription, accessToken }) => page.evaluate(([s, t]) => page.register(s, t), [subscription, accessToken]),
    // deliver hands over a push and gives what is shown once `shows` of them are, and the worker has nothing more to do.
    deliver: async ({ data, shows }) => {
      const before = await handled(worker);
      await tools.send("ServiceWorker.deliverPushMessage", { origin: base, registrationId, data });
      await until(async () => await handled(worker) > before);
      return until(async () => { const shown = await page.evaluate(() => page.shown()); return shown.length === shows && shown; });
    },
    speaks: ({ language }) => page.evaluate(language => page.speaks(language), language),
    wipe: () => page.evaluate(() => page.wipe()),
    // touch lets the worker hear that a notification was touched, and gives what it would do to windows: a browser lets only a hand do that.
    touch: () => worker.evaluate(touch),
    leave: async () => { await page.goto("about:blank"); },
    changed: async () => {
      await worker.evaluate(() => {
        const event = new ExtendableEvent("pushsubscriptionchange");
        event.waitUntil = () => {}; // the browser lets only its own events wait
        self.dispatchEvent(event);
      });
      return until(async () => { const heard = await page.evaluate(() => page.heard()); return heard.length > 0 && heard; });
    },
  };
  await worker.evaluate(count);
  say({ scope });
  for (let next; (next = await hear());) say(await deeds[next.do](next) ?? null);
});

// count counts the pushes that the worker is done with.
function count() {
  self.handled = 0;
  const { waitUntil } = ExtendableEvent.prototype;
  ExtendableEvent.prototype.waitUntil = function (work) {
    waitUntil.call(this, work);
    if (this.type === "push") work.finally(() => { self.handled++; });
  };
}

function handled(worker) { return worker.evaluate(() => self.handled); }

async function touch() {
  const did = [];
  const focus = WindowClient.prototype.focus, openWindow = Clients.prototype.openWindow;
  WindowClient.prototype.focus = async function () { did.push("focus " + new URL(this.url).pathname); return this; };
  Clients.prototype.openWindow = async url => { did.push("open " + new URL(url).pathname); return null; };
  const [notification] = await self.registration.getNotifications();
  let work;
  const event = new NotificationEvent("notificationclick", { notification });
  event.waitUntil = promise => { work = promise; };
  self.dispatchEvent(event);
  await work;
  Object.assign(WindowClient.prototype, { focus });
  Object.assign(Clients.prototype, { openWindow });
  return { did, left: (await self.registration.getNotifications()).length };
}
