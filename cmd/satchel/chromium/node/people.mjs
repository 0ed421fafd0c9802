// A person makes a code for who helps them, confirms them, says what they may see, ends it, and reads who read the record.
import { play } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  await open(page, "people/invite", "Let somebody help you");
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
  await hear();
  await page.getByRole("button", { name: /^End it: / }).click();
  await page.getByRole("button", { name: "End it now" }).click();
  await heading(page, "People");
  say("ended");
  await hear();
  await open(page, "people/read", "Who read your record");
  await page.getByText("Synthetic olive").first().waitFor();
  wrong.push(...(await held(page, shot, "who read")));
  await open(page, "people/told", "What those who help you were told");
  await page.getByText("Nothing yet.").waitFor();
  say(wrong);
});
