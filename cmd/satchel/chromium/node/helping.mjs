// A daughter who helps her mother is given a code by her father, and uses it in the companion in which she is signed in: until he has confirmed her nothing of his is
// here; then his record stands beside her mother's, and she turns to it.
import { play } from "./kit.mjs";
import { held, open } from "./companion.mjs";
import { begin } from "./screens.mjs";

const main = page => page.locator("main").innerText();

await play(async ({ base, another, knows, say, hear, shot }) => {
  const context = await another();
  const page = await begin(context, base, "app", knows.carla, knows.now);
  await page.setViewportSize({ width: 390, height: 844 });
  const uses = async code => {
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Use this code" }).click();
  };
  await open(page, "whose", "Whose record");
  await page.getByRole("link", { name: "Help one more person" }).click();
  await page.getByRole("heading", { level: 1, name: "Help one more person" }).waitFor();
  const wrong = await held(page, shot, "help one more person");
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await page.getByLabel("Your name").fill("Carla");
  await uses("00000-00000");
  await page.getByRole("alert").waitFor();
  const refused = await main(page);
  await uses(knows.code);
  await page.getByText("The code was right.").waitFor();
  wrong.push(...(await held(page, shot, "asked to confirm")));
  await open(page, "whose", "Whose record");
  await page.getByText("must confirm first").waitFor();
  const before = await main(page);
  say({ wrong, refused, before });

  await hear(); // the father has said that it is her
  await context.setOffline(true);
  await context.setOffline(false); // or a quarter of a minute later
  await page.getByRole("button", { name: "Open: Person" }).waitFor();
  await page.getByRole("button", { name: "Open: Person" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await open(page, "appointments", "Appointments");
  await page.getByText("Heart clinic").waitFor();
  const his = await main(page);
  await open(page, "whose", "Whose record");
  await shot(page, "two people");
  say({ his, both: await main(page) });
});
