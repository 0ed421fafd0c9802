// The figures of a team: a sentence, a drawing and the same numbers as a table.
import { play, until } from "./kit.mjs";
import { place, sit } from "./desk.mjs";

const shown = page => page.locator("main section").allInnerTexts();

await play(async ({ base, context, knows, say, shot }) => {
  const page = await sit(context, base, knows.olive, knows.now);
  await place(page, "Figures");
  await page.getByRole("heading", { name: "Acted on in time" }).waitFor();
  await until(async () => (await page.locator(".chart canvas").count()) >= 2);
  await shot(page, "figures");
  say(await shown(page));
  await page.getByLabel("How far back").focus();
  await page.keyboard.press("Home");
  await until(async () => (await page.locator("#in-time ~ table tbody tr").count()) === 4);
  say(await shown(page));
});
