// What could not be used as it is: a person sends it again, writes it anew, and throws it away.
import { play } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  const title = "What could not be used as it is";
  const wrong = [];
  const settled = async () => {
    await page.getByText("Nobody wrote different things").waitFor();
    await page.getByText("Everything you said has arrived.").waitFor();
  };
  await open(page, "", "Today");
  await page.locator('a[href="#/conflicts"]').first().click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.getByText("There stands now: “Carla comes along”").waitFor();
  wrong.push(...(await held(page, shot, "what to do with it")));
  await page.getByRole("button", { name: "Send it again" }).click();
  await settled();
  say("again");
  await hear(); // the next
  await page.getByText("There stands now: “Ben comes along”").waitFor();
  const leaves = async () => {
    await page.getByRole("button", { name: "Leave it as it is" }).click();
    await page.getByRole("button", { name: "Send it again" }).waitFor();
    await page.getByText("There stands now: “Ben comes along”").waitFor();
  };
  await page.getByRole("button", { name: "Write it anew" }).click();
  await page.getByLabel("What should stand there").fill("Nobody at all");
  await leaves();
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByText("Then it is not used, by nobody.").waitFor();
  await leaves();
  say("left");
  await hear(); // nothing came of it
  await page.getByRole("button", { name: "Write it anew" }).click();
  await page.getByLabel("What should stand there").fill("Ben and Carla");
  wrong.push(...(await held(page, shot, "written anew")));
  await page.getByRole("button", { name: "Keep my words" }).click();
  await settled();
  say("anew");
  await hear();
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByText("Then it is not used, by nobody.").waitFor();
  wrong.push(...(await held(page, shot, "thrown away")));
  await page.getByRole("button", { name: "Throw it away now" }).click();
  await settled();
  say(wrong);
});
