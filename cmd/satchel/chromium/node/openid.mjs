// Staff come by the sign-in of their organisation: the board's own button, a provider where somebody types a name, and back. It says where it ends, what
// stands there, what the browser keeps, and what is left to collect.
import { play } from "./kit.mjs";

// collect is what the board has done already when it is back.
async function collect() {
  const body = JSON.stringify({ device: { kind: "web", name: "Desk 3" } });
  return (await fetch("/v1/oidc/finish", { method: "POST", headers: { "Content-Type": "application/json" }, body })).status;
}

await play(async ({ base, context, say, hear, shot }) => {
  await context.route("https://fonts.googleapis.com/**", route => route.fulfill({ contentType: "text/css", body: "" })); // of the provider's page, not of ours
  for (let n = 1, next; (next = await hear()); n++) {
    await context.clearCookies();
    const page = await context.newPage();
    const addresses = [];
    page.on("framenavigated", frame => addresses.push(frame.url()));
    await page.goto(base + "/board");
    await shot(page, "before-" + n, false);
    await page.getByRole("link", { name: "Sign in by Riverside Hospital" }).click();
    await page.locator("input[name=login]").fill(next.as);
    await page.locator("input[name=password]").fill("whatever");
    await page.locator("button[type=submit]").click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(url => url.href === base + "/board");
    // What is chosen in a list of choices stands on the screen as well as a text does.
    await page.waitForFunction(
      text => document.body.innerText.includes(text) || [...document.querySelectorAll("option:checked")].some(option => option.textContent.includes(text)),
      next.until,
    );
    await shot(page, "came-" + n, false);
    const cookies = (await context.cookies(base)).map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }));
    const out = page.getByRole("button", { name: "Sign out" });
    const chosen = await page.$$eval("option:checked", all => all.map(option => option.textContent));
    say({ text: [await page.locator("main").innerText(), ...chosen].join("\n"), cookies, left: await page.evaluate(collect), addresses, was: await page.evaluate(() => history.length) });
    if (await out.isVisible()) {
      await out.click();
      await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    }
    await page.close();
  }
});
