// Somebody who helps begins a record of their own, and says how they are: they are asked about themselves, and treated as the person of that record.
import { play } from "./kit.mjs";
import { held, open } from "./companion.mjs";
import { begin } from "./screens.mjs";

const main = page => page.locator("main").innerText();

await play(async ({ base, another, knows, say, shot }) => {
  const page = await begin(await another(), base, "app", knows.carla, knows.now);
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "whose", "Whose record");
  await page.getByRole("link", { name: "How I am myself" }).click();
  await page.getByRole("heading", { level: 1, name: "How I am myself" }).waitFor();
  const wrong = await held(page, shot, "begin my own");
  await page.getByLabel("Your name").fill("Carla Example");
  await page.getByLabel("Birth date").fill("1964-02-11");
  await page.getByLabel("The practice of the person I help").check();
  await page.getByLabel("The practice of the person I help").uncheck();
  await page.getByRole("button", { name: "Begin my own record" }).click();
  await page.getByRole("link", { name: "Whose record: Your own" }).waitFor();
  await page.getByRole("button", { name: "Say how I am" }).click();
  await page.getByText("1 of 3").waitFor();
  const asked = await main(page);
  wrong.push(...(await held(page, shot, "asked about themselves")));
  await page.getByLabel("How much all of this takes out of me").check();
  await page.getByLabel("I do not feel safe with somebody at home").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("2 of 5").waitFor();
  await page.getByRole("button", { name: "8", exact: true }).click();
  await page.getByText("3 of 5").waitFor();
  await page.getByRole("button", { name: "0", exact: true }).click();
  await page.getByText("4 of 5").waitFor();
  await page.getByRole("button", { name: "This week" }).click();
  await page.getByText("5 of 5").waitFor();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByText("Everything you said has arrived.").waitFor();
  await page.locator(".advice").waitFor();
  const advice = await main(page);
  await shot(page, "what to do");
  await open(page, "people", "People");
  await page.getByText("What Bridge navigators may see").waitFor();
  const people = await main(page);
  await open(page, "whose", "Whose record");
  say({ wrong, asked, advice, people, list: await main(page) });
});
