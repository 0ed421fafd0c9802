// What the template of a phase proposes is seen at the desk before it is put into a plan, and then each thing of it is changed: from when, by when, which teams
// help and which are told. Two nurses tick different teams at the same time, and both stand. By the keyboard alone.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

const box = (page, name) => page.getByLabel(name, { exact: true });
const sees = (page, text) => page.getByText(text).first().waitFor();

await play(async ({ base, context, another, knows, say, shot }) => {
  const at = async (context, tokens) => {
    const page = await sit(context, base, tokens, knows.now);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.evaluate(id => { location.hash = "#/record/" + id; }, knows.record);
    await sees(page, "Nobody handles: ");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "What is to be done" }).waitFor();
    return page;
  };
  const olive = await at(context, knows.olive);
  const oscar = await at(await another(), knows.oscar);
  const wrong = [];

  await olive.keyboard.press("h");
  await box(olive, "First day of the plan").waitFor();
  await box(olive, "Day of the diagnosis").fill("2026-10-01");
  await box(olive, "First day of the plan").fill("2026-12-01");
  await box(olive, "Last day of the plan, if it has one").fill("2026-11-30");
  await olive.keyboard.press("Enter");
  await sees(olive, "This day lies before the first one.");
  await box(olive, "Last day of the plan, if it has one").fill("2027-06-30");
  await olive.getByRole("button", { name: "Keep the plan" }).click();
  await sees(olive, "The plan is kept.");
  await sees(olive, "Diagnosed on "); // it comes back by the stream, like everything else
  const head = await olive.locator("section[aria-labelledby=plan]").innerText();

  await olive.keyboard.press("l");
  await olive.getByRole("heading", { name: "What the template proposes: " }).waitFor();
  const panel = olive.locator("form.planning");
  wrong.push(...(await faults(olive)));
  await shot(olive, "the template");
  const proposed = await panel.innerText();
  await olive.keyboard.press("Enter");
  await sees(olive, "They are in the plan.");
  await oscar.getByRole("heading", { name: "Look after blood pressure" }).waitFor();
  say({ head, proposed, made: await olive.locator("section[aria-labelledby=todo]").innerText(), tools: await olive.locator(".tools").innerText() });

  for (const page of [olive, oscar]) {
    await page.locator(".card", { hasText: "Look after blood pressure" }).getByRole("button", { name: "Change, and ask a team" }).click();
    await page.getByRole("group", { name: "Which teams help" }).waitFor();
  }
  await box(olive, "From when").fill("2026-12-07");
  await box(olive, "By when").fill("2026-12-01");
  await olive.getByRole("button", { name: "Ask, or take it on" }).click();
  await sees(olive, "This day lies before the first one.");
  await box(olive, "By when").fill("2026-12-21");
  await olive.getByRole("group", { name: "Which teams help" }).getByLabel(knows.navigator).check();
  await until(async () => (await olive.getByRole("group", { name: "Which teams are told" }).getByLabel(knows.navigator).count()) === 0); // who helps is told
  await box(olive, "Who does it").selectOption({ label: "Nobody yet" });
  await shot(olive, "teams");
  wrong.push(...(await faults(olive)));
  await olive.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(olive)));
  await shot(olive, "teams, narrow");
  await olive.setViewportSize({ width: 1280, height: 800 });
  await oscar.getByRole("group", { name: "Which teams are told" }).getByLabel(knows.oncology).uncheck();
  await olive.getByRole("button", { name: "Ask, or take it on" }).click();
  await sees(olive, "It is kept.");
  await until(() => oscar.getByRole("group", { name: "Which teams help" }).getByLabel(knows.navigator).isChecked()); // what she ticked stands in his panel, too
  await oscar.getByRole("button", { name: "Ask, or take it on" }).click();
  const card = page => page.locator(".card", { hasText: "Look after blood pressure" });
  await sees(oscar, "Help: " + knows.navigator);
  await until(async () => !(await card(olive).innerText()).includes("Are told"));
  await shot(olive, "the card");
  say({ wrong, card: await card(olive).innerText() });
});
