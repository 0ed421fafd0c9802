// A person shows their emergency card with no network: on the screen, on paper and as a code that a camera reads. Back in the network they lend it by a
// link, see who opened it, renew it and end it.
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { play } from "./kit.mjs";
import { enter, held, open, unplug } from "./companion.mjs";

// read gives what a camera reads of the code on the screen.
async function read(page) {
  const { data, width, height } = PNG.sync.read(await page.locator(".drawn").screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? "nothing";
}

const told = async page => (await page.locator(".paper p").allInnerTexts()).join("\n");

await play(async ({ base, another, knows, say, hear, shot }) => {
  const context = await another({ deviceScaleFactor: 2 }); // as a phone has it
  const page = await enter(context, base, knows);
  await page.evaluate(async () => (await import("/web/app/rules.js")).rules());
  await unplug(context, page);
  await page.reload();
  await page.getByRole("link", { name: "See what to do" }).click(); // a fever was reported
  const offered = page.getByRole("link", { name: "Show the emergency card" });
  await page.getByRole("button", { name: "Nothing yet" }).click();
  await page.getByText("This is noted").waitFor();
  const early = await offered.count();
  await page.getByRole("button", { name: "I am going to the emergency department" }).click();
  await offered.click();
  await page.getByRole("heading", { level: 1, name: "Emergency card" }).waitFor();
  await page.locator(".paper").waitFor();
  const shown = await told(page);
  const wrong = await held(page, shot, "the card");
  await page.getByRole("button", { name: "Show it in Spanish" }).click();
  const spanish = await told(page);
  wrong.push(...(await held(page, shot, "in Spanish")));
  await page.getByRole("button", { name: "Show it in English" }).click();

  await page.evaluate(() => addEventListener("beforeprint", () => { globalThis.printed = true; }));
  await page.getByRole("button", { name: "Print it" }).click();
  const asked = await page.evaluate(() => globalThis.printed);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const printed = { asked, says: await page.evaluate(() => document.body.innerText), ink: await page.locator(".paper").evaluate(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]) };
  await shot(page, "on paper");
  await page.emulateMedia({ media: null, colorScheme: "dark" });
  await page.reload(); // as if the paper were on its way: what is emulated took the focus, printing does not

  await page.locator(".paper").waitFor();
  const before = await page.locator(".drawn").count();
  await page.getByText("Whoever photographs the screen can read it.").waitFor();
  await page.getByRole("button", { name: "Show the code" }).click();
  const code = await read(page);
  wrong.push(...(await held(page, shot, "the code")));
  await page.getByRole("button", { name: "Hide the code" }).click();
  say({ wrong, early, shown, spanish, printed, before, code, after: await page.locator(".drawn").count() });

  await page.getByRole("link", { name: "Links for an emergency department" }).click();
  await page.getByText("Show the card instead: it needs no network.").waitFor();
  say(await held(page, shot, "links, offline"));
  await context.setOffline(false);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: base });
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByText("The link is made.").waitFor();
  say(await lent(page));
  await hear(); // somebody opened it
  await open(page, "card", "Emergency card");
  await page.getByRole("link", { name: "Links for an emergency department" }).click();
  const lines = page.locator(".cards > li").filter({ hasText: "End this link" }).locator("li");
  await lines.nth(1).waitFor();
  const reads = await lines.allInnerTexts();
  await page.getByRole("button", { name: "Show the code" }).click();
  await page.locator(".drawn").waitFor();
  say({ reads, wrong: await held(page, shot, "links") });
  await hear();
  await page.getByRole("button", { name: /^Renew it/ }).click();
  await page.getByText("There is a new link with a new passcode. The old one is ended.").waitFor();
  say(await lent(page));
  await hear();
  await page.getByRole("button", { name: "End this link" }).click();
  await page.getByText("The link is ended.").waitFor();
  say({ states: await page.locator(".cards > li > strong").allInnerTexts(), kept: await page.locator(".code").count(), wrong: await held(page, shot, "ended") });
});

// lent is the link that can be read now, as the code says it and as it is copied, and its passcode.
async function lent(page) {
  await page.getByRole("button", { name: "Show the code" }).click();
  const link = await read(page);
  await page.getByRole("button", { name: "Hide the code" }).click();
  await page.getByRole("button", { name: "Copy the link" }).click();
  await page.getByText("The link is copied.").waitFor();
  return { link, copied: await page.evaluate(() => navigator.clipboard.readText()), passcode: await page.locator(".code").innerText() };
}
