// A nurse orders a blood test by the keyboard alone, sees before anything is sent what the person's phone will show, changes it and ends it; the phone is
// open beside, and shows the same dates.
import { enter, faults, open } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

await play(async ({ base, context, another, knows, say, shot }) => {
  const phone = await enter(await another(), base, knows);
  await open(phone, "labs", "Blood tests and scans");
  const desk = await sit(context, base, knows.olive, knows.now);
  await desk.emulateMedia({ reducedMotion: "reduce" });
  const keys = desk.keyboard;
  const button = name => desk.getByRole("button", { name });
  const told = desk.locator(".preview ol strong");
  const shown = phone.locator("section[aria-labelledby=dates] .rows strong");
  const same = async () => {
    const wanted = (await told.allInnerTexts()).slice(0, 6);
    return { wanted, dates: async () => until(async () => { const now = await shown.allInnerTexts(); return now.join() === wanted.join() && now; }) };
  };

  await desk.locator(".row").first().waitFor();
  await keys.press("Enter");
  await desk.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  await keys.press("b");
  await button("Order it").click();
  const errors = await until(async () => { const all = await desk.locator(".field .error").allInnerTexts(); return all.length > 1 && all; });
  await until(() => desk.evaluate(() => document.activeElement.labels?.[0]?.innerText === "What is tested"));
  await shot(desk, "errors");
  const nothing = await desk.locator(".preview [role=status]").innerText();
  await desk.getByLabel("What is tested").selectOption("cbc.diff");
  await desk.getByLabel("First date").fill("2026-11-23");
  await desk.getByLabel("Monday", { exact: true }).check();
  await desk.getByLabel("Thursday", { exact: true }).check();
  await desk.getByLabel("Days later").fill("1");
  await desk.getByLabel("Who takes the sample").selectOption(knows.performer);
  await desk.getByLabel("Where to go").fill("Room 4, Mill Street");
  await until(async () => (await told.count()) === 6);
  await button("Leave out Thursday 26 November").click();
  await until(() => desk.evaluate(() => document.activeElement.id === "preview"));
  await desk.getByLabel("One more date").fill("2026-11-27");
  await button("Add this date").click();
  await desk.getByText("Friday 27 November").waitFor();
  await shot(desk, "preview");
  const wrong = await faults(desk);
  await desk.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(desk)));
  await shot(desk, "preview, narrow");
  await desk.setViewportSize({ width: 1280, height: 800 });
  const preview = await desk.locator(".preview").innerText();
  const first = await same();
  await button("Order it").click();
  await desk.getByText("Sent: Full blood count with white cell types. It comes next on Monday 23 November.").waitFor();
  say({ errors, nothing, preview, wrong, told: first.wanted, shown: await first.dates(), record: await desk.locator("main").innerText(), page: await phone.locator("main").innerText() });
  await shot(desk, "record");
  await shot(phone, "phone");

  await button("Change: Full blood count").click();
  await desk.getByLabel("How many times").fill("2");
  await desk.getByText("No longer").waitFor();
  await shot(desk, "change");
  const changed = { preview: await desk.locator(".preview").innerText() };
  const second = await same();
  await button("Send the change").click();
  await desk.getByText("Sent: Full blood count").waitFor();
  say({ ...changed, told: second.wanted, shown: await second.dates() });

  await button("End: Full blood count").click();
  await desk.getByLabel("Why it ends").waitFor();
  await keys.press("Enter");
  await desk.getByText("Say why it ends.").waitFor();
  await keys.type("The treatment is paused.");
  await keys.press("Enter");
  await desk.getByText("has ended.").waitFor();
  await phone.getByText("This test has ended. The treatment is paused.").waitFor();
  await until(async () => (await shown.count()) < 2);
  await shot(phone, "ended");
  say({ record: await desk.locator("main").innerText() });
});
