// Two browsers of one person, both in a tunnel, one with a clock two days behind: both wrote the same note. Then they choose.
import { play } from "./kit.mjs";
import { enter, open, wrongClock } from "./companion.mjs";

const shows = (page, words) => page.locator("dd").filter({ hasText: new RegExp("^" + words) }).waitFor();
const note = async (page, visit, words) => {
  await open(page, "appointments/" + visit, "Nurse visit");
  await page.getByRole("link", { name: /: Your note$/ }).click();
  await page.getByLabel("Your note").fill(words);
  await page.getByRole("button", { name: "Keep this" }).click();
  await shows(page, words);
};
const differing = page => page.getByText("Two of you wrote different things.").waitFor();
const main = async page => (await page.locator("main").innerText()).split("\n").map(line => line.trim()).filter(Boolean);

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  const other = await another();
  await wrongClock(other, -2 * 24 * 3600_000);
  const [first, second] = [await enter(context, base, { ...knows, code: knows.codes[0] }), await enter(other, base, { ...knows, code: knows.codes[1] })];
  await open(first, "appointments", "Appointments");
  await first.getByText("Nurse visit").waitFor();
  await shot(first, "appointments");
  await context.setOffline(true);
  await other.setOffline(true);
  await note(first, knows.visit, "9:30");
  await note(second, knows.visit, "10:00");
  await first.getByText("Saved on this phone. It will be sent when you are online.").waitFor();
  await shot(first, "an appointment, offline");

  await context.setOffline(false);
  await first.getByText("Everything you said has arrived.").waitFor();
  say("the first has arrived");
  await hear(); // time has passed
  await other.setOffline(false);
  await Promise.all([differing(first), differing(second)]);
  const shown = [];
  for (const [i, page] of [first, second].entries()) {
    await open(page, "appointments/" + knows.visit, "Nurse visit");
    await shows(page, "10:00");
    await open(page, "conflicts", "Two of you wrote here");
    await page.getByRole("button", { name: "Keep “9:30”" }).waitFor();
    await page.getByText(/^You wrote, later/).waitFor();
    await shot(page, `two answers ${i}`);
    shown.push(await main(page));
  }
  say(shown);

  await hear();
  await second.getByRole("button", { name: "Keep “9:30”" }).click();
  for (const page of [first, second]) {
    await page.getByText("Nobody wrote different things").waitFor();
    await open(page, "appointments/" + knows.visit, "Nurse visit");
    await shows(page, "9:30");
  }
  say((await Promise.all([first, second].map(main))).map(lines => lines.some(line => line.includes("10:00"))));

  await hear(); // somebody who helps wrote, too, and has not been heard
  await context.setOffline(true);
  await note(first, knows.visit, "Ask about sleep");
  say("written");
  await hear(); // what the caregiver wrote came in
  await context.setOffline(false);
  await differing(first);
  await open(first, "conflicts", "Two of you wrote here");
  await first.getByRole("button", { name: "Write something else" }).waitFor();
  await first.getByText(/later/).waitFor();
  await shot(first, "you and who helps you");
  say(await main(first));
  await first.getByRole("button", { name: "Write something else" }).click();
  await first.getByLabel("What should stand there").fill("Ask about sleep and the folder");
  await first.getByRole("button", { name: "Keep my words" }).click();
  await first.getByText("Nobody wrote different things").waitFor();
  await first.getByText("Everything you said has arrived.").waitFor();
  await open(second, "appointments/" + knows.visit, "Nurse visit");
  await shows(second, "Ask about sleep and the folder");
  say("settled");
});
