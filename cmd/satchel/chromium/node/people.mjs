// A person makes a code for who helps them, confirms them, says what they may see, ends it, and reads who read the record. Then which teams see it.
import { play } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "people/invite", "Let somebody help you");
  await page.getByLabel("Birth date of who is to help you").fill(knows.helper);
  await page.getByRole("button", { name: "Make a code" }).click();
  const code = await page.locator(".code").innerText();
  const wrong = await held(page, shot, "a code");
  say(code);
  const { account } = await hear(); // somebody used it
  await open(page, "people", "People");
  await page.getByText(/wants to help you here/).waitFor();
  wrong.push(...(await held(page, shot, "somebody waits")));
  await page.getByRole("button", { name: "Yes, let them help" }).click();
  await page.locator(`a[href="#/people/${account}"]`).click();
  await page.getByLabel("test results").check();
  await page.getByRole("button", { name: "Keep this choice" }).click();
  await page.getByText("Kept. It counts from now on.").waitFor();
  wrong.push(...(await held(page, shot, "what they may see")));
  say("kept");
  const lasts = async (day, words) => {
    await page.getByLabel("The last day on which they see it").fill(day);
    await page.getByText(words).waitFor();
    await page.getByRole("button", { name: "Keep this choice" }).click();
  };
  await hear(); // until when
  await lasts("2026-11-20", "That day is over. Choose today or later, or end it below.");
  await lasts("2026-12-04", "Until Friday 4 December, that day too.");
  await page.getByText("Kept. It counts from now on.").waitFor();
  wrong.push(...(await held(page, shot, "until when")));
  await open(page, "people", "People");
  await page.getByText(/Sees: .*\. Until Friday 4 December, that day too\./).waitFor();
  say("until");
  await hear();
  await page.locator(`a[href="#/people/${account}"]`).click();
  await page.getByRole("button", { name: "Without an end date" }).click();
  await page.getByText("Without a day they see it until you end it.").waitFor();
  await page.getByRole("button", { name: "Keep this choice" }).click();
  await page.getByText("Kept. It counts from now on.").waitFor();
  say("without an end");
  await hear();
  await page.getByRole("button", { name: /^End it: / }).click();
  await page.getByRole("button", { name: "Leave it as it is" }).click();
  await page.getByRole("button", { name: /^End it: / }).waitFor();
  say("left");
  await hear(); // they see it as before
  await page.getByRole("button", { name: /^End it: / }).click();
  await page.getByRole("button", { name: "End it now" }).click();
  await heading(page, "People");
  say("ended");
  await hear(); // another code, and somebody uses it who is not who they say
  await page.getByRole("link", { name: "Let somebody help you" }).click();
  await page.getByLabel("Birth date of who is to help you").fill(knows.helper);
  await page.getByRole("button", { name: "Make a code" }).click();
  say(await page.locator(".code").innerText());
  await hear();
  await open(page, "people", "People");
  await page.getByText(/wants to help you here/).waitFor();
  await page.getByRole("button", { name: "No, share nothing" }).click();
  await page.getByText(/wants to help you here/).waitFor({ state: "detached" });
  wrong.push(...(await held(page, shot, "nobody waits")));
  say("refused");
  await hear();
  await open(page, "people/read", "Who read your record");
  await page.getByText("Synthetic olive").first().waitFor();
  await page.getByText(/Sees since: .*test results/).first().waitFor();
  wrong.push(...(await held(page, shot, "who read")));
  await open(page, "people/told", "What those who help you were told");
  await page.getByText("Nothing yet.").waitFor();
  say("told");
  await hear(); // with which teams
  await open(page, "people", "People");
  wrong.push(...(await held(page, shot, "teams")));
  await page.getByRole("link", { name: "What Riverside Oncology may see" }).click();
  await heading(page, "Riverside Oncology");
  await page.getByLabel("test results").uncheck();
  await page.getByRole("button", { name: "Keep this choice" }).click();
  await page.getByText("Kept. It counts from now on.").waitFor();
  wrong.push(...(await held(page, shot, "what a team may see")));
  say("narrowed");
  await hear();
  await open(page, "people", "People");
  await page.getByRole("link", { name: "Share with another team" }).click();
  await page.getByRole("button", { name: /^Hillside district nurses/ }).click();
  await page.getByText(/What they have read by then cannot be unread/).waitFor();
  wrong.push(...(await held(page, shot, "one more team")));
  await page.getByRole("button", { name: "No, share nothing" }).click();
  await page.getByText("Which team is to see your record?").waitFor();
  say("not shared");
  await hear();
  await page.getByRole("button", { name: /^Hillside district nurses/ }).click();
  await page.getByRole("button", { name: "Share with Hillside district nurses" }).click();
  await heading(page, "Hillside district nurses");
  await page.getByText(/This kind of team is never shown: .*very private things/).waitFor();
  say("shared");
  await hear();
  await page.getByRole("button", { name: /^End it: / }).click();
  await page.getByText(/What they wrote stays in your record/).waitFor();
  wrong.push(...(await held(page, shot, "the end of a team")));
  await page.getByRole("button", { name: "End it now" }).click();
  await heading(page, "People");
  say(wrong);
});
