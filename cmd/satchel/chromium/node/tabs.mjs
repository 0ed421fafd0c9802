// The page of docs/sdk.md in several tabs: one leads, the others ask it, and whatever is closed in the middle, each note is there once.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'none'";
  await context.route(base + "/notes/", route => route.fulfill({ contentType: "text/html", headers: { "Content-Security-Policy": policy }, body: knows.page }));
  await context.addInitScript(me => {
    if (location.protocol === "http:") localStorage.setItem("me", JSON.stringify(me)); // an empty page has none
    // Whether this tab leads is seen by who holds the lock.
    globalThis.locks = async () => (await navigator.locks.query()).held.map(l => l.clientId);
  }, knows.me);
  const open = async () => {
    const page = await context.newPage();
    await page.goto(base + "/notes/");
    return page;
  };
  const keep = async (page, text) => {
    await page.locator("#text").fill(text);
    await page.locator("button").click();
    await page.waitForFunction(() => document.querySelector("#text").value === "");
  };
  const notes = page => page.$$eval("#list li", all => all.map(li => li.textContent).sort());
  const state = page => page.textContent("#state");
  const sent = page => until(async () => await state(page) === "Everything is sent.");

  const first = await open();
  await sent(first);
  const second = await open();
  await keep(second, "from the second tab");
  await until(async () => (await notes(first)).length === 1);
  await sent(second);
  say({ leaders: (await second.evaluate(() => globalThis.locks())).length, notes: await notes(second) });

  await hear(); // the network goes
  await context.setOffline(true);
  await keep(second, "written in a tunnel");
  await until(async () => (await notes(first)).length === 2);
  await until(async () => (await state(second)).startsWith("1 not sent yet."));
  await shot(second, "in a tunnel");
  await first.close(); // the one that led
  await keep(second, "after the first tab was closed");
  await context.setOffline(false);
  await sent(second);
  say({ notes: await notes(second) });

  await hear(); // tabs are closed while others write
  for (let i = 0; i < 12; i++) {
    const leader = second;
    const other = await open();
    await other.locator("#text").fill("round " + i);
    await Promise.all([other.locator("button").click(), i % 2 ? leader.evaluate(() => location.reload()).catch(() => {}) : null]);
    await until(async () => (await notes(other)).includes("round " + i));
    await other.close();
  }
  await sent(second);
  say({ notes: await notes(second) });
});
