// How soon somebody wants to hear from their team: chosen, changed on the way back, and in a second report left open. Each report is sent with what was said last.
import { play } from "./kit.mjs";
import { enter, held, open } from "./companion.mjs";

const wish = "How soon do you need to hear from someone?";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  const wrong = [];
  const button = name => page.getByRole("button", { name, exact: true });
  const asks = name => page.getByRole("heading", { level: 1, name }).waitFor();
  const chosen = () => page.locator("main button[aria-pressed=true]").allInnerTexts();
  // begins a report of tiredness, up to the wish.
  const reports = async () => {
    await open(page, "needs", "How I am");
    await button("Say how I am").click();
    await page.getByText("1 of 10").waitFor();
    await page.getByLabel("Worn out, with little energy").check();
    await button("Next").click();
    for (let n = 2; n < 9; n++) {
      await page.getByText(`${n} of`).waitFor();
      await button("None of these").click();
    }
    await page.getByText("9 of").waitFor();
    await button("4").click();
    await asks(wish);
  };
  const ends = async (note, heading) => {
    await asks("Is there anything else you want to say?");
    await page.getByLabel("In your own words").fill(note);
    await button("Finish").click();
    await page.locator(".advice").waitFor();
    await page.getByText("Everything you said has arrived.").waitFor();
    return page.locator(".advice").innerText();
  };

  await reports();
  const before = await chosen();
  wrong.push(...(await held(page, shot, "how soon")));
  await button("This week").click();
  await asks("Is there anything else you want to say?");
  await button("Back").click();
  await asks(wish);
  const first = await chosen(); // going back lost nothing
  await button("Today").click();
  const wished = await ends("After four, please");
  wrong.push(...(await held(page, shot, "what to do")));
  say({ chosen: [before, first], advice: wished });

  await hear();
  await page.locator(".advice ~ a").click(); // back to the reports
  await reports();
  await button("Now").click();
  await asks("Is there anything else you want to say?");
  await button("Back").click();
  await asks(wish);
  const now = await chosen();
  await button("Skip this").click();
  await asks("Is there anything else you want to say?");
  await button("Back").click();
  await asks(wish);
  const skipped = await chosen();
  await button("Skip this").click();
  say({ chosen: [now, skipped], advice: await ends(""), wrong });
});
