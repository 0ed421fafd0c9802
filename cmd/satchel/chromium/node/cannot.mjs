// Somebody cannot go to a test, asks for help with it, and looks at "I had it done" without saying it. They say of a visit that they may come, that they cannot, and
// in a tunnel that they can after all. What they begin to write there they leave as it was, also where it is open in a tab of its own.
import { play } from "./kit.mjs";
import { enter, held, open, unplug } from "./companion.mjs";

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await enter(context, base, knows);
  const button = name => page.getByRole("button", { name, exact: true });
  const sees = text => page.getByText(text).first().waitFor();
  await open(page, "labs", "Blood tests and scans");
  await button("It could not be done").click();
  await sees("You said that it could not be done. Somebody from your team calls you.");
  await button("It could not be done").waitFor({ state: "detached" });
  const wrong = await held(page, shot, "it could not be done");
  say("it could not be done");
  await hear();
  await button("I need help to get there").click();
  await sees("You asked for help with it. Somebody from your team calls you.");
  await button("It could not be done").waitFor(); // it may still be so
  say("help");
  await hear();
  await button("I had it done").click();
  await page.getByLabel("Where?").fill("At home");
  await button("Back").click();
  await button("I had it done").waitFor();
  await sees("You asked for help with it. Somebody from your team calls you.");

  await open(page, "appointments/" + knows.visit, "Nurse visit");
  const answer = async name => {
    await button(name).click();
    await page.getByRole("button", { name, pressed: true }).waitFor();
  };
  await answer("Not sure yet");
  await answer("Not sure yet"); // once more says nothing new
  await answer("No");
  await sees("Your team will look for another time with you.");
  wrong.push(...(await held(page, shot, "no")));
  say("no");
  await hear();
  await unplug(context, page);
  await answer("Yes");
  await page.getByText("Your team will look for another time with you.").waitFor({ state: "detached" });
  await sees("Saved on this phone. It will be sent when you are online.");
  await context.setOffline(false);
  await sees("Everything you said has arrived.");
  say("yes");
  await hear();

  const note = page.getByRole("link", { name: /: Your note$/ });
  const began = await page.evaluate(() => history.length);
  await note.click();
  await page.getByLabel("Your note").fill("Never mind");
  await button("Leave it as it was").click();
  await page.getByRole("heading", { level: 1, name: "Nurse visit" }).waitFor();
  const [main, steps] = [await page.locator("main").innerText(), await page.evaluate(() => history.length) - began];
  const alone = [];
  for (const [words, name] of [["Not this either", "Leave it as it was"], ["This one", "Keep this"]]) {
    const opened = context.waitForEvent("page");
    await note.press("Control+Enter"); // in a tab of its own, with nothing before it
    const tab = await opened;
    await tab.bringToFront();
    await tab.getByLabel("Your note").fill(words);
    await tab.getByRole("button", { name }).click();
    await tab.getByRole("heading", { level: 1, name: "Nurse visit" }).waitFor();
    alone.push(await tab.evaluate(() => location.hash));
    await tab.close();
  }
  await page.bringToFront();
  await sees("This one");
  await sees("Everything you said has arrived.");
  say({ wrong, main, steps, alone });
});
