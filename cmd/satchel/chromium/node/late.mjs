// A first visit whose network goes away before a screen was opened, in a browser that keeps no files: what is not there is said, and comes with the network.
import { play } from "./kit.mjs";
import { enter, open } from "./companion.mjs";

await play(async ({ base, another, knows, say }) => {
  const context = await another({ serviceWorkers: "block" });
  const page = await enter(context, base, knows);
  await context.setOffline(true);
  await open(page, "plan", "This page is not here yet");
  say({ text: await page.locator("main").innerText(), focused: await page.evaluate(() => document.activeElement?.closest("main") !== null) });
  await open(page, "", "Today"); // what was opened before is still there
  await page.locator('a[href="#/plan"]').click();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 1, name: "Plan" }).waitFor();
  say({ text: await page.locator("main").innerText(), focused: true });
});
