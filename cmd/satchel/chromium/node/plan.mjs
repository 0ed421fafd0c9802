// Somebody reads their plan, says with no network that something is done, and writes what matters to them.
import { enter, held, open, unplug } from "./companion.mjs";
import { play } from "./kit.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "plan", "Your plan");
  const wrong = await held(page, shot, "plan");
  const plan = await page.locator("main").innerText();
  await page.getByRole("link", { name: "Version 1" }).click();
  await page.getByRole("heading", { level: 1, name: "Version 1" }).waitFor();
  wrong.push(...(await held(page, shot, "version")));
  const version = await page.locator("main").innerText();
  await open(page, "plan/who", "Who handles what");
  wrong.push(...(await held(page, shot, "who handles what")));
  const who = await page.evaluate(async () => {
    const { topics, whoHandles } = await import("/web/app/screens/plan/who.js");
    return topics.map(topic => [topic, whoHandles(topic)]).map(([topic, { state, team, asked, ask, at }]) => ({ topic, state, team, asked, ask, agreedAt: at }));
  });
  say({ wrong, plan, version, who, handles: await page.locator("main").innerText() });

  await unplug(context, page);
  await open(page, "plan", "Your plan");
  await page.getByRole("link", { name: "More about: Walk every day" }).click();
  await page.getByLabel("What you want to say about it").fill("Twice round the pond <b>on Monday</b>");
  await page.getByRole("button", { name: "Keep what I wrote" }).click();
  await page.getByText("Kept.").waitFor();
  await page.getByRole("button", { name: "I have done this" }).click();
  await page.getByText("You said that this is done").waitFor();
  await page.getByText("2 things are saved on this phone.").waitFor();
  const thing = await held(page, shot, "something to do");
  await open(page, "plan/goal", "Add what matters to you");
  await page.getByLabel("What matters to you?").fill("Dance at the wedding <i>in May</i>");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByText("Dance at the wedding <i>in May</i>").waitFor();
  await context.setOffline(false);
  await page.getByText("Everything you said has arrived.").waitFor();
  say({ wrong: thing, title: await page.title() });
});
