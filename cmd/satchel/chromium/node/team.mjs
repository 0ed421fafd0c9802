// A nurse of two teams: whichever place of the desk is open, and whatever has been asked for and not answered yet, the desk of the other team shows
// nothing of the former.
import { play, until } from "./kit.mjs";
import { place, sit } from "./desk.mjs";

const body = page => page.locator("body").innerText();

// choose goes to the desk of a team by the keyboard.
async function choose(page, key, name) {
  await page.getByLabel("Team", { exact: true }).focus();
  await page.keyboard.press(key);
  await until(async () => (await page.getByLabel("Team", { exact: true }).evaluate(e => e.selectedOptions[0].label)) === name);
}

// calm waits until nothing is asked for any more, so that whatever would come has come.
async function calm(page, open) {
  await until(async () => open() === 0 && !(await page.locator("main p.quiet[role=status]").count()));
  await page.evaluate(async () => { for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame); });
}

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await sit(context, base, knows.nora, knows.now);
  let asked = 0;
  const ours = r => r.url().includes("/v1/") && !r.url().endsWith("/v1/live");
  page.on("request", r => { asked += ours(r); });
  for (const event of ["requestfinished", "requestfailed"]) page.on(event, r => { asked -= ours(r); });
  const open = () => Math.max(0, asked);
  for (const name of ["Queue", "Lists", "Figures", "Record"]) {
    await hear(); // time has passed: nobody changes so often
    await choose(page, knows.keys[0], knows.teams[0]);
    if (name === "Record") {
      await place(page, "Queue");
      await page.locator(".row").first().waitFor();
      await page.keyboard.press("Enter");
      await page.getByText(knows.words).first().waitFor();
    } else await place(page, name);
    await calm(page, open);
    const before = (await body(page)).includes(knows.person);
    await choose(page, knows.keys[1], knows.teams[1]);
    await calm(page, open);
    await shot(page, "after " + name);
    say({ place: name, before, after: await body(page) });
  }

  await hear();
  // an answer that comes when the desk is another team's already
  await choose(page, knows.keys[0], knows.teams[0]);
  await place(page, "Queue");
  await calm(page, open);
  const held = [];
  await page.route(/\/v1\/teams\/.*\/(work|tests|inbox|digest|figures|quality|queue)|\/v1\/sync/, route => (route.request().headers()["acting-team"] === knows.first ? held.push(route) : route.continue()));
  await place(page, "Lists");
  await until(() => held.length > 0);
  await choose(page, knows.keys[1], knows.teams[1]);
  await calm(page, () => 0);
  const late = held.splice(0);
  await Promise.all(late.map(route => route.continue()));
  await calm(page, open);
  await shot(page, "late answers");
  say({ late: late.length, text: await body(page) });
});
