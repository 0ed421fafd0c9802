// What rings, as a phone without a network works it out by itself and Today shows it: of a person, or of whoever helps them. It does what it is told, and says then what stands there.
import { play } from "./kit.mjs";
import { enter, held, unplug } from "./companion.mjs";

// rows are the reminders of the coming days, each in its lines, and what rang and waits for an answer.
async function rows(page) {
  const list = page.locator("details");
  await page.getByText(/in the next 7 days: (\d|none)/).waitFor();
  if (!(await list.evaluate(e => e.open))) await list.locator("summary").click();
  if ((await list.locator("li").count()) > 0) await list.locator("li").first().waitFor();
  const lines = of => of.evaluateAll(all => all.map(e => e.innerText.split("\n").map(line => line.trim()).filter(Boolean)));
  return { ahead: await lines(list.locator("li")), due: await lines(page.getByRole("listitem").filter({ hasText: "Not done yet, since" }).locator("p")) };
}

async function helping(context, { base, say, hear, knows }) {
  const page = await context.newPage();
  await page.clock.setFixedTime(knows.now);
  await page.goto(base + "/app");
  await page.getByRole("button", { name: "I help somebody else" }).click();
  await page.getByLabel("Code").fill(knows.code);
  await page.getByLabel("Birth date").fill(knows.birthDate);
  await page.getByLabel("Your name").fill("Carla Synthetic");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("confirm").waitFor();
  say(await page.evaluate(() => localStorage.getItem("satchel-account")));
  await hear(); // the person has confirmed
  await page.reload();
  return page;
}

await play(async stage => {
  const { base, context, knows, say, hear, shot } = stage;
  const page = knows.helps ? await helping(context, stage) : await enter(context, base, knows);
  const first = await rows(page);
  const wrong = knows.looks ? await held(page, shot, "reminders") : [];
  await unplug(context, page); // before anybody knows, and lets time pass
  say({ ...first, wrong });
  for (let next; (next = await hear()); ) {
    if (next.now) {
      await page.clock.setFixedTime(next.now);
      await page.reload();
    }
    if (next.comes) { // the page stays as it is, and a minute passes
      await page.clock.setFixedTime(next.comes);
      await page.clock.fastForward(60_000);
      await page.getByText("Not done yet, since " + next.since).waitFor();
    }
    if (next.press) {
      const ring = page.getByRole("listitem").filter({ hasText: next.of }).filter({ hasText: "Not done yet, since" });
      await ring.getByRole("button", { name: next.press }).click();
      await ring.waitFor({ state: "detached" });
    }
    if (next.online) {
      await context.setOffline(false);
      await page.getByText("Everything you said has arrived.").waitFor();
    }
    if (next.gone) await page.getByText(next.gone).first().waitFor({ state: "detached" });
    say({ ...(await rows(page)), sent: await page.getByRole("status").first().innerText() });
    if (next.shot) await shot(page, next.shot);
  }
});
