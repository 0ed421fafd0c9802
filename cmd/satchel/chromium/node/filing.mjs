// A result comes by telephone, and one without a person: a nurse enters the first by hand, and files the second by two identifiers, with the keyboard alone.
import { faults } from "./companion.mjs";
import { sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

await play(async ({ base, context, knows, say, shot }) => {
  const desk = await sit(context, base, knows.pia, knows.now);
  await desk.emulateMedia({ reducedMotion: "reduce" });
  const button = name => desk.getByRole("button", { name });
  const errors = many => until(async () => { const all = await desk.locator(".field .error").allInnerTexts(); return all.length === many && all; });

  await desk.getByRole("link", { name: "Results" }).click();
  await desk.getByRole("heading", { name: "2 results without a person" }).waitFor();
  await button("File it: Neutrophils").click();
  await button("File it in this record").click();
  const missing = await errors(3);
  await desk.getByRole("option", { name: "Ada Example, born Wednesday, 24 May 1961" }).waitFor({ state: "attached" });
  await desk.getByLabel("Whose result is it?").selectOption({ label: "Ada Example, born Wednesday, 24 May 1961" });
  await desk.getByText("The record says Ada Example").waitFor();
  await desk.getByLabel("Birth date").fill("1961-05-24");
  await desk.getByLabel("Number of the person").fill("4712");
  await button("File it in this record").click();
  const refused = await desk.getByRole("alert").innerText();
  await shot(desk, "filing");
  const wrong = await faults(desk);
  await desk.setViewportSize({ width: 320, height: 640 });
  wrong.push(...(await faults(desk)));
  await desk.setViewportSize({ width: 1280, height: 800 });
  await desk.getByLabel("Number of the person").fill("4711");
  await button("File it in this record").click();
  await desk.getByText("is filed in the record of Ada Example.").waitFor();
  await button("Take it away: Platelets").click();
  await button("Take it away").last().click();
  await desk.getByText("is taken away.").waitFor();
  await until(async () => (await desk.getByText("without a person").count()) === 0);
  say({ missing, refused, wrong });

  await desk.evaluate(record => void (location.hash = "#/record/" + record), knows.record);
  await desk.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  await desk.keyboard.press("i");
  await button("Enter it").click();
  const empty = await errors(2);
  await desk.getByLabel("What was tested").selectOption("cbc.hb");
  await desk.getByLabel("Number").fill("98");
  const units = await desk.getByLabel("Unit").locator("option").allInnerTexts();
  await desk.getByLabel("Unit").selectOption("g/L");
  await desk.getByLabel("Who measured it").fill("Millbrook laboratory");
  const says = await desk.locator(".panel [role=status]").innerText();
  await shot(desk, "entering");
  wrong.length = 0;
  wrong.push(...(await faults(desk)));
  await button("Enter it").click();
  await desk.getByText("Entered: Haemoglobin of Ada Example.").waitFor();
  await desk.locator(".card", { hasText: "Haemoglobin" }).first().waitFor();
  await shot(desk, "entered");
  say({ empty, units, says, wrong });
});
