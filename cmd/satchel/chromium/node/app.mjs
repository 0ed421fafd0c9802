// The companion from its first visit: somebody signs in by a code, sees what is planned, and opens it again with no network.
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.goto(base + "/app");
  await page.getByLabel("Code").fill("ABCDE-FGHJK");
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await shot(page, "sign in");
  await page.getByRole("button", { name: "Go on" }).click();
  say(await page.getByRole("alert").textContent());

  const { code } = await hear();
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("Everything you said has arrived.").waitFor();
  await shot(page, "today");
  say(await page.locator("main").innerText());

  await hear(); // the network goes
  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated"));
  await context.setOffline(true);
  await page.reload();
  await page.getByText("You are offline.").waitFor();
  await shot(page, "today offline");
  say(await page.locator("main").innerText());
});
