// Signing in at the desk with a name and a password, and from then on with the code of an authenticator app as well: which is set up, tried wrongly, and used.
import { play, until } from "./kit.mjs";
import { faults } from "./companion.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.clock.setFixedTime(knows.now);
  const signIn = async ({ password, code = "" }) => {
    await page.getByLabel("Name").fill(knows.name);
    await page.getByLabel("Password").fill(password);
    await page.getByLabel("Code").fill(code);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const queue = () => page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
  const refused = async () => { await page.getByRole("alert").first().waitFor(); return page.getByRole("alert").first().innerText(); };

  await page.goto(base + "/board");
  await signIn({ password: "a wrong passphrase" });
  say({ words: await refused() });
  await signIn({ password: knows.password });
  await queue();

  await page.getByRole("link", { name: "Your account" }).click();
  await page.getByRole("button", { name: "Use an authenticator app" }).click();
  await page.getByRole("img", { name: "Code for your authenticator app" }).waitFor();
  const wrong = await faults(page);
  await shot(page, "authenticator app");
  await page.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(page)));
  await shot(page, "authenticator app, narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  say({ words: (await page.locator("code").innerText()).replaceAll(" ", ""), wrong });
  await page.getByLabel("Six digits").fill("000000");
  await page.getByRole("button", { name: "Ask for it from now on" }).click();
  say({ words: await refused() });
  await page.getByLabel("Six digits").fill((await hear()).code);
  await page.getByRole("button", { name: "Ask for it from now on" }).click();
  await page.getByText("From now on a code is asked for when you sign in.").waitFor();
  say({ words: "confirmed" });
  await page.getByRole("button", { name: "Sign out", exact: true }).click();

  const { code } = await hear(); // half a minute later
  await signIn({ password: knows.password });
  say({ words: await refused() });
  await signIn({ password: knows.password, code });
  await page.getByText("a code of your authenticator app is asked for beside your password").waitFor(); // where they were when they signed out
  say({ words: "in" });
  await hear(); // so much later that who holds the desk has to show who they are
  await page.getByRole("button", { name: "Use another authenticator app" }).click();
  await page.getByText("Please show once more that it is you.").waitFor();
  await page.getByLabel("Password").fill(knows.password);
  await page.getByLabel("Code of your authenticator app").fill((await hear()).code);
  await page.getByRole("button", { name: "Go on" }).click();
  const other = page.locator("code");
  await other.waitFor();
  say({ words: (await other.innerText()).replaceAll(" ", "") });
  const devices = page.locator("section[aria-labelledby=devices] li"); // where they are signed in
  const elsewhere = page.getByRole("button", { name: /^Sign out ./ });
  await elsewhere.first().waitFor();
  const before = await devices.count();
  await elsewhere.first().click();
  await until(async () => (await devices.count()) === before - 1);
  say({ words: "signed out there" });
});
