// A person lets their device ring, and not any more: it says why it cannot where it cannot. The push service is the test's, in place of a browser maker's.
import { play, until } from "./kit.mjs";
import { enter, held, open, unplug } from "./companion.mjs";

// given takes the place of the browser's own way to a push service; what it subscribed outlives a page that is loaded anew.
const given = () => {
  const subscription = ({ token, key }) => ({
    options: { applicationServerKey: Uint8Array.from(key).buffer },
    toJSON: () => JSON.parse(token),
    unsubscribe: async () => { await globalThis.ends(); return true; },
  });
  PushManager.prototype.getSubscription = async () => { const now = await globalThis.subscribed(); return now && subscription(now); };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => subscription(await globalThis.subscribes([...applicationServerKey]));
};

await play(async ({ base, context, knows, say, hear, shot }) => {
  let now = null; // what this browser is subscribed to
  await context.exposeFunction("subscribed", () => now);
  await context.exposeFunction("ends", () => { now = null; });
  await context.exposeFunction("subscribes", async key => {
    say({ key: Buffer.from(key).toString("base64url") });
    return (now = { key, token: await hear() });
  });
  await context.addInitScript(given);
  const page = await enter(context, base, knows);
  const turns = async (name, then) => {
    await page.getByRole("button", { name }).click();
    await page.getByText(then).waitFor();
  };
  const [start, stop] = ["Let this device ring", "Stop the ringing on this device"];
  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  await open(page, "settings", "Settings");
  await page.getByText("This device does not ring.").waitFor();
  await page.getByText("This device", { exact: true }).waitFor(); // the list of devices is there: only the ringing is asked for below
  if (!knows.rings) {
    await turns(start, "Your care team's server cannot ring browsers.");
    say(await held(page, shot, "a server that rings no browsers"));
    return;
  }
  await context.setOffline(true);
  await turns(start, "There is no network now. Please try again when you are online.");
  await context.setOffline(false);
  await turns(start, "This browser may not show you anything while the app is closed.");
  const wrong = await held(page, shot, "refused");
  await context.grantPermissions(["notifications"], { origin: base });
  await turns(start, "This device rings.");
  wrong.push(...(await held(page, shot, "it rings")));
  say(wrong);
  await hear(); // it rang
  await unplug(context, page);
  await page.reload();
  await page.getByText("This device rings.").waitFor(); // the person's word stands
  await context.setOffline(false);
  await turns(stop, "This device does not ring.");
  say(now);
  await hear();
  await turns(start, "This device rings.");
  say("again");
  await hear();
  await page.getByRole("button", { name: "Sign out of this device" }).click();
  await page.getByRole("button", { name: "Sign out and delete it here" }).click();
  await page.getByLabel("Code").waitFor();
  say(now);
});
