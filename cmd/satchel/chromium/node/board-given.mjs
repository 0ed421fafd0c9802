// A board that is open when a person is given to the team: what they report stands there with the hint of it, without a reload.
import { play, until } from "./kit.mjs";
import { rows, sit } from "./desk.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const asked = [];
  context.on("request", r => asked.push(new URL(r.url()).pathname + new URL(r.url()).search));
  const live = () => asked.filter(url => url === "/v1/live").length;
  const page = await sit(context, base, knows.olive, knows.now);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.locator(".row").first().waitFor();
  await until(() => live() === 1);
  await page.evaluate(() => (globalThis.loadedBefore = true));
  const began = asked.length;
  say("open");
  const { record } = await hear();
  await page.getByText("1 new, 1 red or emergency").waitFor();
  await shot(page, "news", false);
  const inSight = await page.evaluate(() => {
    const list = document.querySelector(".queue").getBoundingClientRect();
    return Math.floor((Math.min(list.bottom, innerHeight) - list.top) / document.querySelector(".row").getBoundingClientRect().height);
  });
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.keyboard.press("n");
  await until(async () => (await rows(page)).some(text => text.includes("Ben")));
  await shot(page, "queue");
  const offers = asked.filter(url => url.endsWith("/re-routes")).length;
  const before = asked.length;
  say("shown");
  await hear(); // he reported again
  await until(async () => (await rows(page)).some(text => text.includes("It is worse.")));
  say({
    streams: live(),
    inSight,
    beyond,
    records: asked.filter(url => url === "/v1/sync").length,
    same: await page.evaluate(() => globalThis.loadedBefore === true),
    offers: asked.filter(url => url.endsWith("/re-routes")).length - offers,
    pages: asked.slice(before).filter(url => url.includes("/queue?limit")).length,
    named: asked.slice(began).filter(url => url.includes("/queue?records") && url.includes(record)).length,
    row: (await rows(page)).find(text => text.includes("Ben")),
  });
});
