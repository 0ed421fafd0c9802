// A nurse signs in at the board by name, password and the code of her authenticator app, by the keyboard alone: without a code, with a wrong one, with the right one.
import { faults } from "./companion.mjs";
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.clock.setFixedTime(knows.now);
  await page.goto(base + "/board");
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  const go = page.getByRole("button", { name: "Sign in", exact: true });
  const code = page.getByLabel("Code");
  const refused = async () => {
    await page.getByRole("alert").waitFor();
    return { said: await page.getByRole("alert").innerText(), name: await page.getByLabel("Name", { exact: true }).inputValue() };
  };
  await page.getByLabel("Name", { exact: true }).fill("olive");
  await page.getByLabel("Password").fill(knows.password);
  await go.click();
  const none = await refused();
  await code.fill(knows.wrong);
  await Promise.all([page.waitForResponse(base + "/v1/sign-in"), code.press("Enter")]);
  const wrong = await refused();
  await shot(page, "a wrong code");
  const seen = await faults(page);
  say({ none, wrong, seen });

  const { right } = await hear();
  await code.fill(right);
  await go.click();
  await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  await context.route("**/v1/sign-out", () => {}); // the server takes its time: on this device nobody waits for it
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.tagName === "H1"));
  say({ kept, empty: (await page.getByLabel("Password").inputValue()) === "" });
});
