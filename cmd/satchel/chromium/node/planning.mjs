// Two teams make a plan at their boards, by the keyboard alone: one begins it and asks the other, who wants it otherwise and then accepts; what nobody has
// stands there; two people write the same field, and choose; two teams suggest at once, and both stay; it is published, and both agree.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

const press = (page, name) => page.getByRole("button", { name }).first().click(); // by the keyboard: hands.mjs
const box = (page, name) => page.getByRole("textbox", { name });
const choice = (page, name) => page.getByRole("combobox", { name });
const main = page => page.locator("main").innerText();
const sees = (page, text) => page.getByText(text).first().waitFor();

await play(async ({ base, context, another, knows, say, hear, shot }) => {
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
  const pia = await at(await another(), knows.pia);
  const begun = await main(olive);

  await press(olive, /^Keys/);
  await olive.getByRole("heading", { name: "Keys" }).waitFor();
  await olive.keyboard.press("Escape");
  await olive.keyboard.press("h");
  await olive.getByRole("heading", { name: "Begin a plan" }).waitFor();
  await olive.keyboard.press("Enter");
  await sees(olive, "Give the plan a name.");
  await olive.keyboard.type("Getting well again");
  await olive.keyboard.press("Enter");
  await sees(olive, "The plan is kept.");
  await sees(pia, "Getting well again");

  await press(olive, "Settle who handles it: Follow-up tests after treatment");
  await olive.getByRole("heading", { name: "Add something to be done" }).waitFor();
  const asked = await choice(olive, "What it is about").evaluate(e => e.selectedOptions[0].label);
  await olive.keyboard.press("Escape");

  await olive.keyboard.press("a");
  await olive.getByRole("heading", { name: "Add something to be done" }).waitFor();
  await olive.keyboard.type("PSA every three months");
  await choice(olive, "What it is about").selectOption({ label: "Follow-up tests after treatment" });
  await choice(olive, "Who does it").selectOption({ label: knows.practice });
  await box(olive, "How it is done").fill("PSA every 3 months.");
  await box(olive, "When it goes back").fill("When it doubles.");
  await shot(olive, "asking");
  const wrong = await faults(olive);
  await olive.keyboard.press("Enter");
  await sees(olive, "Nobody handles 22 of 23 topics");
  await sees(olive, "the team that was asked has not accepted yet.");
  const open = await main(olive);
  await olive.keyboard.press("v");
  await olive.getByRole("alert").waitFor();
  const refused = await olive.getByRole("alert").innerText();

  await sees(pia, "asks your team.");
  await pia.keyboard.press("j");
  await pia.keyboard.press("p");
  await pia.getByLabel("How your team would do it").waitFor();
  await pia.keyboard.type("Every six months");
  await press(pia, /^Propose it otherwise$/);
  await sees(olive, "proposes: Every six months");
  await shot(olive, "counter");
  await olive.keyboard.press("j");
  await olive.keyboard.press("e");
  await olive.getByRole("heading", { name: "Change, and ask a team: PSA" }).waitFor();
  await box(olive, "How it is done").fill("PSA every 6 months.");
  await olive.keyboard.press("Enter");
  await sees(olive, "Nobody has it until it accepts.");
  await sees(pia, "How: PSA every 6 months.");
  await sees(pia, "asks your team.");
  await pia.keyboard.press("y");
  await sees(pia, "Your team does it.");
  await shot(pia, "accepted");
  await sees(olive, knows.practice + " looks after this. Both teams agreed on");
  say({ begun, asked, open, refused, wrong, accepted: await main(olive) });

  await hear(); // the other nurse of the team sits down
  const oscar = await at(await another(), knows.oscar);
  for (const page of [olive, oscar]) {
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Change the plan" }).waitFor();
  }
  await box(oscar, "The plan in plain words").fill("Oscar's words");
  await box(olive, "The plan in plain words").fill("Olive's words");
  await press(olive, "Keep the plan");
  await sees(olive, "The plan is kept.");
  await sees(oscar, "wrote meanwhile: Olive's words");
  await shot(oscar, "both wrote");
  const both = await oscar.locator(".apart").innerText();
  wrong.push(...(await faults(oscar)));
  await press(oscar, "Keep what I wrote");
  await press(oscar, "Keep the plan");
  await sees(oscar, "The plan is kept.");
  await sees(olive, "Oscar's words");
  for (const page of [olive, oscar]) {
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Change the plan" }).waitFor();
  }
  await box(oscar, "The plan in plain words").fill("Oscar's last words");
  await box(olive, "The plan in plain words").fill("Olive's last words");
  await press(olive, "Keep the plan");
  await sees(oscar, "wrote meanwhile: Olive's last words");
  await press(oscar, /^Keep what .* wrote$/);
  await press(oscar, "Keep the plan");
  await sees(oscar, "The plan is kept.");
  const chosen = [await main(olive), await main(oscar)];

  for (const page of [olive, pia]) {
    await press(page, "Suggest what to aim for: Dance");
    await page.getByRole("textbox", { name: "What to aim for" }).waitFor();
  }
  await box(pia, "What to aim for").fill("One song in May");
  await box(olive, "What to aim for").fill("Stand for ten minutes");
  await press(olive, "Keep it");
  await sees(olive, "Suggested to aim for: Stand for ten minutes");
  await sees(pia, "Suggested to aim for: Stand for ten minutes");
  await press(pia, "Keep it");
  for (const page of [olive, pia]) {
    await sees(page, "Suggested to aim for: One song in May");
    await sees(page, "Suggested to aim for: Stand for ten minutes");
  }

  await olive.keyboard.press("v");
  await sees(olive, "The plan is published.");
  await sees(pia, "Agree to version 1");
  await sees(olive, "Agree to version 1");
  await olive.keyboard.press("g");
  await sees(pia, "Not agreed yet by: " + knows.practice);
  await pia.keyboard.press("g");
  await sees(pia, "Both teams agreed to this plan");
  await sees(olive, "Both teams agreed to this plan");
  await until(async () => !(await main(olive)).includes("has not agreed yet"));
  await shot(olive, "agreed");
  await olive.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(olive)));
  await shot(olive, "narrow");
  say({ both, chosen, wrong, agreed: await main(olive) });
});
