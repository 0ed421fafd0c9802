// A row is asked of another team by one key, and both boards show what becomes of it: it cannot, with why; asked by mistake, it is not asked any
// more; asked again, it takes it over.
import { faults } from "./companion.mjs";
import { rows, sit } from "./desk.mjs";
import { play, until } from "./kit.mjs";

const press = (page, name) => page.getByRole("button", { name }).first().click(); // by the keyboard: hands.mjs

async function asks(page, practice, why) {
  await page.keyboard.press("t");
  await page.getByLabel("Which team").selectOption({ label: practice });
  await page.getByRole("textbox", { name: "Why" }).fill(why);
  await press(page, "Ask the team");
  await page.getByText(practice + " is asked. Until it accepts, it stays with your team.").waitFor();
}

await play(async ({ base, context, another, knows, say, shot }) => {
  const olive = await sit(context, base, knows.olive, knows.now);
  const pia = await sit(await another(), base, knows.pia, knows.now);
  await olive.locator(".row").first().waitFor();

  await olive.keyboard.press("t"); // from the queue
  await olive.getByRole("heading", { name: "Ask another team to take over: Ada Example" }).waitFor();
  await olive.keyboard.press("Escape");
  await asks(olive, knows.practice, "Her practice knows this best.");
  await shot(olive, "asked");
  const wrong = await faults(olive);
  await olive.keyboard.press("u");
  await olive.getByText(`Asked: ${knows.practice}.`).waitFor();

  await pia.getByText("1 asked of your team").waitFor();
  await pia.keyboard.press("o");
  await pia.getByText("Her practice knows this best.").waitFor();
  await shot(pia, "offers");
  wrong.push(...(await faults(pia)));
  const offer = await pia.locator("main").innerText();
  await press(pia, /^We cannot/);
  await press(pia, /^Leave/);
  await pia.getByRole("textbox", { name: "Why your team cannot take it over" }).waitFor({ state: "detached" });
  await press(pia, /^We cannot/);
  await pia.getByRole("textbox", { name: "Why your team cannot take it over" }).fill("We are closed until Monday.");
  await press(pia, "Send why");
  await pia.getByText("The other team reads why.").waitFor();

  await olive.getByText(`${knows.practice} cannot take it: We are closed until Monday.`).waitFor();
  await shot(olive, "declined");
  const row = (await rows(olive))[0];
  await olive.keyboard.press("Enter");
  await olive.getByText(`${knows.practice} cannot take it over.`).waitFor();
  const record = await olive.locator("main").innerText();
  await asks(olive, knows.practice, "By mistake.");
  await pia.getByText("By mistake.").waitFor();
  await olive.keyboard.press("u");
  await olive.keyboard.press("o");
  await press(olive, /^Do not ask any more/);
  await olive.getByText("The other team is not asked any more.").waitFor();
  await olive.getByText("Your team has asked nobody.").waitFor();
  await pia.getByText("By mistake.").waitFor({ state: "detached" });
  await olive.keyboard.press("u");
  await olive.locator(".row").first().waitFor();
  await olive.keyboard.press("Enter");
  await olive.getByRole("heading", { level: 1, name: "Ada Example" }).waitFor();
  await asks(olive, knows.practice, "Monday is early enough.");
  await pia.getByText("Monday is early enough.").waitFor();
  await press(pia, /^Take it over/);
  await pia.getByText("Your team has it now.").waitFor();
  await pia.keyboard.press("u");
  await until(async () => (await rows(pia)).some(text => text.includes("Ada")));
  await olive.getByText(`${knows.practice} has taken it over.`).waitFor();
  await olive.keyboard.press("u");
  await until(async () => (await rows(olive)).every(text => text.includes("No longer in the queue")));
  say({ wrong, offer, row, record });
});
