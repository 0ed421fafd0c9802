// A caregiver, before and after the person said that they may show the emergency card: what More offers, what the card says, with no network, and a link.
import { play } from "./kit.mjs";
import { held, open, unplug } from "./companion.mjs";
import { begin } from "./screens.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: base });
  const page = await begin(context, base, "app", knows.tokens, knows.now);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, "more", "More");
  say(await page.locator(".links strong").allInnerTexts());
  await hear();
  await page.reload();
  await page.getByRole("link", { name: "Emergency card" }).waitFor();
  await unplug(context, page);
  await page.reload();
  await open(page, "card", "Emergency card");
  await page.getByText("It is made of what you may see.").waitFor();
  const shown = (await page.locator(".paper p").allInnerTexts()).join("\n");
  say({ shown, wrong: await held(page, shot, "a caregiver's") });
  await context.setOffline(false);
  await page.getByRole("link", { name: "Links for an emergency department" }).click();
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByText("The link is made.").waitFor();
  await page.getByRole("button", { name: "Copy the link" }).click();
  await page.getByText("The link is copied.").waitFor();
  say({ link: await page.evaluate(() => navigator.clipboard.readText()), passcode: await page.locator(".code").innerText() });
});
