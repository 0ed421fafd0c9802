// A nurse orders a blood test by the keyboard alone, sees before anything is sent what the person's phone will show, changes it and ends it; the phone is
// open beside, and shows the same dates.
import { enter, faults, open, press, tabTo } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

await play(async ({ base, context, another, knows, say, shot }) => {
  const phone = await enter(await another(), base, knows);
  await open(phone, "labs", "Blood tests and scans");
  const desk = await sit(context, base, knows.olive, knows.now);
  await desk.emulateMedia({ reducedMotion: "reduce" });
  const keys = desk.keyboard;
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
  await press(desk, "Order it");
  const errors = await until(async () => { const all = await desk.locator(".field .error").allInnerTexts(); return all.length > 1 && all; });
  await until(() => desk.evaluate(() => document.activeElement.labels?.[0]?.innerText === "What is tested"));
  await shot(desk, "errors");
  const nothing = await desk.locator(".preview [role=status]").innerText();
  await keys.type("Full blood count with");
  await tabTo(desk, "First date");
  await keys.type("11232026");
  await press(desk, "Monday", "Space");
  await press(desk, "Thursday", "Space");
  await tabTo(desk, "Days later");
  await keys.type("1");
  await tabTo(desk, "Who takes the sample");
  await keys.type(knows.performer);
  await tabTo(desk, "Where to go");
  await keys.type("Room 4, Mill Street");
  await until(async () => (await told.count()) === 6);
  await press(desk, "Leave out Thursday 26 November");
  await until(() => desk.evaluate(() => document.activeElement.id === "preview"));
  await tabTo(desk, "One more date");
  await keys.type("11272026");
  await press(desk, "Add this date");
  await desk.getByText("Friday 27 November").waitFor();
  await shot(desk, "preview");
  const wrong = await faults(desk);
  await desk.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(desk)));
  await shot(desk, "preview, narrow");
  await desk.setViewportSize({ width: 1280, height: 800 });
  const preview = await desk.locator(".preview").innerText();
  const first = await same();
  await press(desk, "Order it");
  await desk.getByText("Sent: Full blood count with white cell types. It comes next on Monday 23 November.").waitFor();
  say({ errors, nothing, preview, wrong, told: first.wanted, shown: await first.dates(), record: await desk.locator("main").innerText(), page: await phone.locator("main").innerText() });
  await shot(desk, "record");
  await shot(phone, "phone");

  await press(desk, "Change");
  await tabTo(desk, "How many times");
  await keys.type("2");
  await desk.getByText("No longer").waitFor();
  await shot(desk, "change");
  const changed = { preview: await desk.locator(".preview").innerText() };
  const second = await same();
  await press(desk, "Send the change");
  await desk.getByText("Sent: Full blood count").waitFor();
  say({ ...changed, told: second.wanted, shown: await second.dates() });

  await press(desk, "End: Full");
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
