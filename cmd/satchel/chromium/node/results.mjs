// Results at three desks, by the keyboard alone: two nurses of a team see what waits for it and what the other decides, at once; one asks another team to
// take a result over, and that team does.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

const results = page => page.locator(".result").allInnerTexts();
const here = page => page.locator(".result.current").innerText();

// look opens the place of the results.
async function look(context, base, tokens, now) {
  const page = await sit(context, base, tokens, now);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("link", { name: "Results" }).click();
  await page.getByRole("heading", { level: 1, name: "Results" }).waitFor();
  await page.locator(".result, .empty").first().waitFor();
  return page;
}

await play(async ({ base, context, another, knows, say, hear, shot }) => {
  const olive = await look(context, base, knows.olive, knows.now);
  const oscar = await look(await another(), base, knows.oscar, knows.now);
  const wrong = await faults(olive);
  await olive.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(olive)));
  await shot(olive, "results, narrow");
  await olive.setViewportSize({ width: 1280, height: 800 });
  await shot(olive, "results");
  say({ rows: await results(olive), page: await olive.locator("main").innerText(), wrong });

  await olive.keyboard.press("j");
  await oscar.keyboard.press("j");
  await until(async () => (await here(oscar)).includes("White blood cells"));
  await olive.keyboard.press("2");
  await olive.getByRole("heading", { name: "It was expected: Ada, 65, White blood cells" }).waitFor();
  await olive.keyboard.type("As after each injection.");
  await shot(olive, "deciding");
  await olive.keyboard.press("Enter");
  await olive.getByText("Ada, 65, White blood cells: It was expected.").waitFor();
  await oscar.getByText("Synthetic olive decided: It was expected").waitFor();
  await oscar.keyboard.press("1"); // it is decided: there is nothing to say of it any more
  await shot(oscar, "decided by another");
  say({ left: (await results(olive)).length, row: await here(oscar), panels: await oscar.locator(".panel").count() });

  await hear(); // a result came in
  await oscar.getByText("1 new result").waitFor();
  const before = (await results(oscar)).length;
  await oscar.keyboard.press("n");
  await until(async () => (await here(oscar)).includes("Platelets"));
  say({ before, after: (await results(oscar)).length });

  await oscar.keyboard.press("k");
  await until(async () => (await here(oscar)).includes("Neutrophils"));
  await oscar.keyboard.press("t");
  await oscar.getByLabel("Which team").waitFor();
  await oscar.getByRole("option", { name: knows.primary }).waitFor({ state: "attached" });
  await oscar.getByRole("button", { name: "Say this" }).click();
  const errors = await until(async () => { const all = await oscar.locator(".field .error").allInnerTexts(); return all.length === 2 && all; });
  await until(() => oscar.evaluate(() => document.activeElement.tagName === "SELECT"));
  await oscar.getByLabel("Which team").selectOption(knows.primary);
  await oscar.getByLabel("Note").fill("You see him today.");
  await oscar.keyboard.press("Enter");
  await oscar.getByText("Another team was asked to take it over.").waitFor();
  await olive.getByText("Another team was asked to take it over.").waitFor();
  const pia = await look(await another(), base, knows.pia, knows.now);
  await until(async () => (await here(pia)).includes("Neutrophils"));
  await pia.keyboard.press("y");
  await pia.getByRole("heading", { name: "Take it over: Ada, 65, Neutrophils" }).waitFor();
  await pia.keyboard.press("Enter");
  await pia.getByRole("button", { name: "Call the person" }).waitFor();
  await pia.keyboard.press("4");
  await pia.getByLabel("Was the person told?").selectOption("phone");
  await shot(pia, "told");
  await pia.getByRole("button", { name: "Say this" }).click();
  await pia.getByText("No result waits for this team now.").waitFor();
  say({ errors });

  await hear(); // the laboratory corrected a number that was decided about
  await olive.evaluate(record => void (location.hash = "#/record/" + record), knows.record);
  await olive.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  await olive.getByText("This was corrected.").waitFor();
  wrong.length = 0;
  wrong.push(...(await faults(olive)));
  await shot(olive, "record");
  say({ record: await olive.locator("section[aria-labelledby=tests]").innerText(), wrong });
});
