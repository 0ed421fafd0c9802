// A board that is open when a person is given to the team: what they report stands there with the hint of it, without a reload.
import { play, until } from "./kit.mjs";
import { rows, sit } from "./desk.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const asked = [];
  context.on("request", r => asked.push(new URL(r.url()).pathname + new URL(r.url()).search));
  const live = () => asked.filter(url => url === "/v1/live").length;
  const page = await sit(context, base, knows.olive, knows.now);
  await page.locator(".row").first().waitFor();
  await until(() => live() === 1);
  await page.evaluate(() => (globalThis.loadedBefore = true));
  const began = asked.length;
  say("open");
  const { record } = await hear();
  await page.getByText("1 new, 1 red or emergency").waitFor();
  await page.keyboard.press("n");
  await until(async () => (await rows(page)).some(text => text.includes("Ben")));
  await shot(page, "queue");
  say({
    streams: live(),
    same: await page.evaluate(() => globalThis.loadedBefore === true),
    named: asked.slice(began).filter(url => url.includes("/queue?records") && url.includes(record)).length,
    row: (await rows(page)).find(text => text.includes("Ben")),
  });
});
