// A clinic without an account opens the address of a printed page, and does what it is told: it says what stands there then.
import { play } from "./kit.mjs";

await play(async ({ context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.clock.setFixedTime(knows.now);
  await page.goto(knows.link);
  const stands = async () => ({
    code: await page.getByLabel("Code").inputValue(), address: page.url(), says: await page.getByRole("status").textContent(),
    title: await page.locator("#title").textContent(), about: await page.locator("#about").textContent(),
    order: await page.locator("#order").isVisible(), dates: await page.getByLabel("For the date").locator("option").allTextContents(),
  });
  say(await stands());
  await page.getByRole("link", { name: "Español" }).click(); // the code goes along
  await page.getByRole("button", { name: "Ver el pedido" }).waitFor();
  say({ code: await page.getByLabel("Código").inputValue(), address: page.url(), lang: await page.evaluate(() => document.documentElement.lang) });
  await page.getByLabel("Fecha de nacimiento").fill(knows.wrong);
  await page.getByRole("button", { name: "Ver el pedido" }).press("Enter");
  await page.waitForFunction(() => document.getElementById("says").textContent && document.getElementById("says").textContent !== "Enviando…");
  say(await page.getByRole("status").textContent());
  await shot(page, "in Spanish");
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("button", { name: "Show the order" }).waitFor();
  for (let n = 1, next; (next = await hear()); n++) {
    if (next.now) await page.clock.setFixedTime(next.now);
    for (const [label, text] of Object.entries(next.fills ?? {})) await page.getByLabel(label, { exact: true }).fill(text);
    for (const [name, value] of Object.entries(next.chooses ?? {})) await page.locator("select#" + name).selectOption(value);
    await page.getByRole("button", { name: next.press }).click();
    await page.waitForFunction(() => document.getElementById("says").textContent !== "Sending…");
    say(await stands());
    await shot(page, "paper-" + n);
  }
});
