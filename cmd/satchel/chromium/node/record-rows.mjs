// A record with two rows, one of them private: each is taken and closed on the screen of the record, by keys, and the screen says which one is meant.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await sit(context, base, knows.olive, knows.now);
  const keys = page.keyboard;
  await page.locator(".row").first().waitFor();
  await keys.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  const rows = page.getByRole("group", { name: "What waits here" }).getByRole("button");
  await until(async () => (await rows.count()) === 2);
  const chosen = page.getByRole("group", { name: "What waits here" }).locator("[aria-pressed=true]");
  const mine = () => rows.filter({ hasText: "You have it." }).count();
  const first = await chosen.innerText();
  await keys.press("c");
  await until(async () => (await mine()) === 1);
  await keys.press("j");
  await until(async () => !(await chosen.innerText()).includes("You have it."));
  const second = await chosen.innerText();
  await shot(page, "two rows");
  await keys.press("c");
  await until(async () => (await mine()) === 2);
  await keys.press("h");
  await until(async () => (await mine()) === 1);
  await rows.filter({ hasNotText: "You have it." }).click(); // it is the one
  await keys.press("c");
  await until(async () => (await mine()) === 2);
  await keys.press("t");
  await page.getByLabel("Which team").waitFor();
  const busy = await rows.evaluateAll(all => all.map(e => e.ariaDisabled));
  await keys.press("Escape");
  const wrong = await faults(page);
  await page.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(page)));
  await shot(page, "two rows, narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  say({ first, second, busy, wrong });

  await hear();
  for (const left of [1, 0]) {
    await keys.press("x");
    await page.getByLabel("What came of it").selectOption({ label: "Advice was given" });
    await page.getByRole("button", { name: "Close it" }).click();
    await until(async () => (await page.getByRole("button", { name: /^Close/ }).count()) === left);
  }
  const said = await page.getByText("Ada Example is closed.").first().innerText();
  await until(async () => (await page.getByText("It is sent in a moment.").count()) === 0);
  await keys.press("u");
  await page.getByText("Nobody waits for this team now.").waitFor();
  say(said);
});
