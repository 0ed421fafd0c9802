// Somebody in an emergency department opens a SMART Health Link in a browser: it says what stands there before, and after each try.
import { play } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await context.newPage();
  await page.clock.setFixedTime(knows.now);
  await page.goto(knows.link);
  const asked = async () => ({
    title: await page.title(), says: await page.getByRole("status").textContent(),
    passcode: await page.getByLabel("Passcode").isVisible(), form: await page.getByRole("button", { name: "Open" }).isVisible(),
    sections: await page.getByRole("heading", { level: 2 }).allTextContents(), text: await page.locator("main").innerText(),
  });
  say(await asked());
  for (let n = 1, next; (next = await hear()); n++) {
    if (next.reload) { await page.goto("about:blank"); await page.goto(next.reload); say(await asked()); continue; }
    await page.getByLabel("Who is asking?").fill(next.who);
    if (next.passcode) await page.getByLabel("Passcode").fill(next.passcode);
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForFunction(() => document.getElementById("say").textContent !== "Opening.");
    say(await asked());
    await shot(page, "view-" + n);
  }
});
