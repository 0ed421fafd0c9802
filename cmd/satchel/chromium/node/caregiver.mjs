// A caregiver's browser: what it keeps is sealed by a PIN; access ends while it has no network; at the next connection its copy is gone, from
// what is sealed and from what is not, and what was unsent is handed in.
import { play, until } from "./kit.mjs";
import { open } from "./companion.mjs";

// everything gives all that this browser holds of our site, readable as a thief would read it, and with the PIN.
const everything = (page, pin) => page.evaluate(async pin => {
  const raw = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) raw.push(request.url, await (await cache.match(request)).text());
  }
  const { indexedDBStorage } = await import("/web/sdk/src/index.js");
  const { Sealed } = await import("/web/sdk/src/sealed/index.js");
  const opened = [];
  for (const { name } of await indexedDB.databases()) {
    const inner = await indexedDBStorage(name);
    for (const [key, text] of await inner.load()) raw.push(key, text);
    const sealed = await Sealed.over(inner);
    if (sealed.seal === "locked") {
      await sealed.unlock({ pin });
      for (const [key, text] of await sealed.load()) opened.push(key, text);
    }
    sealed.close();
  }
  return { raw: raw.join("\n"), opened: opened.join("\n") };
}, pin);

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.goto(base + "/app");
  await page.getByRole("button", { name: "I help somebody else" }).click();
  await page.getByLabel("Code").fill(knows.code);
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await page.getByLabel("Your name").fill("Carla Synthetic");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("confirm").waitFor();
  await shot(page, "waiting to be confirmed");
  say(await page.evaluate(() => localStorage.getItem("satchel-account")));

  await hear(); // the person has confirmed
  await page.reload();
  await page.getByText(knows.canaries[0]).first().waitFor();
  await open(page, "settings", "Settings");
  await page.getByRole("button", { name: "Set a PIN" }).click();
  await page.getByLabel("New PIN").fill(knows.pin);
  await page.getByLabel("The same once more").fill(knows.pin);
  await shot(page, "a new PIN");
  await page.getByRole("button", { name: "Keep this PIN" }).click();
  await page.getByRole("button", { name: "Lock now" }).waitFor();
  const before = await everything(page, knows.pin);
  say({ sealed: knows.canaries.filter(word => before.opened.includes(word)), readable: knows.canaries.filter(word => before.raw.includes(word)) });

  await page.getByRole("button", { name: "Lock now" }).click();
  await page.getByText("What is on this device is locked.").waitFor();
  await page.getByLabel("PIN").fill("wrong pin");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("9 more tries").waitFor();
  await shot(page, "locked");
  await page.getByLabel("PIN").fill(knows.pin);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();

  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  await context.setOffline(true);
  await open(page, "appointments/" + knows.visit.split("/").at(-1), knows.canaries[0]);
  await page.getByRole("link", { name: /: Your note$/ }).click();
  await page.getByLabel("Your note").fill(knows.canaries[1]);
  await page.getByRole("button", { name: "Keep this" }).click();
  await page.getByText("Saved on this phone.").waitFor();
  say("written");

  await hear(); // the access has ended
  await context.setOffline(false);
  await page.getByText("Your access to this record has ended.").waitFor();
  await shot(page, "ended");
  const after = await everything(page, knows.pin);
  // Sealed, the random name of the record stays, so that no number of a change is used twice should the access come back.
  say([...knows.canaries.filter(word => after.opened.includes(word)), ...[...knows.canaries, knows.record].filter(word => after.raw.includes(word))]);
});
