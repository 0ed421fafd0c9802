// Staff come by the sign-in of their organisation: the browser goes to a provider, where somebody types a name, and comes back. It says where it ends, what
// it keeps, and what the page collects, twice.
import { play } from "./kit.mjs";

// collect is what the page does when it is back.
async function collect() {
  const body = JSON.stringify({ device: { kind: "web", name: "Desk 3" } });
  const answer = await fetch("/v1/oidc/finish", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  return { status: answer.status, account: (await answer.json()).account ?? "" };
}

await play(async ({ base, context, say, hear, shot }) => {
  await context.route("https://fonts.googleapis.com/**", route => route.fulfill({ contentType: "text/css", body: "" })); // of the provider's page, not of ours
  for (let n = 1, next; (next = await hear()); n++) {
    await context.clearCookies();
    const page = await context.newPage();
    const addresses = [];
    page.on("framenavigated", frame => addresses.push(frame.url()));
    await page.goto(base + "/board");
    const { organisation } = await page.evaluate(async () => (await fetch("/v1/sign-in")).json());
    await page.evaluate(() => location.assign("/v1/oidc/begin"));
    await page.locator("input[name=login]").fill(next.as);
    await page.locator("input[name=password]").fill("whatever");
    await page.locator("button[type=submit]").click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(url => url.origin === base);
    const address = page.url();
    await page.waitForLoadState();
    await shot(page, "came-" + n, false);
    const cookies = (await context.cookies(base)).map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }));
    say({ address, organisation, cookies, first: await page.evaluate(collect), second: await page.evaluate(collect), addresses });
    await page.close();
  }
});
