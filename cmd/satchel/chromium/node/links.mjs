// Opens the links that the demo printed, each at its own name on this machine, and says what stands there; then one of them a second time.
import { play, until } from "./kit.mjs";
import { settled } from "./screens.mjs";

await play(async ({ context, say, hear, shot }) => {
  const pages = {};
  for (let next; (next = await hear());) {
    const page = (pages[next.role] ??= await context.newPage());
    await page.goto("about:blank");
    if (next.elsewhere) await forget(context, next.link);
    await page.goto(next.link);
    // What is chosen in a list of choices stands on the screen as well as a text does.
    await page.waitForFunction(
      text => document.body.innerText.includes(text) || [...document.querySelectorAll("option:checked")].some(option => option.textContent.includes(text)),
      next.waits,
    );
    if (next.width) await page.setViewportSize({ width: next.width, height: next.height });
    for (const { name, screen } of next.pictures ?? []) {
      await page.evaluate(screen => { location.hash = screen; }, screen);
      await settled(page);
      await shot(page, name, false);
    }
    if (next.screen) {
      await page.evaluate(screen => { location.hash = screen; }, next.screen);
      await settled(page);
    }
    say({ text: await until(() => page.locator("body").innerText()), address: page.url(), title: await page.title() });
  }
});

// forget empties what a browser keeps for an address, as one that was never there.
async function forget(context, link) {
  const { origin } = new URL(link);
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await page.close();
}
