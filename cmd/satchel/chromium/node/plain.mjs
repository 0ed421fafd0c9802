// Somebody with a small screen, very large letters, no mouse and no thermometer says how they are.
import { play } from "./kit.mjs";
import { open, signIn } from "./companion.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  const page = await signIn(context, base, knows);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate(async () => (await import("/web/app/look.js")).look.apply({ scale: 2 }));
  await open(page, "needs", "How I am");
  await page.locator(".calls a").first().waitFor();
  await page.getByRole("link", { name: "Skip to what this page says" }).click();
  await page.keyboard.press("Tab");
  const skipped = await page.evaluate(() => [location.hash, document.activeElement.getAttribute("href") ?? ""]);
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  say({
    // The first thing that can be touched on the screen is whom to call.
    skipped,
    first: await page.evaluate(() => document.querySelector("main a, main button").getAttribute("href") ?? ""),
    fits: await fits(),
    practice: await page.evaluate(async () => (await (await import("/web/app/judge.js")).reach()).practice),
  });
  await shot(page, "how I am", false);
  const press = name => page.getByRole("button", { name, exact: true }).click();
  await press("Say how I am");
  await page.getByText("1 of 10").waitFor();
  await page.getByLabel("Feeling hot, shivery or feverish").check();
  await press("Next");
  for (let at = 2; at <= 8; at++) {
    await page.getByText(at + " of").waitFor();
    await press("None of these");
  }
  await page.getByText("9 of").waitFor();
  await press("1");
  await page.getByText("10 of").waitFor();
  const asked = await page.getByRole("heading", { level: 1 }).innerText();
  await shot(page, "no thermometer", false);
  const here = await page.getByRole("button", { name: "I have no thermometer" }).count();
  if (here > 0) await press("I have no thermometer");
  say({ asked, skippable: here, fits: await fits() });
  await page.getByText("shaking or shivering").waitFor();
  await press("Yes");
  await page.getByRole("heading", { name: /^Call/ }).waitFor();
  await shot(page, "advice", false);
  say({
    calls: await page.locator(".advice .call").count(),
    fits: await fits(),
    focus: await page.evaluate(() => document.activeElement.tagName), // a screen reader begins with what to do
  });
});
