// An administrator ties a nurse to her subject at the provider, at the board, and unties her; between, she comes by the provider.
import { play } from "./kit.mjs";
import { faults } from "./companion.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  await context.route("https://fonts.googleapis.com/**", route => route.fulfill({ contentType: "text/css", body: "" })); // of the provider's page, not of ours
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(base + "/board");
  await page.getByLabel("Name").fill("amos");
  await page.getByLabel("Password").fill(knows.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: knows.organisation }).click();
  const proves = page.getByText("Please show once more that it is you.");
  const nurse = page.getByRole("link", { name: "Synthetic olive" });
  await proves.or(nurse).first().waitFor();
  if (await proves.isVisible()) {
    await page.getByLabel("Password").fill(knows.password);
    await page.getByRole("button", { name: "Go on" }).click();
  }
  const opens = async name => {
    await page.getByRole("link", { name }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };
  const back = () => page.getByRole("link", { name: "Everybody who works here" }).click();
  const ties = async subject => {
    await page.getByLabel("Subject", { exact: true }).or(page.getByLabel("Another subject", { exact: true })).fill(subject);
    await page.getByRole("button", { name: /^Tie / }).click();
  };
  const told = async () => { await page.getByRole("alert").first().waitFor(); return page.getByRole("alert").first().innerText(); };

  await opens("Synthetic olive");
  await page.getByText("Not tied to Riverside Hospital.").waitFor();
  const wrong = await faults(page);
  await ties(" olive-8f14 ");
  await page.getByText("Synthetic olive can sign in by Riverside Hospital now.").waitFor();
  await page.getByText("Tied to Riverside Hospital since").waitFor();
  await back();
  await opens("Synthetic oscar");
  await ties("oscar-1");
  await page.getByText("Synthetic oscar can sign in by Riverside Hospital now.").waitFor();
  await ties("olive-8f14");
  say({ words: await told() });
  await page.getByText("Tied to Riverside Hospital since").waitFor();
  await hear(); // oscar's account was closed
  await ties("oscar-2");
  await page.getByText("closed").first().waitFor();
  say({ words: await told() });

  const comes = async until => {
    const other = await context.browser().newContext({ locale: "en-GB" });
    await other.route("https://fonts.googleapis.com/**", route => route.fulfill({ contentType: "text/css", body: "" }));
    const there = await other.newPage();
    await there.goto(base + "/board");
    const press = async what => { await what.focus(); await there.keyboard.press("Enter"); };
    await press(there.getByRole("link", { name: "Sign in by Riverside Hospital" }));
    await there.locator("input[name=login]").focus();
    await there.keyboard.type("olive-8f14");
    await there.locator("input[name=password]").focus();
    await there.keyboard.type("whatever");
    await press(there.locator("button[type=submit]"));
    await press(there.getByRole("button", { name: "Continue" }));
    await there.getByText(until).first().waitFor();
    await other.close();
  };
  await comes("Queue");
  await back();
  await opens("Synthetic olive");
  await page.getByRole("button", { name: "Untie this account" }).click();
  await page.getByText("they are locked out until you tie the account again").waitFor();
  wrong.push(...(await faults(page)));
  await shot(page, "asks before it unties");
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => document.documentElement.style.setProperty("--text-scale", "2"));
  wrong.push(...(await faults(page)));
  await shot(page, "asks before it unties, narrow, dark and large");
  await page.evaluate(() => document.documentElement.style.removeProperty("--text-scale"));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("button", { name: "Leave it tied" }).click();
  await page.getByRole("button", { name: "Untie this account" }).click();
  await page.getByRole("button", { name: "Untie it now" }).click();
  await page.getByText("Synthetic olive can no longer sign in by Riverside Hospital.").waitFor();
  await page.getByText("Not tied to Riverside Hospital.").waitFor();
  await comes("The sign-in of your organisation opened nothing here.");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByLabel("Password").waitFor();
  say({ words: "untied", wrong });
});
