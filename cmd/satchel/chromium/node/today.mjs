// Today, as somebody looks at it: what is next, who needs what of them; a reminder is answered; then the phone has no network, for two weeks and a day.
import { play } from "./kit.mjs";
import { enter, held, open, unplug } from "./companion.mjs";

const day = 864e5;

await play(async ({ base, context, knows, say, shot }) => {
  const page = await enter(context, base, knows);
  const reminder = page.getByRole("listitem").filter({ hasText: "appointment is coming up" }).filter({ has: page.getByRole("button") });
  await reminder.waitFor();
  const bottom = await page.getByRole("heading", { name: "Does anyone need something from you?" }).evaluate(h => h.getBoundingClientRect().bottom);
  say({ text: await page.locator("main").innerText(), seen: bottom < page.viewportSize().height, wrong: await held(page, shot, "today") });

  await reminder.getByRole("button", { name: "Done" }).click();
  await reminder.waitFor({ state: "detached" });
  await open(page, "needs", "How I am");
  await page.getByText("saw it").waitFor();
  say({ text: await page.locator("main").innerText() });
  await open(page, "", "Today");
  await page.getByText("Everything you said has arrived.").waitFor();

  await unplug(context, page);
  await page.reload();
  await page.getByText("Clinic").first().waitFor();
  say({ text: await page.locator("main").innerText() });
  await page.clock.setFixedTime(knows.now + 2 * day);
  await page.reload();
  await page.getByText("Last updated").waitFor();
  say({ text: await page.locator("main").innerText() });
  await page.clock.setFixedTime(knows.now + 15 * day);
  await page.reload();
  await page.getByText("Last updated").waitFor();
  await shot(page, "two weeks and a day later");
  say({ text: await page.locator("main").innerText(), first: await page.locator("main a[href^='tel:'], main h2").first().evaluate(e => e.tagName) });
});
