// A report from a tunnel: the app is opened with no network, a fever is reported, the advice says whom to call, a note is written to an appointment, the tab
// is closed and opened again, and only then the network comes back. Two boards are open all the while, of two teams.
import { play, until } from "./kit.mjs";
import { open, signIn, waitForWorker } from "./companion.mjs";
import { rows, sit } from "./desk.mjs";

// desk is an open board that counts what it asks of the server, and whose page would be another if it were loaded anew.
async function desk(context, base, tokens, now) {
  const page = await sit(context, base, tokens, now);
  const asked = [];
  context.on("request", request => asked.push(new URL(request.url()).pathname));
  await page.locator(".row, .empty").first().waitFor();
  await page.evaluate(() => { globalThis.same = true; });
  // it has asked for everything that it wants when it is quiet for so long as it is read again, and longer
  for (let before = -1; before < asked.length;) {
    before = asked.length;
    await page.evaluate(() => new Promise(resolve => setTimeout(resolve, 500)));
  }
  asked.length = 0;
  return { page, asked };
}

const ada = page => page.locator(".row", { hasText: /Ada, \d/ });
const times = async ({ page }) => (await rows(page)).filter(text => /Ada, \d/.test(text)).length;

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  const desks = [];
  for (const tokens of knows.desks) desks.push(await desk(await another(), base, tokens, knows.now));
  await context.clock.setFixedTime(knows.now);
  let page = await signIn(context, base, knows);
  await waitForWorker(page);
  await page.getByRole("link", { name: "How I am" }).click();
  await page.getByRole("button", { name: "Say how I am" }).waitFor();
  await shot(page, "how I am");
  await page.evaluate(async () => (await import("/web/app/rules.js")).rules());
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("button", { name: "Say how I am" }).click();
  await page.getByText("1 of 10").waitFor();
  await page.getByLabel("Feeling hot, shivery or feverish").check();
  await shot(page, "which of these");
  await page.getByRole("button", { name: "Next" }).click();
  for (let n = 2; n < 9; n++) { // a second press on the same question skips none: each is waited for
    await page.getByText(`${n} of`, { exact: false }).waitFor();
    await page.getByRole("button", { name: "None of these" }).click();
  }
  await page.getByText("9 of", { exact: false }).waitFor();
  await shot(page, "how bad");
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "None of these" }).click(); // going back lost nothing
  await page.getByRole("button", { name: "6", exact: true }).click();
  await page.getByRole("heading", { name: /^Call/ }).waitFor();
  await shot(page, "advice");
  say({
    heading: await page.getByRole("heading", { level: 1 }).textContent(),
    calls: await page.locator(".advice .call").evaluateAll(all => all.map(a => a.href)),
    first: await page.evaluate(() => {
      const [call, text] = [document.querySelector(".advice .call"), document.querySelector(".advice > p:not(:has(.level))")];
      return Boolean(call.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING);
    }),
    text: await page.locator(".advice").innerText(),
  });
  await page.getByRole("button", { name: "Go on with the questions" }).click();
  await page.getByLabel("Temperature").fill("hot");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Please type a temperature").waitFor();
  await page.getByLabel("Temperature").fill("38.4");
  await shot(page, "temperature");
  await page.reload(); // an empty battery
  await page.getByLabel("Temperature").fill("38.4");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("shaking or shivering").waitFor();
  await open(page, "", "Today");
  await page.getByRole("link", { name: "See what to do" }).waitFor();
  await shot(page, "today says so");
  await open(page, "appointments/" + knows.visit.split("/").at(-1), "Nurse visit");
  await page.getByRole("link", { name: /: Your note$/ }).click();
  await page.getByLabel("Your note").fill("I cannot come by bus");
  await page.getByRole("button", { name: "Keep this" }).click();
  await page.getByText("I cannot come by bus").waitFor();
  await page.close();
  page = await context.newPage();
  await page.goto(base + "/app");
  await page.getByRole("link", { name: "See what to do" }).waitFor();
  say(await page.locator(".sent").textContent());

  await hear(); // the network is back
  const quiet = desks.map(({ asked }) => asked.splice(0));
  const began = performance.now();
  await context.setOffline(false);
  const took = await Promise.all(desks.map(async ({ page }) => {
    await ada(page).or(page.getByText("1 new, 1 red")).first().waitFor();
    return performance.now() - began;
  }));
  const asked = desks.map(({ asked }) => asked.length);
  for (const [i, { page }] of desks.entries()) {
    await shot(page, "board " + i);
    if ((await times(desks[i])) === 0) await page.keyboard.press("n");
    await ada(page).first().waitFor();
  }
  say({ took, quiet, asked, times: await Promise.all(desks.map(times)), rows: await Promise.all(desks.map(({ page }) => ada(page).innerText())) });
  await page.getByText("Everything you said has arrived.").waitFor();
  await page.getByRole("link", { name: "See what to do" }).click();
  await page.getByRole("button", { name: "Nothing yet" }).click();
  await page.getByText("This is noted").waitFor();
  await page.getByRole("link", { name: "Back" }).click();
  await open(page, "", "Today");
  await page.getByRole("link", { name: "See what to do" }).click(); // that is no deed: the advice stays within reach
  await page.getByRole("button", { name: "I called my team's number" }).click();
  await page.getByText("This is noted").waitFor();
  await page.getByRole("link", { name: "Back" }).click();
  await open(page, "", "Today");
  await until(async () => await page.getByRole("link", { name: "See what to do" }).count() === 0);
  await page.getByText("Everything you said has arrived.").waitFor();
  for (const { page } of desks) await page.locator(".row", { hasText: "They called the team." }).waitFor(); // a further round
  say({ times: await Promise.all(desks.map(times)), same: await Promise.all(desks.map(({ page }) => page.evaluate(() => globalThis.same))) });
});
