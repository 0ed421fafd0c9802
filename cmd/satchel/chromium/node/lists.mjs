// A navigator goes through the lists of the team by the keyboard alone: a line is taken, opened, come back to and completed; what is new waits until
// it is brought in, and moves no line before.
import { play, until } from "./kit.mjs";
import { place, sit } from "./desk.mjs";

const lines = page => page.locator(".list ol > li").allInnerTexts();
const at = page => page.evaluate(() => document.activeElement.closest("li")?.innerText ?? "");

await play(async ({ base, context, knows, say, hear, shot }) => {
  const page = await sit(context, base, knows.nils, knows.now);
  await place(page, "Lists");
  const { keyboard } = page;
  const open = () => page.locator(".list h2").innerText();
  const begun = await open();
  await page.locator(".list").getByRole("button", { name: /^Next list/ }).click();
  await until(async () => (await open()) !== begun);
  await page.locator(".lists nav").getByRole("button", { name: /^Appointments/ }).click();
  await until(async () => (await open()).startsWith("Appointments"));
  await keyboard.press("l");
  while (!(await open()).startsWith("Appointments")) await keyboard.press("l");
  await page.getByText("the scan has not been reported").first().waitFor();
  await shot(page, "lists");
  const first = await lines(page);
  await keyboard.press("j");
  const [one] = [await at(page)];
  await keyboard.press("j");
  await keyboard.press("k");
  say({ lines: first, same: one === (await at(page)), lists: await page.locator(".lists nav li").allInnerTexts(), empty: await page.locator(".lists details").textContent() });

  await keyboard.press("c");
  await page.getByText("You have Ada Example, 65 now.").waitFor();
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  await page.goBack();
  await page.getByText("You have it.").waitFor();
  say((await page.locator(".list h2").innerText()));

  await hear(); // one more is not ready
  await page.getByText("Others changed something. Put in order").waitFor();
  const before = (await lines(page)).length;
  await keyboard.press("n");
  await until(async () => (await lines(page)).length > before);
  say({ before, after: (await lines(page)).length });

  await until(async () => {
    await keyboard.press("j");
    return (await at(page)).includes("You have it.");
  });
  await keyboard.press("x");
  await page.getByLabel("What came of it").waitFor();
  await keyboard.type("It is");
  await keyboard.press("Tab");
  await keyboard.type("The scan is read on Friday.");
  await shot(page, "completing");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await page.getByText("Ada Example, 65 is completed.").waitFor();
  await until(async () => (await lines(page)).length === before);
  await keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await keyboard.press("Escape");
  say({ left: (await lines(page)).length, at: await at(page) });

  await place(page, "Figures");
  await page.getByRole("heading", { name: "What both teams share" }).waitFor();
  await shot(page, "few");
  say(await page.locator("main").innerText());
});
